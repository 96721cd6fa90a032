//! Every example in a description fits its schema.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::origins::Origins;
use super::walk::{self, Kind};
use crate::problem::{Problem, Problems, Result};

pub(crate) fn check(document: &Value, origins: &Origins) -> Result<()> {
    let mut problems = Problems::default();
    walk::each(&mut document.clone(), &mut |kind, pointer, _| {
        // The walk is over a copy; what is compared lives in the document itself.
        let Some(value) = document.pointer(pointer) else {
            return;
        };
        let schema = match kind {
            Kind::Schema => value,
            Kind::Media | Kind::Parameter => &value["schema"],
            _ => return,
        };
        let single = value
            .get("example")
            .map(|example| ("example".to_owned(), example));
        let named = value
            .get("examples")
            .and_then(Value::as_object)
            .into_iter()
            .flatten();
        let named = named.filter_map(|(name, example)| {
            Some((format!("examples.{name}"), example.get("value")?))
        });
        for (name, example) in single.into_iter().chain(named) {
            let mut check = Checker {
                document,
                mismatches: Vec::new(),
            };
            check.value(schema, example, &mut String::new());
            // A member of allOf that repeats the others finds the same again.
            let mut seen = BTreeSet::new();
            check
                .mismatches
                .retain(|mismatch| seen.insert(mismatch.clone()));
            for mismatch in check.mismatches {
                problems.push(
                    Problem::new(origins.place(pointer), format!("{name} does not fit its schema: {mismatch}"))
                        .help("correct or remove the example in openapi/overlay.yaml, or correct the schema if the example is right"),
                );
            }
        }
    });
    problems.into_result()
}

struct Checker<'a> {
    document: &'a Value,
    mismatches: Vec<String>,
}

impl<'a> Checker<'a> {
    fn value(&mut self, schema: &'a Value, value: &Value, path: &mut String) {
        let schema = self.resolve(schema);
        if value.is_null() && schema["nullable"] == true {
            return;
        }
        if let Some(expected) = schema["type"].as_str()
            && !has_type(expected, value)
        {
            self.mismatch(path, format!("expected {expected}, found {}", short(value)));
            return;
        }
        if let Some(allowed) = schema["enum"]
            .as_array()
            .filter(|allowed| !allowed.contains(value))
        {
            self.mismatch(
                path,
                format!(
                    "{} is none of {}",
                    short(value),
                    Value::Array(allowed.clone())
                ),
            );
        }
        match value {
            Value::String(text) => self.text(schema, text, path),
            Value::Number(number) => self.number(schema, number.as_f64().unwrap_or_default(), path),
            Value::Array(items) => {
                self.count(schema, ["minItems", "maxItems"], items.len(), path);
                if let Some(item_schema) = schema.get("items") {
                    for (index, item) in items.iter().enumerate() {
                        self.below(&format!("[{index}]"), item_schema, item, path);
                    }
                }
            }
            Value::Object(members) => self.object(schema, members, path),
            Value::Null | Value::Bool(_) => {}
        }
        self.compositions(schema, value, path);
    }

    fn text(&mut self, schema: &Value, text: &str, path: &str) {
        self.count(
            schema,
            ["minLength", "maxLength"],
            text.chars().count(),
            path,
        );
        if schema["format"] == "date-time" && !is_date_time(text) {
            self.mismatch(path, format!("{text:?} is not a date-time"));
        }
    }

    fn number(&mut self, schema: &Value, number: f64, path: &str) {
        let outside = |key: &str, exclusive: &str, beyond: fn(f64, f64) -> bool| {
            schema[key].as_f64().is_some_and(|limit| {
                beyond(number, limit)
                    || (schema[exclusive] == true && (number - limit).abs() < f64::EPSILON)
            })
        };
        if outside("minimum", "exclusiveMinimum", |number, limit| {
            number < limit
        }) || outside("maximum", "exclusiveMaximum", |number, limit| {
            number > limit
        }) {
            self.mismatch(path, format!("{number} is out of range"));
        }
    }

