//! YAML and JSON text to a JSON value, within bounds.
//!
//! Sources may be hostile or merely broken, so text size, nesting, and the size of the value (which aliases can blow up
//! far beyond the text) are limited, and what YAML readers disagree about is an error instead of a silent choice.

use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::problem::{Problem, Result};

/// The largest source text, in bytes. All of Confluent Cloud's public API groups in one document stay well below.
pub(crate) const MAX_TEXT: usize = 16 * 1024 * 1024;
/// The largest parsed value: scalars, containers and keys count one each plus one for every 64 bytes of text.
const MAX_NODES: usize = 500_000;
/// The deepest nesting. Real descriptions stay below 40; every later stage may recurse this deep.
const MAX_DEPTH: usize = 100;

/// The deepest nesting of brackets that the YAML reader is given. It looks at all that are open for every word.
const MAX_BRACKETS: usize = 1_000;

/// Parses one document; `place` names it in errors. Text that starts with `{` or `[` is tried as JSON first.
pub(crate) fn parse(place: &str, text: &str) -> Result<Value> {
    check_size(place, text)?;
    if text.trim_start().starts_with(['{', '[']) {
        let mut json = serde_json::Deserializer::from_str(text);
        let value = with_budget(|seed| seed.deserialize(&mut json));
        match value.and_then(|value| json.end().map(|()| value)) {
            Ok(value) => return Ok(value),
            // JSON that says something that is not allowed, rather than YAML.
            Err(error) if error.is_data() => return Err(Problem::new(place, error).into()),
            Err(_) => {}
        }
    }
    let mut open = 0usize;
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > MAX_BRACKETS {
            return Err(Problem::new(place, format!("nested deeper than {MAX_DEPTH} levels")).into());
        }
    }
    with_budget(|seed| seed.deserialize(yaml_serde::Deserializer::from_str(text)))
        .map_err(|error| Problem::new(place, error).into())
}

fn with_budget<T>(read: impl FnOnce(Node<'_>) -> T) -> T {
    let mut budget = Budget { nodes: MAX_NODES };
    read(Node { budget: &mut budget, depth: MAX_DEPTH })
}

/// The limit on text, for stages that look at it before it is parsed.
pub(crate) fn check_size(place: &str, text: &str) -> Result<()> {
    if text.len() > MAX_TEXT {
        return Err(Problem::new(place, format!("{} bytes are more than the {MAX_TEXT} allowed", text.len()))
            .help("cut the document down to the operations you need")
            .into());
    }
    Ok(())
}

struct Budget {
    nodes: usize,
}

impl Budget {
    fn spend<E: serde::de::Error>(&mut self, text: usize) -> std::result::Result<(), E> {
        self.nodes = self
            .nodes
            .checked_sub(1 + text / 64)
            .ok_or_else(|| E::custom("the document expands to too many values; are aliases nested?"))?;
        Ok(())
    }
}

struct Node<'a> {
    budget: &'a mut Budget,
    depth: usize,
}

impl Node<'_> {
    fn child<E: serde::de::Error>(&mut self) -> std::result::Result<Node<'_>, E> {
        let depth = self
            .depth
            .checked_sub(1)
            .ok_or_else(|| E::custom(format_args!("nested deeper than {MAX_DEPTH} levels")))?;
        Ok(Node { budget: self.budget, depth })
    }

    fn scalar<E: serde::de::Error>(self, value: impl Into<Value>, text: usize) -> std::result::Result<Value, E> {
        self.budget.spend(text)?;
        Ok(value.into())
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, input: D) -> std::result::Result<Value, D::Error> {
        input.deserialize_any(self)
    }
}

macro_rules! scalars {
    ($($visit:ident($value:ident: $type:ty) => $json:expr;)*) => {
        $(fn $visit<E: serde::de::Error>(self, $value: $type) -> std::result::Result<Value, E> {
            self.scalar($json, 0)
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

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> std::result::Result<Value, E> {
        let number = Number::from_f64(value);
        let number = number.ok_or_else(|| E::custom("infinity and NaN have no JSON form"))?;
        self.scalar(number, 0)
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> std::result::Result<Value, E> {
        self.scalar(value, value.len())
    }

    fn visit_unit<E: serde::de::Error>(self) -> std::result::Result<Value, E> {
        self.scalar(Value::Null, 0)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> std::result::Result<Value, A::Error> {
        self.budget.spend(0)?;
        let mut out = Vec::new();
        while let Some(item) = items.next_element_seed(self.child()?)? {
            out.push(item);
        }
        Ok(Value::Array(out))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> std::result::Result<Value, A::Error> {
        self.budget.spend(0)?;
        let mut out = Map::new();
        // Response codes are often written as bare numbers: a key is the text that stands there.
        while let Some(key) = members.next_key_seed(Key)? {
            self.budget.spend(key.len())?;
            if key == "<<" {
                return Err(A::Error::custom("the merge key `<<` is not part of YAML 1.2; write the members out"));
            }
            if out.contains_key(&key) {
                return Err(A::Error::custom(format_args!("duplicate key {key:?}")));
            }
            let value = members.next_value_seed(self.child()?)?;
            out.insert(key, value);
        }
        Ok(Value::Object(out))
    }
}

/// The text of a key.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = String;

    fn deserialize<D: serde::Deserializer<'de>>(self, input: D) -> std::result::Result<String, D::Error> {
        input.deserialize_str(self)
    }
}

impl Visitor<'_> for Key {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key that is text")
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> std::result::Result<String, E> {
        Ok(value.to_owned())
    }
}
