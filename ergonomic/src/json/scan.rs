//! Reads JSON text that is already known to be valid, without building a tree.
//!
//! Every text comes from a [`RawJson`](crate::RawJson), which has checked the grammar. For any other text, these
//! functions return `None` or a meaningless slice; they never panic and never recurse.

use std::borrow::Cow;

/// The type of the value in a JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "JSON has exactly these types")]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// The type of the value, from the first character of its text.
    pub fn of(text: &str) -> Self {
        match text.trim_start().as_bytes().first() {
            Some(b'{') => Self::Object,
            Some(b'[') => Self::Array,
            Some(b'"') => Self::String,
            Some(b't' | b'f') => Self::Bool,
            Some(b'n') => Self::Null,
            _ => Self::Number,
        }
    }

    /// The type with its article, for messages: `an object`.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "true or false",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// One member of an object.
#[derive(Clone, Debug)]
pub(crate) struct Member<'a> {
    /// The key, with escapes resolved.
    pub(crate) key: Cow<'a, str>,
    /// The text of the value.
    pub(crate) value: &'a str,
    /// The position in the object's text at which the key begins, in bytes.
    pub(crate) start: usize,
    /// The position in the object's text at which the value begins, in bytes.
    pub(crate) value_start: usize,
}

impl Member<'_> {
    /// The position in the object's text at which the value ends, in bytes.
    pub(crate) fn end(&self) -> usize {
        self.value_start + self.value.len()
    }

    pub(crate) fn kind(&self) -> Kind {
        Kind::of(self.value)
    }
}

/// The members of an object in their order, repeated keys included; `None` when the text is not an object.
pub(crate) fn members(object: &str) -> Option<Vec<Member<'_>>> {
    let mut cursor = Cursor::new(object);
    cursor.begin(b'{')?;
    let mut members = Vec::new();
    if cursor.eat(b'}') {
        return Some(members);
    }
    loop {
        cursor.space();
        let start = cursor.at;
        let key = unescape(cursor.string()?);
        cursor.begin(b':')?;
        let value_start = cursor.at;
        let value = cursor.value()?;
        members.push(Member {
            key,
            value,
            start,
            value_start,
        });
        cursor.space();
        if !cursor.eat(b',') {
            break;
        }
    }
    cursor.eat(b'}').then_some(members)
}

/// The content of a JSON string, with escapes resolved; `None` when the value is not a string.
pub(crate) fn string(value: &str) -> Option<Cow<'_, str>> {
    Cursor::new(value.trim_start()).string().map(unescape)
}

/// Resolves escapes. A string with a lone surrogate, which Rust text cannot hold, stays as it is written.
fn unescape(quoted: &str) -> Cow<'_, str> {
    let inner = quoted.get(1..quoted.len() - 1).unwrap_or_default();
    if inner.contains('\\') {
        serde_json::from_str::<String>(quoted).map_or(Cow::Borrowed(inner), Cow::Owned)
    } else {
        Cow::Borrowed(inner)
    }
}

/// A position in a JSON text, which moves forward as the text is read.
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Skips `byte` and the white space around it.
    pub(crate) fn begin(&mut self, byte: u8) -> Option<()> {
        self.space();
        self.eat(byte).then(|| self.space())
    }

    /// Skips a string; returns it with its quotes.
    fn string(&mut self) -> Option<&'a str> {
        let start = self.at;
        if !self.eat(b'"') {
            return None;
        }
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        self.text.get(start..self.at)
    }

    /// Skips any value; returns its text.
    fn value(&mut self) -> Option<&'a str> {
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.string()?;
                    if depth == 0 {
                        break;
                    }
                }
                Some(b'{' | b'[') => {
                    depth += 1;
                    self.at += 1;
                }
                Some(b'}' | b']') if depth > 0 => {
                    depth -= 1;
                    self.at += 1;
                    if depth == 0 {
                        break;
                    }
                }
                Some(b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t') if depth == 0 => break,
                Some(_) => self.at += 1,
                None if depth == 0 => break,
                None => return None,
            }
        }
        self.text.get(start..self.at)
    }

    /// Skips a string without escapes; returns it without its quotes. `None` for anything else.
    pub(crate) fn plain_string(&mut self) -> Option<&'a str> {
        if !self.eat(b'"') {
            return None;
        }
        let rest = self.text.as_bytes().get(self.at..)?;
        let length = rest.iter().position(|b| matches!(b, b'"' | b'\\'))?;
        let start = self.at;
        self.at += length;
        if !self.eat(b'"') {
            return None;
        }
        self.text.get(start..start + length)
    }

    /// Skips `text` if it is at this position. Returns whether `text` was there.
    pub(crate) fn literal(&mut self, text: &str) -> bool {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let found = rest.starts_with(text.as_bytes());
        self.at += if found { text.len() } else { 0 };
        found
    }

    /// Skips a key, given with its quotes, and the colon after it. Returns whether the key was at this position.
    pub(crate) fn key(&mut self, quoted: &str) -> bool {
        self.literal(quoted) && self.begin(b':').is_some()
    }

    /// Skips the comma or the closing brace after a member. Returns whether another member follows; `None` when there
    /// is neither a comma nor a brace.
    pub(crate) fn more(&mut self) -> Option<bool> {
        self.space();
        match self.peek()? {
            b',' => {
                self.at += 1;
                self.space();
                Some(true)
            }
            b'}' => {
                self.at += 1;
                Some(false)
            }
            _ => None,
        }
    }

    /// Skips a whole number without a sign, or a string of digits; returns the number.
    pub(crate) fn digits(&mut self) -> Option<i64> {
        let quoted = self.eat(b'"');
        let start = self.at;
        let mut number = 0_i64;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            number = number
                .checked_mul(10)?
                .checked_add(i64::from(digit - b'0'))?;
            self.at += 1;
        }
        if self.at == start || (quoted && !self.eat(b'"')) {
            return None;
        }
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn members_keep_order_repeats_and_bytes() {
        let text =
            r#" { "b" : [1,{"x":"]}"}] ,"a\u0041":"q\"}", "b":-1.50e+2,"":{},"\ud800":null } "#;
        let found: Vec<_> = members(text)
            .unwrap()
            .into_iter()
            .map(|m| {
                assert_eq!(&text[m.value_start..m.end()], m.value);
                assert!(text[m.start..].starts_with('"'));
                (m.key.into_owned(), m.value)
            })
            .collect();
        let expected = [
            ("b", r#"[1,{"x":"]}"}]"#),
            ("aA", r#""q\"}""#),
            ("b", "-1.50e+2"),
            ("", "{}"),
            ("\\ud800", "null"),
        ];
        assert_eq!(found, expected.map(|(k, v)| (k.to_owned(), v)));
        assert!(members("{}").unwrap().is_empty());
        assert!(members("[1]").is_none());
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in ".*") {
            members(&text);
            string(&text);
        }

        #[test]
        fn agrees_with_serde_json(map in proptest::collection::btree_map(".*", ".*", 0..6)) {
            let text = serde_json::to_string(&map).unwrap();
            let found: std::collections::BTreeMap<_, _> = members(&text)
                .unwrap()
                .into_iter()
                .map(|m| (m.key.into_owned(), string(m.value).unwrap().into_owned()))
                .collect();
            prop_assert_eq!(found, map);
        }
    }
}
