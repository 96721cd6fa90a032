//! One suite of checks for the emulator and for the live service.
//!
//! The suite distinguishes facts, which the service documents, from the emulator's [`Assumptions`](super::Assumptions). It
//! reports for each fact and each assumption whether the answers confirm it. The tests of this crate run the suite against the
//! emulator. A person can run it against the live service with the example `conformance` and an expendable connector.
//!
//! **The suite alters the offsets of that connector several times.** The connector is stopped for a while each time, and the
//! suite restores the old positions at the end. It does not correct records that the connector delivered twice or skipped.
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

/// The time limit for one alteration, and again for a sample that shows it.
const TIMEOUT: Duration = Duration::from_secs(600);

/// The conformance suite, with the service and the connector that it checks.
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
    /// The suite for one connector at the base URL `endpoint`. A run of the suite alters the connector's offsets. `key` is an API
    /// key with its secret, sent as HTTP Basic.
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
    /// When a connector is named and a required variable is missing. The function does no I/O.
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

    /// The clock that the suite's pauses and time limits follow. Default [`SystemClock`].
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The pause between two requests for the status. Default 2 s. The suite may not see a phase that is shorter than the pause.
    #[must_use]
    pub fn poll_every(mut self, pause: Duration) -> Self {
        self.poll = pause;
        self
    }

    /// Runs every check, with up to seven alterations. Against the live service this takes several minutes.
    ///
    /// When the future is dropped, the connector keeps the positions that the latest alteration has set.
    ///
    /// # Errors
    /// When the suite cannot continue: the endpoint cannot be reached, the connector has no offsets, an alteration that
    /// sets the connector's current positions is refused, or an alteration or a sample that shows it takes more than 10
    /// minutes. A difference from the expected answers is not an error, but a finding in the report.
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

/// Why the conformance suite could not continue.
#[derive(Debug)]
pub struct ConformanceError(String);

impl ConformanceError {
    fn new(problem: impl fmt::Display) -> Self {
        Self(problem.to_string())
    }
}

impl fmt::Display for ConformanceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the conformance suite cannot continue: {}", self.0)
    }
}

impl std::error::Error for ConformanceError {}
