//! Plain HTTP requests to the workers of one Kafka Connect cluster. Nothing in this file depends on the steps of an alteration.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::config::KafkaConnect;

/// The time limit for a request that reads, stops, pauses or resumes. A worker answers these requests at once.
const SHORT: Duration = Duration::from_secs(30);
/// The time limit for a request that alters offsets. A worker waits up to 90 s for the tasks to stop before it answers.
const LONG: Duration = Duration::from_secs(120);
/// The characters that are escaped in a segment of a path: all except those that RFC 3986 calls unreserved.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// The maximum size of a worker's answer, in bytes.
const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// A client for the REST interface of the workers.
pub(crate) struct Worker {
    http: reqwest::Client,
    urls: Vec<reqwest::Url>,
    credentials: Option<(String, String)>,
    /// The index of the worker that last got a request. The next request goes to this worker first.
    preferred: AtomicUsize,
}

/// Why a request to the workers got no usable answer.
#[derive(Debug)]
pub(super) enum Trouble {
    /// A worker refused the request. The message has the worker's words.
    Refused { status: u16, message: String },
    /// No worker answered. `arrived` is false only when the request certainly reached no worker.
    Silent { arrived: bool, message: String },
}

impl Trouble {
    /// Whether another attempt may succeed.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Silent { .. } => true,
            Self::Refused { status, .. } => matches!(status, 409 | 500..=599),
        }
    }

    /// Whether another attempt may succeed, and cannot alter offsets twice.
    pub(super) fn passes_without_harm(&self) -> bool {
        match self {
            Self::Silent { arrived, .. } => !arrived,
            // The status 409 means that the workers are rebalancing. The text means that the sink's consumer group still has
            // members. In each case no offset was altered.
            Self::Refused { status, message } => {
                *status == 409 || message.contains("can be safely retried")
            }
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { status, message } => {
                write!(f, "Kafka Connect answered {status}: {message}")
            }
            Self::Silent { message, .. } => f.write_str(message),
        }
    }
}

impl Worker {
    pub(crate) fn new(config: &KafkaConnect) -> Result<Self, String> {
        // The TLS client needs an installed provider. An error means that the program has already installed a provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10));
        if let Some(pem) = &config.ca {
            let certificates = reqwest::Certificate::from_pem_bundle(pem);
            let certificates =
                certificates.map_err(|error| format!("the CA certificates: {error}"))?;
            builder = builder.tls_certs_merge(certificates);
        }
        let mut is_local = false;
        let urls = config.urls.iter().map(|url| {
            // The error does not repeat the URL, because the URL may contain a password.
            let parsed = url.parse::<reqwest::Url>().ok().filter(|url| {
                let usable = matches!(url.scheme(), "http" | "https") && !url.cannot_be_a_base();
                usable && url.username().is_empty() && url.password().is_none()
            });
            let parsed = parsed.ok_or(
                "a worker needs an http or https URL, without credentials, such as http://localhost:8083",
            )?;
            let loopback = parsed.host_str().is_some_and(|host| {
                let ip = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
                host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback())
            });
            is_local |= loopback;
            if config.credentials.is_some() && parsed.scheme() == "http" && !loopback {
                return Err(format!(
                    "credentials would travel to {url} in clear text; use https"
                ));
            }
            Ok(parsed)
        });
        let urls = urls.collect::<Result<Vec<_>, String>>()?;
        if urls.is_empty() {
            return Err("no worker is given".to_owned());
        }
        // A proxy cannot reach this machine, and would see the credentials in clear text.
        if is_local {
            builder = builder.no_proxy();
        }
        Ok(Self {
            http: builder.build().map_err(|error| describe(&error))?,
            urls,
            credentials: config.credentials.clone(),
            preferred: AtomicUsize::new(0),
        })
    }

    /// Sends a GET, and parses the answer.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &str,
    ) -> Result<T, Trouble> {
        let body = self.send(Method::GET, path, query, None, SHORT).await?;
        serde_json::from_slice(&body).map_err(|error| Trouble::Refused {
            status: 200,
            message: format!("the body cannot be read: {error}"),
        })
    }

    /// Stops, pauses or resumes a connector.
    pub(super) async fn put(&self, name: &str, verb: &str) -> Result<(), Trouble> {
        let path = ["connectors", name, verb];
        self.send(Method::PUT, &path, "", None, SHORT)
            .await
            .map(drop)
    }

    /// Alters offsets with a PATCH of this body, or resets all of them with a DELETE when there is no body. Returns the worker's
    /// message.
    pub(super) async fn alter(&self, name: &str, patch: Option<String>) -> Result<String, Trouble> {
        #[derive(Deserialize)]
        struct Answer {
            message: String,
        }
        let method = if patch.is_some() {
            Method::PATCH
        } else {
            Method::DELETE
        };
        let path = ["connectors", name, "offsets"];
        let body = self.send(method, &path, "", patch, LONG).await?;
        let answer: Result<Answer, _> = serde_json::from_slice(&body);
        // An answer of another form comes for example from a proxy, and does not show whether the offsets were altered.
        let answer = answer.map_err(|error| Trouble::Silent {
            arrived: true,
            message: format!("the answer cannot be read: {error}"),
        })?;
        Ok(answer.message)
    }

    /// Sends a request to one worker after another, until a worker can be reached.
    async fn send(
        &self,
        method: Method,
        path: &[&str],
        query: &str,
        body: Option<String>,
        time: Duration,
    ) -> Result<Vec<u8>, Trouble> {
        let first = self.preferred.load(Ordering::Relaxed);
        let mut last = None;
        for index in (0..self.urls.len()).map(|step| (first + step) % self.urls.len()) {
            let url = self.url(index, path, query);
            let mut request = self.http.request(method.clone(), url).timeout(time);
            if let Some((user, password)) = &self.credentials {
                request = request.basic_auth(user, Some(password));
            }
            if let Some(body) = &body {
                request = request
                    .header("content-type", "application/json")
                    .body(body.clone());
            }
            let answer = match request.send().await {
                Ok(response) => read(response).await,
                Err(error) => {
                    let host = self.urls[index].authority();
                    Err(Trouble::Silent {
                        arrived: !error.is_connect(),
                        message: format!("no answer from the worker {host}: {}", describe(&error)),
                    })
                }
            };
            // A GET may be repeated at another worker. A request that changes something may be repeated only when the first
            // worker did not get it.
            match answer {
                Err(Trouble::Silent { arrived, .. }) if !arrived || method == Method::GET => {
                    last = Some(answer);
                }
                answer => {
                    self.preferred.store(index, Ordering::Relaxed);
                    return answer;
                }
            }
        }
        last.unwrap_or_else(|| unreachable!("there is at least one worker"))
    }

    fn url(&self, index: usize, path: &[&str], query: &str) -> reqwest::Url {
        let mut url = self.urls[index].clone();
        let mut whole = url.path().trim_end_matches('/').to_owned();
        for segment in path {
            whole.push('/');
            whole.push_str(&self::segment(segment));
        }
        url.set_path(&whole);
        url.set_query((!query.is_empty()).then_some(query));
        url
    }
}

