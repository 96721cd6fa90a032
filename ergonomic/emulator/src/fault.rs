//! Faults: what goes wrong with the next requests.

use std::num::NonZeroU32;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operation;
use super::control::{Finding, Seconds, object};
use super::reply::Reply;

/// What happens to a request instead of the usual reply.
///
/// A request takes the first fault that is queued for its operation. A fault prevents the operation from taking effect,
/// unless the name of its kind begins with `act` or the kind changes the shown status. Faults come before
/// authentication and the rate limit, as failures of a gateway do. Kinds that change the shown status need an
/// alteration: for a connector that was never altered the answer is as usual.
///
/// ```
/// use ccloud_connect_emulator::{Fault, Reply};
/// # use std::time::Duration;
/// Fault::status(503).header("Retry-After", "2").times(3);
/// Fault::status(502).html("<h1>Bad Gateway</h1>");
/// Fault::act_then_reset();
/// Fault::act_then(Reply::status(202).body(r#"{"id":"#));
/// Fault::act().delay(Duration::from_secs(5));
/// Fault::phase("PENDING_VALIDATION");
/// ```
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[must_use = "a fault does nothing until it is queued"]
#[non_exhaustive]
pub struct Fault {
    /// The kind of the fault. Default `reply`.
    pub(super) kind: Kind,
    /// The reply, for kinds that reply. Members that are left out are as usual; the kind `reply` needs a status.
    #[serde(deserialize_with = "object")]
    pub(super) reply: Reply,
    /// The phase that the status shows; for the kind `phase` only.
    pub(super) phase: Option<String>,
    /// The pause before the reply or the reset; when the operation takes effect, the pause comes after that. It passes
    /// on the real clock, not on the emulator's, because the time limits of clients follow the real clock. Default 0.
    delay_seconds: Seconds,
    /// The number of requests in a row that meet the fault. Default 1.
    times: Times,
}

/// A number of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
struct Times(NonZeroU32);

impl Default for Times {
    fn default() -> Self {
        Self(NonZeroU32::MIN)
    }
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// It replies, and does nothing else.
    #[default]
    Reply,
    /// The operation takes effect, and the reply is the usual one, except for the members that `reply` sets.
    Act,
    /// The operation takes effect, and the connection is reset before any reply.
    ActThenReset,
    /// The operation takes effect, and there is never a reply.
    ActThenHang,
    /// The connection is reset after the request's head has been read; the body is not read, and the request log shows
    /// none.
    ResetBeforeBody,
    /// The connection is reset after the whole request has been read.
    ResetAfterBody,
    /// The operation does not take effect, and there is never a reply.
    Hang,
    /// The status shows APPLIED for an older request, of the same type as the latest request and one hour before it.
    /// For the operation `request_status` only, like the next two kinds.
    StaleApplied,
    /// The status shows PENDING for a request of another program, made a second after the latest request.
    Superseded,
    /// The status shows the phase in `phase` instead of the true one, without a message and with `applied_at` null.
    Phase,
}

/// How the exchange ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Reply,
    Reset,
    Hang,
}

