//! A document as YAML text that reads well in a review: known keys in the order people expect, everything else sorted.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;
use yaml_serde::{Mapping, Value as Yaml};

use crate::problem::{Problem, Result};

/// Keys in reading order; keys that are not listed follow, sorted.
const ORDER: &str = "openapi info name in title version summary operationId x-lifecycle-stage description license url \
    deprecated tags security servers parameters requestBody type format nullable readOnly writeOnly enum required schema \
    headers content properties items additionalProperties responses paths components example examples";

static RANKS: LazyLock<HashMap<&str, usize>> =
    LazyLock::new(|| ORDER.split_whitespace().enumerate().map(|(rank, key)| (key, rank)).collect());

/// What the keys of a mapping are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    /// OpenAPI's own, for which there is a reading order.
    Known,
    /// Names chosen by the API; the values are OpenAPI objects again.
    Names,
    /// Example data, all the way down.
    Data,
}

impl Keys {
    fn below(self, key: &str) -> Self {
        match (self, key) {
            (Self::Data, _) | (Self::Known, "example" | "value" | "default") => Self::Data,
            (Self::Known, "properties" | "paths" | "schemas" | "headers" | "examples" | "responses" | "content") => {
                Self::Names
            }
            _ => Self::Known,
        }
    }
}

/// A document, or a part of one, as text.
pub(crate) fn render(document: &Value) -> Result<String> {
    yaml_serde::to_string(&ordered(document, Keys::Known))
        .map_err(|error| Problem::new("the description", format!("cannot be written as YAML: {error}")).into())
}

fn ordered(value: &Value, keys: Keys) -> Yaml {
    match value {
        Value::Object(members) => {
            let rank = |key: &String| match keys {
                Keys::Known => RANKS.get(key.as_str()).copied(),
                _ => None,
            };
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(key, _)| (rank(key).unwrap_or(usize::MAX), *key));
            let mut out = Mapping::new();
            for (key, member) in sorted {
                out.insert(Yaml::String(key.clone()), ordered(member, keys.below(key)));
            }
            Yaml::Mapping(out)
        }
        Value::Array(items) => Yaml::Sequence(items.iter().map(|item| ordered(item, keys)).collect()),
        scalar => yaml_serde::to_value(scalar).unwrap_or_default(),
    }
}