/// Escapes a name, so that it can be a segment of a path.
pub(super) fn segment(name: &str) -> String {
    utf8_percent_encode(name, ESCAPED).to_string()
}

/// Reads the body of a successful response. Returns an error for any other response.
async fn read(mut response: reqwest::Response) -> Result<Vec<u8>, Trouble> {
    #[derive(Deserialize)]
    struct Refusal {
        message: String,
    }
    let status = response.status();
    let broken = |error: reqwest::Error| Trouble::Silent {
        arrived: true,
        message: format!("the worker's answer broke off: {}", describe(&error)),
    };
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(Trouble::Silent {
                arrived: true,
                message: "the worker's answer has more than 64 MiB".to_owned(),
            });
        }
        body.extend_from_slice(&chunk);
    }
    if status.is_success() {
        return Ok(body);
    }
    let said: Option<Refusal> = serde_json::from_slice(&body).ok();
    // The HTTP server of a worker that is still starting answers 404 without JSON. The request did not reach Kafka Connect.
    if said.is_none() && status == StatusCode::NOT_FOUND {
        return Err(Trouble::Silent {
            arrived: false,
            message: "a worker does not serve Kafka Connect: it is still starting, or the URL belongs to another program"
                .to_owned(),
        });
    }
    // A 502, 503 or 504 without JSON comes from a proxy, and does not show whether the worker carried out the request.
    if said.is_none() && matches!(status.as_u16(), 502..=504) {
        return Err(Trouble::Silent {
            arrived: true,
            message: format!(
                "a proxy between the emulator and the worker answered {} {}",
                status.as_u16(),
                plain(status, &body)
            ),
        });
    }
    let message = said.map_or_else(|| plain(status, &body), |said| said.message);
    // With these words a worker stops waiting for itself, or for the worker to which it forwarded the request. The request
    // may still be carried out.
    let waits_no_more = [
        "Request timed out",
        "Request interrupted",
        "IO Error trying to forward",
        "Error trying to forward",
    ];
    if status == StatusCode::INTERNAL_SERVER_ERROR
        && waits_no_more.iter().any(|words| message.starts_with(words))
    {
        let message = format!("Kafka Connect answered 500: {message}");
        return Err(Trouble::Silent {
            arrived: true,
            message,
        });
    }
    Err(Trouble::Refused {
        status: status.as_u16(),
        message,
    })
}

/// Makes a message from an error response whose body is not JSON.
fn plain(status: StatusCode, body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let title = text
        .split_once("<title>")
        .and_then(|(_, rest)| rest.split_once("</title>"));
    if let Some((title, _)) = title.filter(|_| status == StatusCode::BAD_REQUEST) {
        return format!(
            "the worker's HTTP server refuses the URL ({title}); a worker of Kafka Connect 4 refuses connector names with /, \\ or %"
        );
    }
    let text: String = text.chars().take(200).collect();
    let reason = status.canonical_reason().unwrap_or("no reason");
    format!("{reason} {text}").trim().to_owned()
}

/// The deepest cause of an error, which does not contain the URL. An error without a cause is described itself.
fn describe(error: &(dyn std::error::Error + 'static)) -> String {
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    causes.pop().unwrap_or_else(|| error.to_string())
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("urls", &self.urls)
            .finish_non_exhaustive()
    }
}
