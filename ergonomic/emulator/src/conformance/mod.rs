//! One suite of checks for the emulator and for the live service.
//!
//! The suite distinguishes facts, which the service documents, from the emulator's [`Assumptions`](super::Assumptions),
//! and reports whether the answers confirm each of them. The tests of this crate run it against the emulator. A person
//! can run it against the live service with the example `conformance` and an expendable connector: **it alters the
//! offsets of that connector several times**, stops the connector each time for a while, and restores the first
//! positions at the end. Records that the connector delivered twice or skipped in between are not corrected.
//!
//! ```no_run
//! use ccloud_connect_emulator::conformance::Conformance;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! if let Some(suite) = Conformance::from_env()? {
//!     let report = suite.run().await?;
//!     println!("{report}");
//!     assert!(report.facts_hold());
//! }
//! # Ok(())
//! # }
//! ```

mod altering;
mod reading;
mod report;
mod run;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use report::{Finding, Report, Verdict};
use run::Run;

use ccloud_connect_types::clock::{Clock, SystemClock};

/// The base URL of the live service when `CONFLUENT_CLOUD_ENDPOINT` is not set.
const LIVE_ENDPOINT: &str = "https://api.confluent.cloud";

/// How long to wait for one alteration, and for a sample that shows it.
const TIMEOUT: Duration = Duration::from_secs(600);

/// The suite, and the service and connector that it checks.
pub struct Conformance {
    endpoint: String,
    key: (String, String),
    environment: String,
    cluster: String,
    connector: String,
    clock: Arc<dyn Clock>,
    poll: Duration,
}

impl Conformance {
    /// The suite for the connector called `connector`, which it alters, at a base URL. The key is an API key with its
    /// secret, sent as HTTP Basic.
    pub fn new(
        endpoint: impl Into<String>,
        key: (impl Into<String>, impl Into<String>),
        environment: impl Into<String>,
        cluster: impl Into<String>,
        connector: impl Into<String>,
    ) -> Self {
        Self {
            endpoint: endpoint.into().trim_end_matches('/').to_owned(),
            key: (key.0.into(), key.1.into()),
            environment: environment.into(),
            cluster: cluster.into(),
            connector: connector.into(),
            clock: Arc::new(SystemClock),
            poll: Duration::from_secs(2),
        }
    }

    /// The suite for the connector that `CCLOUD_EXPENDABLE_CONNECTOR` names; `None` when no connector is named. Endpoint, API
    /// key, environment and cluster come from the variables of Confluent's own tools: `CONFLUENT_CLOUD_ENDPOINT`,
    /// `CONFLUENT_CLOUD_API_KEY`, `CONFLUENT_CLOUD_API_SECRET`, `CONFLUENT_ENVIRONMENT_ID` and `KAFKA_ID`.
    ///
    /// # Errors
    /// When a connector is named and another variable is missing. No I/O.
    pub fn from_env() -> Result<Option<Self>, ConformanceError> {
        let read = |variable: &str| {
            let value = std::env::var(variable).ok();
            value.filter(|value| !value.is_empty())
        };
        let required = |variable: &str| {
            let missing = || ConformanceError::new(format!("{variable} is not set"));
            read(variable).ok_or_else(missing)
        };
        let Some(connector) = read("CCLOUD_EXPENDABLE_CONNECTOR") else {
            return Ok(None);
        };
        let key = (
            required("CONFLUENT_CLOUD_API_KEY")?,
            required("CONFLUENT_CLOUD_API_SECRET")?,
        );
        Ok(Some(Self::new(
            read("CONFLUENT_CLOUD_ENDPOINT").unwrap_or_else(|| LIVE_ENDPOINT.to_owned()),
            key,
            required("CONFLUENT_ENVIRONMENT_ID")?,
            required("KAFKA_ID")?,
            connector,
        )))
    }

    /// The clock on which the suite waits. Default [`SystemClock`].
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The pause between two requests for the status. Default 2 s. Shorter phases may be missed.
    #[must_use]
    pub fn poll_every(mut self, pause: Duration) -> Self {
        self.poll = pause;
        self
    }

    /// Runs every check, which takes seven alterations: several minutes against the live service.
    ///
    /// Dropping the future leaves the connector as the last alteration made it.
    ///
    /// # Errors
    /// When the suite cannot go on: the endpoint cannot be reached, the connector has no offsets or refuses its own,
    /// or an alteration, or a sample that shows it, takes more than 10 minutes. A difference from the expected answers is not
    /// an error, but a finding in the report.
    pub async fn run(&self) -> Result<Report, ConformanceError> {
        let mut run = Run::new(self)?;
        let start = reading::check(&mut run).await?;
        altering::check(&mut run, &start).await?;
        Ok(run.report)
    }
}

impl fmt::Debug for Conformance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conformance")
            .field("endpoint", &self.endpoint)
            .field("connector", &self.connector)
            .finish_non_exhaustive()
    }
}

type Result<T, E = ConformanceError> = std::result::Result<T, E>;

/// Why the suite could not go on.
#[derive(Debug)]
pub struct ConformanceError(String);

impl ConformanceError {
    fn new(problem: impl fmt::Display) -> Self {
        Self(problem.to_string())
    }
}

impl fmt::Display for ConformanceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the conformance suite cannot go on: {}", self.0)
    }
}

impl std::error::Error for ConformanceError {}
