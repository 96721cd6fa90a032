//! The simulated world as a backend.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{AlterationView, ConnectorView, Denied, Phase, Sample, Target, TaskView};
use crate::control::{self, ConnectorChange, ControlError};
use crate::lock::lock;
use crate::seed::{Kind, Seed};
use crate::timeline::Timeline;
use crate::timing::Timing;
use crate::world::{AlterRequest, Alteration, Connector, Topics, World};

/// The worker that replies show for every connector of the simulated world.
const WORKER: &str = "emulator:8083";

/// The simulated world, which exists in memory only.
#[derive(Debug)]
pub(crate) struct Simulated {
    world: Mutex<World>,
    /// The content of the world at the start; a reset restores it.
    seed: Seed,
    timing: Timing,
    timeline: Arc<Timeline>,
}

impl Simulated {
    /// Makes a world from a seed. The durations in `timing` are already divided by the speed.
    pub(crate) fn new(seed: Seed, timing: Timing, timeline: Arc<Timeline>) -> Self {
        Self {
            world: Mutex::new(World::new(seed.clone())),
            seed,
            timing,
            timeline,
        }
    }

    /// Restores the connectors of the seed, and takes back all advances of the time.
    pub(crate) fn reset(&self) {
        let mut world = lock(&self.world);
        self.timeline.restart();
        *world = World::new(self.seed.clone());
    }

    /// Changes a connector as a command from a test requires. The inner result is an error when the change has errors.
    pub(crate) fn change(
        &self,
        target: Target<'_>,
        change: ConnectorChange,
    ) -> Result<Result<(), ControlError>, Denied> {
        self.with(target, |connector, topics, now| {
            let findings = change.findings(&connector.seed);
            if !findings.is_empty() {
                return Ok(Err(findings.into()));
            }
            connector.change(change, now, topics);
            Ok(Ok(()))
        })
    }

    /// The current state of a connector, with its true offsets.
    pub(crate) fn view_of(&self, target: Target<'_>) -> Result<control::Connector, Denied> {
        self.with(target, |connector, topics, now| {
            let mut view = seen(target, connector);
            view.offsets = Some(connector.offsets(now, topics));
            Ok(view)
        })
    }

    /// The current state of all connectors, without their offsets.
    pub(crate) fn all(&self) -> Vec<control::Connector> {
        let mut world = lock(&self.world);
        let now = self.timeline.now();
        let mut all = Vec::new();
        for ((environment, cluster), connectors) in &mut world.clusters {
            for connector in connectors.connectors.values_mut() {
                connector.settle(now, &connectors.topics, &self.timing);
                all.push(seen((environment, cluster, ""), connector));
            }
        }
        all
    }

    /// Settles a connector to the current time, and calls a function with the connector.
    pub(crate) fn with<T>(
        &self,
        target: Target<'_>,
        act: impl FnOnce(&mut Connector, &Topics, Duration) -> Result<T, Denied>,
    ) -> Result<T, Denied> {
        // The lock is taken before the time is read, because a reset between the two would make the time wrong.
        let mut world = lock(&self.world);
        let now = self.timeline.now();
        let (connector, topics) = world.connector(target).ok_or(Denied::UnknownConnector)?;
        connector.settle(now, topics, &self.timing);
        act(connector, topics, now)
    }

    pub(super) fn has_cluster(&self, environment: &str, cluster: &str) -> bool {
        lock(&self.world).cluster(environment, cluster).is_some()
    }

    /// The bootstrap address of a cluster; `None` when the seed does not give it.
    pub(crate) fn bootstrap(&self, environment: &str, cluster: &str) -> Option<String> {
        let mut world = lock(&self.world);
        world.cluster(environment, cluster)?.bootstrap.clone()
    }

    pub(crate) fn connectors(
        &self,
        (environment, cluster, _): Target<'_>,
    ) -> Result<Vec<ConnectorView>, Denied> {
        let mut world = lock(&self.world);
        let now = self.timeline.now();
        let cluster = world.cluster(environment, cluster);
        let cluster = cluster.ok_or(Denied::UnknownConnector)?;
        for connector in cluster.connectors.values_mut() {
            connector.settle(now, &cluster.topics, &self.timing);
        }
        Ok(cluster.connectors.values().map(describe).collect())
    }

