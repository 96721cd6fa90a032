#![doc = include_str!("../README.md")]
//!
//! What exists is a [`Seed`], how long an alteration takes is its [`Timing`], and where the service's documents are silent the emulator
//! follows named [`Assumptions`]. Tests write down what goes wrong as [`Fault`]s, and look at what arrived with [`Emulator::requests`].
//!
//! Time in the emulator is that of its clock, and nothing happens in between requests: the state is worked out from the time when a
//! request asks for it. With a [`ManualClock`](ccloud_connect_types::clock::ManualClock) a test decides what time it is, and the same
//! requests always get the same answers.
//!
//! What reaches an operation is answered with the service's documents and an `X-Request-Id`. What is not HTTP at all gets a bare 400, 414
//! or 431 from the HTTP layer, and a head that does not end in time a bare 408.

mod assumptions;
mod auth;
mod backend;
mod builder;
pub mod conformance;
mod control;
mod documents;
mod fault;
mod faults;
mod http;
mod java;
mod kafka_connect;
mod log;
mod operation;
mod operations;
mod phase;
mod rate_limit;
mod reply;
pub mod seed;
mod service;
mod siblings;
mod timeline;
mod timing;
mod world;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

pub use assumptions::{
    AssumptionError, Assumptions, BusyReply, CheckOrder, ContentType, DateForm, NoRequest,
    NullOffsets, PartialDelete, PreviousOffsets, Refusal, UnknownScope, Unreadable, Unworkable,
    ValidationPhase,
};
pub use backend::KafkaConnect;
pub use builder::{EmulatorBuilder, EmulatorError};
pub use control::{Command, ConnectorChange, ControlError, TaskChange};
pub use fault::Fault;
pub use log::RecordedRequest;
pub use operation::Operation;
pub use rate_limit::RateLimit;
pub use reply::Reply;
pub use seed::Seed;
pub use timing::Timing;

use self::backend::{Backing, CLUSTER_OF_WORKERS};
use self::http::Server;
use self::service::{Core, lock};
use ccloud_connect_types::{OffsetEntry, Timestamp};

/// The API key that is admitted when none is given.
pub const API_KEY: &str = "EMULATORKEY00001";
/// The secret of [`API_KEY`]; not a secret at all.
pub const API_SECRET: &str = "emulator-secret-that-everybody-knows";
/// The environment of the built-in seed.
pub const ENVIRONMENT: &str = "env-demo1";
/// The Kafka cluster of the built-in seed.
pub const CLUSTER: &str = "lkc-demo1";
/// The sink of the published "patch" example: topic_A, partition 0, position 5000 and moving.
pub const MY_SINK: &str = "MySinkConnector";
/// The source of the published "delete" example: one JDBC table.
pub const MY_SOURCE: &str = "MySourceConnector";
/// The sink of the published example of current offsets; it has read everything and stands still.
pub const MYSQL_SINK: &str = "MysqlSinkConnector";
/// The source of the published example of current offsets.
pub const MYSQL_SOURCE: &str = "MysqlSourceConnector";

/// A running emulator. Dropping it stops it: its connections break, and its port is free soon after;
/// [`shutdown`](Emulator::shutdown) waits for that.
///
/// Emulators are independent of each other; any number can run side by side.
pub struct Emulator {
    core: Arc<Core>,
    server: Server,
    address: SocketAddr,
}

impl Emulator {
    /// Sets up an emulator.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::new()
    }

    /// Its base URL, such as `http://127.0.0.1:40123`, without a slash at the end. One that listens on every address of
    /// this machine is named by the loopback address.
    pub fn url(&self) -> String {
        let mut address = self.address;
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        format!("http://{address}{}", self.core.base_path)
    }

    /// The address on which it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Carries out a command: what the control below `/emulator/v1` does over HTTP, in any language.
    ///
    /// # Errors
    /// When something is wrong with the command, or it names what does not exist. Nothing is changed then.
    pub fn apply(&self, command: Command) -> Result<(), ControlError> {
        self.core.apply(command)
    }

    /// Queues a fault, as [`Command::QueueFault`].
    ///
    /// # Panics
    /// When the fault contradicts itself or cannot happen to this operation, or too much is queued.
    pub fn fault(&self, operation: Operation, fault: Fault) {
        let queued = self.apply(Command::QueueFault(operation, fault));
        queued.unwrap_or_else(|error| panic!("the fault cannot be queued: {error}"));
    }

    /// How many requests the queued faults are still waiting for; zero when all have happened.
    pub fn waiting_faults(&self) -> u64 {
        lock(&self.core.faults).waiting().values().sum()
    }

    /// The requests that have arrived, oldest first, as far back as the [log](EmulatorBuilder::request_log) reaches.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        lock(&self.core.log).all()
    }

    /// How many alterations of a connector have been accepted, whatever was replied; 0 for one that does not exist
    /// in the simulated world.
    pub fn accepted_alterations(&self, environment: &str, cluster: &str, name: &str) -> u64 {
        let view = self.view((environment, cluster, name));
        view.map_or(0, |connector| connector.accepted_alterations)
    }

    /// The true offsets of a connector now, not sampled; `None` when it does not exist in the simulated world.
    pub fn offsets(
        &self,
        environment: &str,
        cluster: &str,
        name: &str,
    ) -> Option<Vec<OffsetEntry>> {
        self.view((environment, cluster, name))?.offsets
    }

    fn view(&self, target: (&str, &str, &str)) -> Option<control::Connector> {
        self.core.world().ok()?.view_of(target).ok()
    }

    /// The environment and the cluster to name when a real [Kafka Connect](EmulatorBuilder::kafka_connect) is served:
    /// `self-managed` and the id of its Kafka cluster. `None` for the simulated world, whose seed names them.
    pub fn self_managed(&self) -> Option<(&str, &str)> {
        match &self.core.backing {
            Backing::Real(workers) => Some((CLUSTER_OF_WORKERS, workers.cluster())),
            Backing::Simulated(_) => None,
        }
    }

    /// The time in the emulator.
    pub fn now(&self) -> Timestamp {
        self.core.timeline.timestamp(self.core.timeline.now())
    }

    /// Stops in good order: no new connections, requests in progress are answered (for up to 5 s of the runtime's
    /// time), then the port is free. Alterations in progress at a real Kafka Connect are waited for, and their connectors
    /// get back their state, which takes up to four minutes where no worker answers.
    pub async fn shutdown(self) {
        self.server.shutdown().await;
        self.core.backing.backend().finish().await;
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
