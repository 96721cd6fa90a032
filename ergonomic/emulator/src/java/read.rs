//! Reading JSON within the limits of the reader that Kafka Connect uses: numbers of up to 1000 digits, 1000 levels, keys of
//! up to 50,000 characters, UTF-8, UTF-16 or UTF-32 by the first bytes, and of a repeated key the last value.

use super::{Map, Text, Value};

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 1000;
/// The longest number that is read, in digits.
const MAX_DIGITS: usize = 1000;
/// The longest key that is read, in UTF-16 units.
const MAX_KEY: usize = 50_000;

/// Why bytes are not JSON, in a few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable(pub(crate) String);

/// Reads one JSON value; `None` when the text is blank.
pub(crate) fn read(text: &str) -> Result<Option<Value>, Unreadable> {
    let mut reader = Reader { rest: text };
    reader.blanks();
    if reader.rest.is_empty() {
        return Ok(None);
    }
    let value = reader.value()?;
    reader.blanks();
    match reader.rest.chars().next() {
        None => Ok(Some(value)),
        Some(next) => Err(unexpected(next, "after the value")),
    }
}

/// The bytes as text, in any of Unicode's encodings.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, Unreadable> {
    let wide = |skip: usize, unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes[skip..].as_chunks::<2>();
        let text = char::decode_utf16(pairs.iter().copied().map(unit)).collect::<Result<_, _>>();
        text.ok().filter(|_| rest.is_empty())
    };
    let wider = |skip: usize, unit: fn([u8; 4]) -> u32| {
        let (quads, rest) = bytes[skip..].as_chunks::<4>();
        let text = quads
            .iter()
            .map(|quad| char::from_u32(unit(*quad)))
            .collect();
        Option::filter(text, |_: &String| rest.is_empty())
    };
    let text = match bytes {
        [0, 0, 0xfe, 0xff, ..] => wider(4, u32::from_be_bytes),
        [0xff, 0xfe, 0, 0, ..] => wider(4, u32::from_le_bytes),
        [0xfe, 0xff, ..] => wide(2, u16::from_be_bytes),
        [0xff, 0xfe, ..] => wide(2, u16::from_le_bytes),
        [0, 0, 0, _, ..] => wider(0, u32::from_be_bytes),
        [_, 0, 0, 0, ..] => wider(0, u32::from_le_bytes),
        [0, _, ..] => wide(0, u16::from_be_bytes),
        [_, 0, ..] => wide(0, u16::from_le_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        _ => String::from_utf8(bytes.to_vec()).ok(),
    };
    text.ok_or_else(|| Unreadable("it is not text in UTF-8, UTF-16 or UTF-32".to_owned()))
}

struct Reader<'a> {
    rest: &'a str,
}

/// A list or a map that has not ended.
enum Open {
    List(Vec<Value>),
    /// A map, with the key whose value comes next.
    Map(Vec<(Text, Value)>, Text),
}

impl Reader<'_> {
    /// Reads a value of any depth, without recursion.
    fn value(&mut self) -> Result<Value, Unreadable> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            let mut value = match self.peek()? {
                begin @ ('{' | '[') => {
                    if open.len() == MAX_DEPTH {
                        let message = format!("it is nested deeper than {MAX_DEPTH} levels");
                        return Err(Unreadable(message));
                    }
                    self.take();
                    if begin == '[' {
                        if !self.ends(']')? {
                            open.push(Open::List(Vec::new()));
                            continue;
                        }
                        Value::List(Vec::new())
                    } else {
                        if !self.ends('}')? {
                            open.push(Open::Map(Vec::new(), self.key()?));
                            continue;
                        }
                        Value::Map(Map::default())
                    }
                }
                '"' => Value::Text(self.text()?),
                '-' | '0'..='9' => self.number()?,
                'n' => self.word("null", Value::Null)?,
                't' => self.word("true", Value::Bool(true))?,
                'f' => self.word("false", Value::Bool(false))?,
                other => return Err(unexpected(other, "where a value begins")),
            };
            // A value that is complete is added to the list or map around it.
            loop {
                match open.pop() {
                    None => return Ok(value),
                    Some(Open::List(mut items)) => {
                        items.push(value);
                        if !self.ends(']')? {
                            self.comma()?;
                            open.push(Open::List(items));
                            break;
                        }
                        value = Value::List(items);
                    }
                    Some(Open::Map(mut pairs, key)) => {
                        pairs.push((key, value));
                        if !self.ends('}')? {
                            self.comma()?;
                            open.push(Open::Map(pairs, self.key()?));
                            break;
                        }
                        value = Value::Map(pairs.into_iter().collect());
                    }
                }
            }
        }
    }

    /// A key, and the colon after it.
    fn key(&mut self) -> Result<Text, Unreadable> {
        match self.peek()? {
            '"' => {}
            other => return Err(unexpected(other, "where a key begins")),
        }
        let key = self.text()?;
        if key.units().len() > MAX_KEY {
            let message = format!("a key has more than {MAX_KEY} characters");
            return Err(Unreadable(message));
        }
        match self.peek()? {
            ':' => self.take(),
            other => return Err(unexpected(other, "after a key")),
        }
        Ok(key)
    }

    fn text(&mut self) -> Result<Text, Unreadable> {
        let mut text = Text::default();
        let mut characters = self.rest.char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(text);
                }
                '\\' => {
                    let escaped = characters.next().ok_or_else(ends_early)?.1;
                    match escaped {
                        '"' | '\\' | '/' => text.push(escaped),
                        'b' => text.push('\u{8}'),
                        'f' => text.push('\u{c}'),
                        'n' => text.push('\n'),
                        'r' => text.push('\r'),
                        't' => text.push('\t'),
                        'u' => {
                            let mut unit = 0;
                            for _ in 0..4 {
                                let digit = characters.next().ok_or_else(ends_early)?.1;
                                let digit = digit.to_digit(16);
                                unit =
                                    unit * 16 + digit.ok_or_else(|| Unreadable(bad_escape('u')))?;
                            }
                            text.push_unit(u16::try_from(unit).unwrap_or(u16::MAX));
                        }
                        other => return Err(Unreadable(bad_escape(other))),
                    }
                }
                control if control < ' ' => {
                    let message = "a text holds a control character that is not escaped";
                    return Err(Unreadable(message.to_owned()));
                }
                plain => text.push(plain),
            }
        }
        Err(ends_early())
    }

    fn number(&mut self) -> Result<Value, Unreadable> {
        let end = self
            .rest
            .find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'))
            .unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        // Rust's grammar of numbers is wider than JSON's.
        let sound = serde_json::from_str::<&serde_json::value::RawValue>(number).is_ok();
        if !sound || rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            return Err(Unreadable("a number does not have JSON's form".to_owned()));
        }
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        if digits > MAX_DIGITS {
            let message = format!("a number has more than {MAX_DIGITS} digits");
            return Err(Unreadable(message));
        }
        let whole = !number.contains(['.', 'e', 'E']);
        self.rest = rest;
        Ok(match number.parse() {
            Ok(value) if whole => Value::Int(value),
            _ if whole => Value::BigInt(number.to_owned()),
            _ => Value::Double(number.parse().unwrap_or(f64::INFINITY)),
        })
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Unreadable> {
        match self.rest.strip_prefix(word) {
            Some(rest) if !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') => {
                self.rest = rest;
                Ok(value)
            }
            _ => Err(Unreadable(
                "it holds a word that JSON does not know".to_owned(),
            )),
        }
    }

    fn comma(&mut self) -> Result<(), Unreadable> {
        match self.peek()? {
            ',' => {
                self.take();
                Ok(())
            }
            other => Err(unexpected(other, "where a comma or an end is expected")),
        }
    }

    /// Whether a map or list ends here; steps over its end.
    fn ends(&mut self, end: char) -> Result<bool, Unreadable> {
        let ends = self.peek()? == end;
        if ends {
            self.take();
        }
        Ok(ends)
    }

    fn peek(&mut self) -> Result<char, Unreadable> {
        self.blanks();
        self.rest.chars().next().ok_or_else(ends_early)
    }

    /// Steps over a one-byte character.
    fn take(&mut self) {
        self.rest = &self.rest[1..];
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }
}

