//! The check of one source entry against its format.

use std::borrow::Cow;

use super::Known;
use crate::OffsetEntry;
use crate::finding::text::{closest, member_path};
use crate::finding::{Code, Finding, Severity};
use crate::offset::facts::{Around, Case, Misread, OffsetFormat};
use crate::offset::fields::Fields;
use crate::offset::position::Order;
use crate::offset::{Direction, debezium, debezium_members};

/// The format or formats against which the source entries of one request are checked.
pub(super) struct Formats {
    /// The format that the connector's class or its current offsets determine.
    sure: Option<&'static OffsetFormat>,
    /// Whether the format may be guessed from the keys of an entry.
    may_guess: bool,
    /// The reason for which findings are at most warnings, as a part of their messages; `None` when the format is
    /// certain.
    doubt: Option<&'static str>,
}

impl Formats {
    pub(super) fn new(known: &Known<'_>) -> Self {
        let sure = known.format();
        let assumed = known.class.is_some_and(OffsetFormat::is_assumed);
        Self {
            sure: sure.filter(|format| format.name() != "kafka-sink"),
            may_guess: sure.is_none() && (known.class.is_none() || assumed),
            doubt: match known.class {
                None if sure.is_some() => None,
                None => Some(
                    "the connector's class is not known; the format was guessed from the members:",
                ),
                Some(_) if known.listed().is_some() => None,
                Some(_) => Some("*assumed*, because the members are those of"),
            },
        }
    }

    /// Whether the format of the connector is known, so that types do not have to be inferred from its current offsets.
    pub(super) fn is_sure(&self) -> bool {
        self.sure.is_some()
    }

    /// Whether the connector reads a partition that it has not written itself.
    pub(super) fn also_reads(&self, entry: &OffsetEntry, around: &Around<'_>) -> bool {
        let (Some(format), Some(asked)) = (self.sure, Fields::of(entry)) else {
            return false;
        };
        (format.also_reads)(&Case {
            entry,
            asked: &asked,
            own_entry: None,
            own: None,
            format,
            around,
        })
    }

    /// What the format finds wrong with an entry. The paths of the findings are relative to the entry, such as
    /// `offset.pos`.
    pub(super) fn check(
        &self,
        entry: &OffsetEntry,
        own_entry: Option<&OffsetEntry>,
        around: &Around<'_>,
    ) -> Vec<Finding> {
        let Some(asked) = &Fields::of(entry) else {
            return Vec::new();
        };
        let own = own_entry.and_then(Fields::of);
        let guess = || OffsetFormat::guess_of(asked).filter(|f| f.name() != "kafka-sink");
        let Some(format) = self.sure.or_else(|| guess().filter(|_| self.may_guess)) else {
            return Vec::new();
        };
        let case = Case {
            entry,
            asked,
            own_entry,
            own: own.as_ref(),
            format,
            around,
        };
        let mut found = checked(&case);
        if let Some(doubt) = self.doubt {
            for finding in &mut found {
                finding.severity = finding.severity.max(Severity::Warning);
                finding.message += &format!(" ({doubt} {})", format.title());
            }
        }
        found
    }
}

fn checked(case: &Case<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    check_partition(case, &mut found);
    check_faults(case, &mut found);
    (case.format.check_partition)(case, &mut found);
    if case.asked.is_reset() {
        return found;
    }
    if let Some(foreign) = foreign(case) {
        found.retain(|finding| finding.path.starts_with("partition"));
        found.push(foreign);
        return found;
    }
    misspelt(case, &mut found);
    debezium::check(case, &mut found);
    (case.format.check)(case, &mut found);
    check_position(case, &mut found);
    found
}

