//! The trait of all operations: the words for messages, the target, the safety, and how the answers are read.

use std::future::Future;

use ccloud_connect_client::{ByteStream, Client as RawClient, Error as RawError, ResponseValue};
use serde::de::DeserializeOwned;

use crate::error::{Safety, Target, Words};

/// The result of the generated client for one request.
pub(crate) type RawResult<T> = Result<ResponseValue<T>, RawError<ByteStream>>;

/// One request of one operation. The constants decide about retries, the detection of a busy connector, the effect of a
/// failure, and the words of messages.
pub(crate) trait Operation: Sync {
    /// The response type of the generated client.
    type Raw: DeserializeOwned + Send;
    /// The result as a type of this library.
    type Output: Send;

    /// Whether the request may be sent twice.
    const SAFETY: Safety;
    /// The words that errors use for the operation.
    const WORDS: Words;

    /// The connector or cluster of the request, for errors and logs.
    fn target(&self) -> Target;

    fn call(&self, client: &RawClient) -> impl Future<Output = RawResult<Self::Raw>> + Send;

    /// Why `raw` is not an answer to this operation; `None` when it may be one. The generated type accepts other
    /// answers too, because all its members may be missing.
    fn stranger(_raw: &Self::Raw) -> Option<&'static str> {
        None
    }

    fn read(raw: Self::Raw) -> Self::Output;

    /// The name and the id of the connector that the answer is about; `None` for what the answer does not contain.
    fn connector(_answer: &Self::Output) -> [Option<&str>; 2] {
        [None; 2]
    }

    /// Parses a body that the generated client could not parse.
    fn from_json(text: &str) -> Result<Self::Output, serde_json::Error> {
        Self::checked(serde_json::from_str(text)?).map_err(serde::de::Error::custom)
    }

    /// The result, or why `raw` is not an answer to this operation.
    fn checked(raw: Self::Raw) -> Result<Self::Output, &'static str> {
        match Self::stranger(&raw) {
            Some(reason) => Err(reason),
            None => Ok(Self::read(raw)),
        }
    }
}

/// The words of an operation that only reads.
pub(super) const fn reading(doing: &'static str) -> Words {
    Words {
        doing,
        request: "request",
        not_found: None,
        look_at: "state of the connector",
    }
}
