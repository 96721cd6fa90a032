//! Parts of messages about JSON and its members, safe to print on a terminal.

use std::fmt::Write as _;

/// The length in characters above which a value is cut in messages.
const EXCERPT: usize = 60;

/// A JSON value as a message quotes it: cut when it is long, and printable.
pub fn excerpt(value: &str) -> String {
    let mut out = printable(value.chars().take(EXCERPT));
    if value.chars().nth(EXCERPT).is_some() {
        out.push('…');
    }
    out
}

/// A count with its noun, and with commas between groups of three digits: `18,606 records`.
pub fn counted(count: impl Into<u128>, noun: &str) -> String {
    let count = count.into();
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let plural = if count == 1 { "" } else { "s" };
    format!("{text} {noun}{plural}")
}

/// The text, in which every character is escaped that could move the cursor, change colours, or reverse the direction
/// of writing.
pub fn printable(text: impl IntoIterator<Item = char>) -> String {
    let mut out = String::new();
    for c in text {
        if c.is_control() || is_directional(c) {
            // Writing to a string cannot fail.
            let _ = write!(out, "{}", c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// Marks that change the direction in which text is shown (Unicode UAX 9).
pub(crate) fn is_directional(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The path of a member below `parent`; a key that is not a plain word is in brackets.
pub fn member_path(parent: &str, key: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key.chars().all(plain) {
        format!("{parent}.{key}")
    } else {
        format!("{parent}[\"{}\"]", excerpt(key))
    }
}

/// Whether `word` looks like a misspelling of `meant`: another letter case, or at most two letters apart (one for
/// words shorter than six letters).
pub fn resembles(word: &str, meant: &str) -> bool {
    /// The greatest length of a word that is compared, in bytes: comparing a longer word would take too long.
    const LONGEST: usize = 64;
    let allowed = if meant.len() < 6 { 1 } else { 2 };
    if meant.len() > LONGEST || word.len().abs_diff(meant.len()) > allowed {
        return false;
    }
    word == meant || distance(&word.to_lowercase(), &meant.to_lowercase()) <= allowed
}

/// The first candidate that `word` resembles.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .find(|candidate| resembles(word, candidate))
}

/// The Levenshtein distance between two words, in characters.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, r) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(l != *r);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen() {
        for (word, meant, expected) in [
            ("ofset", "offset", true),
            ("Offset", "offset", true),
            ("offsets", "offset", true),
            ("kafka_topc", "kafka_topic", true),
            ("kafka_topic", "kafka_partition", false),
            ("pos", "row", false),
            ("lns", "lsn", false),
            ("", "offset", false),
            (&"x".repeat(100), &"x".repeat(100), false),
        ] {
            assert_eq!(resembles(word, meant), expected, "{word} {meant}");
        }
    }

    #[test]
    fn values_and_paths_are_short_and_printable() {
        assert_eq!(excerpt("a\nb"), "a\\nb");
        assert_eq!(printable("a\u{202e}\u{7f}é".chars()), "a\\u{202e}\\u{7f}é");
        assert_eq!(excerpt(&"y".repeat(99)).chars().count(), EXCERPT + 1);
        assert_eq!(
            member_path("offsets[0].offset", "lsn"),
            "offsets[0].offset.lsn"
        );
        assert_eq!(member_path("p", "a b"), "p[\"a b\"]");
        assert_eq!(member_path("p", ""), "p[\"\"]");
    }
}
