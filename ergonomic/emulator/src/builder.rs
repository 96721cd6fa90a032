//! The builder of an emulator: its settings, and the function that starts it.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::auth::Auth;
use super::backend::{Backing, KafkaConnect, Simulated, Worker, Workers};
use super::faults::Faults;
use super::http::{Limits, Server};
use super::log::Log;
use super::rate_limit::{Limiter, RateLimit};
use super::seed::Seed;
use super::service::Core;
use super::timeline::Timeline;
use super::{API_KEY, API_SECRET, Assumptions, Emulator, Timing};
use ccloud_connect_types::clock::{Clock, SystemClock};

/// The settings of an emulator, and the function that starts it. [`Emulator::builder`] returns this builder.
#[must_use = "a builder does nothing until it is started"]
pub struct EmulatorBuilder {
    clock: Box<dyn Clock>,
    keys: BTreeMap<String, String>,
    tokens: Vec<String>,
    seed: Seed,
    timing: Timing,
    speed: f64,
    assumptions: Assumptions,
    address: SocketAddr,
    limits: Limits,
    rate_limit: Option<RateLimit>,
    log: usize,
    base_path: String,
    kafka_connect: Option<KafkaConnect>,
}

impl EmulatorBuilder {
    pub(super) fn new() -> Self {
        Self {
            clock: Box::new(SystemClock),
            keys: BTreeMap::new(),
            tokens: Vec::new(),
            seed: Seed::built_in(),
            timing: Timing::default(),
            speed: 1.0,
            assumptions: Assumptions::default(),
            address: (Ipv4Addr::LOCALHOST, 0).into(),
            limits: Limits {
                time: Duration::from_secs(30),
                body: 16 * 1024 * 1024,
            },
            rate_limit: None,
            log: 16 * 1024 * 1024,
            base_path: String::new(),
            kafka_connect: None,
        }
    }

    /// The clock that the emulator follows. Default [`SystemClock`].
    ///
    /// The delays of faults and the time limit for slow clients follow the runtime's clock instead.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Accepts an API key with its secret. Each call adds one key. Default: [`API_KEY`] and [`API_SECRET`], when neither a key
    /// nor a token is given.
    pub fn credentials(mut self, key: impl Into<String>, secret: impl Into<String>) -> Self {
        self.keys.insert(key.into(), secret.into());
        self
    }

    /// Accepts a bearer token that never expires. Each call adds one token. Tokens that the token exchange issues are accepted
    /// in any case, until they expire or are revoked.
    pub fn bearer_token(mut self, token: impl Into<String>) -> Self {
        self.tokens.push(token.into());
        self
    }

    /// The environments, clusters, topics and connectors at the start. Default [`Seed::built_in`].
    pub fn seed(mut self, seed: Seed) -> Self {
        self.seed = seed;
        self
    }

    /// How long the steps of an alteration take, and how often offsets are sampled. Default [`Timing::default`].
    pub fn timing(mut self, timing: Timing) -> Self {
        self.timing = timing;
        self
    }

    /// How many times faster than in the service everything happens: durations are divided by this number, and rates are
    /// multiplied by it. Default 1.
    pub fn speed(mut self, speed: f64) -> Self {
        self.speed = speed;
        self
    }

    /// The assumptions about the service where its documents are silent. Default [`Assumptions::default`].
    pub fn assumptions(mut self, assumptions: Assumptions) -> Self {
        self.assumptions = assumptions;
        self
    }

