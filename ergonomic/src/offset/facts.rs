//! The facts about formats: each format has one [`OffsetFormat`], in the file of its typed form.
//!
//! Checks, comparisons, moves and the pages of the documentation use these facts, so their code names no connector.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::debezium_members::{self, Shared};
use super::fields::Fields;
use super::moves::Move;
use super::position::{Comparison, Position};
use super::value::Value;
use crate::finding::{Code, Finding, ValidationError};
use crate::{OffsetEntry, Timestamp};

/// One member of a format, as its typed form declares it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Declared {
    /// The part of the entry that contains the member: `partition` or `offset`.
    pub(crate) place: &'static str,
    pub(crate) key: &'static str,
    /// The type of value that the connector reads, in words.
    pub(crate) kind: &'static str,
    /// The meaning of the member, as its documentation comment describes it.
    pub(crate) doc: &'static str,
    pub(crate) required: bool,
    /// Makes the JSON Schema of the member's value.
    pub(crate) schema: fn() -> serde_json::Value,
}

impl Declared {
    pub(crate) const fn new<T: Value>(
        place: &'static str,
        key: &'static str,
        doc: &'static str,
        required: bool,
    ) -> Self {
        let (kind, schema) = (T::TYPE, T::schema as fn() -> serde_json::Value);
        Self {
            place,
            key,
            kind,
            doc,
            required,
            schema,
        }
    }
}

