//! The assumptions about the service where its documents are silent, all in one place.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Every assumption that can be switched, each with its alternatives.
///
/// ```
/// use ccloud_connect_emulator::{Assumptions, BusyReply};
/// let mut assumptions = Assumptions::default();
/// assumptions.busy = BusyReply::BadRequest;
/// ```
///
/// The conformance suite reports which of the defaults the live service confirms. The service is built on Kafka
/// Connect, whose behaviour was measured with version 4.1.1: each member says whether Kafka Connect confirms the
/// default, refutes it, or has no counterpart.
///
/// These are *assumed* too, but cannot be switched:
/// - All three offset operations answer 403 for a connector without offset management, and `PATCH` and `DELETE` are read
///   in capitals only (no counterpart).
/// - A DELETE with a list is carried out as a PATCH that resets the listed partitions (no counterpart: Kafka Connect's
///   DELETE does not read its body).
/// - An alteration that a plugin refuses ends as FAILED (consistent: Kafka Connect answers 500 with the plugin's words).
/// - A failed alteration of a source leaves the offsets unchanged; a failed alteration of a sink may have set or reset
///   some partitions (both confirmed).
/// - After a failed alteration the connector runs again (no counterpart: a connector of Kafka Connect stays stopped).
/// - A connector that was paused before an alteration stays paused after it (refuted: in Kafka
///   Connect, stop and resume end a pause).
/// - A source entry without partition is stored and never shown, unless the plugin refuses it (confirmed).
/// - A source whose offsets were reset has none until it runs, and then writes its own again (confirmed).
/// - Messages about success and failure have Kafka Connect's words, which name no entry (confirmed).
/// - JSON is read within the limits of Kafka Connect's reader: 1000 levels, numbers of 1000 digits (confirmed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Assumptions {
    /// How a second alteration is refused while another is in progress. Kafka Connect has no counterpart: it makes the
    /// second one wait.
    pub busy: BusyReply,
    /// The answer to an alteration that Kafka Connect refuses with 400 when it reads the offsets: one without offsets,
    /// or one of a sink without topic, partition or number. Confirmed.
    pub malformed: Refusal,
    /// The answer to a body that Kafka Connect's JSON reader refuses: bad syntax, an unknown key in the body or in an
    /// entry, a member of another JSON type. The refusal is confirmed; the status is refuted, because Kafka Connect
    /// answers 500.
    pub unreadable: Unreadable,
    /// The answer to an alteration that Kafka Connect refuses with 500 while it carries it out: negative sink offsets,
    /// topics and partitions that do not exist, resets in a consumer group that does not exist; in source entries
    /// nested values, integers beyond 64 bits, and entries that are too large for a record. Confirmed, except that
    /// Kafka Connect refuses at once.
    pub unworkable: Unworkable,
    /// Which check comes first when another alteration is in progress and the entries have faults. Confirmed in kind:
    /// Kafka Connect checks the connector's state before it reads entries.
    pub check_order: CheckOrder,
    /// Whether the content type of an alteration must be `application/json`. Confirmed, except for the status: Kafka
    /// Connect answers 415.
    pub content_type: ContentType,
    /// Which alterations pass through `PENDING_VALIDATION`. Kafka Connect has no counterpart.
    pub validation: ValidationPhase,
    /// Which partitions a DELETE with offsets resets. Kafka Connect has no counterpart.
    pub partial_delete: PartialDelete,
    /// The status for an unknown environment or cluster. Kafka Connect has no counterpart.
    pub unknown_scope: UnknownScope,
    /// The reply to a request for the status of a connector that was never altered. Kafka Connect has no counterpart.
    pub no_request: NoRequest,
    /// Whether the status of an alteration that has not ended contains `previous_offsets`. Kafka Connect has no counterpart.
    pub previous_offsets: PreviousOffsets,
    /// How replies repeat an entry whose offset is null. Kafka Connect has no counterpart.
    pub null_offsets: NullOffsets,
    /// The form of date-times. Kafka Connect has no counterpart.
    pub dates: DateForm,
}

impl Assumptions {
    /// Switches one assumption: `name` is the name of a member, such as `busy`, and `value` one of its values in lower
    /// case with `_` between words, such as `bad_request`.
    ///
    /// # Errors
    /// When there is no such name or value; the error lists the known ones. Nothing is changed then.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), AssumptionError> {
        let all = serde_json::to_value(*self).unwrap_or_default();
        let serde_json::Value::Object(mut members) = all else {
            unreachable!("assumptions are written as an object");
        };
        let Some(member) = members.get_mut(name) else {
            let names: Vec<&str> = members.keys().map(String::as_str).collect();
            let names = names.join(", ");
            return Err(AssumptionError(format!(
                "there is no assumption {name:?}; the assumptions are {names}"
            )));
        };
        *member = value.into();
        *self = serde_json::from_value(members.into())
            .map_err(|error| AssumptionError(format!("the assumption {name}: {error}")))?;
        Ok(())
    }
}

