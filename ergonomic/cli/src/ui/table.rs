//! Tables that fit the terminal they are printed on.

use anstyle::Style;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, TableStyle};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::{STRONG, cell};
use crate::text::words::wrapped;

/// A table with aligned columns. The columns in `right` contain numbers and are aligned to the right. A column without any
/// value is left out.
///
/// With a width, long text in the last column continues on the next line. A table that is still too wide becomes a block of
/// lines for each row. Without a width every row is one line, as programs such as `grep` need it.
pub(crate) fn table<const N: usize>(
    head: [&str; N],
    right: &[usize],
    rows: &[[String; N]],
    width: Option<u16>,
) -> String {
    let has_value =
        |column: &usize| rows.is_empty() || rows.iter().any(|row| !row[*column].is_empty());
    let kept: Vec<usize> = (0..N).filter(has_value).collect();
    let head: Vec<&str> = kept.iter().map(|column| head[*column]).collect();
    let in_columns = |row: &[String; N]| kept.iter().map(|column| cell(&row[*column])).collect();
    let cells: Vec<Vec<String>> = rows.iter().map(in_columns).collect();
    let mut table = Table::new();
    table.load_style(TableStyle::new()).set_header(&head);
    table.add_rows(&cells);
    table.set_content_arrangement(ContentArrangement::Disabled);
    let mut widths = table.column_max_content_widths();
    let widest = widths.pop().unwrap_or_default();
    let add = |sum: u16, width: &u16| sum.saturating_add(2).saturating_add(*width);
    let others = widths.iter().fold(0, add);
    if let Some(width) = width.filter(|width| others.saturating_add(widest) > *width) {
        let words = cells.iter().flat_map(|row| row[kept.len() - 1].split(' '));
        let longest = words.map(str::width).max().unwrap_or_default();
        if usize::from(others) + longest > usize::from(width) {
            return blocks(&head, &cells, width);
        }
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(width);
        for column in table.column_iter_mut().take(kept.len() - 1) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if index + 1 == kept.len() { 0 } else { 2 }));
        if right.contains(&kept[index]) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut lines = table.lines();
    let first = lines.next().unwrap_or_default();
    let mut out = format!("{STRONG}{}{STRONG:#}\n", first.trim_end());
    for line in lines {
        out += line.trim_end();
        out.push('\n');
    }
    out
}

/// A block of lines for each row. Its first line has the row's first cell and the cells of columns without a title. Each other
/// cell has a line of its own, after the title of its column.
fn blocks(head: &[&str], rows: &[Vec<String>], width: u16) -> String {
    let mut out = String::new();
    for row in rows {
        let others = head.iter().zip(row).skip(1);
        let others = others.filter(|(_, text)| !text.is_empty());
        let (named, unnamed): (Vec<_>, Vec<_>) = others.partition(|(title, _)| !title.is_empty());
        let title = unnamed
            .iter()
            .fold(row[0].clone(), |title, (_, text)| title + "  " + text);
        let members = named
            .iter()
            .map(|(title, text)| ((**title).to_owned(), (*text).clone()));
        record(
            &mut out,
            (&title, STRONG),
            None,
            members.collect(),
            Some(width),
        );
    }
    out
}

/// A title, a remark below it, and members: one `name value` on each line, with the values in one column.
pub(crate) fn record(
    out: &mut String,
    (title, style): (&str, Style),
    remark: Option<&str>,
    members: Vec<(String, String)>,
    width: Option<u16>,
) {
    line(out, "", title, style, width);
    if let Some(remark) = remark {
        line(out, "  ", remark, style, width);
    }
    let longest = members
        .iter()
        .map(|(name, _)| name.width())
        .max()
        .unwrap_or_default();
    for (name, value) in members {
        let gap = " ".repeat(longest - name.width());
        line(
            out,
            &format!("  {name}{gap}  "),
            &value,
            Style::new(),
            width,
        );
    }
}

/// A line of text after its label. Text that does not fit continues below its beginning.
fn line(out: &mut String, label: &str, text: &str, style: Style, width: Option<u16>) {
    let width = width.map_or(usize::MAX, usize::from);
    // When the label leaves too little room, the further lines are indented less.
    let hanging = match label.width() {
        long if long + 20 > width => 4,
        short => short,
    };
    let mut begin = label.to_owned();
    for mut rest in wrapped(text, label.width() - hanging, width - hanging) {
        // A word that is too long is broken anywhere.
        while !rest.is_empty() || !begin.trim().is_empty() {
            let mut room = width.saturating_sub(begin.width());
            let fits = |c: char| {
                room = room.checked_sub(c.width().unwrap_or_default())?;
                Some(c.len_utf8())
            };
            let taken: usize = rest.chars().map_while(fits).sum();
            *out += &format!(
                "{style}{}{style:#}\n",
                format!("{begin}{}", &rest[..taken]).trim_end()
            );
            rest.drain(..taken);
            begin = " ".repeat(hanging);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_nothing_escapes() {
        let rows = [
            ["é漢".to_owned(), "10".to_owned()],
            ["a\u{1b}[31m\nb".to_owned(), "9".to_owned()],
        ];
        let text = table(["NAME", "N"], &[1], &rows, None);
        assert_eq!(
            anstream::adapter::strip_str(&text).to_string(),
            "NAME             N\né漢             10\na\\u{1b}[31m\\nb   9\n"
        );
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let rows = [[
            "a-connector-with-a-name-that-somebody-was-proud-of".to_owned(),
            r#"{"snapshot_scn":"4099741","scn":"9007199254740993"}"#.to_owned(),
            "12".to_owned(),
        ]];
        for width in [20, 40, 80] {
            let text = table(["NAME", "OFFSET", "AGE"], &[2], &rows, Some(width));
            let text = anstream::adapter::strip_str(&text).to_string();
            for line in text.lines() {
                assert!(line.width() <= usize::from(width), "{width}: {line:?}");
            }
            let whole: String = text.split_whitespace().collect();
            assert!(whole.contains("12"), "{text}");
        }
        let piped = table(["NAME", "OFFSET", "AGE"], &[2], &rows, None);
        assert_eq!(piped.lines().count(), 2, "{piped}");
    }
}