/// What is known about the offsets of a family of connectors: which classes write them, what each member does, how two
/// positions compare, and how to move to another position.
///
/// [`OffsetFormat::of_class`] finds the format of a connector's class. A fact that is not known is left out.
pub struct OffsetFormat {
    /// The stable name of the format for programs, such as `postgres-cdc`.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// The classes of fully managed connectors that write this format.
    pub(crate) managed: &'static [&'static str],
    /// The classes of self-managed connectors that write this format.
    pub(crate) self_managed: &'static [&'static str],
    /// Classes that are assumed to write this format: see [`OffsetFormat::is_assumed`].
    pub(crate) assumed: &'static [&'static str],
    /// The source of the facts, such as a measurement or the connector's source code.
    pub(crate) evidence: &'static str,
    pub(crate) members: &'static [Declared],
    /// The members that Debezium connectors share and that connectors of this format read.
    pub(crate) debezium: &'static [Shared],
    /// The sets of keys that a partition of this format can have.
    pub(crate) partitions: &'static [&'static [&'static str]],
    /// Keys of the position. One of them identifies the format when the partition has the keys of the format too.
    pub(crate) signature: &'static [&'static str],
    /// A further condition for an entry of this format; it applies when the connector's class is not known.
    pub(crate) proof: fn(&Fields<'_>) -> bool,
    /// Makes the JSON Schemas of an entry: one for each form that an entry of this format can have.
    pub(crate) schemas: fn() -> Vec<serde_json::Value>,
    /// Finds the members that do not fit the typed form. The paths of the findings are relative to the entry, such as
    /// `offset.pos`.
    pub(crate) faults: fn(&OffsetEntry) -> Vec<Finding>,
    /// What happens when the connector cannot read an offset.
    pub(crate) misread: Misread,
    /// Members of the position that may have a wrong type, because the connector then ignores them.
    pub(crate) lenient: &'static [&'static str],
    /// A member of the partition that has the same value in all partitions of a connector, and the names of the
    /// settings that contain this value.
    pub(crate) fixed: Option<(&'static str, &'static [&'static str])>,
    /// Whether the connector also reads a partition that it has not written itself.
    pub(crate) also_reads: fn(&Case<'_>) -> bool,
    /// A member of the position, such as a time, that the connector changes with every position. When the member still
    /// has its current value in an entry, the entry's other members were edited by hand.
    pub(crate) recorded_at: Option<&'static str>,
    /// Checks the partition of an entry, also when the entry resets the partition.
    pub(crate) check_partition: fn(&Case<'_>, &mut Vec<Finding>),
    /// Checks the members of the position against each other, and against the connector's current entry.
    pub(crate) check: fn(&Case<'_>, &mut Vec<Finding>),
    /// The code of the finding about an offset without a position.
    pub(crate) unplaced: Code,
    /// What the connector does with an offset without a position, as the end of a sentence that begins with "the offset".
    pub(crate) without_position: &'static str,
    /// What the connector does after a reset of a partition, as measured. Empty when this is not known.
    pub(crate) after_reset: &'static str,
    pub(crate) position: fn(&Fields<'_>) -> Option<Position>,
    /// What the connector does after a move back, and, where it matters, what it does when the database no longer holds
    /// the data at the position. `{}` is replaced by the position. Empty when this is not known.
    pub(crate) before_start: &'static str,
    /// What the connector does after a move ahead, and, where it matters, what it does while the database has not
    /// reached the position. `{}` is replaced by the position. Empty when this is not known.
    pub(crate) past_end: &'static str,
    /// What replaces `before_start` and `past_end` for a position that is a set of GTIDs.
    pub(crate) by_gtids: Option<ByGtids>,
    /// Queries for the database, each as a pair of what the query shows and the query itself. A note on a move ahead shows
    /// the first query. A note on a move back shows the second query, or the first when there is no second.
    pub(crate) queries: &'static [(&'static str, &'static str)],
    /// Rules about members, such as which member overrides another.
    pub(crate) rules: &'static [&'static str],
    /// What to send to move to a position.
    pub(crate) going: &'static [&'static str],
    /// How to move an entry to each kind of coordinate.
    pub(crate) moves: &'static [Move],
}

/// What the connector does after a move by GTIDs, and what it does when the database has only a part of the set. `{}` is
/// replaced by the position.
#[derive(Clone, Copy)]
pub(crate) struct ByGtids {
    pub(crate) before_start: &'static str,
    pub(crate) past_end: &'static str,
    /// The index in `OffsetFormat::queries` of the query that shows which GTIDs the database has.
    pub(crate) query: usize,
}

/// What happens when the connector cannot read an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misread {
    /// Kafka Connect itself, or the plugin when Kafka Connect asks it, refuses the offset.
    Refused,
    /// The offset is accepted, and the connector's task fails when it starts.
    TaskFails,
    /// The consequence is not known.
    Unknown,
}

impl OffsetFormat {
    /// The default facts, for all fields that a format does not set.
    pub(crate) const PLAIN: Self = Self {
        name: "",
        title: "",
        managed: &[],
        self_managed: &[],
        assumed: &[],
        evidence: "",
        members: &[],
        debezium: &[],
        partitions: &[],
        signature: &[],
        proof: |_| true,
        schemas: Vec::new,
        faults: |_| Vec::new(),
        misread: Misread::TaskFails,
        lenient: &[],
        fixed: None,
        also_reads: |_| false,
        recorded_at: None,
        check_partition: |_, _| {},
        check: |_, _| {},
        unplaced: Code::MissingPosition,
        without_position: "",
        after_reset: "",
        position: |_| None,
        before_start: "",
        past_end: "",
        by_gtids: None,
        queries: &[],
        rules: &[],
        going: &[],
        moves: &[],
    };

    /// The name for programs, in kebab-case, such as `postgres-cdc`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The name for people, such as `PostgreSQL CDC (Debezium)`.
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// The classes of the connectors that write this format: first the fully managed ones, then the self-managed ones.
    pub fn classes(&self) -> impl Iterator<Item = &'static str> {
        self.managed.iter().chain(self.self_managed).copied()
    }

    /// The direction and the distance from the position of `before` to the position of `after`; `None` when one of the
    /// entries has no position of this format.
    ///
    /// Both entries must have the same partition.
    pub fn compare(&self, before: &OffsetEntry, after: &OffsetEntry) -> Option<Comparison> {
        Some(self.position_of(before)?.to(&self.position_of(after)?))
    }

    /// The position of an entry in a form for people, such as `16/B374D848` or `binlog.000042:197`; `None` when the
    /// entry has no position of this format.
    pub fn describe(&self, entry: &OffsetEntry) -> Option<String> {
        self.position_of(entry).map(|position| position.shown)
    }

    pub(crate) fn position_of(&self, entry: &OffsetEntry) -> Option<Position> {
        let fields = Fields::of(entry)?;
        let position = (self.position)(&fields)?;
        // An offset with a member that the connector cannot read has no position, whatever the values of its other
        // members.
        let is_unreadable = |fault: &Finding| {
            let key = fault.path.strip_prefix("offset.");
            match fault.code {
                _ if key.is_some_and(|key| self.lenient.contains(&key)) => false,
                Code::WrongType | Code::NotAnInteger => key.is_some(),
                Code::TaskWouldFail | Code::OutOfRange => {
                    key.is_some_and(|key| self.signature.contains(&key))
                }
                _ => false,
            }
        };
        (!(self.faults)(entry).iter().any(is_unreadable)).then_some(position)
    }

    /// Whether an entry can be recognised as one of this format without the connector's class.
    pub(crate) fn recognises(&self, fields: &Fields<'_>) -> bool {
        self.is_partition(fields) && fields.has_any(self.signature) && (self.proof)(fields)
    }

    /// Whether the partition has exactly the keys of a partition of this format.
    pub(crate) fn is_partition(&self, fields: &Fields<'_>) -> bool {
        self.partitions
            .iter()
            .any(|keys| fields.is_partition_of(keys))
    }

    /// Whether a position of this format can have a member with this key.
    pub(crate) fn knows(&self, key: &str) -> bool {
        self.position_keys().any(|known| known == key)
            || debezium_members::knows(self.debezium, key)
    }

    /// The keys of the position that the typed form declares.
    pub(crate) fn position_keys(&self) -> impl Iterator<Item = &'static str> + Clone + use<> {
        let members = self
            .members
            .iter()
            .filter(|member| member.place == "offset");
        members.map(|member| member.key)
    }
}

impl std::fmt::Debug for OffsetFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("OffsetFormat").field(&self.name).finish()
    }
}

