//! A normal form of JSON text: values with the same meaning have the same normal form.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

/// The deepest nesting that is normalised. Values that are nested deeper keep their text, so that hostile nesting cannot exhaust
/// the stack.
const MAX_DEPTH: usize = 64;

/// Renders valid JSON text with sorted keys, no white space, plain escapes and normalised numbers.
pub(crate) fn canonical(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    write(text.trim(), &mut out, MAX_DEPTH);
    out
}

fn write(text: &str, out: &mut String, depth: usize) {
    let parsed = match text.as_bytes().first() {
        Some(_) if depth == 0 => None,
        Some(b'{') => write_object(text, out, depth),
        Some(b'[') => write_array(text, out, depth),
        Some(b'"') => serde_json::from_str::<String>(text)
            .ok()
            .and_then(|s| serde_json::to_string(&s).ok())
            .map(|s| out.push_str(&s)),
        Some(b'-' | b'0'..=b'9') => {
            out.push_str(&number(text));
            Some(())
        }
        _ => None,
    };
    if parsed.is_none() {
        out.push_str(text);
    }
}

fn write_object(text: &str, out: &mut String, depth: usize) -> Option<()> {
    let Members(members) = serde_json::from_str(text).ok()?;
    out.push('{');
    for (index, (key, value)) in members.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str(&serde_json::to_string(&key).ok()?);
        out.push(':');
        write(value.get(), out, depth - 1);
    }
    out.push('}');
    Some(())
}

fn write_array(text: &str, out: &mut String, depth: usize) -> Option<()> {
    let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
    out.push('[');
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(item.get(), out, depth - 1);
    }
    out.push(']');
    Some(())
}

/// Normalises a number. An integer keeps its text, except `-0`, which becomes `0`. A decimal becomes digits and an exponent,
/// so that `10.10`, `10.1` and `1.01e1` give the same text. The decimal keeps a point, so that `1.0` never equals `1`.
fn number(text: &str) -> String {
    if !text.contains(['.', 'e', 'E']) {
        return if text == "-0" { "0" } else { text }.to_owned();
    }
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return format!("{sign}0.0");
    }
    let trailing = digits.len() - digits.trim_end_matches('0').len();
    let Some(exponent) = exponent.parse::<i64>().ok().and_then(|e| {
        e.checked_sub(i64::try_from(fraction.len()).ok()?)?
            .checked_add(i64::try_from(trailing).ok()?)
    }) else {
        return text.to_owned();
    };
    format!("{sign}{significant}.0e{exponent}")
}

/// The members of an object by key. When a key is repeated, its last value counts, as in the service's parser.
struct Members<'a>(BTreeMap<String, &'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((key, value)) = map.next_entry()? {
                    members.insert(key, value);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn same_meaning_same_text() {
        for (left, right) in [
            (r#"{"b":1,"a":[1, 2]}"#, r#"{ "a" : [1,2], "b" : 1 }"#),
            (r#""\u00fc""#, r#""ü""#),
            ("10.10", "1.01e1"),
            ("1.0", "10e-1"),
            ("0.0", "0e9"),
            ("-0", "0"),
        ] {
            assert_eq!(canonical(left), canonical(right), "{left} {right}");
        }
    }

    #[test]
    fn different_meaning_different_text() {
        for (left, right) in [
            ("1", "1.0"),
            ("1", "\"1\""),
            ("9007199254740993", "9007199254740992"),
            ("18446744073709551616", "18446744073709551617"),
            ("0.1234567890123456789", "0.1234567890123456788"),
            ("null", "{}"),
            ("1e400", "1e401"),
        ] {
            assert_ne!(canonical(left), canonical(right), "{left} {right}");
        }
    }

    #[test]
    fn it_is_json() {
        for (text, expected) in [
            ("10.5", "105.0e-1"),
            ("-1e3", "-1.0e3"),
            ("-0.0", "-0.0"),
            (r#"{"b":[1.50],"a":-0}"#, r#"{"a":0,"b":[15.0e-1]}"#),
        ] {
            assert_eq!(canonical(text), expected);
            assert!(serde_json::from_str::<serde_json::Value>(expected).is_ok());
            assert_eq!(canonical(expected), expected);
        }
    }

    #[test]
    fn deep_nesting_is_bounded() {
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(canonical(&deep).len() <= deep.len());
    }
}
