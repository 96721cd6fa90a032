//! Errors of questions to Kafka.

use std::fmt;

use crate::wire::Malformed;

/// The kind of an error, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting cannot be used. Nothing was sent.
    Invalid,
    /// The host name has no address, nothing listens there, or the network cannot reach it.
    Unreachable,
    /// The certificate is not trusted or has another name, or the server does not use TLS.
    Tls,
    /// The broker refuses the API key or its secret. They were sent once, and are not sent again for this question.
    Unauthenticated,
    /// The API key may not see the topic or the group.
    NotPermitted,
    /// There is no such topic or partition.
    NotFound,
    /// The broker does not support the version of a request.
    Unsupported,
    /// The answer cannot be read.
    Malformed,
    /// The broker answered with an error that no other kind covers.
    Refused,
    /// The time limit was reached.
    TimedOut,
}

/// Why a question to Kafka failed. A question never changes anything.
///
/// `Display` names the address and says what to do.
#[derive(Clone, PartialEq, Eq)]
pub struct KafkaError(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    message: String,
    address: Option<String>,
    topic: Option<String>,
    partition: Option<i32>,
    /// Whether fresh metadata or a later attempt may succeed.
    passes: bool,
}

impl KafkaError {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            address: None,
            topic: None,
            partition: None,
            passes: false,
        }))
    }

    /// Its kind, for programs.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The host and port of the broker; `None` when the error came before any connection.
    pub fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }

    /// The topic; `None` when the error concerns the whole question.
    pub fn topic(&self) -> Option<&str> {
        self.0.topic.as_deref()
    }

    /// The partition; `None` when the error concerns the whole topic or the whole question.
    pub fn partition(&self) -> Option<i32> {
        self.0.partition
    }

    pub(crate) fn at(mut self, address: &impl fmt::Display) -> Self {
        self.0.address = Some(address.to_string());
        self
    }

    pub(crate) fn about(mut self, topic: &str, partition: Option<i32>) -> Self {
        self.0.topic = Some(topic.to_owned());
        self.0.partition = partition;
        self
    }

    /// The same error with another message.
    pub(crate) fn because(mut self, message: String) -> Self {
        self.0.message = message;
        self.0.address = None;
        self
    }

    /// The same error with its subject before the message.
    pub(crate) fn saying(mut self, subject: &str) -> Self {
        self.0.message = format!("{}: {}", printable(subject), self.0.message);
        self
    }

    pub(crate) fn passing(mut self) -> Self {
        self.0.passes = true;
        self
    }

    pub(crate) fn passes(&self) -> bool {
        self.0.passes
    }

    /// The same message as a timeout, because no later attempt succeeded in time.
    pub(crate) fn in_time(mut self, limit: std::time::Duration) -> Self {
        if self.0.passes {
            self.0.message += &format!("; this went on until the time limit of {limit:?}");
            self.0.kind = match self.0.kind {
                ErrorKind::Refused => ErrorKind::TimedOut,
                kind => kind,
            };
            self.0.passes = false;
        }
        self
    }

    pub(crate) fn malformed(request: &str, malformed: Malformed) -> Self {
        Self::new(
            ErrorKind::Malformed,
            format!(
                "the answer to {request} cannot be read: {}; is this a Kafka broker?",
                malformed.0
            ),
        )
    }

    /// What an error code of Kafka's protocol means (`org.apache.kafka.common.protocol.Errors`).
    pub(crate) fn of_code(code: i16, request: &str, message: Option<&str>) -> Self {
        let (kind, words) = match code {
            3 => (
                ErrorKind::NotFound,
                "there is no such topic or partition, or the API key may not see it".to_owned(),
            ),
            29 => (
                ErrorKind::NotPermitted,
                "the API key may not see this topic; it needs the right DESCRIBE on the topic"
                    .to_owned(),
            ),
            30 => (
                ErrorKind::NotPermitted,
                "the API key may not see this group; it needs the right DESCRIBE on the group"
                    .to_owned(),
            ),
            31 => (
                ErrorKind::NotPermitted,
                "the API key may not do this in the cluster".to_owned(),
            ),
            33 | 34 | 58 => (
                ErrorKind::Unauthenticated,
                "the API key is refused".to_owned(),
            ),
            17 => (
                ErrorKind::Invalid,
                "the name of the topic is not one that Kafka accepts".to_owned(),
            ),
            24 => (
                ErrorKind::Invalid,
                "the name of the group is not one that Kafka accepts".to_owned(),
            ),
            35 => (
                ErrorKind::Unsupported,
                format!("the broker does not speak this version of {request}"),
            ),
            5 => (
                ErrorKind::Refused,
                "the partition has no leader at the moment".to_owned(),
            ),
            6 => (
                ErrorKind::Refused,
                "the leader of the partition has moved".to_owned(),
            ),
            14..=16 => (
                ErrorKind::Refused,
                "the coordinator of the group is not ready".to_owned(),
            ),
            _ => (
                ErrorKind::Refused,
                format!("the broker answers {request} with error code {code}"),
            ),
        };
        let words = match message {
            Some(message) if !message.is_empty() => format!("{words} ({})", printable(message)),
            _ => words,
        };
        let error = Self::new(kind, words);
        // These errors pass with time or with fresh metadata.
        if [5, 6, 7, 9, 13, 14, 15, 16, 56, 74, 75, 76, 78].contains(&code) {
            error.passing()
        } else {
            error
        }
    }
}

/// A broker's text for display: short, on one line, without control characters.
pub(crate) fn printable(text: &str) -> String {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().take(200).map(clean).collect()
}

impl fmt::Display for KafkaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.0.topic, self.0.partition) {
            (Some(topic), Some(partition)) => write!(f, "{}:{partition}: ", printable(topic))?,
            (Some(topic), None) => write!(f, "{}: ", printable(topic))?,
            (None, _) => {}
        }
        match &self.0.address {
            Some(address) => write!(f, "Kafka at {address}: {}", self.0.message),
            None => f.write_str(&self.0.message),
        }
    }
}

impl fmt::Debug for KafkaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KafkaError")
            .field("kind", &self.0.kind)
            .field("message", &self.to_string())
            .finish_non_exhaustive()
    }
}

impl std::error::Error for KafkaError {}
