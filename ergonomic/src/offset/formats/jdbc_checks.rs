//! Offsets of JDBC source connectors: their order, and checks of their members against each other and against the
//! current offsets.

use std::borrow::Cow;

use crate::Timestamp;
use crate::finding::{Code, Finding};
use crate::offset::facts::{Around, Case};
use crate::offset::fields::Fields;
use crate::offset::findings::{advise, note, warn};
use crate::offset::position::{Position, Unit};

/// The last part of a table's name, without quotes and blanks, in lower case.
fn bare(table: &str) -> String {
    let last = table.rsplit('.').next().unwrap_or_default();
    last.trim()
        .trim_matches(['"', '`', '\'', '[', ']'])
        .to_lowercase()
}

pub(super) fn check(case: &Case<'_>, out: &mut Vec<Finding>) {
    check_members(case, out);
    check_units(case, out);
    check_pair(case, out);
    let zone = case.setting("db.timezone");
    if case.changed("timestamp")
        && case.asked.has("timestamp")
        && let Some(zone) = zone.filter(|zone| !["", "UTC"].contains(zone))
    {
        let utc = format!(
            "is in UTC for a column with a time zone; for a column without a time zone, it must be the column's wall-clock time, read in {zone} (the setting db.timezone)"
        );
        let advice = "compare with the stored value of a row that you know";
        note(out, "timestamp", Code::TimeZone, utc, advice);
    }
}

fn never_read(out: &mut Vec<Finding>, key: &str, message: &str, suggestion: &str) {
    let suggestion = Some(suggestion).filter(|text| !text.is_empty());
    let finding = Finding::error(format!("partition.{key}"), Code::NeverRead, message);
    out.push(finding.suggest_any(suggestion));
}

pub(super) fn check_partition(case: &Case<'_>, out: &mut Vec<Finding>) {
    let asked = case.asked;
    if case.setting("mode") == Some("bulk") {
        let bulk = "belongs to a connector in mode bulk, which stores and reads no position";
        return out.push(Finding::error("partition", Code::NeverRead, bulk));
    }
    if case.own.is_none() {
        if let Some(protocol) = asked.partition("protocol").filter(|text| *text != "\"1\"") {
            let message = format!(
                "is {protocol}; the connector writes the string \"1\" and never reads this partition"
            );
            never_read(out, "protocol", &message, "write \"1\"");
        }
        let present = case.around.present.as_deref().unwrap_or_default();
        let by_query = |fields: &Fields<'_>| fields.partition("query").is_some();
        let queries = case.setting("query").is_some_and(|query| !query.is_empty())
            || (!present.is_empty() && present.iter().all(by_query));
        if queries && !by_query(asked) {
            let effect = "names a table, but the connector reads a query";
            never_read(out, "table", effect, "write {\"query\": \"query\"}");
        } else if !queries && !present.is_empty() && by_query(asked) {
            let effect = "names a query, but the connector reads tables";
            never_read(out, "query", effect, "");
        }
    }
    if let Some(table) = asked.partition_text("table") {
        check_protocols(case, &table, out);
    }
}

/// Whether a partition of a table has protocol 1; otherwise it has protocol 0.
fn is_new(fields: &Fields<'_>) -> bool {
    fields.partition("protocol") == Some("\"1\"")
}

/// The current entries of one table, and the resets of the table in the request. A table can have a partition of
/// protocol 0, `{"table": …}` with an unqualified name, and one of protocol 1.
struct Protocols<'a> {
    around: &'a Around<'a>,
    table: String,
}

impl<'a> Protocols<'a> {
    fn of(case: &Case<'a>) -> Option<Self> {
        let table = case.asked.partition_text("table")?;
        let (table, around) = (bare(&table), case.around);
        Some(Self { around, table })
    }

    fn has(&self, fields: &Fields<'_>, new: bool) -> bool {
        let name = fields.partition_text("table");
        is_new(fields) == new && name.is_some_and(|name| bare(&name) == self.table)
    }

    /// The connector's current entry for the table: of protocol 1 when `new` is true, otherwise of protocol 0.
    fn stands(&self, new: bool) -> Option<&'a Fields<'a>> {
        let present = self.around.present.as_deref()?;
        // This search is done once for all entries: few connectors still have protocol 0, and a connector may have many
        // tables.
        let has_old = || present.iter().any(|fields| !is_new(fields));
        if !new && !*self.around.has_old_form.get_or_init(has_old) {
            return None;
        }
        let mut present = present.iter();
        present.find(|fields| self.has(fields, new))
    }

