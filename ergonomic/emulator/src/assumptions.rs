//! All assumptions about the service that can be switched: what the emulator does where the service's documents are silent.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The assumptions about the service that can be switched. Each member is one assumption, and its type lists the alternatives.
///
/// ```
/// use ccloud_connect_emulator::{Assumptions, BusyReply};
/// let mut assumptions = Assumptions::default();
/// assumptions.busy = BusyReply::BadRequest;
/// ```
///
/// The conformance suite reports which of the defaults the live service confirms. The service is built on Kafka
/// Connect, whose behaviour was measured with version 4.1.1. For each assumption the documentation tells whether Kafka
/// Connect confirms the default, refutes it, or has no counterpart.
///
/// The following is *assumed* too, but cannot be switched:
/// - All three offset operations answer 403 for a connector without offset management (no counterpart).
/// - The type of an alteration, `PATCH` or `DELETE`, is accepted in capitals only (no counterpart).
/// - A DELETE with a list is carried out as a PATCH that resets the listed partitions (no counterpart: Kafka Connect's
///   DELETE does not read its body).
/// - An alteration that a plugin refuses ends as FAILED (no counterpart: Kafka Connect answers 500 with the
///   plugin's words).
/// - A failed alteration of a source leaves the offsets unchanged (confirmed). A failed alteration of a sink may have set
///   or reset some partitions (confirmed).
/// - After a failed alteration the connector runs again (no counterpart: a connector of Kafka Connect stays stopped).
/// - A connector that was paused before an alteration is paused again after the alteration (refuted: in Kafka
///   Connect, stop and resume end a pause).
/// - A source entry without partition is stored and never shown, if the plugin accepts it (confirmed).
/// - A source whose offsets were reset has no offsets until it runs, and then writes its initial offsets (confirmed).
/// - Messages about success and failure have Kafka Connect's words, which name no entry (confirmed).
/// - The limits for JSON are those of Kafka Connect's reader: 1000 levels, and numbers of 1000 digits (confirmed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Assumptions {
    /// How a second alteration is refused while another is in progress. Kafka Connect has no counterpart, because there the
    /// second alteration waits for the first.
    pub busy: BusyReply,
    /// The answer to an alteration that Kafka Connect refuses with 400 because of the form of its entries. This is a PATCH
    /// without entries, or an alteration of a sink with an entry that has no topic, no partition, or no number as its
    /// position. Kafka Connect confirms the default.
    pub malformed: Refusal,
    /// The answer to a body that Kafka Connect's JSON reader refuses: bad syntax, an unknown key in the body or in an
    /// entry, or a member with a wrong JSON type. Kafka Connect confirms the refusal and refutes the status: it answers 500.
    pub unreadable: Unreadable,
    /// The answer to an alteration that Kafka Connect refuses with 500 while it carries the alteration out. For sinks these
    /// are negative offsets, topics and partitions that do not exist, and resets in a consumer group that does not exist.
    /// For sources these are nested values, integers beyond 64 bits, and entries that are too large for a record. Kafka
    /// Connect confirms the refusal, but refuses at once.
    pub unworkable: Unworkable,
    /// Which check comes first when another alteration is in progress and the entries have errors. Kafka Connect confirms
    /// the default in principle: it checks the connector's state before it reads entries.
    pub check_order: CheckOrder,
    /// Whether the content type of an alteration must be `application/json`. Kafka Connect confirms the default, except for
    /// the status: it answers 415.
    pub content_type: ContentType,
    /// Which alterations pass through the phase `PENDING_VALIDATION`. Kafka Connect has no counterpart.
    pub validation: ValidationPhase,
    /// Which partitions a DELETE with offsets resets. Kafka Connect has no counterpart.
    pub partial_delete: PartialDelete,
    /// The HTTP status of the reply to a request that names an unknown environment or cluster. Kafka Connect has no
    /// counterpart.
    pub unknown_scope: UnknownScope,
    /// The reply to a request for the alteration status of a connector that was never altered. Kafka Connect has no
    /// counterpart.
    pub no_request: NoRequest,
    /// Whether the status of an alteration that has not ended contains `previous_offsets`. Kafka Connect has no counterpart.
    pub previous_offsets: PreviousOffsets,
    /// How replies repeat an entry whose offset is null. Kafka Connect has no counterpart.
    pub null_offsets: NullOffsets,
    /// The form of date-times in replies. Kafka Connect has no counterpart.
    pub dates: DateForm,
}