/// Checks that the connector reads the partition at all.
fn check_partition(case: &Case<'_>, out: &mut Vec<Finding>) {
    let (asked, format) = (case.asked, case.format);
    if case.own.is_some() {
        return;
    }
    let known = |key: &&str| format.partitions.iter().any(|keys| keys.contains(key));
    let extra: Vec<&str> = asked.partition_keys().filter(|key| !known(key)).collect();
    let form = |keys: &&[&str]| format!("`{}`", keys.join("` and `"));
    let forms: Vec<String> = format.partitions.iter().map(form).collect();
    let forms = format!("the members of a partition are {}", forms.join(", or "));
    if !extra.is_empty() {
        let extra = extra.join(", ");
        let message =
            format!("has the member {extra}, so the connector never reads this partition");
        out.push(never_read("partition", message).suggest(forms));
    } else if !format.is_partition(asked) {
        let message = "lacks a member, so the connector never reads this partition";
        out.push(never_read("partition", message.to_owned()).suggest(forms));
    }
    let Some((key, settings)) = format.fixed else {
        return;
    };
    let present = case.around.present.as_deref().unwrap_or_default();
    let own = || {
        present
            .iter()
            .filter_map(|fields| fields.partition_text(key))
    };
    let setting = settings.iter().find_map(|name| case.setting(name));
    let wanted = setting.map(Cow::from).or_else(|| own().next());
    if let (Some(wanted), Some(given)) = (wanted, asked.partition_text(key))
        && wanted != given
        && !own().any(|name| name == given)
    {
        let message = format!("is \"{given}\", but this connector reads only \"{wanted}\"");
        let finding = never_read(&format!("partition.{key}"), message);
        out.push(finding.suggest(format!("write \"{wanted}\"")));
    }
}

/// The end of a message about an offset that makes the task fail.
const TASK_FAILS: &str = "; the task fails";

fn never_read(path: &str, message: String) -> Finding {
    Finding::error(path, Code::NeverRead, message)
}

/// Adds findings about members that do not fit the typed form, unless the connector's current entry has the same fault.
fn check_faults(case: &Case<'_>, out: &mut Vec<Finding>) {
    let format = case.format;
    let found = (format.faults)(case.entry);
    if found.is_empty() {
        return;
    }
    let accepted = case.own_entry.map(format.faults).unwrap_or_default();
    for mut finding in found {
        let is_offset = finding.path.starts_with("offset");
        let own = accepted
            .iter()
            .any(|own| own.path == finding.path && own.code == finding.code);
        let key = finding.path.strip_prefix("offset.");
        let is_lenient =
            finding.code == Code::WrongType && key.is_some_and(|key| format.lenient.contains(&key));
        if own || is_lenient || (is_offset && case.asked.is_reset()) {
            continue;
        }
        // Where `check_position` reports that the position is missing, the findings about absent members are left out.
        let refuses = format.misread == Misread::Refused;
        let no_position = format.unplaced != Code::TaskWouldFail && !refuses;
        let is_absent = matches!(finding.code, Code::MissingMember | Code::NullMember);
        if is_offset && is_absent && no_position {
            continue;
        }
        let misread = matches!(
            finding.code,
            Code::WrongType
                | Code::MissingMember
                | Code::NullMember
                | Code::OutOfRange
                | Code::EmptyMember
        );
        let consequence = match (format.misread, is_offset) {
            (Misread::Refused, true) => "; Kafka Connect refuses it",
            (Misread::Refused, false) => {
                "; Kafka Connect refuses it, or the connector never reads this partition"
            }
            (_, false) => "; the connector never reads this partition",
            (Misread::TaskFails, true) => TASK_FAILS,
            (_, true) => "",
        };
        let fails = consequence == TASK_FAILS;
        let is_certain = match finding.code {
            Code::WrongType | Code::MissingMember | Code::NullMember if fails => {
                finding.code = Code::TaskWouldFail;
                true
            }
            code => code == Code::TaskWouldFail,
        };
        if !refuses && is_offset && !is_certain {
            finding.severity = Severity::Warning;
        }
        // Some messages already contain the consequence, after a semicolon.
        let tells = finding.message.contains(';');
        if misread && !tells && !(finding.code == Code::EmptyMember && is_offset) {
            finding.message += consequence;
        }
        let said = out
            .iter()
            .any(|other| other.code == Code::NeverRead && !is_offset);
        if !said {
            out.push(finding);
        }
    }
}

/// The finding about an offset without any member of the format, or with those of another format.
fn foreign(case: &Case<'_>) -> Option<Finding> {
    let (asked, format) = (case.asked, case.format);
    let own = |key: &str| case.own.is_some_and(|own| own.offset(key).is_some());
    if case.own.is_some_and(|own| own.same_offset(asked)) {
        return None;
    }
    let keys: Vec<&str> = asked.keys().collect();
    if keys.is_empty()
        || keys
            .iter()
            .any(|key| own(key) && !debezium_members::knows(format.debezium, key))
    {
        return None;
    }
    let is_own = asked.has_any(format.signature);
    let other = OffsetFormat::all().find(|other| *other != format && other.recognises(asked));
    let foreign = |message: String| Finding::error("offset", Code::ForeignOffset, message);
    if let Some(other) = other.filter(|_| !is_own) {
        let message = format!(
            "is an offset of {}, but this connector is {}",
            other.title(),
            format.title()
        );
        return Some(foreign(message));
    }
    if keys.iter().any(|key| format.knows(key)) {
        return None;
    }
    let finding = foreign(format!(
        "has only members that the connector does not read ({}); it {}",
        keys.join(", "),
        format.without_position
    ));
    let meant = keys
        .iter()
        .find_map(|key| closest(key, format.position_keys()));
    Some(finding.did_you_mean(meant))
}