    pub(crate) fn connector(&self, target: Target<'_>) -> Result<ConnectorView, Denied> {
        self.with(target, |connector, _, _| Ok(describe(connector)))
    }

    pub(crate) fn pause(&self, target: Target<'_>) -> Result<(), Denied> {
        self.with(target, |connector, topics, now| {
            connector.pause(now, topics);
            Ok(())
        })
    }

    pub(crate) fn resume(&self, target: Target<'_>) -> Result<(), Denied> {
        self.with(target, |connector, topics, now| {
            connector.resume(now, topics);
            Ok(())
        })
    }

    pub(crate) fn offsets(&self, target: Target<'_>) -> Result<Sample, Denied> {
        self.with(target, |connector, _, _| {
            managed(connector)?;
            let (observed, offsets) = connector.sample();
            Ok(Sample {
                id: connector.seed.id.clone(),
                name: connector.seed.name.clone(),
                offsets: offsets.to_vec(),
                observed_at: self.timeline.timestamp(observed),
            })
        })
    }

    pub(crate) fn alter(
        &self,
        target: Target<'_>,
        request: AlterRequest,
    ) -> Result<AlterationView, Denied> {
        self.with(target, |connector, topics, now| {
            managed(connector)?;
            connector.alter(request, now, topics, &self.timing)?;
            let accepted = connector.latest();
            let accepted = accepted.map(|latest| self.view(connector, latest, now));
            accepted.ok_or(Denied::NoOffsets)
        })
    }

    pub(crate) fn latest(&self, target: Target<'_>) -> Result<Option<AlterationView>, Denied> {
        self.with(target, |connector, _, now| {
            managed(connector)?;
            let latest = connector.latest();
            Ok(latest.map(|latest| self.view(connector, latest, now)))
        })
    }

    fn view(
        &self,
        connector: &Connector,
        alteration: &Alteration,
        now: Duration,
    ) -> AlterationView {
        let phase = alteration.phase(now);
        AlterationView {
            id: connector.seed.id.clone(),
            name: connector.seed.name.clone(),
            kind: alteration.request.kind.clone(),
            offsets: alteration.request.offsets.clone(),
            requested_at: self.timeline.timestamp(alteration.accepted),
            phase,
            message: alteration.message(),
            previous: alteration.previous.clone(),
            applied_at: (phase == Phase::Applied).then(|| self.timeline.timestamp(alteration.ends)),
        }
    }
}

/// Refuses the call when the connector has no offset management.
fn managed(connector: &Connector) -> Result<(), Denied> {
    let managed = connector.seed.has_offsets();
    managed.then_some(()).ok_or(Denied::NoOffsets)
}

fn seen((environment, cluster, _): Target<'_>, connector: &Connector) -> control::Connector {
    control::Connector {
        environment: environment.to_owned(),
        cluster: cluster.to_owned(),
        connector: describe(connector),
        accepted_alterations: connector.accepted(),
        offsets: None,
    }
}

fn describe(connector: &Connector) -> ConnectorView {
    let seed = &connector.seed;
    let (state, trace) = connector.state();
    let task = |(id, (state, trace))| TaskView {
        id,
        state,
        worker: WORKER.to_owned(),
        trace,
    };
    ConnectorView {
        id: seed.id.clone(),
        name: seed.name.clone(),
        kind: match seed.kind {
            Kind::Sink => "sink",
            Kind::Source | Kind::Unsupported => "source",
            Kind::Custom => "unknown",
        }
        .to_owned(),
        config: config_of(connector),
        tasks: (0..).zip(connector.tasks()).map(task).collect(),
        state: state.to_owned(),
        worker: WORKER.to_owned(),
        trace: trace.map(str::to_owned),
    }
}

fn config_of(connector: &Connector) -> BTreeMap<String, String> {
    let seed = &connector.seed;
    let origin = if seed.kind == Kind::Custom {
        "CUSTOM"
    } else {
        "MANAGED"
    };
    let own = [
        ("connector.class", seed.class.as_str()),
        ("name", &seed.name),
        ("confluent.connector.type", origin),
    ];
    let own = own.map(|(key, value)| (key.to_owned(), value.to_owned()));
    own.into_iter().chain(seed.config.clone()).collect()
}
