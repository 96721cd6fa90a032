//! The command line in bash's notation: quotes and backslashes in the typed words and in the candidates.

use std::ffi::OsString;

/// A typed line, up to the cursor.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The words without their quotes, from the name of the tool to the one under the cursor.
    pub(super) words: Vec<OsString>,
    /// The length of the part of the last word that bash does not replace.
    kept: usize,
    /// The quotation mark that is still open in the last word.
    quote: Option<char>,
}

/// The word that is being parsed.
#[derive(Default)]
struct Word {
    text: String,
    kept: usize,
    is_begun: bool,
}

impl Line {
    /// Parses a line; `None` when it does not call the tool. `breaks` are the characters at which bash breaks words.
    pub(super) fn new(line: &str, breaks: &str) -> Option<Self> {
        let mut words = Vec::new();
        let mut word = Word::default();
        let mut quote = None;
        let mut chars = line.chars();
        while let Some(c) = chars.next() {
            match (quote, c) {
                (Some('\''), '\'') | (Some('"'), '"') => quote = None,
                (Some('\''), _) => word.push(c),
                (None, '\'' | '"') => {
                    quote = Some(c);
                    word.is_begun = true;
                    word.kept = word.text.len();
                }
                (Some('"'), '\\') => match chars.next() {
                    Some(c @ ('"' | '\\' | '$' | '`')) => word.push(c),
                    Some(c) => {
                        word.push('\\');
                        word.push(c);
                    }
                    None => {}
                },
                (_, '\\') => {
                    if let Some(c) = chars.next() {
                        word.push(c);
                    }
                }
                (None, c) if c.is_whitespace() => {
                    if word.is_begun {
                        words.push(std::mem::take(&mut word).text);
                    }
                }
                (None, c) => {
                    word.push(c);
                    if breaks.contains(c) {
                        word.kept = word.text.len();
                    }
                }
                (Some(_), c) => word.push(c),
            }
        }
        let kept = word.kept;
        words.push(word.text);
        // Other words may come before the name of the tool, such as assignments of variables.
        let is_tool = |word: &String| word.rsplit('/').next() == Some("ccloud-offsets");
        let start = words.iter().position(is_tool)?;
        let words: Vec<OsString> = words.drain(start..).map(Into::into).collect();
        (words.len() > 1).then_some(Self { words, kept, quote })
    }

    /// The text with which bash replaces its part of the last word, so that the word becomes `value`; `None` when the open
    /// quotation mark does not allow that.
    pub(super) fn insert(&self, value: &str) -> Option<String> {
        let rest = value.get(self.kept..)?;
        Some(match self.quote {
            Some('\'') => rest.replace('\'', r"'\''"),
            Some(_) => rest
                .replace(['\\', '"', '$', '`'], "")
                .len()
                .eq(&rest.len())
                .then(|| rest.to_owned())?,
            // JSON is put in quotes, because it would be hard to read with backslashes.
            None if rest.starts_with('{') && !rest.contains('\'') => format!("'{rest}'"),
            None => rest.chars().fold(String::new(), |mut out, c| {
                let is_plain = c.is_alphanumeric() || "-_./:@=,+%".contains(c);
                if !is_plain {
                    out.push('\\');
                }
                out.push(c);
                out
            }),
        })
    }
}

impl Word {
    fn push(&mut self, c: char) {
        self.text.push(c);
        self.is_begun = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BREAKS: &str = " \t\n\"'><=;|&(:";

    #[test]
    fn lines_are_read_as_bash_reads_them() {
        // Each case has a line, the words after the tool's name separated by bars, and the length that bash keeps.
        for (line, words, kept) in [
            ("ccloud-offsets g", "g", 0),
            ("A=1 /usr/bin/ccloud-offsets get ", "get|", 0),
            (r"ccloud-offsets get My\ S", "get|My S", 0),
            ("ccloud-offsets get 'My S", "get|My S", 0),
            (r#"ccloud-offsets get "a\"b" x"#, "get|a\"b|x", 0),
            ("ccloud-offsets patch x --set a:0=", "patch|x|--set|a:0=", 4),
            ("ccloud-offsets patch x --set=a:", "patch|x|--set=a:", 8),
        ] {
            let read = Line::new(line, BREAKS).unwrap();
            let expected: Vec<OsString> = words.split('|').map(Into::into).collect();
            assert_eq!(
                (&read.words[1..], read.kept),
                (&expected[..], kept),
                "{line}"
            );
        }
        assert_eq!(Line::new("ls -l", BREAKS), None);
        assert_eq!(Line::new("ccloud-offsets", BREAKS), None);
    }

    #[test]
    fn what_is_offered_is_one_word() {
        for (line, value, inserted) in [
            ("get ", "My Sink", r"My\ Sink"),
            ("get '", "My Sink", "My Sink"),
            ("get \"", "My $ink", ""),
            ("patch x --set o", "orders:0=", "orders:0="),
            ("patch x --set orders:", "orders:0=", "0="),
            ("patch x --partition ", r#"{"a":1}"#, r#"'{"a":1}'"#),
            ("get $", "$(rm -rf .)", r"\$\(rm\ -rf\ .\)"),
        ] {
            let line = format!("ccloud-offsets {line}");
            let line = Line::new(&line, BREAKS).unwrap();
            assert_eq!(line.insert(value).unwrap_or_default(), inserted, "{value}");
        }
    }
}