    /// The names in the connector's entries of protocol 1 that may be meant by another name of the table.
    fn meant(&self, table: &str) -> Vec<String> {
        let present = self.around.present.iter().flatten();
        let present = present.filter(|fields| self.has(fields, true));
        let names: Vec<_> = present
            .filter_map(|fields| fields.partition_text("table"))
            .collect();
        if names.iter().any(|name| name == table) {
            return Vec::new();
        }
        let within = |long: &str, short: &str| long.ends_with(&format!(".{short}"));
        let differs = |name: &str| name.matches('.').count() != table.matches('.').count();
        let tests: [&dyn Fn(&str) -> bool; 3] = [
            &|name| clean(name) == clean(table),
            &|name| within(name, table) || within(table, name),
            &differs,
        ];
        let quoted = |name: &Cow<'_, str>| format!("\"{name}\"");
        let found = tests.iter().map(|is_meant| {
            let names = names.iter().filter(|name| is_meant(name));
            names.map(quoted).collect::<Vec<_>>()
        });
        found
            .into_iter()
            .find(|names| !names.is_empty())
            .unwrap_or_default()
    }

    /// Whether the request resets the table's partition: of protocol 1 when `new` is true, otherwise of protocol 0.
    fn resets(&self, new: bool) -> bool {
        let mut request = self.around.request.iter();
        request.any(|fields| self.has(fields, new) && fields.is_reset())
    }
}

/// Whether the connector reads a partition for which it has no current entry. The connector always reads a table's
/// partition of protocol 1. It reads that of protocol 0 only while the table has no entry of protocol 1.
pub(super) fn also_reads(case: &Case<'_>) -> bool {
    let Some(protocols) = Protocols::of(case) else {
        return false;
    };
    let new = protocols.stands(true).is_some();
    if is_new(case.asked) {
        !new && protocols.stands(false).is_some()
    } else {
        new && protocols.resets(true) && case.asked.is_partition_of(&["table"])
    }
}

fn check_protocols(case: &Case<'_>, table: &str, out: &mut Vec<Finding>) {
    let asked = case.asked;
    let Some(protocols) = Protocols::of(case) else {
        return;
    };
    if case.own.is_some_and(|own| own.same_offset(asked)) {
        return;
    }
    let new = || protocols.stands(true).filter(|_| !protocols.resets(true));
    if !is_new(asked) && asked.partition("protocol").is_none() && !asked.is_reset() {
        if new().is_some() {
            let names = protocols.meant(table);
            let name = match names.is_empty() {
                true => format!("\"{table}\""),
                false => names.join(" or "),
            };
            let effect = "is in a partition without `protocol`, which is not read while the table has a position in protocol 1";
            let advice = format!("write {{\"protocol\": \"1\", \"table\": {name}}}");
            never_read(out, "table", effect, &advice);
        }
    } else if is_new(asked) && case.own.is_none() {
        let names = new().map(|_| protocols.meant(table)).unwrap_or_default();
        if !names.is_empty() {
            let effect = "is not written as the connector writes it, so the connector never reads this partition";
            never_read(
                out,
                "table",
                effect,
                &format!("write {}", names.join(" or ")),
            );
        }
    } else if is_new(asked)
        && asked.is_reset()
        && protocols.stands(false).is_some()
        && !protocols.resets(false)
    {
        let older = "also has an older position without protocol; after this reset the connector continues from the older position, not from the beginning";
        let finding = Finding::warning("partition.table", Code::FallsBack, older);
        out.push(finding.suggest("reset both partitions"));
    }
}

/// A table's name in lower case, without white space and quotes, which people add by mistake.
fn clean(table: &str) -> String {
    let marks = |c: char| c.is_whitespace() || ['"', '`', '\''].contains(&c);
    table.replace(marks, "").to_lowercase()
}

/// Whether the connector reads the incrementing column, and whether it reads the timestamp: by its mode, or else by the
/// members of its current entry.
fn reads(case: &Case<'_>) -> (bool, bool) {
    match (case.setting("mode"), case.own) {
        (Some("incrementing"), _) => (true, false),
        (Some("timestamp"), _) => (false, true),
        (Some("timestamp+incrementing"), _) => (true, true),
        (_, Some(own)) => (own.has("incrementing"), own.has("timestamp")),
        (_, None) => (false, false),
    }
}

/// Warns when the member that the mode needs is absent, because the connector then reads everything from the beginning.
fn check_members(case: &Case<'_>, out: &mut Vec<Finding>) {
    let needed = match reads(case) {
        (_, true) => "timestamp",
        (true, false) => "incrementing",
        (false, false) => return,
    };
    // Another check reports an entry without any position.
    if !case.asked.has(needed) && position(case.asked).is_some() {
        let effect = "is missing, so the connector reads everything again";
        warn(out, needed, Code::StartsOver, effect);
    }
}