impl Fault {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            ..Self::default()
        }
    }

    /// Replies with a status and an empty body.
    ///
    /// # Panics
    /// When `status` is not between 100 and 999.
    pub fn status(status: u16) -> Self {
        Self::reply(Reply::status(status))
    }

    /// Replies with the service's error body.
    ///
    /// # Panics
    /// When `status` is not between 100 and 999.
    pub fn error(status: u16, message: &str) -> Self {
        Self::reply(Reply::error(status, message))
    }

    /// Replies, and does nothing else.
    pub fn reply(reply: Reply) -> Self {
        Self {
            reply,
            ..Self::default()
        }
    }

    /// Takes effect and replies as usual. Begin with it to change only the reply: a delay, compression, truncation.
    pub fn act() -> Self {
        Self::new(Kind::Act)
    }

    /// Takes effect, and replies with something else.
    pub fn act_then(reply: Reply) -> Self {
        Self {
            reply,
            ..Self::act()
        }
    }

    /// Takes effect, and resets the connection before any reply.
    pub fn act_then_reset() -> Self {
        Self::new(Kind::ActThenReset)
    }

    /// Takes effect, and never replies.
    pub fn act_then_hang() -> Self {
        Self::new(Kind::ActThenHang)
    }

    /// Resets the connection after the request's head has been read; the body is not read, and the request log shows
    /// none.
    pub fn reset_before_body() -> Self {
        Self::new(Kind::ResetBeforeBody)
    }

    /// Resets the connection after the whole request has been read.
    pub fn reset_after_body() -> Self {
        Self::new(Kind::ResetAfterBody)
    }

    /// Never replies, and does nothing.
    pub fn hang() -> Self {
        Self::new(Kind::Hang)
    }

    /// The status shows APPLIED for an older request, of the same type as the latest request and one hour before it.
    /// For [`Operation::RequestStatus`] only.
    pub fn stale_applied() -> Self {
        Self::new(Kind::StaleApplied)
    }

    /// The status shows PENDING for a request of another program, made a second after the latest request. For
    /// [`Operation::RequestStatus`] only.
    pub fn superseded() -> Self {
        Self::new(Kind::Superseded)
    }

    /// The status shows this phase instead of the true one, without a message and with `applied_at` null. For
    /// [`Operation::RequestStatus`] only.
    pub fn phase(phase: &str) -> Self {
        Self {
            phase: Some(phase.to_owned()),
            ..Self::new(Kind::Phase)
        }
    }

    /// Waits before the reply or the reset; when the operation takes effect, the pause comes after that. Default zero.
    ///
    /// The delay passes on the runtime's clock, not on the emulator's, because the time limits of clients follow that
    /// clock.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay_seconds = Seconds(delay);
        self
    }

    /// Happens to this many requests in a row. Default 1; 0 counts as 1.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Times(NonZeroU32::new(times).unwrap_or(NonZeroU32::MIN));
        self
    }

    /// See [`Reply::header`].
    ///
    /// # Panics
    /// When the name or value cannot be a header's.
    pub fn header(self, name: &str, value: &str) -> Self {
        self.edit(|reply| reply.header(name, value))
    }

    /// See [`Reply::body`].
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        self.edit(|reply| reply.body(body))
    }

    /// See [`Reply::html`].
    pub fn html(self, body: impl Into<Bytes>) -> Self {
        self.edit(|reply| reply.html(body))
    }

    /// See [`Reply::json`].
    ///
    /// # Panics
    /// When the value has no JSON form.
    pub fn json<T: Serialize + ?Sized>(self, body: &T) -> Self {
        self.edit(|reply| reply.json(body))
    }

    /// See [`Reply::gzip`].
    pub fn gzip(self) -> Self {
        self.edit(Reply::gzip)
    }

    /// See [`Reply::truncated`].
    pub fn truncated(self, bytes: usize) -> Self {
        self.edit(|reply| reply.truncated(bytes))
    }

    /// See [`Reply::slow`].
    pub fn slow(self, bytes: usize, pause: Duration) -> Self {
        self.edit(|reply| reply.slow(bytes, pause))
    }

    fn edit(mut self, change: impl FnOnce(Reply) -> Reply) -> Self {
        self.reply = change(self.reply);
        self
    }

    pub(super) fn acts(&self) -> bool {
        use Kind::{Act, ActThenHang, ActThenReset};
        matches!(self.kind, Act | ActThenReset | ActThenHang) || self.is_of_status()
    }

    /// Whether it changes the status that is shown.
    fn is_of_status(&self) -> bool {
        use Kind::{Phase, StaleApplied, Superseded};
        matches!(self.kind, StaleApplied | Superseded | Phase)
    }

    pub(super) fn reads_body(&self) -> bool {
        self.kind != Kind::ResetBeforeBody
    }

    pub(super) fn ending(&self) -> Ending {
        match self.kind {
            Kind::ActThenReset | Kind::ResetBeforeBody | Kind::ResetAfterBody => Ending::Reset,
            Kind::ActThenHang | Kind::Hang => Ending::Hang,
            _ => Ending::Reply,
        }
    }

    pub(super) fn delayed_by(&self) -> Duration {
        self.delay_seconds.0
    }

    /// The number of requests to which it happens.
    pub(super) fn left(&self) -> u32 {
        self.times.0.get()
    }

    /// Contradictions between its members, and between its kind and the operation.
    pub(super) fn findings(&self, operation: Operation) -> Vec<Finding> {
        let without_reply = self.ending() != Ending::Reply && !self.reply.is_usual();
        let rules = [
            (
                self.kind == Kind::Reply && !self.reply.has_status(),
                "/reply/status",
                "the kind reply needs a status; use the kind act to change the usual reply",
            ),
            (
                self.is_of_status() && operation != Operation::RequestStatus,
                "/kind",
                "this kind changes the request status that is shown, so it can be queued for request_status only",
            ),
            (
                self.reply.has_header(&CONTENT_LENGTH),
                "/reply/headers/content-length",
                "the length follows from the body; the member truncated announces more than it sends",
            ),
            (
                without_reply,
                "/reply",
                "a fault that resets or hangs has no reply",
            ),
            (
                (self.kind == Kind::Phase) != self.phase.is_some(),
                "/phase",
                "the kind phase requires a phase, and no other kind may have one",
            ),
        ];
        let broken = rules.into_iter().filter(|(broken, ..)| *broken);
        broken
            .map(|(_, place, message)| Finding::new(place, message))
            .collect()
    }

    /// About how many bytes of memory it takes.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>() + self.reply.size() + self.phase.as_ref().map_or(0, String::len)
    }
}
