//! A real, self-managed Kafka Connect as a backend. Its REST interface for offsets (KIP-875) requires that the caller stops
//! the connector, takes one request at a time, and keeps no history. This folder adds what the service has beyond that:
//! stopping and restoring, phases, the latest request with the offsets before it, and recovery after a killed process.

mod config;
mod course;
mod effect;
mod record;
mod translate;
mod worker;

use std::collections::BTreeMap;
use std::future::ready;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use tokio::task::JoinHandle;

pub use self::config::KafkaConnect;
use self::course::{Course, Left};
use self::record::{Before, Lock, Record, Records, Stage, now};
use self::translate::{Expanded, Info, Offsets, Root, Status, deny, describe, view};
use self::worker::Worker;
use super::{AlterationView, Backend, Call, ConnectorView, Denied, Sample, Target};
use crate::lock::lock;
use crate::world::{AlterRequest, Refused};

/// The environment to which every self-managed cluster belongs here.
pub(crate) const CLUSTER_OF_WORKERS: &str = "self-managed";

/// The workers of one cluster, and the records of their connectors.
#[derive(Debug)]
pub(crate) struct Workers {
    worker: Arc<Worker>,
    records: Records,
    /// The id of the Kafka cluster.
    cluster: String,
    courses: Mutex<Vec<JoinHandle<()>>>,
    left: Arc<Left>,
}

impl Workers {
    /// Asks for the id of the cluster, and continues alterations that an earlier process left unfinished.
    pub(crate) async fn start(config: &KafkaConnect) -> Result<Arc<Self>, String> {
        let worker = Arc::new(Worker::new(config)?);
        let root: Root = worker
            .get(&[], "")
            .await
            .map_err(|trouble| trouble.to_string())?;
        if !alters_offsets(&root.version) {
            let version = root.version;
            return Err(format!(
                "Kafka Connect {version} cannot alter offsets; that needs version 3.6 or later"
            ));
        }
        let in_folder = |error| folder_trouble(&config.state, &error);
        let records = Records::open(&config.state, &root.kafka_cluster_id).map_err(in_folder)?;
        let workers = Arc::new(Self {
            worker,
            records,
            cluster: root.kafka_cluster_id,
            courses: Mutex::default(),
            left: Arc::default(),
        });
        for name in workers.records.connectors().map_err(in_folder)? {
            workers.take_up(&name).map_err(in_folder)?;
        }
        Ok(workers)
    }

    pub(crate) fn cluster(&self) -> &str {
        &self.cluster
    }

    /// The record of a connector. When it is unfinished and no process works on it, this process continues the alteration.
    fn take_up(&self, name: &str) -> std::io::Result<Option<Record>> {
        let record = self.records.read(name)?;
        if record
            .as_ref()
            .is_none_or(|record| record.stage == Stage::Done)
        {
            return Ok(record);
        }
        let Some(lock) = self.records.lock(name)? else {
            return Ok(record);
        };
        // It may have been finished meanwhile.
        let record = self.records.read(name)?;
        if let Some(record) = record.clone().filter(|record| record.stage != Stage::Done) {
            self.spawn(self.course(lock, record).take_up());
        }
        Ok(record)
    }

    fn course(&self, lock: Lock, record: Record) -> Course {
        let (worker, left) = (Arc::clone(&self.worker), Arc::clone(&self.left));
        Course::new(worker, self.records.clone(), left, lock, record)
    }

    /// For each connector whose state is not restored, the reason and the remedy.
    pub(crate) fn left(&self) -> Vec<String> {
        lock(&self.left).values().cloned().collect()
    }

    fn spawn(&self, course: impl Future<Output = ()> + Send + 'static) {
        let mut courses = lock(&self.courses);
        courses.retain(|course| !course.is_finished());
        courses.push(tokio::spawn(course));
    }

    async fn status(&self, name: &str) -> Result<Status, Denied> {
        self.worker
            .get(&["connectors", known(name)?, "status"], "")
            .await
            .map_err(deny)
    }

    async fn begin(&self, name: &str, request: AlterRequest) -> Result<AlterationView, Denied> {
        let status = self.status(name).await?;
        let Some(lock) = self.records.lock(name)? else {
            return Err(Denied::Busy);
        };
        let latest = self.records.read(name)?;
        if latest.is_some_and(|latest| latest.stage != Stage::Done) {
            drop(lock);
            self.take_up(name)?;
            return Err(Denied::Busy);
        }
        let record = Record {
            connector: name.to_owned(),
            kind: request.kind,
            offsets: request.offsets,
            requested_at: now(),
            before: match status.connector.state.as_str() {
                "PAUSED" => Before::Paused,
                "STOPPED" => Before::Stopped,
                _ => Before::Running,
            },
            stage: Stage::Stopping,
            previous: None,
            outcome: None,
        };
        self.records.write(&record, &lock)?;
        let accepted = view(&record);
        self.spawn(self.course(lock, record).run());
        Ok(accepted)
    }