/// Warns of a timestamp that seems to be in seconds or microseconds instead of milliseconds.
fn check_units(case: &Case<'_>, out: &mut Vec<Finding>) {
    /// The beginning of a plausible time, in the year 1973, in milliseconds since the Unix epoch.
    const EARLY: i64 = 100_000_000_000;
    /// The end of a plausible time, in the year 5138, in milliseconds since the Unix epoch.
    const LATE: i64 = 100_000_000_000_000;
    let millis = case.asked.whole("timestamp");
    let Some(millis) = millis.filter(|_| !case.kept("timestamp")) else {
        return;
    };
    let own = case.own.and_then(|own| own.whole("timestamp"));
    if (EARLY / 1_000..EARLY).contains(&millis) && own.is_none_or(|own| own >= EARLY) {
        let message = format!(
            "is {millis}, which in milliseconds is a time between 1970 and 1973; the connector reads everything again"
        );
        let advice = format!("if these are seconds, write {}", millis * 1_000);
        advise(out, "timestamp", Code::WrongUnit, message, advice);
    } else if millis >= LATE {
        let message = format!(
            "is {millis}, which in milliseconds is after the year 5000; nothing is ever emitted"
        );
        let advice = match millis / 1_000 {
            micros @ ..LATE => format!("if these are microseconds, write {micros}"),
            micros => format!("if these are nanoseconds, write {}", micros / 1_000),
        };
        advise(out, "timestamp", Code::WrongUnit, message, advice);
    }
}

/// Checks an entry that has `timestamp` and `incrementing`, of which `timestamp` decides where the connector starts.
fn check_pair(case: &Case<'_>, out: &mut Vec<Finding>) {
    let Some(own) = case.own else { return };
    let (Some(before), Some(after)) = (time(own), time(case.asked)) else {
        return;
    };
    let (Some(old), Some(new)) = (own.whole("incrementing"), case.asked.whole("incrementing"))
    else {
        return;
    };
    let at = shown(after);
    if before != after && old == new {
        let effect = match after < before {
            true => format!("the connector does not read those with a value up to {new}"),
            false => format!("the connector reads those with a value above {new} again"),
        };
        let effect = format!("is unchanged; of the rows with exactly the new time, {effect}");
        let advice = "set it to the value in the last row that counts as read, or remove it";
        advise(out, "incrementing", Code::StaleMember, effect, advice);
    } else if before == after && old != new {
        let effect = format!(
            "matters only among the rows with exactly the time {at}; the time decides where the connector starts"
        );
        let advice = match case.asked.has("timestamp_nanos") {
            true => "set `timestamp` as well, and remove `timestamp_nanos`",
            false => "set `timestamp` as well",
        };
        advise(out, "incrementing", Code::NoEffect, effect, advice);
    } else if before != after {
        let only = format!(
            "matters only among the rows with exactly the time {at}: of these rows, the connector reads only the ones with a value above {new}"
        );
        note(out, "incrementing", Code::SkipsRecords, only, "");
    }
}

/// The time of the position, in nanoseconds since the Unix epoch. `timestamp_nanos` replaces the part of `timestamp`
/// that is below the second.
pub(super) fn time(fields: &Fields<'_>) -> Option<i128> {
    let millis = fields.whole("timestamp")?;
    Some(match fields.whole("timestamp_nanos") {
        Some(nanos) => i128::from(millis.div_euclid(1_000)) * 1_000_000_000 + i128::from(nanos),
        None => i128::from(millis) * 1_000_000,
    })
}

pub(super) fn shown(nanos: i128) -> String {
    let seconds = i64::try_from(nanos.div_euclid(1_000_000_000)).ok();
    let rest = i32::try_from(nanos.rem_euclid(1_000_000_000)).unwrap_or_default();
    let time = seconds.and_then(|seconds| Timestamp::from_unix(seconds, rest));
    time.map_or_else(
        || format!("{} ms", nanos / 1_000_000),
        |time| time.to_string(),
    )
}

pub(super) fn position(fields: &Fields<'_>) -> Option<Position> {
    let incrementing = fields.whole("incrementing");
    let Some(nanos) = time(fields) else {
        let value = incrementing?;
        let keys = [(value.into(), Some(Unit::Values))];
        let realm = "incrementing".to_owned();
        return Some(Position::within(realm, keys, value.to_string()));
    };
    let shown = match incrementing {
        Some(value) => format!("{}, {value}", shown(nanos)),
        None => shown(nanos),
    };
    let millis = nanos.div_euclid(1_000_000);
    let keys = [
        (millis, Some(Unit::Milliseconds)),
        (nanos.rem_euclid(1_000_000), None),
        (incrementing.unwrap_or(-1).into(), Some(Unit::Values)),
    ];
    Some(Position::within("timestamp".to_owned(), keys, shown))
}
