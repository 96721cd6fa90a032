//! One request of one operation: its attempts, the delays, the rate limit, and the error that reports what happened.
//!
//! Each operation is one `impl` in `operations.rs`; the other files of this folder work for every operation. `alter`
//! handles sequences of requests, such as an alteration and the reads of its status.

mod body;
mod call;
mod failure;
mod memory;
mod operation;
mod operations;
mod rate_limit;
mod retry;
mod send;

use std::sync::Arc;
use std::time::Duration;

use ccloud_connect_client::Client as RawClient;
pub(crate) use ccloud_connect_client::hooks::Exchange;
use ccloud_connect_client::hooks::Hooks;

pub(crate) use crate::endpoint::headers::{age, date};
pub(crate) use call::{Call, about_another};
pub(crate) use memory::Memory;
pub(crate) use operation::Operation;
pub(crate) use operations::{
    AlterOffsets, GetConnector, GetConnectorStatus, GetKafkaCluster, GetLatestRequest, GetOffsets,
    ListConnectors,
};
pub(crate) use rate_limit::RateLimiter;
pub use retry::RetryPolicy;

use crate::auth::Credentials;
use crate::clock::Clock;
use crate::endpoint::{BuildError, Connections, Endpoint, Http};
use crate::error::{ErrorKind, Result};
use crate::model::ConnectorRef;

/// The parts that all requests of a client share: connections, credentials, limits and clock.
pub(crate) struct Transport {
    pub(crate) endpoint: Endpoint,
    pub(crate) http: Http,
    pub(crate) hooks: Hooks,
    pub(crate) credentials: Arc<dyn Credentials>,
    pub(crate) retry: RetryPolicy,
    pub(crate) limiter: RateLimiter,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) memory: Memory,
}

impl Transport {
    /// Sends a request, and sends it again as its operation and the client's policy allow.
    pub(crate) async fn run<O: Operation>(&self, operation: &O) -> Result<O::Output> {
        self.run_until(Duration::MAX, operation).await
    }

    /// Sends a request as [`run`](Self::run) does. The call is also over by `end` on the monotonic clock.
    pub(crate) async fn run_until<O: Operation>(
        &self,
        end: Duration,
        operation: &O,
    ) -> Result<O::Output> {
        let (value, _) = Call::new(self, operation).ending(end).run().await?;
        Ok(value)
    }

    /// The generated client, which uses the given kind of connections.
    async fn raw(&self, connections: Connections) -> Result<RawClient, BuildError> {
        let http = self.http.client(connections).await?;
        Ok(self.raw_with(http))
    }

    pub(crate) fn raw_with(&self, http: reqwest::Client) -> RawClient {
        RawClient::new_with_client(&self.endpoint.to_string(), http, self.hooks.clone())
    }

    /// The endpoint, and the proxy if there is one, for messages.
    fn route(&self) -> String {
        match self.http.proxy() {
            Some(proxy) => format!("{} through the proxy {proxy}", self.endpoint),
            None => self.endpoint.to_string(),
        }
    }
}

/// A transport, and the connector that its requests are about. Clones are cheap.
#[derive(Clone)]
pub(crate) struct Route {
    pub(crate) transport: Arc<Transport>,
    pub(crate) connector: Arc<ConnectorRef>,
}

impl Route {
    pub(crate) fn clock(&self) -> &dyn Clock {
        self.transport.clock.as_ref()
    }

    /// A call of `operation` that has not begun.
    pub(crate) fn call<'a, O: Operation>(&'a self, operation: &'a O) -> Call<'a, O> {
        Call::new(&self.transport, operation)
    }

    /// Sends the request in one attempt, which is over by `end` on the monotonic clock. When the connection failed and
    /// the policy allows more than one attempt, a second one follows at once: the server may have closed a connection
    /// that an earlier request left open.
    pub(crate) async fn once<O: Operation>(
        &self,
        end: Duration,
        operation: &O,
    ) -> Result<O::Output> {
        let mut call = self.call(operation).ending(end);
        let may_repeat = self.transport.retry.max_attempts > 1;
        let read = match call.once().await {
            Err(error) if may_repeat && error.kind() == ErrorKind::NoReply => call.once().await,
            read => read,
        };
        read.map(|(value, _)| value)
    }
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Route")
            .field("connector", &self.connector)
            .field("endpoint", &self.transport.endpoint.to_string())
            .finish_non_exhaustive()
    }
}
