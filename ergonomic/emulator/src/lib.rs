#![doc = include_str!("../README.md")]
//!
//! A [`Seed`] defines which topics and connectors exist, a [`Timing`] how long an alteration takes, and [`Assumptions`] what the
//! emulator does where the service's documents are silent. Tests queue [`Fault`]s, and look at the requests that arrived with
//! [`Emulator::requests`].
//!
//! The simulated world follows the emulator's clock and does nothing between requests: when a request arrives, the emulator
//! computes the state at that time. With a [`ManualClock`](ccloud_connect_types::clock::ManualClock) a test sets the time, and
//! the same requests always get the same answers.
//!
//! Every reply of an operation is one of the service's documents and has an `X-Request-Id`. The HTTP layer answers bytes that
//! are not HTTP with 400, 414 or 431, and a request whose head does not arrive in time with 408. These replies have no body.

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
mod lock;
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
use self::lock::lock;
use self::service::Core;
use ccloud_connect_types::{OffsetEntry, Timestamp};

/// The API key that an emulator accepts when its builder was given no credentials.
pub const API_KEY: &str = "EMULATORKEY00001";
/// The secret of [`API_KEY`]. It is published, so it protects nothing.
pub const API_SECRET: &str = "emulator-secret-that-everybody-knows";
/// The environment of the built-in seed.
pub const ENVIRONMENT: &str = "env-demo1";
/// The Kafka cluster of the built-in seed.
pub const CLUSTER: &str = "lkc-demo1";
/// The name of the sink in the service's published "patch" example. In the built-in seed it reads partition 0 of `topic_A`,
/// from position 5000 on.
pub const MY_SINK: &str = "MySinkConnector";
/// The name of the source in the service's published "delete" example. In the built-in seed it reads one JDBC table.
pub const MY_SOURCE: &str = "MySourceConnector";
/// The name of the sink in the service's published example of current offsets. In the built-in seed it has read everything,
/// so its offsets do not move.
pub const MYSQL_SINK: &str = "MysqlSinkConnector";
/// The name of the source in the service's published example of current offsets.
pub const MYSQL_SOURCE: &str = "MysqlSourceConnector";

/// A running emulator. Dropping this value stops the emulator: its connections break, and its port becomes free soon after.
/// [`shutdown`](Emulator::shutdown) stops it gracefully, and waits until the port is free.
///
/// Emulators are independent of each other, so that any number can run side by side.
pub struct Emulator {
    core: Arc<Core>,
    server: Server,
    address: SocketAddr,
}

impl Emulator {
    /// A builder with the default settings of an emulator.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::new()
    }

    /// The emulator's base URL, such as `http://127.0.0.1:40123`, without a slash at the end. When the emulator listens on all
    /// addresses of this machine, the URL has the loopback address.
    pub fn url(&self) -> String {
        let mut address = self.address;
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        format!("http://{address}{}", self.core.base_path)
    }

    /// The address and port on which the emulator listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Carries out a command. Programs in other languages send the same commands over HTTP to paths below `/emulator/v1`.
    ///
    /// # Errors
    /// When the command is invalid, when it names a connector that does not exist, or when the emulator serves a real Kafka
    /// Connect and the command needs the simulated world. A refused command changes nothing.
    pub fn apply(&self, command: Command) -> Result<(), ControlError> {
        self.core.apply(command)
    }

    /// Queues a fault for the next requests of an operation, as [`Command::QueueFault`] does.
    ///
    /// # Panics
    /// When the fault contradicts itself, when it does not apply to this operation, or when the queue is full.
    pub fn fault(&self, operation: Operation, fault: Fault) {
        let queued = self.apply(Command::QueueFault(operation, fault));
        queued.unwrap_or_else(|error| panic!("the fault cannot be queued: {error}"));
    }

    /// The number of future requests that will meet a queued fault; 0 when every queued fault has happened.
    pub fn waiting_faults(&self) -> u64 {
        lock(&self.core.faults).waiting().values().sum()
    }

    /// The requests that have arrived, oldest first. The [log](EmulatorBuilder::request_log) drops the oldest requests when
    /// it is full.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        lock(&self.core.log).all()
    }

    /// The number of alterations that a connector has accepted, including those whose reply a fault replaced; 0 when the
    /// connector does not exist in the simulated world.
    pub fn accepted_alterations(&self, environment: &str, cluster: &str, name: &str) -> u64 {
        let view = self.view((environment, cluster, name));
        view.map_or(0, |connector| connector.accepted_alterations)
    }

    /// The true current offsets of a connector, not those of a sample; `None` when the connector does not exist in the
    /// simulated world.
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

    /// The environment and the cluster below which a real [Kafka Connect](EmulatorBuilder::kafka_connect) is served:
    /// `self-managed` and the id of its Kafka cluster. `None` for the simulated world, whose seed names environments and
    /// clusters.
    pub fn self_managed(&self) -> Option<(&str, &str)> {
        match &self.core.backing {
            Backing::Real(workers) => Some((CLUSTER_OF_WORKERS, workers.cluster())),
            Backing::Simulated(_) => None,
        }
    }

    /// The current time on the emulator's clock.
    pub fn now(&self) -> Timestamp {
        self.core.timeline.timestamp(self.core.timeline.now())
    }

    /// Waits until alterations in progress at a real Kafka Connect have ended, and their connectors have their earlier state
    /// again. This takes up to four minutes when no worker answers. With the simulated world it returns at once.
    pub async fn finish(&self) {
        if let Backing::Real(workers) = &self.core.backing {
            workers.finish().await;
        }
    }

    /// One sentence for each connector of a real Kafka Connect that an alteration stopped, and that does not have its earlier
    /// state again. The sentence gives the reason and says what to do.
    pub fn unfinished(&self) -> Vec<String> {
        match &self.core.backing {
            Backing::Real(workers) => workers.left(),
            Backing::Simulated(_) => Vec::new(),
        }
    }

    /// Stops the emulator gracefully: it accepts no new connections, answers requests in progress for up to 5 s of the
    /// runtime's time, frees the port, and [finishes](Self::finish) the alterations in progress. Returns one sentence for each
    /// connector that is still [unfinished](Self::unfinished).
    pub async fn shutdown(mut self) -> Vec<String> {
        self.server.shutdown().await;
        self.finish().await;
        self.unfinished()
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