impl Assumptions {
    /// Switches one assumption: `name` is the name of a member, such as `busy`, and `value` one of its values in lower
    /// case with `_` between words, such as `bad_request`.
    ///
    /// # Errors
    /// When there is no assumption of this name, or when the assumption does not have this value. The error lists the known
    /// names or values, and nothing is changed.
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

/// Why an assumption cannot be switched: its name or the value is unknown.
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
    /// See [`Assumptions::busy`]. The answer to a second alteration while another is in progress.
    BusyReply {
        /// The answer is 409, which is not among the documented statuses.
        #[default]
        Conflict,
        /// The answer is 400, with a message that mentions the pending request.
        BadRequest,
    }
    /// See [`Assumptions::malformed`]. The answer to an alteration with malformed offsets.
    Refusal {
        /// The answer is 400 at once, and nothing happens to the connector.
        #[default]
        AtOnce,
        /// The answer is 202, and the alteration ends as FAILED.
        AsFailed,
    }
    /// See [`Assumptions::unreadable`]. The answer to a body that cannot be parsed.
    Unreadable {
        /// The answer is 400 at once.
        #[default]
        BadRequest,
        /// The answer is 500 at once, as from Kafka Connect.
        ServerError,
    }
    /// See [`Assumptions::unworkable`]. The answer to an alteration that cannot be carried out.
    Unworkable {
        /// The answer is 202, because the service answers before it begins the alteration. The alteration ends as FAILED.
        #[default]
        AsFailed,
        /// The answer is 500 at once, as from Kafka Connect. No position has changed, whereas Kafka Connect may have changed
        /// some positions of a sink.
        AtOnce,
    }
    /// See [`Assumptions::check_order`]. The check that comes first.
    CheckOrder {
        /// The entries are checked first, so the answer names the errors in them.
        OffsetsFirst,
        /// The emulator first checks whether the connector is busy, so the answer reports the other alteration. Kafka Connect
        /// also checks the connector's state first.
        #[default]
        BusyFirst,
    }
    /// See [`Assumptions::content_type`]. The content types with which an alteration is accepted.
    ContentType {
        /// Every content type except `application/json` is refused with 400.
        #[default]
        Json,
        /// The content type is ignored.
        Any,
    }
    /// See [`Assumptions::validation`]. The alterations that pass through the phase `PENDING_VALIDATION`.
    ValidationPhase {
        /// Only alterations of source connectors pass through the phase.
        #[default]
        Sources,
        /// All alterations pass through the phase.
        All,
        /// No alteration passes through the phase.
        Never,
    }
    /// See [`Assumptions::partial_delete`]. The partitions that a DELETE with a list resets.
    PartialDelete {
        /// The DELETE resets only the listed partitions, as the published description says. An `offset` in an entry is
        /// ignored.
        #[default]
        Listed,
        /// The DELETE resets every partition, like Kafka Connect's own DELETE, which takes no list.
        Everything,
    }
    /// See [`Assumptions::unknown_scope`]. The answer to a request that names an unknown environment or cluster.
    UnknownScope {
        /// The answer is 403, as for an environment or a cluster that the caller may not see.
        #[default]
        Forbidden,
        /// The answer is 404.
        NotFound,
    }
    /// See [`Assumptions::no_request`]. The answer to a request for the alteration status of a connector that was never altered.
    NoRequest {
        /// The answer is 404.
        #[default]
        NotFound,
        /// The answer is 400.
        BadRequest,
    }
    /// See [`Assumptions::previous_offsets`]. The member `previous_offsets` of a status before the alteration ends.
    PreviousOffsets {
        /// The member is absent until the alteration ends, as in the published PENDING example.
        #[default]
        AbsentWhilePending,
        /// The member is an empty list until the alteration ends. This form was observed as well.
        EmptyWhilePending,
    }
    /// See [`Assumptions::null_offsets`]. How a reply repeats an entry whose offset is null.
    NullOffsets {
        /// The reply repeats the entry without its offset, because the published schema of replies does not allow null
        /// there.
        #[default]
        LeftOut,
        /// The reply repeats the entry exactly as it was sent.
        Repeated,
    }
    /// See [`Assumptions::dates`]. The form of date-times. Each form was observed in published texts or in recordings of the
    /// service.
    DateForm {
        /// A time is written as `2024-02-20T15:14:19Z`, with a fraction of up to nine digits where there is one.
        #[default]
        Rfc3339,
        /// A time is written as `2024-02-20T15:14:19Z`, and any fraction is cut off.
        WholeSeconds,
        /// A time is written as `2024-02-20 15:14:19+00:00`, and any fraction is cut off.
        Space,
        /// A time is written as `2024-02-20T15:14:19+0000`, and any fraction is cut off.
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
