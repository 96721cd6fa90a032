//! Faults: failures that a test queues for the next requests of an operation.

use std::num::NonZeroU32;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Operation;
use super::control::{Finding, Seconds, object};
use super::reply::Reply;

/// A failure that happens to a request in place of the usual reply.
///
/// A request takes the first fault that is queued for its operation. The operation takes effect only if the name of the
/// fault's kind begins with `act`, or if the kind changes the request status in the reply. A request meets the fault even if
/// its credentials are wrong or the rate limit is used up, like a failure of a gateway. Kinds that change the request status
/// have no effect on a connector that was never altered.
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
    /// The reply, for kinds that reply. Members that are left out are taken from the usual reply. The kind `reply` requires a
    /// status.
    #[serde(deserialize_with = "object")]
    pub(super) reply: Reply,
    /// The phase that the request status shows instead of the true phase. Required for the kind `phase`, and not allowed for
    /// other kinds.
    pub(super) phase: Option<String>,
    /// The pause before the reply or the reset. If the operation takes effect, it does so before the pause. The pause follows
    /// the real clock and not the emulator's, because the time limits of clients follow the real clock. Default 0.
    delay_seconds: Seconds,
    /// The number of requests in a row that meet the fault. Default 1.
    times: Times,
}

/// A number of requests, at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
struct Times(NonZeroU32);

impl Default for Times {
    fn default() -> Self {
        Self(NonZeroU32::MIN)
    }
}

/// The kind of a fault: whether the operation takes effect, and how the request ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// The operation does not take effect, and the reply is the one in `reply`.
    #[default]
    Reply,
    /// The operation takes effect, and the usual reply is sent, changed by the members that `reply` sets.
    Act,
    /// The operation takes effect, and the connection is reset before any reply.
    ActThenReset,
    /// The operation takes effect, and the client never gets a reply.
    ActThenHang,
    /// The operation does not take effect, and the connection is reset after the request's head has been read. The body is not
    /// read, so the request log shows an empty body.
    ResetBeforeBody,
    /// The operation does not take effect, and the connection is reset after the whole request has been read.
    ResetAfterBody,
    /// The operation does not take effect, and the client never gets a reply.
    Hang,
    /// The status shows APPLIED for an older request, which has the same type as the latest request and was made one hour
    /// earlier. For the operation `request_status` only.
    StaleApplied,
    /// The status shows PENDING for a request of another program, made a second after the latest request. For the operation
    /// `request_status` only.
    Superseded,
    /// The status shows the phase that the member `phase` names instead of the true phase, without a message and with
    /// `applied_at` null. For the operation `request_status` only.
    Phase,
}

