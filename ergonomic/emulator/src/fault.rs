//! Faults: what goes wrong with the next requests, written down beforehand.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;

use super::Operation;
use super::reply::Reply;

/// What happens to a request instead of the usual.
///
/// Queued with [`Emulator::fault`](super::Emulator::fault) for an operation; each request of that operation takes the
/// first one of its queue. Unless it says `act`, a fault keeps the operation from taking effect. Faults come before
/// authentication and the rate limit, as failures of a gateway do. Those that bend the status need an alteration to show:
/// for a connector that was never altered the answer is as usual.
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
#[derive(Clone, Debug)]
#[must_use = "a fault does nothing until it is queued"]
#[non_exhaustive]
pub struct Fault {
    pub(super) acts: bool,
    pub(super) reads_body: bool,
    pub(super) delay: Duration,
    pub(super) ending: Ending,
    pub(super) reply: Reply,
    pub(super) view: Option<View>,
    times: u32,
}

/// How the exchange ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Reply,
    Reset,
    Hang,
}

/// What the status shows instead of the truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum View {
    StaleApplied,
    Superseded,
    Phase(String),
}

impl Fault {
    const fn new(acts: bool, ending: Ending, reply: Reply) -> Self {
        Self {
            acts,
            reads_body: true,
            delay: Duration::ZERO,
            ending,
            reply,
            view: None,
            times: 1,
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
        Self::new(false, Ending::Reply, reply)
    }

    /// Takes effect and replies as usual; the start for what changes only the reply: a delay, compression, truncation.
    pub fn act() -> Self {
        Self::act_then(Reply::usual())
    }

    /// Takes effect, and replies with something else.
    pub fn act_then(reply: Reply) -> Self {
        Self::new(true, Ending::Reply, reply)
    }

    /// Takes effect, and resets the connection before any reply.
    pub fn act_then_reset() -> Self {
        Self::new(true, Ending::Reset, Reply::usual())
    }

    /// Takes effect, and never replies.
    pub fn act_then_hang() -> Self {
        Self::new(true, Ending::Hang, Reply::usual())
    }

    /// Resets the connection when the request's head has been read; its body is not looked at, and the request log
    /// shows none.
    pub fn reset_before_body() -> Self {
        Self {
            reads_body: false,
            ..Self::reset_after_body()
        }
    }

    /// Resets the connection when the whole request has been read.
    pub fn reset_after_body() -> Self {
        Self::new(false, Ending::Reset, Reply::usual())
    }

    /// Never replies, and does nothing.
    pub fn hang() -> Self {
        Self::new(false, Ending::Hang, Reply::usual())
    }

    /// The status shows APPLIED for an older request, of the same type as the latest and one hour before it. For
    /// [`Operation::RequestStatus`] only.
    pub fn stale_applied() -> Self {
        Self::view(View::StaleApplied)
    }

    /// The status shows PENDING for a request that somebody else made a second after the latest. For
    /// [`Operation::RequestStatus`] only.
    pub fn superseded() -> Self {
        Self::view(View::Superseded)
    }

    /// The status shows this phase, whatever the truth, without a message and with `applied_at` null. For
    /// [`Operation::RequestStatus`] only.
    pub fn phase(phase: &str) -> Self {
        Self::view(View::Phase(phase.to_owned()))
    }

    fn view(view: View) -> Self {
        Self {
            view: Some(view),
            ..Self::act()
        }
    }

    /// Waits before the reply or the reset, and after taking effect where it does. Default zero.
    ///
    /// The delay passes on the runtime's clock, not on the emulator's, because that is the clock that the time limits
    /// of clients follow.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Happens to this many requests in a row. Default 1; 0 is taken for 1.
    pub fn times(mut self, times: u32) -> Self {
        self.times = times.max(1);
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
}

/// The queued faults.
#[derive(Debug, Default)]
pub(super) struct Faults(BTreeMap<Operation, VecDeque<Fault>>);

impl Faults {
    pub(super) fn push(&mut self, operation: Operation, fault: Fault) {
        self.0.entry(operation).or_default().push_back(fault);
    }

    pub(super) fn take(&mut self, operation: Operation) -> Option<Fault> {
        let queue = self.0.get_mut(&operation)?;
        let first = queue.front_mut()?;
        if first.times > 1 {
            first.times -= 1;
            return Some(first.clone());
        }
        queue.pop_front()
    }

    /// How many requests the queued faults are still waiting for.
    pub(super) fn waiting(&self) -> u64 {
        let faults = self.0.values().flatten();
        faults.map(|fault| u64::from(fault.times)).sum()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_taken_in_order_and_as_often_as_asked() {
        let mut faults = Faults::default();
        faults.push(Operation::Alter, Fault::status(503).times(2));
        faults.push(Operation::Alter, Fault::status(404));
        faults.push(Operation::RequestStatus, Fault::hang());
        assert_eq!(faults.waiting(), 4);
        let mut taken = || {
            faults
                .take(Operation::Alter)
                .map(|f| f.reply.code().as_u16())
        };
        assert_eq!(
            [taken(), taken(), taken(), taken()],
            [Some(503), Some(503), Some(404), None]
        );
        assert_eq!(faults.waiting(), 1);
        faults.clear();
        assert_eq!(faults.waiting(), 0);
    }
}