/// An assumption that cannot be switched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssumptionError(String);

impl fmt::Display for AssumptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for AssumptionError {}

macro_rules! choices {
    ($($(#[$about:meta])* $name:ident { $($values:tt)* })*) => {$(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum $name { $($values)* }
    )*};
}

choices! {
    /// See [`Assumptions::busy`].
    BusyReply {
        /// 409. Not among the documented statuses.
        #[default]
        Conflict,
        /// 400 with a message that mentions the pending request.
        BadRequest,
    }
    /// See [`Assumptions::malformed`].
    Refusal {
        /// 400 at once; nothing happens to the connector.
        #[default]
        AtOnce,
        /// 202, and the alteration ends as FAILED.
        AsFailed,
    }
    /// See [`Assumptions::unreadable`].
    Unreadable {
        /// 400 at once.
        #[default]
        BadRequest,
        /// 500 at once, as Kafka Connect does.
        ServerError,
    }
    /// See [`Assumptions::unworkable`].
    Unworkable {
        /// 202, because the service answers before it begins the alteration, which then ends as FAILED.
        #[default]
        AsFailed,
        /// 500 at once, as Kafka Connect does, but without any effect.
        AtOnce,
    }
    /// See [`Assumptions::check_order`].
    CheckOrder {
        /// The entries: the answer names their faults.
        OffsetsFirst,
        /// Whether the connector is busy: the answer says so. Kafka Connect also checks the connector's state first.
        #[default]
        BusyFirst,
    }
    /// See [`Assumptions::content_type`].
    ContentType {
        /// Any other content type than `application/json` is refused with 400.
        #[default]
        Json,
        /// The content type is ignored.
        Any,
    }
    /// See [`Assumptions::validation`].
    ValidationPhase {
        /// Alterations of source connectors.
        #[default]
        Sources,
        /// All alterations.
        All,
        /// No alteration.
        Never,
    }
    /// See [`Assumptions::partial_delete`].
    PartialDelete {
        /// Only the listed partitions, as the published description says; an `offset` in an entry is ignored.
        #[default]
        Listed,
        /// Every partition, as Kafka Connect's own DELETE does, which takes no list.
        Everything,
    }
    /// See [`Assumptions::unknown_scope`].
    UnknownScope {
        /// 403, as for an environment or a cluster that the caller may not see.
        #[default]
        Forbidden,
        /// 404.
        NotFound,
    }
    /// See [`Assumptions::no_request`].
    NoRequest {
        /// 404.
        #[default]
        NotFound,
        /// 400.
        BadRequest,
    }
    /// See [`Assumptions::previous_offsets`].
    PreviousOffsets {
        /// Absent until the alteration ends, as in the published PENDING example.
        #[default]
        AbsentWhilePending,
        /// An empty list until the alteration ends; this was observed as well.
        EmptyWhilePending,
    }
    /// See [`Assumptions::null_offsets`].
    NullOffsets {
        /// Without the offset, because the published schema of replies does not allow null there.
        #[default]
        LeftOut,
        /// As it was sent.
        Repeated,
    }
    /// See [`Assumptions::dates`]. Each form was observed in published texts or recordings of the service.
    DateForm {
        /// `2024-02-20T15:14:19Z`; a fraction has up to nine digits.
        #[default]
        Rfc3339,
        /// `2024-02-20T15:14:19Z`, any fraction cut off.
        WholeSeconds,
        /// `2024-02-20 15:14:19+00:00`, any fraction cut off.
        Space,
        /// `2024-02-20T15:14:19+0000`, any fraction cut off.
        NoColon,
    }
}

impl BusyReply {
    pub(crate) const MESSAGE: &'static str =
        "An alter offsets request is already pending for this connector.";

    pub(crate) fn status(self) -> u16 {
        match self {
            Self::Conflict => 409,
            Self::BadRequest => 400,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_switched_by_name() {
        let mut assumptions = Assumptions::default();
        assumptions.set("busy", "bad_request").unwrap();
        assumptions.set("unworkable", "at_once").unwrap();
        assert_eq!(assumptions.busy, BusyReply::BadRequest);
        assert_eq!(assumptions.unworkable, Unworkable::AtOnce);
        let before = assumptions;
        let unknown = assumptions
            .set("bussy", "conflict")
            .unwrap_err()
            .to_string();
        assert!(unknown.contains("check_order"), "{unknown}");
        let unknown = assumptions.set("busy", "rude").unwrap_err().to_string();
        assert!(unknown.contains("bad_request"), "{unknown}");
        assert_eq!(assumptions, before);
    }
}
