//! The facts about a format: one value of this type for each format, beside the typed form of its entries.
//!
//! Checks, directions, moves and the pages of the documentation all read these facts; none of them names a connector.

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
    /// `partition` or `offset`.
    pub(crate) place: &'static str,
    pub(crate) key: &'static str,
    /// The type of value that the connector reads there.
    pub(crate) kind: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) required: bool,
    /// The JSON Schema of a value.
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
/// positions compare, and how to move from one to another.
///
/// Found by the connector's class ([`OffsetFormat::of_class`]). A fact that is not known is left out.
pub struct OffsetFormat {
    /// The stable name for programs: `postgres-cdc`.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// Classes in Confluent Cloud.
    pub(crate) managed: &'static [&'static str],
    /// Classes of self-managed plugins.
    pub(crate) self_managed: &'static [&'static str],
    /// Classes that are assumed to write this format: see [`OffsetFormat::is_assumed`].
    pub(crate) assumed: &'static [&'static str],
    /// The source of the facts.
    pub(crate) evidence: &'static str,
    pub(crate) members: &'static [Declared],
    /// The members shared by Debezium connectors that this one reads.
    pub(crate) debezium: &'static [Shared],
    /// The sets of keys that a partition can have.
    pub(crate) partitions: &'static [&'static [&'static str]],
    /// Members of the position. When the partition fits as well, one of them identifies the format.
    pub(crate) signature: &'static [&'static str],
    /// A further condition for recognising an entry without its class.
    pub(crate) proof: fn(&Fields<'_>) -> bool,
    /// The JSON Schemas of the forms of an entry.
    pub(crate) schemas: fn() -> Vec<serde_json::Value>,
    /// The findings about members that do not fit the typed form, with paths below the entry.
    pub(crate) faults: fn(&OffsetEntry) -> Vec<Finding>,
    /// What happens when the connector cannot read an offset.
    pub(crate) misread: Misread,
    /// Members of the position that the connector does not read, or reads only when their type is right.
    pub(crate) lenient: &'static [&'static str],
    /// A member of the partition that is the same in all partitions of a connector, and the settings that contain its
    /// value.
    pub(crate) fixed: Option<(&'static str, &'static [&'static str])>,
    /// Whether the connector also reads a partition that it has not written itself.
    pub(crate) also_reads: fn(&Case<'_>) -> bool,
    /// A member that the connector writes anew with every position. When it is unchanged, the other members were edited
    /// by hand.
    pub(crate) recorded_at: Option<&'static str>,
    /// Checks the partition, also of a reset.
    pub(crate) check_partition: fn(&Case<'_>, &mut Vec<Finding>),
    /// Checks members of the position against each other, and against what the connector wrote last.
    pub(crate) check: fn(&Case<'_>, &mut Vec<Finding>),
    /// The code of the finding about an offset without a position, and what the connector does with it.
    pub(crate) unplaced: Code,
    pub(crate) without_position: &'static str,
    /// What the connector does after a reset of its partition, as measured. Empty when unknown.
    pub(crate) after_reset: &'static str,
    pub(crate) position: fn(&Fields<'_>) -> Option<Position>,
    /// What happens to a position that the database no longer holds; `{}` stands for the position. Empty when unknown.
    pub(crate) before_start: &'static str,
    /// What happens to a position that the database has not reached; `{}` stands for the position. Empty when unknown.
    pub(crate) past_end: &'static str,
    /// Both for a position that is a set of GTIDs.
    pub(crate) by_gtids: Option<ByGtids>,
    /// Queries for the database, each with its purpose.
    pub(crate) queries: &'static [(&'static str, &'static str)],
    /// Rules about members, such as which one overrides another.
    pub(crate) rules: &'static [&'static str],
    /// What to send to move to a position.
    pub(crate) going: &'static [&'static str],
    /// How to move to each kind of coordinate.
    pub(crate) moves: &'static [Move],
}

/// What happens to a set of GTIDs that the database has in part only; `{}` stands for the position.
#[derive(Clone, Copy)]
pub(crate) struct ByGtids {
    pub(crate) before_start: &'static str,
    pub(crate) past_end: &'static str,
    /// The index of the query for both.
    pub(crate) query: usize,
}

/// What happens when the connector cannot read an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misread {
    /// Kafka Connect lets the plugin check offsets, and it refuses this one. A plugin that does not check offsets accepts any.
    Refused,
    /// The task fails when it starts.
    TaskFails,
    Unknown,
}

impl OffsetFormat {
    /// The facts of a format, unless it states others.
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

    /// The direction and the distance from one position to another; `None` when one of them is not a position of this
    /// format.
    ///
    /// Both entries must be of the same partition.
    pub fn compare(&self, before: &OffsetEntry, after: &OffsetEntry) -> Option<Comparison> {
        Some(self.position_of(before)?.to(&self.position_of(after)?))
    }

    /// The position of an entry in a form for people, such as `16/B374D848` or `binlog.000042:197`; `None` when it is
    /// not a position of this format.
    pub fn describe(&self, entry: &OffsetEntry) -> Option<String> {
        self.position_of(entry).map(|position| position.shown)
    }

    pub(crate) fn position_of(&self, entry: &OffsetEntry) -> Option<Position> {
        let fields = Fields::of(entry)?;
        let position = (self.position)(&fields)?;
        // An offset that the connector cannot read has no position, whatever its other members say.
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

    /// Whether the keys of an entry identify it as one of this format.
    pub(crate) fn recognises(&self, fields: &Fields<'_>) -> bool {
        self.is_partition(fields) && fields.has_any(self.signature) && (self.proof)(fields)
    }

    /// Whether the partition has the keys of this format.
    pub(crate) fn is_partition(&self, fields: &Fields<'_>) -> bool {
        self.partitions
            .iter()
            .any(|keys| fields.is_partition_of(keys))
    }

    /// Whether a member of the position belongs to this format.
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

/// Formats are equal when their names are.
impl PartialEq for OffsetFormat {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for OffsetFormat {}

/// An entry that is to be sent, with what is known of the connector.
pub(crate) struct Case<'a> {
    pub(crate) entry: &'a OffsetEntry,
    /// The members of `entry`.
    pub(crate) asked: &'a Fields<'a>,
    /// What the connector itself wrote for this partition.
    pub(crate) own_entry: Option<&'a OffsetEntry>,
    /// The members of `own_entry`.
    pub(crate) own: Option<&'a Fields<'a>>,
    pub(crate) format: &'static OffsetFormat,
    pub(crate) around: &'a Around<'a>,
}

/// What is known in addition to one entry.
pub(crate) struct Around<'a> {
    /// All entries that the connector itself wrote; `None` when they are not known.
    pub(crate) present: Option<Vec<Fields<'a>>>,
    /// All entries that are to be sent.
    pub(crate) request: Vec<Fields<'a>>,
    pub(crate) class: Option<&'a str>,
    pub(crate) settings: Option<&'a BTreeMap<String, String>>,
    pub(crate) now: Timestamp,
    /// Whether the connector has partitions of an older form; set at the first look.
    pub(crate) has_old_form: OnceCell<bool>,
}

impl Case<'_> {
    /// Whether the entry seems to be a copy that the connector wrote earlier, so that its members fit each other: either
    /// there is no current entry to compare it with, or the member that changes with every position differs from it.
    pub(crate) fn is_recorded(&self) -> bool {
        let (Some(own), Some(key)) = (self.own, self.format.recorded_at) else {
            return self.own.is_none();
        };
        self.asked.has(key) && own.has(key) && !self.asked.same(own, key)
    }

    /// Whether a member has the value that the connector wrote last, and that value is not null.
    pub(crate) fn kept(&self, key: &str) -> bool {
        self.own
            .is_some_and(|own| self.asked.has(key) && self.asked.same(own, key))
    }

    /// Whether a member differs from what the connector wrote last; `false` when the connector's value is not known.
    pub(crate) fn changed(&self, key: &str) -> bool {
        self.own.is_some_and(|own| !self.asked.same(own, key))
    }

    /// A setting of the connector; `None` when a worker fills it in (`${…}`).
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

/// Adds errors about members that may be absent, but that make the task fail when they are null.
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

/// Adds a warning about a reset after which the connector goes on from a partition of an older form.
pub(crate) fn falls_back(
    case: &Case<'_>,
    is_older: impl Fn(&Fields<'_>) -> bool,
    form: &str,
    out: &mut Vec<Finding>,
) {
    let (request, mut present) = (&case.around.request, case.around.present.iter().flatten());
    if case.own.is_some()
        && case.asked.is_reset()
        && !is_older(case.asked)
        && present.any(|own| is_older(own) && !own.is_reset())
        && !request
            .iter()
            .any(|asked| is_older(asked) && asked.is_reset())
    {
        let older = format!(
            "also has an older position {form}; after this reset the connector goes on from that one, not from the beginning"
        );
        let finding = Finding::warning("partition", Code::FallsBack, older);
        out.push(finding.suggest("reset both partitions"));
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

/// Adds a note about a member of the position, with what to write instead unless that is empty.
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

/// The findings about everything that does not fit a typed form.
pub(crate) fn faults<T>(entry: &OffsetEntry) -> Vec<Finding>
where
    T: for<'a> TryFrom<&'a OffsetEntry, Error = ValidationError>,
{
    T::try_from(entry)
        .err()
        .map(|invalid| invalid.into_report().into_findings())
        .unwrap_or_default()
}