    /// Pauses or resumes, unless an alteration is in progress.
    async fn switch(&self, name: &str, verb: &str) -> Result<(), Denied> {
        let name = known(name)?;
        let held = self.records.lock(name)?;
        let Some(_lock) = held else {
            return Err(Denied::Busy);
        };
        self.worker.put(name, verb).await.map_err(deny)
    }

    fn show(&self, info: Info, status: Status) -> ConnectorView {
        let record = self.records.read(&info.name).ok().flatten();
        let altering = record.is_some_and(|record| record.stage != Stage::Done);
        describe(info, status, altering)
    }
}

impl Backend for Workers {
    fn has_cluster(&self, environment: &str, cluster: &str) -> bool {
        environment == CLUSTER_OF_WORKERS && cluster == self.cluster
    }

    fn connectors<'a>(&'a self, _: Target<'a>) -> Call<'a, Vec<ConnectorView>> {
        Box::pin(async {
            let query = "expand=info&expand=status";
            let all: BTreeMap<String, Expanded> = self
                .worker
                .get(&["connectors"], query)
                .await
                .map_err(deny)?;
            let all = all.into_values();
            Ok(all.map(|one| self.show(one.info, one.status)).collect())
        })
    }

    fn connector<'a>(&'a self, (_, _, name): Target<'a>) -> Call<'a, ConnectorView> {
        Box::pin(async move {
            let info = self
                .worker
                .get(&["connectors", known(name)?], "")
                .await
                .map_err(deny)?;
            Ok(self.show(info, self.status(name).await?))
        })
    }

    fn pause<'a>(&'a self, (_, _, name): Target<'a>) -> Call<'a, ()> {
        Box::pin(self.switch(name, "pause"))
    }

    fn resume<'a>(&'a self, (_, _, name): Target<'a>) -> Call<'a, ()> {
        Box::pin(self.switch(name, "resume"))
    }

    fn offsets<'a>(&'a self, (_, _, name): Target<'a>) -> Call<'a, Sample> {
        Box::pin(async move {
            let observed_at = now();
            let path = ["connectors", known(name)?, "offsets"];
            let read: Offsets = self.worker.get(&path, "").await.map_err(deny)?;
            Ok(Sample {
                id: name.to_owned(),
                name: name.to_owned(),
                offsets: effect::sorted(read.offsets),
                observed_at,
            })
        })
    }

    fn alter<'a>(
        &'a self,
        (_, _, name): Target<'a>,
        request: AlterRequest,
    ) -> Call<'a, AlterationView> {
        Box::pin(self.begin(name, request))
    }

    fn latest<'a>(&'a self, (_, _, name): Target<'a>) -> Call<'a, Option<AlterationView>> {
        let record = known(name).and_then(|name| self.take_up(name).map_err(Denied::from));
        match record {
            Ok(Some(record)) => Box::pin(ready(Ok(Some(view(&record))))),
            // Only a worker knows whether the connector exists.
            Ok(None) => Box::pin(async move { self.status(name).await.map(|_| None) }),
            Err(denied) => Box::pin(ready(Err(denied))),
        }
    }

    fn finish(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async {
            let courses = std::mem::take(&mut *lock(&self.courses));
            for course in courses {
                // A task that panicked has reported that, and its record remains.
                let _ = course.await;
            }
        })
    }
}

/// Refuses a name that no encoding makes a segment of a path.
fn known(name: &str) -> Result<&str, Denied> {
    if matches!(name, "" | "." | "..") {
        Err(Denied::UnknownConnector)
    } else {
        Ok(name)
    }
}

/// The refusal when the record cannot be kept. Without it, a stopped connector could not be found again.
impl From<std::io::Error> for Denied {
    fn from(error: std::io::Error) -> Self {
        let message = format!(
            "the state directory cannot be used, so nothing was sent to Kafka Connect: {error}"
        );
        // Failed Dependency: unlike 500, it says that the request had no effect.
        let status = 424;
        Refused { status, message }.into()
    }
}

fn folder_trouble(folder: &Path, error: &std::io::Error) -> String {
    format!(
        "the state directory {} cannot be used: {error}",
        folder.display()
    )
}

/// Whether a version can alter offsets; a version that cannot be read counts as new enough.
fn alters_offsets(version: &str) -> bool {
    let mut numbers = version
        .split('.')
        .map_while(|part| part.parse::<u32>().ok());
    match (numbers.next(), numbers.next()) {
        (Some(major), Some(minor)) => (major, minor) >= (3, 6),
        _ => true,
    }
}
