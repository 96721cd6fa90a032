//! The simulated world: topics and connectors, and how they change with time. Nothing in this folder does I/O or reads a
//! clock. Every function takes the current time as the time since the emulator started.

mod alteration;
mod connector;
mod plan;
mod positions;
mod request;
mod topics;

use std::collections::BTreeMap;

pub(super) use alteration::Alteration;
pub(super) use connector::Connector;
pub(super) use request::{AlterRequest, NOTHING_TO_PATCH, malformed};
pub(super) use topics::Topics;

use super::seed::Seed;

/// All clusters of the simulated world, by the id of their environment and their own id.
#[derive(Debug)]
pub(super) struct World {
    pub(super) clusters: BTreeMap<(String, String), Cluster>,
}

/// A Kafka cluster: its address, its topics, and its connectors by name.
#[derive(Debug)]
pub(super) struct Cluster {
    pub(super) bootstrap: Option<String>,
    pub(super) topics: Topics,
    pub(super) connectors: BTreeMap<String, Connector>,
}

impl World {
    pub(super) fn new(seed: Seed) -> Self {
        let mut clusters = BTreeMap::new();
        for environment in seed.environments {
            for cluster in environment.clusters {
                let connectors = cluster.connectors.into_iter();
                let connectors =
                    connectors.map(|connector| (connector.name.clone(), Connector::new(connector)));
                let built = Cluster {
                    bootstrap: cluster.bootstrap,
                    topics: Topics::new(cluster.topics),
                    connectors: connectors.collect(),
                };
                clusters.insert((environment.id.clone(), cluster.id), built);
            }
        }
        Self { clusters }
    }

    pub(super) fn cluster(&mut self, environment: &str, cluster: &str) -> Option<&mut Cluster> {
        let key = (environment.to_owned(), cluster.to_owned());
        self.clusters.get_mut(&key)
    }

    /// A connector, and the topics of its cluster; `None` when there is no such connector.
    pub(super) fn connector(
        &mut self,
        (environment, cluster, name): (&str, &str, &str),
    ) -> Option<(&mut Connector, &Topics)> {
        let cluster = self.cluster(environment, cluster)?;
        Some((cluster.connectors.get_mut(name)?, &cluster.topics))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::{Assumptions, CLUSTER, ENVIRONMENT, Timing};

    struct Stage {
        world: World,
        timing: Timing,
    }

    impl Stage {
        fn new() -> Self {
            Self {
                world: World::new(Seed::built_in()),
                timing: Timing::default(),
            }
        }

        /// A text with everything that can be seen of a connector at the time `at`.
        fn look(&mut self, name: &str, at: Duration) -> String {
            let target = (ENVIRONMENT, CLUSTER, name);
            let (connector, topics) = self.world.connector(target).unwrap();
            connector.settle(at, topics, &self.timing);
            let phase = connector.latest().map(|alteration| alteration.phase(at));
            let (offsets, sample) = (connector.offsets(at, topics), connector.sample());
            format!("{offsets:?} {sample:?} {:?} {phase:?}", connector.state())
        }

        fn delete(&mut self, name: &str, at: Duration) {
            let target = (ENVIRONMENT, CLUSTER, name);
            let (connector, topics) = self.world.connector(target).unwrap();
            connector.settle(at, topics, &self.timing);
            let request =
                AlterRequest::parse(br#"{"type":"DELETE"}"#, Assumptions::default()).unwrap();
            connector.alter(request, at, topics, &self.timing).unwrap();
        }
    }

    proptest! {
        #[test]
        fn looking_changes_nothing(
            name in prop::sample::select(vec!["orders-sink", "MySinkConnector", "mysql-cdc", "mirror-source"]),
            altered in 0_u64..90_000,
            end in 90_000_u64..300_000,
            mut looks in prop::collection::vec(0_u64..300_000, 0..20),
        ) {
            let (altered, end) = (Duration::from_millis(altered), Duration::from_millis(end));
            let mut unseen = Stage::new();
            unseen.delete(name, altered);
            let expected = unseen.look(name, end);

            looks.sort_unstable();
            let looks: Vec<_> = looks.into_iter().map(Duration::from_millis).collect();
            let mut watched = Stage::new();
            for at in looks.iter().filter(|at| **at <= altered) {
                watched.look(name, *at);
            }
            watched.delete(name, altered);
            for at in looks.iter().filter(|at| **at > altered && **at <= end) {
                watched.look(name, *at);
            }
            prop_assert_eq!(watched.look(name, end), expected);
        }
    }
}