/// How a request with a fault ends.
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

    /// Makes a fault that replies with a status and an empty body. The operation does not take effect.
    ///
    /// # Panics
    /// When `status` is not between 100 and 999.
    pub fn status(status: u16) -> Self {
        Self::reply(Reply::status(status))
    }

    /// Makes a fault that replies with a status and the service's error body. The operation does not take effect.
    ///
    /// # Panics
    /// When `status` is not between 100 and 999.
    pub fn error(status: u16, message: &str) -> Self {
        Self::reply(Reply::error(status, message))
    }

    /// Makes a fault that sends this reply. The operation does not take effect.
    pub fn reply(reply: Reply) -> Self {
        Self {
            reply,
            ..Self::default()
        }
    }

    /// Makes a fault with which the operation takes effect and replies as usual. Add a delay, compression or truncation to
    /// change only the reply.
    pub fn act() -> Self {
        Self::new(Kind::Act)
    }

    /// Makes a fault with which the operation takes effect, and this reply is sent. Parts that this reply does not set are taken
    /// from the usual reply.
    pub fn act_then(reply: Reply) -> Self {
        Self {
            reply,
            ..Self::act()
        }
    }

    /// Makes a fault with which the operation takes effect, and the connection is reset before any reply.
    pub fn act_then_reset() -> Self {
        Self::new(Kind::ActThenReset)
    }

    /// Makes a fault with which the operation takes effect, and the client never gets a reply.
    pub fn act_then_hang() -> Self {
        Self::new(Kind::ActThenHang)
    }

    /// Makes a fault that resets the connection after the request's head has been read. The operation does not take effect. The
    /// body is not read, so the request log shows an empty body.
    pub fn reset_before_body() -> Self {
        Self::new(Kind::ResetBeforeBody)
    }

    /// Makes a fault that resets the connection after the whole request has been read. The operation does not take effect.
    pub fn reset_after_body() -> Self {
        Self::new(Kind::ResetAfterBody)
    }

    /// Makes a fault with which the client never gets a reply. The operation does not take effect.
    pub fn hang() -> Self {
        Self::new(Kind::Hang)
    }

    /// Makes a fault with which the status shows APPLIED for an older request. That request has the same type as the latest
    /// request and was made one hour earlier. For [`Operation::RequestStatus`] only.
    pub fn stale_applied() -> Self {
        Self::new(Kind::StaleApplied)
    }

    /// Makes a fault with which the status shows PENDING for a request of another program, made a second after the latest
    /// request. For [`Operation::RequestStatus`] only.
    pub fn superseded() -> Self {
        Self::new(Kind::Superseded)
    }

    /// Makes a fault with which the status shows this phase instead of the true phase, without a message and with
    /// `applied_at` null. For [`Operation::RequestStatus`] only.
    pub fn phase(phase: &str) -> Self {
        Self {
            phase: Some(phase.to_owned()),
            ..Self::new(Kind::Phase)
        }
    }

    /// Sets the pause before the reply or the reset. If the operation takes effect, it does so before the pause. Default zero.
    ///
    /// The pause follows the runtime's clock and not the emulator's, because the time limits of clients follow the runtime's
    /// clock.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay_seconds = Seconds(delay);
        self
    }

    /// Sets the number of requests in a row that meet the fault. Default 1; 0 counts as 1.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Times(NonZeroU32::new(times).unwrap_or(NonZeroU32::MIN));
        self
    }

    /// Sets a header of the reply, as [`Reply::header`] does.
    ///
    /// # Panics
    /// When the name cannot be a header's name, or the value cannot be a header's value.
    pub fn header(self, name: &str, value: &str) -> Self {
        self.edit(|reply| reply.header(name, value))
    }

    /// Sets the body of the reply, as [`Reply::body`] does.
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        self.edit(|reply| reply.body(body))
    }

    /// Sets an HTML body of the reply, as [`Reply::html`] does.
    pub fn html(self, body: impl Into<Bytes>) -> Self {
        self.edit(|reply| reply.html(body))
    }

    /// Sets a JSON body of the reply, as [`Reply::json`] does.
    ///
    /// # Panics
    /// When the value has no JSON form.
    pub fn json<T: Serialize + ?Sized>(self, body: &T) -> Self {
        self.edit(|reply| reply.json(body))
    }

    /// Compresses the body of the reply without a `Content-Encoding` header, as [`Reply::gzip`] does.
    pub fn gzip(self) -> Self {
        self.edit(Reply::gzip)
    }

    /// Cuts the reply off after some bytes of its body, as [`Reply::truncated`] does.
    pub fn truncated(self, bytes: usize) -> Self {
        self.edit(|reply| reply.truncated(bytes))
    }

    /// Sends the body of the reply slowly, as [`Reply::slow`] does.
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

    /// Whether the fault changes the request status that the reply shows.
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

    /// The number of requests that will still meet the fault.
    pub(super) fn left(&self) -> u32 {
        self.times.0.get()
    }

    /// The contradictions between the fault's members, and between its kind and the operation.
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
                "a fault that resets or hangs sends no reply, so the member reply must be left out",
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

    /// The approximate memory of the fault, in bytes.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>() + self.reply.size() + self.phase.as_ref().map_or(0, String::len)
    }
}
