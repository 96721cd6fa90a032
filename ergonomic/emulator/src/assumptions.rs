//! What the emulator takes to be true where the service's documents are silent: all of it, in one place.

/// Every choice that is *assumed*, each with the alternative it can be switched to.
///
/// ```
/// use ccloud_connect_emulator::{Assumptions, BusyReply};
/// let mut assumptions = Assumptions::default();
/// assumptions.busy = BusyReply::BadRequest;
/// ```
///
/// The conformance suite reports which of the defaults the live service confirms.
///
/// These are *assumed* too, but cannot be switched: all three offset operations answer 403 for a connector without
/// offset management; `PATCH` and `DELETE` are read in capitals only; JSON nested more than 64 deep is refused with
/// 400; a source entry without a partition is refused with 400; what a validating plugin refuses ends as FAILED; a
/// failed alteration lets the connector run again where it was; a connector that was paused before an alteration stays
/// paused after it; a source whose offsets were reset has none until it is given some.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assumptions {
    /// How a second alteration is refused while one is in progress.
    pub busy: BusyReply,
    /// Where an alteration goes that Kafka Connect refuses with 400 when it reads the offsets.
    pub malformed: Refusal,
    /// Where an alteration goes that Kafka Connect refuses with 500 while it carries it out: negative sink offsets,
    /// topics that do not exist, nested values in source entries.
    pub unworkable: Unworkable,
    /// What is looked at first in an alteration that has faults while another is in progress.
    pub check_order: CheckOrder,
    /// Whether an alteration's body must be announced as `application/json`.
    pub content_type: ContentType,
    /// Which alterations pass through `PENDING_VALIDATION`.
    pub validation: ValidationPhase,
    /// What a DELETE with offsets resets.
    pub partial_delete: PartialDelete,
    /// What an unknown environment or cluster answers.
    pub unknown_scope: UnknownScope,
    /// What the status answers for a connector that was never altered.
    pub no_request: NoRequest,
    /// Whether `previous_offsets` is in the status of an alteration that has not ended.
    pub previous_offsets: PreviousOffsets,
    /// How an entry with the offset null is repeated in replies.
    pub null_offsets: NullOffsets,
    /// How date-times are written.
    pub dates: DateForm,
}

/// See [`Assumptions::busy`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BusyReply {
    /// 409, as Kafka Connect answers while it rebalances. Not among the documented statuses.
    #[default]
    Conflict,
    /// 400 with a message that speaks of the pending request.
    BadRequest,
}

/// See [`Assumptions::malformed`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// 400 at once; nothing happens to the connector.
    #[default]
    AtOnce,
    /// 202, and the alteration ends as FAILED.
    AsFailed,
}

/// See [`Assumptions::unworkable`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unworkable {
    /// 202, and the alteration ends as FAILED: the service answers before it begins.
    #[default]
    AsFailed,
    /// 500 at once, as Kafka Connect does.
    AtOnce,
}

/// See [`Assumptions::check_order`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckOrder {
    /// The offsets: the answer names their faults.
    #[default]
    OffsetsFirst,
    /// Whether the connector is busy: the answer says so.
    BusyFirst,
}

/// See [`Assumptions::content_type`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContentType {
    /// It must; anything else is refused with 400.
    #[default]
    Json,
    /// The header is not looked at.
    Any,
}

/// See [`Assumptions::validation`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValidationPhase {
    /// Those of source connectors.
    #[default]
    Sources,
    /// All.
    All,
    /// None.
    Never,
}

/// See [`Assumptions::partial_delete`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PartialDelete {
    /// Only the listed partitions, as the published description says; an `offset` in an entry is not looked at.
    #[default]
    Listed,
    /// Every partition, as Kafka Connect's own DELETE does, which takes no list.
    Everything,
}

/// See [`Assumptions::unknown_scope`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnknownScope {
    /// 403, as for one that the caller may not see.
    #[default]
    Forbidden,
    /// 404.
    NotFound,
}

/// See [`Assumptions::no_request`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoRequest {
    /// 404.
    #[default]
    NotFound,
    /// 400.
    BadRequest,
}

/// See [`Assumptions::previous_offsets`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PreviousOffsets {
    /// Absent until the alteration ends, as in the published PENDING example.
    #[default]
    AbsentWhilePending,
    /// An empty list until the alteration ends, as also seen.
    EmptyWhilePending,
}

/// See [`Assumptions::null_offsets`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum NullOffsets {
    /// Without the offset, because the published schema of replies knows no null there.
    #[default]
    LeftOut,
    /// As it was sent.
    Repeated,
}

/// See [`Assumptions::dates`]. The service is known to write all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DateForm {
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
