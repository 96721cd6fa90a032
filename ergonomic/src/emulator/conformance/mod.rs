//! One suite of checks for the emulator and for the live service.
//!
//! It tells facts, which the service documents, from the emulator's [`Assumptions`](super::Assumptions), and says of
//! each whether what it met confirms it. In the tests of this crate it runs against the emulator. Against the live
//! service it is run by hand, with a connector that may be lost: **it alters the offsets of that connector several
//! times**, each time stopping it for a while, and puts back the positions that it found at the start. What the
//! connector wrote twice or skipped in between stays that way.
//!
//! ```no_run
//! use ccloud_connect::emulator::conformance::Conformance;
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
mod probe;
mod reading;
mod report;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use probe::Probe;
pub use report::{Finding, Report, Verdict};

use crate::auth::{ApiKey, Credentials};
use crate::clock::{Clock, SystemClock};
use crate::{ConnectorPath, env};

/// Names the connector that may be lost; the suite runs against the live service only when it is set.
pub const CONNECTOR_VARIABLE: &str = "CCLOUD_EXPENDABLE_CONNECTOR";

/// The suite and what it runs against.
pub struct Conformance {
    endpoint: String,
    credentials: Arc<dyn Credentials>,
    connector: ConnectorPath,
    clock: Arc<dyn Clock>,
    poll: Duration,
    deadline: Duration,
}

impl Conformance {
    /// The suite for one connector, which it alters, at an endpoint.
    pub fn new(
        endpoint: impl Into<String>,
        credentials: impl Credentials + 'static,
        connector: ConnectorPath,
    ) -> Self {
        Self {
            endpoint: endpoint.into(),
            credentials: Arc::new(credentials),
            connector,
            clock: Arc::new(SystemClock),
            poll: Duration::from_secs(2),
            deadline: Duration::from_secs(600),
        }
    }

    /// The suite for the connector that [`CONNECTOR_VARIABLE`] names, with endpoint, API key, environment and cluster
    /// from the [usual variables](crate::env); `None` when no connector is named.
    ///
    /// # Errors
    /// When a connector is named and another variable is missing or cannot be used. No I/O.
    pub fn from_env() -> Result<Option<Self>, ConformanceError> {
        let Some(name) = env::read(CONNECTOR_VARIABLE) else {
            return Ok(None);
        };
        let key = ApiKey::from_env().map_err(ConformanceError::new)?;
        let read = |variable| {
            let missing = || ConformanceError::new(format!("{variable} is not set"));
            env::read(variable).ok_or_else(missing)
        };
        let connector = ConnectorPath {
            environment: read(env::ENVIRONMENT)?
                .parse()
                .map_err(ConformanceError::new)?,
            cluster: read(env::CLUSTER)?.parse().map_err(ConformanceError::new)?,
            connector: name.parse().map_err(ConformanceError::new)?,
        };
        let endpoint = env::read(env::ENDPOINT);
        let endpoint = endpoint.unwrap_or_else(|| crate::DEFAULT_ENDPOINT.to_owned());
        Ok(Some(Self::new(endpoint, key, connector)))
    }

    /// The clock on which the suite waits. Default [`SystemClock`].
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The pause between two looks at the status. Default 2 s. Phases that are shorter may be missed.
    #[must_use]
    pub fn poll_every(mut self, pause: Duration) -> Self {
        self.poll = pause;
        self
    }

    /// How long to wait for one alteration, and for a sample that shows it. Default 10 minutes.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Runs every check. Takes seven alterations' time: several minutes against the live service.
    ///
    /// Dropping the future leaves the connector as the last alteration made it.
    ///
    /// # Errors
    /// When the suite cannot go on: the endpoint cannot be reached, the connector has no offsets or refuses its own,
    /// or an alteration does not end in time. What does not conform is no error, but a finding in the report.
    pub async fn run(&self) -> Result<Report, ConformanceError> {
        let probe = Probe::new(self)?;
        let mut report = Report::default();
        let start = reading::check(&probe, &mut report).await?;
        altering::check(&probe, &start, &mut report).await?;
        Ok(report)
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