    /// The address to listen on. Default 127.0.0.1 and a free port. Do not put secrets into the emulator: every program that
    /// can reach the address can read all data of the emulator.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// The maximum size of a request body, in bytes. A larger body is refused with 413. Default 16 MiB.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.limits.body = bytes;
        self
    }

    /// The time limit for the head of a request, and again for its body. A request that exceeds it gets 408. A connection
    /// on which nothing has arrived in this time is closed. Default 30 s.
    pub fn client_timeout(mut self, time: Duration) -> Self {
        self.limits.time = time;
        self
    }

    /// Limits the number of requests that are answered in a window of time, and adds the documented `X-RateLimit-…` headers
    /// to replies. Default: no limit, and no such headers.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// The approximate maximum size of the request log in bytes of memory, headers and bodies included.
    /// [`Emulator::requests`] returns the content of the log. With 0 the log keeps no request. Default 16 MiB.
    pub fn request_log(mut self, bytes: usize) -> Self {
        self.log = bytes;
        self
    }

    /// The path below which everything is served, such as `/api`. Requests for other paths get 404. Default: no base path.
    pub fn base_path(mut self, path: &str) -> Self {
        let path = format!("/{}", path.trim_matches('/'));
        self.base_path = path.trim_end_matches('/').to_owned();
        self
    }

    /// Serves the connectors of a real, self-managed Kafka Connect, and carries out requests there. The settings for seed,
    /// timing and speed have no effect in this case. Default: the simulated world.
    ///
    /// **This alters real offsets.** A connector is stopped for each alteration, and its earlier state (running, paused or
    /// stopped) is restored afterwards. The alteration is pending until the state is restored. When the process ends before
    /// that, the next process with the same state directory completes the alteration.
    pub fn kafka_connect(mut self, kafka_connect: KafkaConnect) -> Self {
        self.kafka_connect = Some(kafka_connect);
        self
    }

    /// Starts listening, and answers requests on the current tokio runtime, which must have I/O and time enabled.
    ///
    /// # Errors
    /// When the emulator cannot listen on the address, when the seed contradicts itself, when the speed is not a positive
    /// number, or when Kafka Connect or its state directory cannot be used.
    ///
    /// # Panics
    /// When it is called outside a tokio runtime.
    pub async fn start(mut self) -> Result<Emulator, EmulatorError> {
        if !(self.speed.is_finite() && self.speed > 0.0) {
            let message = format!(
                "the emulator's speed must be a number above 0, not {}",
                self.speed
            );
            return Err(EmulatorError::new(message));
        }
        if self.keys.is_empty() && self.tokens.is_empty() {
            self.keys.insert(API_KEY.to_owned(), API_SECRET.to_owned());
        }
        let timeline = Arc::new(Timeline::starting_now(self.clock));
        let backing = match &self.kafka_connect {
            Some(config) => {
                let unusable =
                    |why| EmulatorError::new(format!("Kafka Connect cannot be used: {why}"));
                let worker = Worker::new(config).map_err(unusable)?;
                let workers = Workers::start(worker, config).await;
                Backing::Real(workers.map_err(|why| EmulatorError {
                    is_invalid: false,
                    ..unusable(why)
                })?)
            }
            None => {
                let seed = self.seed.check().map(|()| self.seed);
                let unusable = |error| {
                    EmulatorError::new(format!("the emulator's seed cannot be used: {error}"))
                };
                let mut seed = seed.map_err(unusable)?;
                seed.speed_up(self.speed);
                let timing = self.timing.divided_by(self.speed);
                Backing::Simulated(Simulated::new(seed, timing, Arc::clone(&timeline)))
            }
        };
        let core = Arc::new(Core {
            timeline,
            assumptions: Mutex::new(self.assumptions),
            assumed: self.assumptions,
            limits: self.limits,
            backing,
            faults: Mutex::new(Faults::default()),
            log: Mutex::new(Log::new(self.log)),
            auth: Mutex::new(Auth::new(self.keys, self.tokens)),
            limiter: self.rate_limit.map(|limit| Mutex::new(Limiter::new(limit))),
            requests: AtomicU64::new(0),
            base_path: self.base_path,
        });
        let address = self.address;
        let started = Server::start(address, self.limits, Arc::clone(&core)).await;
        let (server, address) = started.map_err(|error| {
            let message = format!("the emulator cannot listen on {address}");
            let (message, source) = match error.kind() {
                io::ErrorKind::AddrInUse => (
                    format!(
                        "{message}: the port is taken; choose another, or port 0 for any free one"
                    ),
                    None,
                ),
                _ => (message, Some(error)),
            };
            EmulatorError {
                message,
                is_invalid: false,
                source,
            }
        })?;
        Ok(Emulator {
            core,
            server,
            address,
        })
    }
}

impl fmt::Debug for EmulatorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatorBuilder")
            .field("address", &self.address)
            .field("timing", &self.timing)
            .field("speed", &self.speed)
            .field("assumptions", &self.assumptions)
            .finish_non_exhaustive()
    }
}

/// Why an emulator did not start.
#[derive(Debug)]
pub struct EmulatorError {
    message: String,
    is_invalid: bool,
    /// The error of the operating system, where there is one.
    source: Option<io::Error>,
}

impl EmulatorError {
    fn new(message: String) -> Self {
        Self {
            message,
            is_invalid: true,
            source: None,
        }
    }

    /// Whether the settings themselves are wrong, so that a second attempt with the same settings fails as well.
    pub fn is_invalid(&self) -> bool {
        self.is_invalid
    }
}

impl fmt::Display for EmulatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EmulatorError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}
