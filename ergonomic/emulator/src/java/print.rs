//! Writes values as JSON, and as the text of Java's `String.valueOf`.

use std::fmt::{self, Write};

use super::hash::{Ints, iteration_order};
use super::{Map, Text, Value};

impl fmt::Display for Value {
    /// Writes the value like Java's `String.valueOf`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::BigInt(digits) => f.write_str(digits),
            Self::Double(value) => f.write_str(&double(*value)),
            Self::Text(text) => text.fmt(f),
            Self::List(items) => {
                f.write_char('[')?;
                for (index, item) in items.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { ", " })?;
                    item.fmt(f)?;
                }
                f.write_char(']')
            }
            Self::Map(map) => map.fmt(f),
        }
    }
}

impl fmt::Display for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('{')?;
        for (index, (key, value)) in self.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { ", " })?;
            write!(f, "{key}={value}")?;
        }
        f.write_char('}')
    }
}

impl Map {
    /// The map with its members in the iteration order of a Java `HashMap`.
    pub(crate) fn into_hash_order(self) -> Self {
        let members = self.iter().map(|(key, value)| {
            let member = (key.clone(), value.clone());
            (key.hash_code(), member)
        });
        iteration_order(members.collect(), None)
            .into_iter()
            .collect()
    }

    /// The map as JSON without blanks. Numbers that JSON does not have are written as words, such as `Infinity`.
    pub(crate) fn to_json(&self) -> String {
        let mut out = String::new();
        write_map(&mut out, self);
        out
    }

    /// A text that is equal for equal maps, whatever the order of their members, and different for different maps.
    pub(crate) fn identity(&self) -> String {
        let mut members: Vec<(&Text, &Value)> = self.iter().collect();
        members.sort_unstable_by_key(|(key, _)| *key);
        let sorted: Self = members
            .into_iter()
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        sorted.to_json()
    }

    /// The hash code that the map has after Kafka Connect has stored it, with all integers as `Long`.
    pub(crate) fn stored_hash(&self) -> i32 {
        self.hash_code(Ints::Longs)
    }
}

fn write_map(out: &mut String, map: &Map) {
    out.push('{');
    for (index, (key, value)) in map.iter().enumerate() {
        out.push_str(if index == 0 { "" } else { "," });
        write_text(out, key);
        out.push(':');
        write_value(out, value);
    }
    out.push('}');
}

fn write_value(out: &mut String, value: &Value) {
    match value {
        Value::Text(text) => write_text(out, text),
        Value::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                write_value(out, item);
            }
            out.push(']');
        }
        Value::Map(map) => write_map(out, map),
        plain => out.push_str(&plain.to_string()),
    }
}

fn write_text(out: &mut String, text: &Text) {
    out.push('"');
    for unit in char::decode_utf16(text.units().iter().copied()) {
        match unit {
            Ok('"') => out.push_str("\\\""),
            Ok('\\') => out.push_str("\\\\"),
            Ok('\n') => out.push_str("\\n"),
            Ok('\r') => out.push_str("\\r"),
            Ok('\t') => out.push_str("\\t"),
            Ok('\u{8}') => out.push_str("\\b"),
            Ok('\u{c}') => out.push_str("\\f"),
            Ok(plain @ ' '..='\u{ffff}') => out.push(plain),
            // Control characters, and characters of two UTF-16 units, are escaped.
            Ok(other) => other
                .encode_utf16(&mut [0; 2])
                .iter()
                .for_each(|unit| escape(out, *unit)),
            Err(half) => escape(out, half.unpaired_surrogate()),
        }
    }
    out.push('"');
}

fn escape(out: &mut String, unit: u16) {
    // Writing to a text cannot fail.
    let _ = write!(out, "\\u{unit:04X}");
}

/// Writes a number like `Double.toString` of Java 19 and later. Earlier versions write some numbers beyond 2^53 with more
/// digits.
pub(crate) fn double(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let size = value.abs();
    if size == 0.0 || (1e-3..1e7).contains(&size) {
        let text = value.to_string();
        return if text.contains('.') {
            text
        } else {
            text + ".0"
        };
    }
    let text = format!("{value:E}");
    if text.contains('.') {
        text
    } else {
        // Java writes at least two digits, and chooses the two digits that come closest to the value.
        format!("{value:.1E}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_as_java_writes_them() {
        // These texts were printed by Java 17.
        for (value, text) in [
            (100.0, "100.0"),
            (1e7, "1.0E7"),
            (9_999_999.0, "9999999.0"),
            (0.001, "0.001"),
            (0.0001, "1.0E-4"),
            (1.5e300, "1.5E300"),
            (123_456_789.125, "1.23456789125E8"),
            (1e21, "1.0E21"),
            (5e-324, "4.9E-324"),
            (1e-323, "9.9E-324"),
            (0.123_456_789_012_345_68, "0.12345678901234568"),
            (-0.0, "-0.0"),
            (f64::INFINITY, "Infinity"),
        ] {
            assert_eq!(double(value), text);
        }
    }
}
