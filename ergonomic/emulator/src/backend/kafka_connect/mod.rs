//! A real, self-managed Kafka Connect as a backend. Its REST interface for offsets (KIP-875) alters only a connector that the
//! caller has stopped, handles one request at a time, and keeps no history. This folder adds what the service has in addition:
//! stopping and restoring, phases, the latest request with the offsets before it, and recovery after a killed process.

mod config;
mod course;
mod effect;
mod record;
mod translate;
mod worker;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use tokio::task::JoinHandle;

pub use self::config::KafkaConnect;
use self::course::Course;
use self::record::{Before, Lock, Record, Records, Stage, now};
use self::translate::{Expanded, Info, Offsets, Root, Status, deny, describe, view};
pub(crate) use self::worker::Worker;
use super::{AlterationView, ConnectorView, Denied, Sample, Target};
use crate::lock::lock;
use crate::world::AlterRequest;

/// The id of the environment below which the connectors of a real Kafka Connect are served.
pub(crate) const CLUSTER_OF_WORKERS: &str = "self-managed";

/// The workers of one cluster, and the files about the latest alteration of each connector.
#[derive(Debug)]
pub(crate) struct Workers {
    worker: Worker,
    records: Records,
    /// The id of the Kafka cluster.
    cluster: String,
    /// The tokio tasks that carry out the alterations in progress.
    courses: Mutex<Vec<JoinHandle<()>>>,
    /// One sentence for each connector whose state is not restored, with the reason and what to do.
    left: Mutex<BTreeMap<String, String>>,
}

impl Workers {
    /// Asks a worker for the id of its Kafka cluster, and continues the alterations that an earlier process left unfinished.
    pub(crate) async fn start(worker: Worker, config: &KafkaConnect) -> Result<Arc<Self>, String> {
        let root: Root = worker
            .get(&[], "")
            .await
            .map_err(|trouble| trouble.to_string())?;
        if !alters_offsets(&root.version) {
            let version = root.version;
            return Err(format!(
                "Kafka Connect {version} cannot alter offsets; use version 3.6 or later"
            ));
        }
        let in_folder = |error| folder_trouble(&config.state, &error);
        let records = Records::open(&config.state, &root.kafka_cluster_id).map_err(in_folder)?;
        let workers = Arc::new(Self {
            worker,
            records,
            cluster: root.kafka_cluster_id,
            courses: Mutex::default(),
            left: Mutex::default(),
        });
        for name in workers.records.connectors().map_err(in_folder)? {
            workers.take_up(&name).map_err(in_folder)?;
        }
        Ok(workers)
    }

    pub(crate) fn cluster(&self) -> &str {
        &self.cluster
    }

    /// Reads the record of a connector's latest alteration. When this alteration is unfinished and no process
    /// works on it, this process continues it.
    fn take_up(self: &Arc<Self>, name: &str) -> std::io::Result<Option<Record>> {
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
        // The record is read again, because another process may have finished the alteration before this process got the lock.
        let record = self.records.read(name)?;
        if let Some(record) = record.clone().filter(|record| record.stage != Stage::Done) {
            self.spawn(self.course(lock, record).take_up());
        }
        Ok(record)
    }

    fn course(self: &Arc<Self>, lock: Lock, record: Record) -> Course {
        let workers = Arc::clone(self);
        let course = Course {
            workers,
            lock,
            record,
        };
        course.leave(None);
        course
    }

    /// One sentence for each connector whose state is not restored, with the reason and what to do.
    pub(crate) fn left(&self) -> Vec<String> {
        lock(&self.left).values().cloned().collect()
    }

    fn spawn(&self, course: impl Future<Output = ()> + Send + 'static) {
        let mut courses = lock(&self.courses);
        courses.retain(|course| !course.is_finished());
        courses.push(tokio::spawn(course));
    }

    /// Waits until the alterations in progress have ended, and their connectors have their earlier state again.
    pub(crate) async fn finish(&self) {
        let courses = std::mem::take(&mut *lock(&self.courses));
        for course in courses {
            // An error here is a panic, which the runtime has already reported. The record of the alteration remains.
            let _ = course.await;
        }
    }

    async fn status(&self, name: &str) -> Result<Status, Denied> {
        self.worker
            .get(&["connectors", known(name)?, "status"], "")
            .await
            .map_err(deny)
    }