/// Adds findings about members that resemble an absent member of the format, or differ from a member in letter case only.
fn misspelt(case: &Case<'_>, out: &mut Vec<Finding>) {
    let is_own = |key: &str| case.own.is_some_and(|own| own.offset(key).is_some());
    for key in case.asked.keys() {
        if case.format.knows(key) || is_own(key) {
            continue;
        }
        let is_meant =
            |known: &&str| known.eq_ignore_ascii_case(key) || case.asked.offset(known).is_none();
        if let Some(meant) = closest(key, case.format.position_keys().filter(is_meant)) {
            let effect = "is not a member that the connector reads";
            let finding = Finding::warning(member_path("offset", key), Code::UnknownMember, effect);
            out.push(finding.did_you_mean(Some(meant)));
        }
    }
}

/// Compares the position with the connector's own, and adds notes about conditions that only the database can decide.
fn check_position(case: &Case<'_>, out: &mut Vec<Finding>) {
    let (asked, format) = (case.asked, case.format);
    let is_unreadable = out.iter().any(|finding| {
        matches!(
            finding.code,
            Code::WrongType
                | Code::TaskWouldFail
                | Code::MissingMember
                | Code::NullMember
                | Code::NeverRead
        )
    });
    let before = case.own_entry.and_then(|own| format.position_of(own));
    let Some(after) = format.position_of(case.entry) else {
        let given = |fields: &Fields<'_>| format.signature.iter().any(|key| fields.has(key));
        let (code, message) = (format.unplaced, format.without_position);
        let is_told = is_unreadable || out.iter().any(|finding| finding.code == code);
        if !given(asked) && !is_told && case.own.is_none_or(given) {
            out.push(match code {
                Code::TaskWouldFail => Finding::error("offset", code, message),
                _ => Finding::warning("offset", code, message),
            });
        }
        return;
    };
    let is_kept = before
        .as_ref()
        .is_some_and(|before| before.order == after.order);
    let now = case.around.now.unix_nanoseconds() / 1_000_000;
    let is_said = |codes: &[Code]| out.iter().any(|finding| codes.contains(&finding.code));
    let is_misread = is_said(&[Code::WrongUnit, Code::OutOfRange]);
    let is_told = is_said(&[Code::GtidsMissing, Code::StartsOver]);
    let shown = &after.shown;
    if after.millis().is_some_and(|millis| millis > now) && !is_kept && !is_misread {
        let message = format!("is in the future ({shown}); the connector emits nothing until then");
        out.push(Finding::warning("offset", Code::FutureTime, message));
    }
    let Some(before) = before.filter(|_| !is_unreadable) else {
        return;
    };
    let movement = before.to(&after);
    let from = &before.shown;
    let by_gtids = format
        .by_gtids
        .filter(|_| matches!(after.order, Order::Gtids(_)));
    let (code, text, query) = match (movement.direction, by_gtids) {
        (Direction::Same, _) => return,
        (Direction::Back, Some(gtids)) => (Code::BeforeStart, gtids.before_start, gtids.query),
        (Direction::Back, None) => (Code::BeforeStart, format.before_start, 1),
        (Direction::Ahead, Some(gtids)) => (Code::PastEnd, gtids.past_end, gtids.query),
        (Direction::Ahead, None) => (Code::PastEnd, format.past_end, 0),
        (Direction::Incomparable, _) => {
            if !is_told {
                let message =
                    format!("cannot be compared with the connector's current position ({from})");
                out.push(Finding::note("offset", Code::Incomparable, message));
            }
            return;
        }
    };
    if after.is_far_from(&before) && !is_told && !is_misread {
        let message = format!(
            "goes from {from} to {shown}, {movement}; check the number: a digit may be missing, or there may be one too many"
        );
        out.push(Finding::warning("offset", Code::LargeJump, message));
    }
    if !text.is_empty() {
        let query = format.queries.get(query).or(format.queries.first());
        let query = query.map(|(purpose, query)| format!("{purpose}: {query}"));
        let note = Finding::note("offset", code, text.replace("{}", shown));
        out.push(note.suggest_any(query));
    }
}
