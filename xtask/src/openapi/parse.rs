//! Parses YAML or JSON text into a JSON value, within limits.
//!
//! Sources may be hostile or broken, so the size of the text, its nesting, and the size of the value are limited. (Aliases can
//! make the value far larger than the text.) Text that YAML parsers read in different ways is an error.

use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::problem::{Problem, Result};

/// The largest source text, in bytes. All of Confluent Cloud's public API groups in one document stay well below.
pub(crate) const MAX_TEXT: usize = 16 * 1024 * 1024;
/// The largest parsed value. Each scalar, container and key counts one, plus one for every 64 bytes of its text.
const MAX_NODES: usize = 500_000;
/// The most open brackets in text for the YAML reader, which examines all of them at every word. Besides, the JSON reader and the
/// YAML reader refuse more than 128 levels of nesting, so later stages may recurse to that depth.
const MAX_BRACKETS: usize = 1_000;

/// Parses one document; `place` names it in errors. Text that starts with `{` or `[` is tried as JSON first.
pub(crate) fn parse(place: &str, text: &str) -> Result<Value> {
    if text.len() > MAX_TEXT {
        let what = format!("{} bytes are more than the {MAX_TEXT} allowed", text.len());
        return Err(Problem::new(place, what).into());
    }
    if text.trim_start().starts_with(['{', '[']) {
        let mut json = serde_json::Deserializer::from_str(text);
        let value = with_budget(|seed| seed.deserialize(&mut json));
        match value.and_then(|value| json.end().map(|()| value)) {
            Ok(value) => return Ok(value),
            // The text is JSON with a value that is not allowed, so it is not tried as YAML.
            Err(error) if error.is_data() => return Err(Problem::new(place, error).into()),
            Err(_) => {}
        }
    }
    let mut open = 0usize;
    let mut after = text.bytes().map(|byte| {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open
    });
    if after.any(|open| open > MAX_BRACKETS) {
        return Err(Problem::new(place, "nested too deep").into());
    }
    with_budget(|seed| seed.deserialize(yaml_serde::Deserializer::from_str(text)))
        .map_err(|error| Problem::new(place, error).into())
}

fn with_budget<T>(read: impl FnOnce(Node<'_>) -> T) -> T {
    read(Node(&mut MAX_NODES.clone()))
}

/// Reads any value. The number is how many more values may be read, counted as for [`MAX_NODES`].
struct Node<'a>(&'a mut usize);

impl Node<'_> {
    fn spend<T, E: Error>(&mut self, text: usize, value: T) -> std::result::Result<T, E> {
        let message = "the document expands to too many values; are aliases nested?";
        let rest = self.0.checked_sub(1 + text / 64);
        *self.0 = rest.ok_or_else(|| E::custom(message))?;
        Ok(value)
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(
        self,
        input: D,
    ) -> std::result::Result<Value, D::Error> {
        input.deserialize_any(self)
    }
}

macro_rules! scalars {
    ($($visit:ident($value:ident: $type:ty) => $json:expr;)*) => {
        $(fn $visit<E: Error>(mut self, $value: $type) -> std::result::Result<Value, E> {
            self.spend(0, $json.into())
        })*
    };
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, number, boolean, null, list or mapping")
    }

    scalars! {
        visit_bool(value: bool) => value;
        visit_i64(value: i64) => value;
        visit_u64(value: u64) => value;
        // Integers beyond 64 bits become floating-point numbers, as they do in JSON text.
        visit_i128(value: i128) => Number::from_f64(value as f64);
        visit_u128(value: u128) => Number::from_f64(value as f64);
    }

    fn visit_f64<E: Error>(mut self, value: f64) -> std::result::Result<Value, E> {
        // `1.0` and `1` give the same value.
        let number = match value as i64 {
            whole if whole as f64 == value && value.abs() < 1e15 => Some(whole.into()),
            _ => Number::from_f64(value),
        };
        let number = number.ok_or_else(|| E::custom("infinity and NaN have no JSON form"))?;
        self.spend(0, number.into())
    }

    fn visit_str<E: Error>(mut self, value: &str) -> std::result::Result<Value, E> {
        self.spend(value.len(), value.into())
    }

    fn visit_unit<E: Error>(mut self) -> std::result::Result<Value, E> {
        self.spend(0, Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(
        mut self,
        mut items: A,
    ) -> std::result::Result<Value, A::Error> {
        let mut out = self.spend(0, Vec::new())?;
        while let Some(item) = items.next_element_seed(Node(self.0))? {
            out.push(item);
        }
        Ok(out.into())
    }

    fn visit_map<A: MapAccess<'de>>(
        mut self,
        mut members: A,
    ) -> std::result::Result<Value, A::Error> {
        let mut out = self.spend(0, Map::new())?;
        // Keys are read as text, because response codes are often written as bare numbers.
        while let Some(key) = members.next_key::<String>()? {
            let key = self.spend(key.len(), key)?;
            if key == "<<" {
                let message = "the merge key `<<` is not part of YAML 1.2; write the members out";
                return Err(A::Error::custom(message));
            }
            if out.contains_key(&key) {
                return Err(A::Error::custom(format_args!("duplicate key {key:?}")));
            }
            out.insert(key, members.next_value_seed(Node(self.0))?);
        }
        Ok(out.into())
    }
}