fn ends_early() -> Unreadable {
    Unreadable("it ends too early".to_owned())
}

fn bad_escape(after: char) -> String {
    format!("a text holds an escape that JSON does not know, after \\{after}")
}

fn unexpected(found: char, place: &str) -> Unreadable {
    Unreadable(format!("there is {found:?} {place}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_serde_reads_is_read_alike() {
        for text in [
            r#"{"a":[1,-2,3.5,null,true,"x\u00e9\n"],"b":{}}"#,
            "[]",
            " 7 ",
            r#""""#,
        ] {
            let value = read(text).unwrap().unwrap();
            let again = Map::from_iter([(Text::from("v"), value)]).to_json();
            let again: serde_json::Value = serde_json::from_str(&again).unwrap();
            assert_eq!(
                again["v"],
                serde_json::from_str::<serde_json::Value>(text).unwrap()
            );
        }
    }

    #[test]
    fn what_is_no_json_is_refused() {
        let deep = "[".repeat(100_000);
        let long = "1".repeat(1001);
        for text in [
            "{",
            "[1,]",
            r#"{"a":1,}"#,
            "{'a':1}",
            "NaN",
            "007",
            "0x7",
            "1.",
            "+1",
            "-",
            "tru",
            "nullx",
            "7 8",
            "{} x",
            "[1] /* x */",
            "\"\t\"",
            r#""\x""#,
            r#""\u12g4""#,
            "\"",
            &deep,
            &long,
        ] {
            assert!(read(text).is_err(), "{}", &text[..text.len().min(20)]);
        }
        assert!(decode(b"\"\xff\"").is_err());
        assert!(read(&["[".repeat(1000), "]".repeat(1000)].concat()).is_ok());
        assert!(read(" \n").unwrap().is_none());
    }

    #[test]
    fn every_encoding_of_unicode_is_read() {
        let text = r#"{"ä":1}"#;
        let wide: Vec<u16> = text.encode_utf16().collect();
        let with_mark: Vec<u16> = [0xfeff].into_iter().chain(wide.iter().copied()).collect();
        let show = |bytes: &[u8]| read(&decode(bytes).unwrap()).unwrap().unwrap().to_string();
        let expected = show(text.as_bytes());
        for units in [wide, with_mark] {
            let big: Vec<u8> = units.iter().flat_map(|u| u.to_be_bytes()).collect();
            let little: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
            assert_eq!(show(&big), expected);
            assert_eq!(show(&little), expected);
        }
        let wider: Vec<u8> = text
            .chars()
            .flat_map(|c| (c as u32).to_be_bytes())
            .collect();
        assert_eq!(show(&wider), expected);
        assert_eq!(show(format!("\u{feff}{text}").as_bytes()), expected);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes).and_then(|text| read(&text));
        }

        #[test]
        fn it_agrees_with_serde_on_what_json_is(text in "[\\[\\]{}:, 0-9a-u.eE+\"\\\\-]{0,30}") {
            let ours = read(&text);
            let theirs = serde_json::from_str::<&serde_json::value::RawValue>(&text);
            prop_assume!(!text.trim().is_empty());
            prop_assert_eq!(ours.is_ok(), theirs.is_ok());
        }
    }
}
