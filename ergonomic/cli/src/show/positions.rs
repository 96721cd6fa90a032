//! Positions as text for people: a table for sinks, and for sources one line `name value` for each member.

use ccloud_connect::json::RawObject;
use ccloud_connect::offset::OffsetFormat;
use ccloud_connect::{OffsetEntry, RawJson};

use crate::text::partition::{in_order, one_line, show_offset, show_partition};
use crate::ui::{self, FAINT, STRONG, cell};

/// One partition with its old position, and its current or planned position.
pub(crate) struct Row {
    pub(crate) partition: RawJson,
    pub(crate) before: Option<RawJson>,
    pub(crate) after: Option<RawJson>,
    /// The distance in records, for sinks.
    pub(crate) distance: Option<i64>,
    /// The kind of the change, in one word or two.
    pub(crate) effect: String,
    /// Both positions in the notation of the database, for sources.
    pub(crate) way: Option<String>,
}

/// The positions of one connector.
pub(crate) fn positions(entries: &[OffsetEntry], width: Option<u16>) -> String {
    if entries.iter().all(is_plain) {
        let mut rows: Vec<_> = entries
            .iter()
            .map(|entry| {
                [
                    show_partition(entry.partition().as_ref()),
                    show_offset(entry.offset().as_ref()),
                ]
            })
            .collect();
        in_order(&mut rows, 0);
        return ui::table(["PARTITION", "OFFSET"], &[1], &rows, width);
    }
    let mut out = String::new();
    for entry in entries {
        let partition = show_partition(entry.partition().as_ref());
        let at = readable(entry).map(|position| format!("at {}", cell(&position)));
        let members = members(entry.offset().as_ref());
        ui::record(
            &mut out,
            (&partition, STRONG),
            at.as_deref(),
            members,
            width,
        );
    }
    out
}

/// A position in the notation of its database, which is shown beside the members of the position.
pub(crate) fn readable(entry: &OffsetEntry) -> Option<String> {
    OffsetFormat::guess(entry)?.describe(entry)
}

/// The positions of each partition before and after a change. `titles` are the heads of their columns.
pub(crate) fn compared(rows: &[Row], titles: [&str; 2], width: Option<u16>) -> String {
    let is_plain = |json: &Option<RawJson>| json.as_ref().is_none_or(is_number);
    if rows
        .iter()
        .all(|row| is_plain(&row.before) && is_plain(&row.after))
    {
        return table(rows, titles, width);
    }
    let mut out = String::new();
    for row in rows {
        let title = format!("{}  {}", show_partition(Some(&row.partition)), row.effect);
        let style = match row.effect.as_str() {
            "unchanged" => FAINT,
            _ => STRONG,
        };
        ui::record(
            &mut out,
            (&title, style),
            row.way.as_deref(),
            changed(row),
            width,
        );
    }
    out
}

/// The members of a position that change, each with its value before and after. When there is no position before or none
/// after, each member has only one value.
fn changed(row: &Row) -> Vec<(String, String)> {
    let before = members(row.before.as_ref());
    let after = members(row.after.as_ref());
    let find = |members: &[(String, String)], name: &str| {
        let found = members.iter().find(|(key, _)| key == name);
        found.map_or("-".to_owned(), |(_, value)| value.clone())
    };
    let is_new = |(name, _): &&(String, String)| !before.iter().any(|(key, _)| key == name);
    let names = before.iter().chain(after.iter().filter(is_new));
    let all = names.map(|(name, _)| (name, find(&before, name), find(&after, name)));
    let changes = all.filter(|(_, old, new)| old != new);
    let told = changes.map(|(name, old, new)| {
        let text = match (before.is_empty(), after.is_empty()) {
            (true, _) => new,
            (_, true) => old,
            _ => format!("{old} → {new}"),
        };
        (name.clone(), text)
    });
    told.collect()
}

fn table(rows: &[Row], [before, after]: [&str; 2], width: Option<u16>) -> String {
    let mut cells: Vec<[String; 5]> = rows
        .iter()
        .map(|row| {
            [
                show_partition(Some(&row.partition)),
                show_offset(row.before.as_ref()),
                show_offset(row.after.as_ref()),
                match row.distance {
                    None => String::new(),
                    Some(0) => "0".to_owned(),
                    Some(records) => format!("{records:+}"),
                },
                row.effect.clone(),
            ]
        })
        .collect();
    in_order(&mut cells, 0);
    let head = ["PARTITION", before, after, "RECORDS", ""];
    ui::table(head, &[1, 2, 3], &cells, width)
}

/// Whether the position of the entry is a single number, or is missing.
fn is_plain(entry: &OffsetEntry) -> bool {
    entry.offset().as_ref().is_none_or(is_number)
}

fn is_number(json: &RawJson) -> bool {
    let text = show_offset(Some(json));
    json.is_null() || text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

/// The members of a position in their order; strings are unquoted where they are unambiguous.
fn members(json: Option<&RawJson>) -> Vec<(String, String)> {
    let Some(json) = json.filter(|json| !json.is_null()) else {
        return Vec::new();
    };
    match json.as_str().parse::<RawObject>() {
        Ok(object) => object
            .entries()
            .into_iter()
            .map(|(name, value)| (cell(&name), cell(&shown(&value))))
            .collect(),
        Err(_) => vec![("?".to_owned(), cell(&one_line(json)))],
    }
}

/// A value on one line. A string that looks like another JSON value, such as a number, keeps its quotes, because a connector
/// treats the two differently.
fn shown(value: &RawJson) -> String {
    let json = one_line(value);
    match value.parse::<String>() {
        Ok(text)
            if text.is_empty() || serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok() =>
        {
            json
        }
        Ok(text) => text,
        Err(_) => json,
    }
}