    pub(crate) async fn alter(
        self: &Arc<Self>,
        (_, _, name): Target<'_>,
        request: AlterRequest,
    ) -> Result<AlterationView, Denied> {
        // Before the lock, so that a misspelt name leaves no file.
        self.status(name).await?;
        let Some(lock) = self.records.lock(name)? else {
            return Err(Denied::Busy);
        };
        let latest = self.records.read(name)?;
        if latest.is_some_and(|latest| latest.stage != Stage::Done) {
            drop(lock);
            self.take_up(name)?;
            return Err(Denied::Busy);
        }
        // Read after the lock: before, another process may have stopped the connector for its own alteration.
        let status = self.status(name).await?;
        let Some(before) = Before::of(&status.connector.state) else {
            let message = "the workers are rebalancing, so the state to restore is unknown; nothing was changed";
            let (status, message) = (409, message.to_owned());
            return Err(Denied::Refused { status, message });
        };
        let record = Record {
            connector: name.to_owned(),
            kind: request.kind,
            offsets: request.offsets,
            requested_at: now(),
            before,
            stage: Stage::Stopping,
            previous: None,
            outcome: None,
        };
        self.records.write(&record, &lock)?;
        let accepted = view(&record);
        self.spawn(self.course(lock, record).run());
        Ok(accepted)
    }

    /// Pauses or resumes a connector. The call is refused while an alteration is in progress.
    async fn switch(&self, name: &str, verb: &str) -> Result<(), Denied> {
        let name = known(name)?;
        let held = self.records.lock(name)?;
        let Some(_lock) = held else {
            return Err(Denied::Busy);
        };
        self.worker.put(name, verb).await.map_err(deny)?;
        // A worker answers before the state has changed. An alteration that began meanwhile would restore the old one.
        for _ in 0..50 {
            let state = self.status(name).await.map(|status| status.connector.state);
            match state.as_deref() {
                Ok("PAUSED") if verb == "resume" => {}
                Ok("STOPPED") => {}
                Ok("RUNNING") if verb == "pause" => {}
                _ => break,
            }
            tokio::time::sleep(course::PAUSE).await;
        }
        Ok(())
    }

    pub(crate) async fn pause(&self, (_, _, name): Target<'_>) -> Result<(), Denied> {
        self.switch(name, "pause").await
    }

    pub(crate) async fn resume(&self, (_, _, name): Target<'_>) -> Result<(), Denied> {
        self.switch(name, "resume").await
    }

    fn show(&self, info: Info, status: Status) -> ConnectorView {
        let record = self.records.read(&info.name).ok().flatten();
        let altering = record.is_some_and(|record| record.stage != Stage::Done);
        describe(info, status, altering)
    }

    pub(crate) async fn connectors(&self, _: Target<'_>) -> Result<Vec<ConnectorView>, Denied> {
        let query = "expand=info&expand=status";
        let all = self.worker.get(&["connectors"], query).await;
        let all: BTreeMap<String, Expanded> = all.map_err(deny)?;
        let all = all.into_values();
        Ok(all.map(|one| self.show(one.info, one.status)).collect())
    }

    pub(crate) async fn connector(
        &self,
        (_, _, name): Target<'_>,
    ) -> Result<ConnectorView, Denied> {
        let info = self.worker.get(&["connectors", known(name)?], "").await;
        Ok(self.show(info.map_err(deny)?, self.status(name).await?))
    }

    pub(crate) async fn offsets(&self, (_, _, name): Target<'_>) -> Result<Sample, Denied> {
        let observed_at = now();
        let path = ["connectors", known(name)?, "offsets"];
        let read: Offsets = self.worker.get(&path, "").await.map_err(deny)?;
        Ok(Sample {
            id: name.to_owned(),
            name: name.to_owned(),
            offsets: effect::sorted(read.offsets),
            observed_at,
        })
    }

    pub(crate) async fn latest(
        self: &Arc<Self>,
        (_, _, name): Target<'_>,
    ) -> Result<Option<AlterationView>, Denied> {
        if let Some(record) = self.take_up(known(name)?)? {
            return Ok(Some(view(&record)));
        }
        // Without a record, the connector was never altered or does not exist. A worker's answer shows which.
        self.status(name).await.map(|_| None)
    }
}

/// Refuses a name that cannot be a segment of a path, even when it is escaped.
fn known(name: &str) -> Result<&str, Denied> {
    if matches!(name, "" | "." | "..") {
        Err(Denied::UnknownConnector)
    } else {
        Ok(name)
    }
}

/// The refusal of a request when the file about the connector's latest alteration cannot be read or written. Without this
/// file, the next process could not find out that the connector is stopped.
impl From<std::io::Error> for Denied {
    fn from(error: std::io::Error) -> Self {
        let message = format!(
            "the state directory cannot be used, so nothing was sent to Kafka Connect: {error}"
        );
        // The status is 424 (Failed Dependency). Unlike 500, it shows that the request had no effect.
        let status = 424;
        Self::Refused { status, message }
    }
}

fn folder_trouble(folder: &Path, error: &std::io::Error) -> String {
    format!(
        "the state directory {} cannot be used: {error}",
        folder.display()
    )
}

/// Whether a version of Kafka Connect can alter offsets. A version that cannot be parsed counts as new enough.
fn alters_offsets(version: &str) -> bool {
    let mut numbers = version
        .split('.')
        .map_while(|part| part.parse::<u32>().ok());
    match (numbers.next(), numbers.next()) {
        (Some(major), Some(minor)) => (major, minor) >= (3, 6),
        _ => true,
    }
}
