//! Parses JSON like the reader that Kafka Connect uses. Numbers have up to 1000 digits, nesting has up to 1000 levels, and keys
//! have up to 50,000 characters. The first bytes decide between UTF-8, UTF-16 and UTF-32. A repeated key has its last value.

use serde_json::value::RawValue;

use super::{Text, Value};

/// The maximum number of nested levels.
const MAX_DEPTH: usize = 1000;
/// The maximum length of a number, in digits.
const MAX_DIGITS: usize = 1000;
/// The maximum length of a key, in UTF-16 units.
const MAX_KEY: usize = 50_000;

/// Parses one JSON value; `None` when the text is blank. The error tells in a few words why the text is not JSON.
pub(crate) fn read(text: &str) -> Result<Option<Value>, String> {
    if text.trim_matches([' ', '\t', '\n', '\r']).is_empty() {
        return Ok(None);
    }
    // After this check, the rest can go through the text once, without looking for errors.
    let json: &RawValue = serde_json::from_str(text).map_err(|error| error.to_string())?;
    Rest(json.get()).value(0).map(Some)
}

/// Sound JSON that has not been read yet.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// The next character that is no white space.
    fn next(&mut self) -> u8 {
        self.0 = self.0.trim_start_matches([' ', '\t', '\n', '\r']);
        self.0.as_bytes().first().copied().unwrap_or_default()
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    fn value(&mut self, depth: usize) -> Result<Value, String> {
        let first = self.next();
        if depth == MAX_DEPTH && matches!(first, b'[' | b'{') {
            return Err(format!("it is nested deeper than {MAX_DEPTH} levels"));
        }
        Ok(match first {
            b'n' | b't' => match self.take(4) {
                "null" => Value::Null,
                _ => Value::Bool(true),
            },
            b'f' => {
                self.take(5);
                Value::Bool(false)
            }
            b'"' => Value::Text(self.text()),
            b'[' => {
                let mut items = Vec::new();
                while self.has_more(b']') {
                    items.push(self.value(depth + 1)?);
                }
                Value::List(items)
            }
            b'{' => {
                let mut members = Vec::new();
                while self.has_more(b'}') {
                    let key = self.text();
                    if key.units().len() > MAX_KEY {
                        return Err(format!("a key has more than {MAX_KEY} characters"));
                    }
                    // The colon.
                    self.next();
                    self.take(1);
                    members.push((key, self.value(depth + 1)?));
                }
                Value::Map(members.into_iter().collect())
            }
            _ => {
                let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
                let end = self.0.find(|c| !is_part(c)).unwrap_or(self.0.len());
                number(self.take(end))?
            }
        })
    }

    /// Reads up to the next item of a list or an object; returns whether there is one.
    fn has_more(&mut self, end: u8) -> bool {
        if self.next() != end {
            // The bracket or the comma before it.
            self.take(1);
        }
        let ends = self.next() == end;
        if ends {
            self.take(1);
        }
        !ends
    }

    fn text(&mut self) -> Text {
        let mut escaped = true;
        let end = self.0.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        string(self.take(end.unwrap_or_default() + 1))
    }
}

/// The text of a valid JSON string. Unlike a Rust string, it may contain lone surrogates.
fn string(json: &str) -> Text {
    let mut text = Text::default();
    let mut characters = json[1..json.len() - 1].chars();
    while let Some(character) = characters.next() {
        let escaped = (character == '\\').then(|| characters.next()).flatten();
        match escaped {
            None => text.push(character),
            Some('b') => text.push('\u{8}'),
            Some('f') => text.push('\u{c}'),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('u') => {
                let digits: String = characters.by_ref().take(4).collect();
                text.push_unit(u16::from_str_radix(&digits, 16).unwrap_or_default());
            }
            Some(other) => text.push(other),
        }
    }
    text
}

fn number(json: &str) -> Result<Value, String> {
    let digits = json.bytes().filter(u8::is_ascii_digit).count();
    if digits > MAX_DIGITS {
        return Err(format!("a number has more than {MAX_DIGITS} digits"));
    }
    let whole = !json.contains(['.', 'e', 'E']);
    Ok(match json.parse() {
        Ok(value) if whole => Value::Int(value),
        _ if whole => Value::BigInt(json.to_owned()),
        _ => Value::Double(json.parse().unwrap_or(f64::INFINITY)),
    })
}

/// Decodes bytes as UTF-8, UTF-16 or UTF-32, whichever the first bytes show.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, String> {
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
    text.ok_or_else(|| "it is not text in UTF-8, UTF-16 or UTF-32".to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::Map;
    use super::*;

    #[test]
    fn what_serde_reads_is_read_alike() {
        for text in [
            r#"{"a":[1,-2,3.5,null,true,"x\u00e9\n"],"b":{}}"#,
            "[]",
            " 7 ",
            " [ { } , [ ] , { \"a\" : false , \"b\\\\\" : [ 1 , -2.5e3\t] } ] \n",
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
}