    fn object(&mut self, schema: &'a Value, members: &Map<String, Value>, path: &mut String) {
        self.count(
            schema,
            ["minProperties", "maxProperties"],
            members.len(),
            path,
        );
        for required in schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            if !members.contains_key(required) {
                self.mismatch(path, format!("{required} is missing"));
            }
        }
        for (name, member) in members {
            let step = format!(".{name}");
            match (
                schema["properties"].get(name),
                schema.get("additionalProperties"),
            ) {
                (Some(property), _) => self.below(&step, property, member, path),
                (None, Some(Value::Bool(false))) => {
                    self.mismatch(path, format!("{name} is not a known member"));
                }
                (None, Some(additional @ Value::Object(_))) => {
                    self.below(&step, additional, member, path);
                }
                (None, _) => {}
            }
        }
    }

    fn compositions(&mut self, schema: &'a Value, value: &Value, path: &mut String) {
        let list = |key: &str| {
            schema[key]
                .as_array()
                .map_or(&[] as &[Value], Vec::as_slice)
        };
        for part in list("allOf") {
            self.value(part, value, path);
        }
        let document = self.document;
        let fits = |part: &'a Value| {
            let mut inner = Checker {
                document,
                mismatches: Vec::new(),
            };
            inner.value(part, value, &mut String::new());
            inner.mismatches.is_empty()
        };
        let (any, one) = (list("anyOf"), list("oneOf"));
        let any_fits = any.is_empty() || any.iter().any(fits);
        let fitting = one.iter().filter(|part| fits(part)).count();
        let excluded = schema.get("not").is_some_and(fits);
        if !any_fits {
            self.mismatch(path, "fits no member of anyOf");
        }
        if !one.is_empty() && fitting != 1 {
            self.mismatch(
                path,
                format!("fits {fitting} members of oneOf instead of one"),
            );
        }
        if excluded {
            self.mismatch(path, "fits what `not` excludes");
        }
    }

    fn below(&mut self, step: &str, schema: &'a Value, value: &Value, path: &mut String) {
        let length = path.len();
        path.push_str(step);
        self.value(schema, value, path);
        path.truncate(length);
    }

    fn count(&mut self, schema: &Value, [least, most]: [&str; 2], count: usize, path: &str) {
        let limit = |key: &str| {
            schema[key]
                .as_u64()
                .and_then(|limit| usize::try_from(limit).ok())
        };
        if limit(least).is_some_and(|limit| count < limit)
            || limit(most).is_some_and(|limit| count > limit)
        {
            self.mismatch(path, format!("a size of {count} is out of range"));
        }
    }

    fn mismatch(&mut self, path: &str, message: impl std::fmt::Display) {
        let path = path.trim_start_matches('.');
        self.mismatches.push(if path.is_empty() {
            message.to_string()
        } else {
            format!("{path}: {message}")
        });
    }

    /// Follows references; `refs` has made sure that they exist and end.
    fn resolve(&self, mut schema: &'a Value) -> &'a Value {
        while let Some(target) = schema["$ref"]
            .as_str()
            .and_then(|target| target.strip_prefix('#'))
        {
            schema = self.document.pointer(target).unwrap_or(&Value::Null);
        }
        schema
    }
}

/// A value for a message, cut when long.
fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn has_type(expected: &str, value: &Value) -> bool {
    match expected {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "number" => value.is_number(),
        "integer" => {
            value.is_i64()
                || value.is_u64()
                || value.as_f64().is_some_and(|number| number.fract() == 0.0)
        }
        _ => true,
    }
}

/// RFC 3339, or one of the forms in which the service writes it: a space for the `T`, an offset without its colon.
fn is_date_time(text: &str) -> bool {
    let pattern = |text: &str, pattern: &str| {
        text.len() == pattern.len()
            && text.chars().zip(pattern.chars()).all(|(c, p)| match p {
                '0' => c.is_ascii_digit(),
                'T' => c == 'T' || c == 't' || c == ' ',
                '+' => c == '+' || c == '-',
                _ => c == p,
            })
    };
    let Some((date_time, rest)) = text.split_at_checked(19) else {
        return false;
    };
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    pattern(date_time, "0000-00-00T00:00:00")
        && (zone == "Z" || zone == "z" || pattern(zone, "+00:00") || pattern(zone, "+0000"))
}