/// Two formats are equal when their names are equal.
impl PartialEq for OffsetFormat {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for OffsetFormat {}

/// An entry that is to be sent, with the facts about the connector that a check needs.
pub(crate) struct Case<'a> {
    pub(crate) entry: &'a OffsetEntry,
    /// The members of `entry`.
    pub(crate) asked: &'a Fields<'a>,
    /// The connector's current entry for this partition; `None` when the connector has no such entry, or when its
    /// current entries are not known.
    pub(crate) own_entry: Option<&'a OffsetEntry>,
    /// The members of `own_entry`.
    pub(crate) own: Option<&'a Fields<'a>>,
    pub(crate) format: &'static OffsetFormat,
    pub(crate) around: &'a Around<'a>,
}

/// The facts that are the same for all entries of a request.
pub(crate) struct Around<'a> {
    /// All current entries of the connector; `None` when they are not known.
    pub(crate) present: Option<Vec<Fields<'a>>>,
    /// All entries that are to be sent.
    pub(crate) request: Vec<Fields<'a>>,
    pub(crate) class: Option<&'a str>,
    pub(crate) settings: Option<&'a BTreeMap<String, String>>,
    pub(crate) now: Timestamp,
    /// Whether the connector has partitions of an older form. The value is computed once, when a check first needs it.
    pub(crate) has_old_form: OnceCell<bool>,
}

impl Case<'_> {
    /// Whether the entry may be one that the connector wrote earlier, so that its members fit each other. This is so
    /// when there is no current entry, or when the member `recorded_at` has another value than in the current entry.
    pub(crate) fn is_recorded(&self) -> bool {
        let (Some(own), Some(key)) = (self.own, self.format.recorded_at) else {
            return self.own.is_none();
        };
        self.asked.has(key) && own.has(key) && !self.asked.same(own, key)
    }

    /// Whether a member of the position has the same value as in the connector's current entry, and this value is not
    /// null.
    pub(crate) fn kept(&self, key: &str) -> bool {
        self.own
            .is_some_and(|own| self.asked.has(key) && self.asked.same(own, key))
    }

    /// Whether a member of the position differs from that in the connector's current entry; `false` when there is no
    /// current entry.
    pub(crate) fn changed(&self, key: &str) -> bool {
        self.own.is_some_and(|own| !self.asked.same(own, key))
    }

    /// The value of a setting of the connector; `None` when it is not known, or when it contains a placeholder that the
    /// worker replaces (`${…}`).
    pub(crate) fn setting(&self, name: &str) -> Option<&str> {
        let setting = self.around.settings?.get(name).map(String::as_str);
        setting.filter(|setting| !setting.contains("${"))
    }
}

/// Adds a warning about a member of the position.
pub(crate) fn warn(out: &mut Vec<Finding>, key: &str, code: Code, message: impl Into<String>) {
    out.push(Finding::warning(format!("offset.{key}"), code, message));
}

/// Adds an error about a member of the position that certainly makes the task fail when it starts.
pub(crate) fn fails(out: &mut Vec<Finding>, key: &str, message: impl Into<String>) {
    let path = format!("offset.{key}");
    out.push(Finding::error(path, Code::TaskWouldFail, message));
}

/// Adds an error for each of these members that is null, because the task then fails. A member that is absent, or null
/// in the current entry too, gets no error.
pub(crate) fn nulls(case: &Case<'_>, keys: &[&str], out: &mut Vec<Finding>) {
    let null = |fields: &Fields<'_>, key| fields.offset(key) == Some("null");
    for key in keys {
        if null(case.asked, key) && !case.own.is_some_and(|own| null(own, key)) {
            let path = format!("offset.{key}");
            let finding = Finding::error(path, Code::TaskWouldFail, "is null; the task fails");
            out.push(finding.suggest("remove it"));
        }
    }
}

/// Adds a warning about a member of the position, with what to write instead.
pub(crate) fn advise(
    out: &mut Vec<Finding>,
    key: &str,
    code: Code,
    message: impl Into<String>,
    suggestion: impl Into<String>,
) {
    out.push(Finding::warning(format!("offset.{key}"), code, message).suggest(suggestion));
}

/// Adds a note about a member of the position; `suggestion` is what to write instead, or empty.
pub(crate) fn note(
    out: &mut Vec<Finding>,
    key: &str,
    code: Code,
    message: impl Into<String>,
    suggestion: &str,
) {
    let suggestion = Some(suggestion).filter(|text| !text.is_empty());
    out.push(Finding::note(format!("offset.{key}"), code, message).suggest_any(suggestion));
}

/// The findings about all members of an entry that do not fit the typed form `T`.
pub(crate) fn faults<T>(entry: &OffsetEntry) -> Vec<Finding>
where
    T: for<'a> TryFrom<&'a OffsetEntry, Error = ValidationError>,
{
    T::try_from(entry)
        .err()
        .map(|invalid| invalid.into_report().into_findings())
        .unwrap_or_default()
}
