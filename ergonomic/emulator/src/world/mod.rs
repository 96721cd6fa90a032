//! What exists in the emulator and how it changes with time. Nothing here does I/O or reads a clock: every function takes
//! the moment as the time since the emulator started.

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

/// All environments.
#[derive(Debug)]
pub(super) struct World {
    environments: BTreeMap<String, BTreeMap<String, Cluster>>,
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
        let cluster = |cluster: super::seed::Cluster| {
            let connectors = cluster.connectors.into_iter();
            let built = Cluster {
                bootstrap: cluster.bootstrap,
                topics: Topics::new(cluster.topics),
                connectors: connectors
                    .map(|connector| (connector.name.clone(), Connector::new(connector)))
                    .collect(),
            };
            (cluster.id, built)
        };
        let environments = seed.environments.into_iter();
        Self {
            environments: environments
                .map(|e| (e.id, e.clusters.into_iter().map(cluster).collect()))
                .collect(),
        }
    }

    pub(super) fn cluster(&mut self, environment: &str, cluster: &str) -> Option<&mut Cluster> {
        self.environments.get_mut(environment)?.get_mut(cluster)
    }

    /// Every cluster with its environment and its id.
    pub(super) fn clusters(&mut self) -> impl Iterator<Item = (&str, &str, &mut Cluster)> {
        self.environments
            .iter_mut()
            .flat_map(|(environment, clusters)| {
                let named = move |(id, cluster)| (environment.as_str(), id, cluster);
                clusters
                    .iter_mut()
                    .map(|(id, cluster)| (id.as_str(), cluster))
                    .map(named)
            })
    }

    /// The connector with the topics of its cluster.
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

    use super::connector::State;
    use super::*;
    use crate::phase::Phase;
    use crate::{Assumptions, CLUSTER, ENVIRONMENT, Timing};
    use ccloud_connect_types::OffsetEntry;

    /// All that is visible of a connector at a moment.
    type Sight = (
        Vec<OffsetEntry>,
        Duration,
        Vec<OffsetEntry>,
        State,
        Option<Phase>,
    );

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

        fn look(&mut self, name: &str, at: Duration) -> Sight {
            let target = (ENVIRONMENT, CLUSTER, name);
            let (connector, topics) = self.world.connector(target).unwrap();
            connector.settle(at, topics, &self.timing);
            let offsets = connector.offsets(at, topics);
            let (taken, sample) = connector.sample();
            let phase = connector.latest().map(|alteration| alteration.phase(at));
            (offsets, taken, sample.to_vec(), connector.state(), phase)
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
