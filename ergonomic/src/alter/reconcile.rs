//! Finds out whether a request was accepted, from the request status.

use std::time::Duration;

use super::same::{digest_of, is_request, same_request};
use crate::error::{Effect, Error, ErrorKind, Result, seconds};
use crate::model::{AlterationRequest, AlterationRequestInfo, AlterationStatus};
use crate::transport::{Exchange, GetLatestRequest, Route, about_another, age, date};
use crate::{AlterationType, Timestamp};

/// The pauses before the reads of the status after an unclear failure. The last pause repeats.
const PAUSES: [Duration; 3] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];
/// The pauses before the reads of the status after a refusal. A request that was accepted before the refusal usually
/// shows at once.
const SHORT_PAUSES: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(2),
];
/// The shortest time that must be left for a further read.
const SHORTEST: Duration = Duration::from_millis(10);
/// The uncertainty of times from the service, which cuts `Date`, and possibly `requested_at`, to whole seconds.
const DATE_GRAIN: Duration = Duration::from_secs(2);

/// What one read of the request status showed.
enum Look {
    Ours(AlterationRequestInfo),
    /// Another request is under way, which explains the refusal of our request.
    Other,
    /// The status shows neither our request nor another one under way.
    Nothing,
    /// The status shows a request that may be our own: its entries are missing, or the two clocks disagree about its
    /// time.
    Undecidable,
    /// The service refused access to the status.
    Refused,
    /// The status could not be read, or does not allow a decision.
    Unread,
    /// The rate limit leaves no time for a read.
    Held,
}

/// The earliest time at which a request was sent, by two clocks, of which one may be wrong.
struct SentAt {
    /// The earliest time of sending, by the `Date` of an answer of the service.
    by_date: Timestamp,
    /// The earliest time of sending, by the clock of this machine.
    by_clock: Timestamp,
}

impl SentAt {
    /// Whether a request that the service accepted at `time` can be the one that was sent, according to `Date`.
    fn allows(&self, time: Timestamp) -> bool {
        self.by_date <= time
    }

    /// Whether the request was sent after `time`; `None` when the two clocks give different answers.
    fn is_after(&self, time: Timestamp) -> Option<bool> {
        let by_date = !self.allows(time);
        (by_date == (time < self.by_clock)).then_some(by_date)
    }
}

/// A request that was sent, and that is searched for in the status.
pub(super) struct Search<'a> {
    pub(super) route: &'a Route,
    pub(super) request: &'a AlterationRequest,
    /// The time at which the request was sent first, on the monotonic clock.
    pub(super) sent: Duration,
    /// The time by which the search has to be over, on the monotonic clock.
    pub(super) end: Duration,
    /// The latest request that the plan has seen, which is earlier than ours.
    pub(super) known: Option<&'a AlterationRequestInfo>,
}

