//! A JSON Schema checker for as much of the language as our own documents use. A keyword that it does not know makes
//! it panic, so that nothing passes unchecked.

use ccloud_connect_types::Timestamp;
use serde_json::{Map, Value};

pub(super) struct Schemas<'a> {
    document: &'a Value,
}

impl<'a> Schemas<'a> {
    pub(super) fn new(document: &'a Value) -> Self {
        Self { document }
    }

    /// The schema at a JSON pointer.
    pub(super) fn at(&self, pointer: &str) -> &'a Value {
        let found = self.document.pointer(pointer);
        found.unwrap_or_else(|| panic!("there is nothing at {pointer}"))
    }

    /// What is wrong with the value, each with its place.
    pub(super) fn problems(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut problems = Vec::new();
        self.check(schema, value, "", &mut problems);
        problems
    }

    fn check(&self, schema: &Value, value: &Value, place: &str, problems: &mut Vec<String>) {
        let rules = match schema {
            Value::Bool(true) => return,
            Value::Object(rules) => rules,
            other => panic!("not a schema: {other}"),
        };
        if value.is_null() && rules.get("nullable") == Some(&Value::Bool(true)) {
            return;
        }
        for (keyword, rule) in rules {
            let holds = match keyword.as_str() {
                "$ref" => {
                    let pointer = rule.as_str().unwrap().trim_start_matches('#');
                    self.check(self.at(pointer), value, place, problems);
                    true
                }
                "type" => match rule {
                    Value::Array(types) => types.iter().any(|t| is(value, t)),
                    one => is(value, one),
                },
                "enum" => rule.as_array().unwrap().contains(value),
                "const" => rule == value,
                "minimum" => value.as_f64().is_none_or(|v| v >= rule.as_f64().unwrap()),
                "format" => has_format(value, rule.as_str().unwrap()),
                "oneOf" | "anyOf" => {
                    let alternatives = rule.as_array().unwrap();
                    alternatives
                        .iter()
                        .any(|s| self.problems(s, value).is_empty())
                }
                "required" => {
                    let names = rule.as_array().unwrap().iter();
                    let missing = |name: &Value| value.get(name.as_str().unwrap()).is_none();
                    !value.is_object() || !names.into_iter().any(missing)
                }
                "properties" => {
                    self.check_members(rules, value, place, problems);
                    true
                }
                "additionalProperties" => {
                    if !rules.contains_key("properties") {
                        self.check_members(rules, value, place, problems);
                    }
                    true
                }
                "items" => {
                    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(rule, item, &format!("{place}[{index}]"), problems);
                    }
                    true
                }
                "title" | "description" | "default" | "example" | "examples" | "readOnly"
                | "nullable" | "$schema" | "$defs" => true,
                extension if extension.starts_with("x-") => true,
                unknown => panic!("the keyword {unknown} is not known"),
            };
            if !holds {
                problems.push(format!("{place}: {value} breaks {keyword} {rule}"));
            }
        }
    }

    fn check_members(
        &self,
        rules: &Map<String, Value>,
        value: &Value,
        place: &str,
        problems: &mut Vec<String>,
    ) {
        for (name, member) in value.as_object().into_iter().flatten() {
            let place = format!("{place}.{name}");
            let known = rules.get("properties").and_then(|p| p.get(name));
            match (known, rules.get("additionalProperties")) {
                (Some(schema), _) => self.check(schema, member, &place, problems),
                (None, Some(Value::Bool(false))) => {
                    problems.push(format!("{place} is not allowed"));
                }
                (None, Some(schema)) => self.check(schema, member, &place, problems),
                (None, None) => {}
            }
        }
    }
}

fn is(value: &Value, type_name: &Value) -> bool {
    match type_name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("the type {other} is not known"),
    }
}

fn has_format(value: &Value, format: &str) -> bool {
    match (format, value.as_str()) {
        ("date-time", Some(text)) => {
            text.parse::<Timestamp>().is_ok() && text.contains('T') && text.ends_with('Z')
        }
        ("int64" | "double" | "date-time", _) => true,
        (other, _) => panic!("the format {other} is not known"),
    }
}
