//! Positions as people read them: a table for sinks, one `name value` on each line for sources.

use anstyle::Style;
use ccloud_connect::json::RawObject;
use ccloud_connect::offset::OffsetFormat;
use ccloud_connect::{OffsetEntry, RawJson};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::text::partition::{one_line, show_offset, show_partition};
use crate::ui::{self, FAINT, STRONG, cell};

/// One partition with its position before, and its present or planned position.
pub(crate) struct Row {
    pub(crate) partition: RawJson,
    pub(crate) before: Option<RawJson>,
    pub(crate) after: Option<RawJson>,
    /// The distance in records, for sinks.
    pub(crate) distance: Option<i64>,
    /// The change in a word or two.
    pub(crate) effect: String,
    /// Both positions in the notation of the database, for sources.
    pub(crate) way: Option<String>,
}

/// The positions of one connector.
pub(crate) fn positions(entries: &[OffsetEntry], width: Option<u16>) -> String {
    if entries.iter().all(is_plain) {
        let rows: Vec<_> = entries
            .iter()
            .map(|entry| {
                [
                    show_partition(entry.partition().as_ref()),
                    show_offset(entry.offset().as_ref()),
                ]
            })
            .collect();
        return ui::table(["PARTITION", "OFFSET"], &[1], &rows, width);
    }
    let mut out = String::new();
    for entry in entries {
        let partition = show_partition(entry.partition().as_ref());
        line(&mut out, "", &partition, STRONG, width);
        if let Some(position) = readable(entry) {
            line(&mut out, "  at ", &cell(&position), FAINT, width);
        }
        for (name, value) in aligned(members(entry.offset().as_ref())) {
            line(
                &mut out,
                &format!("  {name}  "),
                &value,
                Style::new(),
                width,
            );
        }
    }
    out
}

/// A position in the notation of its database, shown beside its members.
pub(crate) fn readable(entry: &OffsetEntry) -> Option<String> {
    OffsetFormat::guess(entry)?.describe(entry)
}

/// Positions before and after.
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
        let partition = show_partition(Some(&row.partition));
        let style = if row.effect == "unchanged" {
            FAINT
        } else {
            STRONG
        };
        line(
            &mut out,
            "",
            &format!("{partition}  {}", row.effect),
            style,
            width,
        );
        if let Some(way) = &row.way {
            line(&mut out, "  ", way, style, width);
        }
        let before = members(row.before.as_ref());
        let after = members(row.after.as_ref());
        let mut names: Vec<&String> = before.iter().map(|(name, _)| name).collect();
        names.extend(after.iter().map(|(name, _)| name));
        let mut seen = Vec::new();
        names.retain(|name| {
            let new = !seen.contains(*name);
            seen.push((*name).clone());
            new
        });
        let find = |members: &[(String, String)], name: &str| {
            let found = members.iter().find(|(key, _)| key == name);
            found.map_or("-".to_owned(), |(_, value)| value.clone())
        };
        let changes = names
            .into_iter()
            .map(|name| (name.clone(), find(&before, name), find(&after, name)))
            .filter(|(_, before, after)| before != after)
            .map(|(name, old, new)| {
                // With one side empty, only the other is shown.
                let text = match (before.is_empty(), after.is_empty()) {
                    (true, _) => new,
                    (_, true) => old,
                    _ => format!("{old} → {new}"),
                };
                (name, text)
            })
            .collect();
        for (name, change) in aligned(changes) {
            line(
                &mut out,
                &format!("  {name}  "),
                &change,
                Style::new(),
                width,
            );
        }
    }
    out
}

fn table(rows: &[Row], [before, after]: [&str; 2], width: Option<u16>) -> String {
    let none = || "-".to_owned();
    let cells: Vec<[String; 5]> = rows
        .iter()
        .map(|row| {
            [
                show_partition(Some(&row.partition)),
                row.before
                    .as_ref()
                    .map_or_else(none, |json| show_offset(Some(json))),
                row.after
                    .as_ref()
                    .map_or_else(none, |json| show_offset(Some(json))),
                match row.distance {
                    None => String::new(),
                    Some(0) => "0".to_owned(),
                    Some(records) => format!("{records:+}"),
                },
                row.effect.clone(),
            ]
        })
        .collect();
    if rows.iter().any(|row| row.distance.is_some()) {
        return ui::table(
            ["PARTITION", before, after, "RECORDS", ""],
            &[1, 2, 3],
            &cells,
            width,
        );
    }
    let cells: Vec<[String; 4]> = cells
        .into_iter()
        .map(|[a, b, c, _, e]| [a, b, c, e])
        .collect();
    ui::table(["PARTITION", before, after, ""], &[1, 2], &cells, width)
}

/// Whether the entry is one number, or none.
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

/// A value on one line. A text that looks like a number keeps its quotes, because the connector tells the two apart.
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

/// The members with their names padded to one width.
fn aligned(members: Vec<(String, String)>) -> Vec<(String, String)> {
    let width = members
        .iter()
        .map(|(name, _)| name.width())
        .max()
        .unwrap_or_default();
    members
        .into_iter()
        .map(|(name, value)| {
            let gap = " ".repeat(width - name.width());
            (name + &gap, value)
        })
        .collect()
}

/// A line of text after its label. At a terminal, text that does not fit continues below its beginning.
fn line(out: &mut String, label: &str, text: &str, style: Style, width: Option<u16>) {
    let width = width.map_or(usize::MAX, usize::from);
    // After a label that leaves too little room, the text begins on the next line.
    let hanging = if label.width() + 20 > width {
        4
    } else {
        label.width()
    };
    let mut current = label.to_owned();
    let mut used = label.width();
    for c in text.chars() {
        let wide = c.width().unwrap_or_default();
        if used + wide > width {
            *out += &format!("{style}{}{style:#}\n", current.trim_end());
            current = " ".repeat(hanging);
            used = hanging;
        }
        current.push(c);
        used += wide;
    }
    *out += &format!("{style}{}{style:#}\n", current.trim_end());
}
