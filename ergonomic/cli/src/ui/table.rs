//! Tables that fit the terminal they are printed on.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, TableStyle};

use super::{STRONG, cell};

/// The least width of the last column.
const LAST: u16 = 12;

/// A table with aligned columns; the columns named in `right` hold numbers. Within a width, long cells continue on the
/// next line of their column; without one every row stays one line, for `grep` and its kind.
pub(crate) fn table<const N: usize>(
    head: [&str; N],
    right: &[usize],
    rows: &[[String; N]],
    width: Option<u16>,
) -> String {
    let mut table = Table::new();
    table.load_style(TableStyle::new());
    match width {
        Some(width) => {
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(width);
        }
        None => {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    table.set_header(head);
    for row in rows {
        table.add_row(row.each_ref().map(|text| cell(text)));
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if index + 1 == N { 0 } else { 2 }));
        if right.contains(&index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    // If possible only the last column is broken, so that names and numbers stay whole.
    let widths = table.column_max_content_widths();
    let others: u16 = widths.iter().take(N - 1).map(|width| width + 2).sum();
    if width.is_some_and(|width| others + LAST <= width) {
        for column in table.column_iter_mut().take(N - 1) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    let mut out = String::new();
    for (index, line) in table.lines().enumerate() {
        let line = line.trim_end();
        if index == 0 {
            out += &format!("{STRONG}{line}{STRONG:#}\n");
        } else {
            out += line;
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr as _;

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
