//! What the emulator takes to be true where the service's documents are silent: all of it, in one place.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Every choice that is *assumed*, each with the alternative it can be switched to.
///
/// ```
/// use ccloud_connect_emulator::{Assumptions, BusyReply};
/// let mut assumptions = Assumptions::default();
/// assumptions.busy = BusyReply::BadRequest;
/// ```
///
/// The conformance suite reports which of the defaults the live service confirms. What a real Kafka Connect does, on
/// which the service is built, was measured with version 4.1.1; each member says whether that confirms it, refutes it, or
/// has no counterpart.
///
/// These are *assumed* too, but cannot be switched:
/// - All three offset operations answer 403 for a connector without offset management, and `PATCH` and `DELETE` are read
///   in capitals only (no counterpart).
/// - A list to DELETE is carried out as a PATCH that resets what it lists (no counterpart: Kafka Connect's DELETE does
///   not read its body).
/// - What a plugin refuses ends as FAILED (consistent: Kafka Connect answers 500 with the plugin's words).
/// - An alteration that fails leaves the offsets of a source as they were; of a sink it may have set or reset some
///   partitions (both confirmed).
/// - After a failed alteration the connector runs again (no counterpart: a connector of Kafka Connect stays stopped).
/// - A connector that was paused before an alteration stays paused after it (refuted: there, stop and resume end a pause).
/// - A source entry without partition is stored and never shown, unless the plugin refuses it (confirmed).
/// - A source whose offsets were reset has none until it runs, and then writes its own again (confirmed).
/// - Success and failure are told in Kafka Connect's words, which name no entry (confirmed).
/// - JSON is read within the limits of Kafka Connect's reader: 1000 levels, numbers of 1000 digits (confirmed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Assumptions {
    /// How a second alteration is refused while one is in progress. No counterpart: Kafka Connect lets it wait.
    pub busy: BusyReply,
    /// Where an alteration goes that Kafka Connect refuses with 400 when it reads the offsets: none at all, or a sink's
    /// without topic, partition or number. Confirmed.
    pub malformed: Refusal,
    /// How a body is refused that Kafka Connect's JSON reader refuses: bad syntax, a key that is not known in the body or
    /// in an entry, a member of another JSON type. That it is refused is confirmed, the status refuted: it is 500 there.
    pub unreadable: Unreadable,
    /// Where an alteration goes that Kafka Connect refuses with 500 while it carries it out: negative sink offsets, topics
    /// and partitions that do not exist, resets in a consumer group that does not exist; in source entries nested values,
    /// integers beyond 64 bits, more than a record holds. Confirmed, but for the moment: there it is at once.
    pub unworkable: Unworkable,
    /// What is looked at first in an alteration whose entries have faults while another is in progress.
    /// Confirmed in kind: Kafka Connect looks at the connector's state before it reads entries.
    pub check_order: CheckOrder,
    /// Whether an alteration's body must be announced as `application/json`. Confirmed, but for the status: it is 415
    /// there.
    pub content_type: ContentType,
    /// Which alterations pass through `PENDING_VALIDATION`. No counterpart.
    pub validation: ValidationPhase,
    /// What a DELETE with offsets resets. No counterpart.
    pub partial_delete: PartialDelete,
    /// What an unknown environment or cluster answers. No counterpart.
    pub unknown_scope: UnknownScope,
    /// What the status answers for a connector that was never altered. No counterpart.
    pub no_request: NoRequest,
    /// Whether `previous_offsets` is in the status of an alteration that has not ended. No counterpart.
    pub previous_offsets: PreviousOffsets,
    /// How an entry with the offset null is repeated in replies. No counterpart.
    pub null_offsets: NullOffsets,
    /// How date-times are written. No counterpart.
    pub dates: DateForm,
}

impl Assumptions {
    /// Switches one of them: the name of a member, and one of its values in lower case with `_` between words, such as
    /// `busy` and `bad_request`.
    ///
    /// # Errors
    /// When there is no such name or value; the error names those that there are. Nothing is changed then.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), AssumptionError> {
        let all = serde_json::to_value(*self).unwrap_or_default();
        let serde_json::Value::Object(mut members) = all else {
            unreachable!("assumptions are written as an object");
        };
        let Some(member) = members.get_mut(name) else {
            let names: Vec<&str> = members.keys().map(String::as_str).collect();
            let names = names.join(", ");
            return Err(AssumptionError(format!(
                "there is no assumption {name:?}; there are {names}"
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
        /// 400 with a message that speaks of the pending request.
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
        /// 202, and the alteration ends as FAILED: the service answers before it begins.
        #[default]
        AsFailed,
        /// 500 at once, as Kafka Connect does, but without any effect.
        AtOnce,
    }
    /// See [`Assumptions::check_order`].
    CheckOrder {
        /// The entries: the answer names their faults.
        OffsetsFirst,
        /// Whether the connector is busy: the answer says so. Kafka Connect looks at the connector's state first, too.
        #[default]
        BusyFirst,
    }
    /// See [`Assumptions::content_type`].
    ContentType {
        /// It must; anything else is refused with 400.
        #[default]
        Json,
        /// The header is not looked at.
        Any,
    }
    /// See [`Assumptions::validation`].
    ValidationPhase {
        /// Those of source connectors.
        #[default]
        Sources,
        /// All.
        All,
        /// None.
        Never,
    }
    /// See [`Assumptions::partial_delete`].
    PartialDelete {
        /// Only the listed partitions, as the published description says; an `offset` in an entry is not looked at.
        #[default]
        Listed,
        /// Every partition, as Kafka Connect's own DELETE does, which takes no list.
        Everything,
    }
    /// See [`Assumptions::unknown_scope`].
    UnknownScope {
        /// 403, as for one that the caller may not see.
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
        /// An empty list until the alteration ends, as also seen.
        EmptyWhilePending,
    }
    /// See [`Assumptions::null_offsets`].
    NullOffsets {
        /// Without the offset, because the published schema of replies knows no null there.
        #[default]
        LeftOut,
        /// As it was sent.
        Repeated,
    }
    /// See [`Assumptions::dates`]. All of them have been seen in published texts and recordings of the service.
    DateForm {
        /// `2024-02-20T15:14:19Z`, with a fraction of up to nine digits where there is one.
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