impl Search<'_> {
    /// Why a successful answer is not about our request; `None` when it is. A cache or a gateway may return the stored
    /// answer to an earlier request.
    ///
    /// The entries are compared only when the HTTP status is not 202. An answer with 202 comes from the service, which
    /// may write the entries in a form that is not known here. An answer with another 2xx status may come from any
    /// server.
    pub(super) fn not_about(
        &self,
        info: &AlterationRequestInfo,
        exchange: &Exchange,
    ) -> Option<String> {
        let AlterationRequestInfo {
            kind, requested_at, ..
        } = info;
        if *kind != self.request.kind() {
            return Some(format!("it describes a {kind}"));
        }
        let about = [&info.name, &info.id].map(|text| Some(text.as_str()));
        if let Some(other) = about_another(&self.route.connector, about) {
            return Some(other);
        }
        if !age(&exchange.headers).is_zero() {
            return Some("it came from a cache".to_owned());
        }
        // A request that the plan or this client has seen before is not our own. Without a `Date` in the answer, the
        // request in the status is taken for such a request even when its time has fewer or more digits. With a `Date`,
        // its time must be exactly equal, because a quick alteration can be followed by another within a second.
        let earlier = format!("it describes an earlier request, the {kind} of {requested_at}");
        match self.sent_at(exchange) {
            None if self.is_known(info) => return Some(earlier),
            None => {}
            Some(sent_at) => {
                if self.is_exactly_known(info) {
                    return Some(earlier);
                }
                match sent_at.is_after(*requested_at) {
                    Some(true) => return Some(earlier),
                    None if !sent_at.allows(*requested_at) && !self.is_new(info) => {
                        return Some(format!("by its Date, {earlier}"));
                    }
                    _ => {}
                }
            }
        }
        let repeated = info.entries.is_some();
        let other = exchange.status.as_u16() != 202 && repeated;
        let other = other && !same_request(info, self.request);
        other.then(|| "it describes other entries".to_owned())
    }

    /// The requests before our own that the plan or this client has seen.
    fn earlier(&self) -> impl Iterator<Item = (AlterationType, Timestamp, Option<u32>)> {
        let memory = &self.route.transport.memory;
        let accepted = memory.accepted(&self.route.connector);
        let accepted = accepted.map(|(kind, at, asked)| (kind, at, Some(asked)));
        let planned = self.known;
        let planned = planned.map(|it| (it.kind.clone(), it.requested_at, digest_of(it)));
        planned.into_iter().chain(accepted)
    }

    /// Whether the request may be one of the earlier ones: where alterations are quick, it may also be a later one like it.
    fn is_known(&self, info: &AlterationRequestInfo) -> bool {
        self.earlier()
            .any(|(kind, at, asked)| is_request(info, &kind, at, asked))
    }

    fn is_exactly_known(&self, info: &AlterationRequestInfo) -> bool {
        self.earlier()
            .any(|(kind, at, _)| kind == info.kind && at == info.requested_at)
    }

    /// Whether the request has our entries and is later than the latest request that the plan has seen. It is then our
    /// own, or an identical one that was sent at the same time.
    fn is_new(&self, info: &AlterationRequestInfo) -> bool {
        let is_later = |known: &AlterationRequestInfo| info.requested_at > known.requested_at;
        self.known.is_some_and(is_later) && same_request(info, self.request)
    }

    /// The earliest time at which our request was sent: the current time, minus the time since then on the monotonic
    /// clock. `None` when the answer has no `Date`.
    fn sent_at(&self, exchange: &Exchange) -> Option<SentAt> {
        let clock = self.route.clock();
        let since = clock.monotonic().saturating_sub(self.sent);
        let sent = |now: Timestamp| now.saturating_sub(since).saturating_sub(DATE_GRAIN);
        Some(SentAt {
            by_date: sent(date(&exchange.headers)?),
            by_clock: sent(clock.now()),
        })
    }

    /// Finds out whether the request was accepted, after a failure that leaves this unclear. When the status does not
    /// show the request, the error still says that it may have been accepted, because the request may be on its way to
    /// the service.
    pub(super) async fn settle(&self, error: Error) -> Result<AlterationRequestInfo> {
        let mut is_read = false;
        let seen = self
            .look_until(&PAUSES, |look| {
                is_read |= !matches!(look, Look::Unread | Look::Refused | Look::Held);
                matches!(look, Look::Ours(_))
            })
            .await;
        let (look, said) = seen;
        match look {
            Look::Ours(info) => Ok(self.found(&error, info)),
            _ if !is_read => {
                let effect = error.effect();
                Err(error.amended(effect, said))
            }
            // The status does not show the request, so the effect is unknown, even when the answer reported acceptance.
            _ => Err(error.amended(Effect::Unknown, said)),
        }
    }

    /// Finds out whether an earlier copy of a refused request was accepted. No copy was accepted when another request
    /// is under way, or when several reads of the status do not show our request (*assumed*: an accepted request shows
    /// by then).
    pub(super) async fn explain(&self, mut error: Error) -> Result<AlterationRequestInfo> {
        let decides = |look: &Look| matches!(look, Look::Ours(_) | Look::Other | Look::Undecidable);
        let (look, said) = self.look_until(&SHORT_PAUSES, decides).await;
        // The error stays `Busy` only when the status shows another alteration under way. A 409 can have other reasons.
        if error.kind() == ErrorKind::Busy && !matches!(look, Look::Other) {
            let is_conflict = error.status() == Some(409);
            error = error.of_kind(match is_conflict {
                true => ErrorKind::Conflict,
                false => ErrorKind::BadRequest,
            });
        }
        self.judge(error, look, said)
    }

    /// Like [`explain`](Self::explain), for a refusal that names what is wrong with the request, and for a refusal of
    /// access, which usually holds for the status too. One read is enough, and the message of the error stays as it is.
    pub(super) async fn glance(&self, error: Error) -> Result<AlterationRequestInfo> {
        if self.route.transport.retry.reconcile_reads == 0 {
            return Err(error);
        }
        let holds = error.kind() != ErrorKind::BadRequest;
        let decides = |look: &Look| match look {
            Look::Refused => holds,
            look => !matches!(look, Look::Unread),
        };
        match self.look_until(&SHORT_PAUSES, decides).await {
            (Look::Other | Look::Nothing, _) => Err(error),
            (Look::Refused, _) if holds => Err(error),
            (look, said) => self.judge(error, look, said),
        }
    }

    /// Like [`explain`](Self::explain), for a request that may be sent again. One read is enough, because the service
    /// takes no second request while our own is under way.
    pub(super) async fn look_again(&self, error: Error) -> Result<AlterationRequestInfo> {
        let decides = |look: &Look| !matches!(look, Look::Unread | Look::Refused);
        let (look, said) = self.look_until(&SHORT_PAUSES, decides).await;
        self.judge(error, look, said)
    }

    fn judge(&self, error: Error, look: Look, said: String) -> Result<AlterationRequestInfo> {
        match look {
            Look::Ours(info) => Ok(self.found(&error, info)),
            Look::Other | Look::Nothing => Err(error.amended(Effect::NotAccepted, said)),
            Look::Undecidable | Look::Refused | Look::Unread | Look::Held => {
                Err(error.amended(Effect::Unknown, said))
            }
        }
    }

    fn found(&self, error: &Error, info: AlterationRequestInfo) -> AlterationRequestInfo {
        tracing::info!(error = %error.without_advice(), requested_at = %info.requested_at, "found the alteration in the status");
        info
    }

    /// Reads the status until one read decides, or as often as the policy allows; returns the last result, and its
    /// description.
    async fn look_until(
        &self,
        pauses: &[Duration],
        mut decides: impl FnMut(&Look) -> bool,
    ) -> (Look, String) {
        let clock = self.route.clock();
        let started = clock.monotonic();
        let mut last = Look::Unread;
        let mut said = "the request status was not read".to_owned();
        let mut reads = 0;
        for read in 0..self.route.transport.retry.reconcile_reads {
            let left = self.end.saturating_sub(clock.monotonic());
            if read > 0 && left < SHORTEST {
                break;
            }
            let pause = pauses.get(read as usize).or(pauses.last());
            // At least half of the time that is left is kept for the read.
            let pause = pause.map_or(Duration::ZERO, |pause| (*pause).min(left / 2));
            if !pause.is_zero() {
                clock.sleep(pause).await;
            }
            (last, said) = self.look().await;
            if matches!(last, Look::Held) {
                break;
            }
            reads = read + 1;
            if decides(&last) {
                break;
            }
        }
        let said = if reads > 1 {
            let took = seconds(clock.monotonic().saturating_sub(started));
            format!("{said} (looked {reads} times in {took})")
        } else {
            said
        };
        (last, said)
    }

    async fn look(&self) -> (Look, String) {
        let operation = GetLatestRequest(&self.route.connector);
        let (status, exchange) = match self.route.call(&operation).until(self.end).once().await {
            Ok(read) => read,
            Err(error) if error.is_not_found() && is_of_service(&error) => {
                return (Look::Nothing, "there is no request status".to_owned());
            }
            Err(error) => {
                tracing::warn!(error = %error.without_advice(), "the request status could not be read");
                let (look, said) = match error.kind() {
                    ErrorKind::Unreadable => {
                        (Look::Unread, "the request status could not be understood")
                    }
                    ErrorKind::HeldBack => (
                        Look::Held,
                        "the request status could not be read in time, because the service's rate limit is used up",
                    ),
                    ErrorKind::Unauthenticated | ErrorKind::Forbidden if is_of_service(&error) => {
                        let status = error.status().unwrap_or_default();
                        let said =
                            format!("the service refused access to the request status ({status})");
                        return (Look::Refused, said);
                    }
                    _ => (Look::Unread, "the request status could not be read either"),
                };
                return (look, said.to_owned());
            }
        };
        let unread = |said: &str| (Look::Unread, said.to_owned());
        if !age(&exchange.headers).is_zero() {
            return unread("the request status came from a cache");
        }
        match self.sent_at(&exchange) {
            Some(sent_at) => self.compare(status, &sent_at),
            None => unread(
                "the answer with the request status has no Date header, so its times cannot be compared with the time of this request",
            ),
        }
    }

    /// Decides whether the status shows our request, for which the service gives no id. It is our own when it has our
    /// type and our entries, was not accepted before we sent ours, and was not known before. An identical request that
    /// another client sends at the same time cannot be told from ours, and has the same effect.
    fn compare(&self, status: AlterationStatus, sent_at: &SentAt) -> (Look, String) {
        let AlterationStatus { request, phase, .. } = status;
        let AlterationRequestInfo {
            kind, requested_at, ..
        } = &request;
        let before = sent_at.is_after(*requested_at);
        let is_same = || same_request(&request, self.request);
        let is_known = self.is_known(&request);
        let is_other = *kind != self.request.kind() || before == Some(true);
        let said = if is_known && (is_other || self.is_exactly_known(&request)) {
            format!("the request status shows an earlier request, the {kind} of {requested_at}")
        } else if is_other {
            format!("the request status shows another request, a {kind} of {requested_at}")
        } else if is_known {
            let said = format!(
                "the request status shows a {kind} of {requested_at}, which may be an earlier request of the same second"
            );
            return (Look::Undecidable, said);
        } else if is_same() && (sent_at.allows(*requested_at) || self.is_new(&request)) {
            return (Look::Ours(request), String::new());
        } else if is_same() {
            let said = format!(
                "the request status shows a {kind} of {requested_at} with the same entries; that time is before this request \
                 by the Date of the answer, but not by the clock of this machine"
            );
            return (Look::Undecidable, said);
        } else if request.entries.is_none() {
            let said =
                format!("the request status shows a {kind} of {requested_at} without its entries");
            return (Look::Undecidable, said);
        } else {
            format!("the request status shows a {kind} of {requested_at} with other entries")
        };
        if phase.is_end() {
            (Look::Nothing, said)
        } else {
            (Look::Other, format!("{said}, which {}", phase.open()))
        }
    }
}

/// Whether the service itself sent this refusal just now: the answer is not an HTML page, and does not come from a
/// cache.
pub(super) fn is_of_service(error: &Error) -> bool {
    let answer = error.inner().answer.as_ref();
    answer.is_some_and(|answer| answer.age.is_zero() && !answer.is_page())
}
