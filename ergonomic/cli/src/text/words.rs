//! Words and paths in the notation of a shell and of messages.

use std::path::Path;

use unicode_width::UnicodeWidthStr as _;

/// A word, quoted for a POSIX shell where needed.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@=,+".contains(c);
    if !word.is_empty() && !word.starts_with('-') && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Breaks a text at spaces into lines of at most `width` columns; a longer word has a line of its own. `used` columns of
/// the first line are already occupied.
pub(crate) fn wrapped(text: &str, used: usize, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut used = used;
    for paragraph in text.split('\n') {
        let mut words = paragraph.split(' ');
        let mut line = words.next().unwrap_or_default().to_owned();
        for word in words {
            let is_begun = !line.trim_start().is_empty();
            if is_begun && used + columns(&line) + 1 + columns(word) > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            } else {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
        used = 0;
    }
    lines
}

/// The number of columns that a text takes on a terminal. Codes for colours take none.
fn columns(text: &str) -> usize {
    anstream::adapter::strip_str(text).to_string().width()
}

/// The text of a value in a table; `-` when there is no value.
pub(crate) fn or_dash(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// A path as an error message shows it.
pub(crate) fn shown(path: &Path) -> String {
    if path == Path::new("-") {
        "standard input".to_owned()
    } else {
        format!("{:?}", path.to_string_lossy())
    }
}

#[cfg(test)]
mod tests {
    use super::{quoted, wrapped};

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(
            wrapped("one two three\nfour", 0, 8),
            ["one two", "three", "four"]
        );
        assert_eq!(wrapped("much-too-long a b", 0, 4), ["much-too-long", "a b"]);
        assert_eq!(wrapped("one two", 4, 8), ["one", "two"]);
        assert_eq!(wrapped("", 0, 4), [""]);
        assert_eq!(wrapped("  one  two", 0, 10), ["  one  two"]);
        assert_eq!(wrapped("\u{1b}[1mone\u{1b}[0m two", 0, 7).len(), 1);
    }

    #[test]
    fn words_survive_a_shell() {
        for (word, text) in [
            ("orders-sink", "orders-sink"),
            ("My Sink", "'My Sink'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
            ("-x", "'-x'"),
        ] {
            assert_eq!(quoted(word), text);
        }
    }
}
