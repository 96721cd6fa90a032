//! The errors of questions to a Kafka cluster.

use std::fmt;
use std::time::Duration;

use crate::wire::Refusal;

/// The kind of an error, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting or a name cannot be used.
    Invalid,
    /// No broker can be reached, no broker answers in time, or the brokers answer with a temporary error.
    Unavailable,
    /// The broker's certificate is not trusted or has another name, or the server does not use TLS.
    Tls,
    /// The broker refuses the API key or its secret, or does not accept API keys. The question does not send a refused key
    /// again.
    Unauthenticated,
    /// The API key lacks the permission for the topic or the group.
    NotPermitted,
    /// There is no such topic or partition.
    NotFound,
    /// The broker does not support the version of a request, or its answer cannot be read.
    Incompatible,
}

/// Why a question to Kafka failed. A question never changes anything.
///
/// `Display` names the broker's address, the problem, and where possible what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KafkaError {
    kind: ErrorKind,
    message: String,
    address: Option<String>,
    topic: Option<String>,
    partition: Option<i32>,
    /// Whether the error is temporary: a later attempt, or an attempt with fresh metadata, may succeed.
    pub(crate) passes: bool,
}

impl KafkaError {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            address: None,
            topic: None,
            partition: None,
            passes: false,
        }
    }

    /// Makes a temporary error of the kind [`ErrorKind::Unavailable`].
    pub(crate) fn passing(message: impl Into<String>) -> Self {
        let passes = true;
        Self {
            passes,
            ..Self::new(ErrorKind::Unavailable, message)
        }
    }

    /// The kind of the error, for programs.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The topic of the error; `None` when the error concerns the whole question.
    pub fn topic(&self) -> Option<&str> {
        self.topic.as_deref()
    }

    /// The partition of the error; `None` when the error concerns the whole topic or the whole question.
    pub fn partition(&self) -> Option<i32> {
        self.partition
    }

    pub(crate) fn at(mut self, address: &impl fmt::Display) -> Self {
        self.address = Some(printable(&address.to_string()));
        self
    }

    pub(crate) fn about(mut self, topic: &str, partition: Option<i32>) -> Self {
        self.topic = Some(topic.to_owned());
        self.partition = partition;
        self
    }

    /// Adds the name of the group to the message, if the error does not concern the certificate or the key.
    pub(crate) fn about_group(mut self, group: &str) -> Self {
        if !matches!(self.kind, ErrorKind::Tls | ErrorKind::Unauthenticated) {
            self.message = format!("group {:?}: {}", printable(group), self.message);
        }
        self
    }

    /// Makes a temporary error final, and adds to its message that attempts went on until the time limit.
    pub(crate) fn in_vain(mut self, limit: Duration) -> Self {
        if self.passes {
            self.message += &format!("; this went on until the time limit of {limit:?}");
            self.passes = false;
        }
        self
    }

    /// The error for an answer that has an error code or cannot be read.
    pub(crate) fn refused(request: &str, refusal: Refusal) -> Self {
        match refusal {
            Refusal::Code(code, message) => Self::of_code(code, request, &message),
            Refusal::Malformed(what) => Self::new(
                ErrorKind::Incompatible,
                format!("the answer to {request} cannot be read: {what}; is this a Kafka broker?"),
            ),
        }
    }

    /// The error for an error code of Kafka's protocol (`org.apache.kafka.common.protocol.Errors`).
    pub(crate) fn of_code(code: i16, request: &str, message: &str) -> Self {
        let kind = match code {
            3 => ErrorKind::NotFound,
            17 | 24 => ErrorKind::Invalid,
            29..=31 => ErrorKind::NotPermitted,
            33 | 34 | 58 => ErrorKind::Unauthenticated,
            35 => ErrorKind::Incompatible,
            _ => ErrorKind::Unavailable,
        };
        let words = match code {
            3 => "there is no such topic or partition, or the API key may not see it",
            5 => "the partition has no leader at the moment",
            6 => "the leader of the partition has moved",
            14..=16 => "the coordinator of the group is not ready",
            17 => "Kafka does not accept the name of the topic",
            24 => "Kafka does not accept the name of the group",
            29 => "the API key may not see this topic; the key needs the permission DESCRIBE",
            30 => "the API key may not see this group; the key needs the permission DESCRIBE",
            31 => "the API key lacks the permission for this request in the cluster",
            33 | 34 => "the broker does not accept API keys at this port",
            58 => {
                "the API key is refused; it must be a key of this Kafka cluster, not a Cloud API key"
            }
            35 => "the broker is too old: it does not support the version of a request",
            _ => "the broker answers with an error",
        };
        let mut words = match kind {
            ErrorKind::Unavailable | ErrorKind::Incompatible => {
                format!("{words} ({request}: error code {code})")
            }
            _ => words.to_owned(),
        };
        if !message.is_empty() {
            words += &format!(" ({})", printable(message));
        }
        Self {
            // These codes are temporary: they pass with time or with fresh metadata.
            passes: [5, 6, 7, 9, 13, 14, 15, 16, 56, 74, 75, 76, 78].contains(&code),
            ..Self::new(kind, words)
        }
    }
}

/// Makes a text from a broker or a caller safe to display: at most 200 characters, and no control characters.
fn printable(text: &str) -> String {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().take(200).map(clean).collect()
}

impl fmt::Display for KafkaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.topic, self.partition) {
            (Some(topic), Some(partition)) => write!(f, "{}:{partition}: ", printable(topic))?,
            (Some(topic), None) => write!(f, "{}: ", printable(topic))?,
            (None, _) => {}
        }
        match &self.address {
            Some(address) => write!(f, "Kafka at {address}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for KafkaError {}
