//! How much a document may hold, and how far its compositions may multiply. Both are checked before anything is made of
//! it, because the generator copies what compositions share and multiplies their alternatives out.

use std::collections::HashMap;

use serde_json::Value;

use super::document::Document;
use super::{references, select};
use crate::problem::{Problem, Problems, Result};

/// Component schemas and operations; all of connect/v1 has 16 operations and about 40 schemas.
const MAX_SCHEMAS: usize = 500;
const MAX_OPERATIONS: usize = 200;
/// Alternatives that a composition multiplies out to.
const MAX_ALTERNATIVES: u64 = 64;
/// Schemas that a composition copies together.
const MAX_COPIES: u64 = 2_000;

pub(crate) fn check_counts(place: &str, document: &Value) -> Result<()> {
    let schemas = document["components"]["schemas"].as_object();
    let schemas = schemas.map_or(0, serde_json::Map::len);
    let mut problems = Problems::default();
    for (count, limit, what) in [
        (schemas, MAX_SCHEMAS, "component schemas"),
        (
            select::operations(document).len(),
            MAX_OPERATIONS,
            "operations",
        ),
    ] {
        if count > limit {
            problems.push(
                Problem::new(
                    place,
                    format!("has {count} {what}, more than the {limit} allowed"),
                )
                .help("vendor the operations you need with `cargo xtask vendor --operation`"),
            );
        }
    }
    problems.into_result()
}

/// Compositions that multiply out too far. References must have been checked, so that none leads in circles.
pub(crate) fn check_expansion(document: &Document) -> Result<()> {
    let mut measure = Measure {
        components: &document.value["components"]["schemas"],
        known: HashMap::new(),
    };
    let mut problems = Problems::default();
    for place in super::walk::all(&document.value) {
        if place.kind != super::walk::Kind::Schema {
            continue;
        }
        let size = measure.of(place.value);
        if size.alternatives > MAX_ALTERNATIVES || size.copies > MAX_COPIES {
            problems.push(
                Problem::new(
                    document.place(&place.pointer),
                    format!(
                        "multiplies out to {} alternatives and {} schemas, more than the {MAX_ALTERNATIVES} and {MAX_COPIES} allowed",
                        size.alternatives, size.copies
                    ),
                )
                .help("simplify its allOf, oneOf and anyOf by an action in openapi/overlay.yaml"),
            );
        }
    }
    problems.into_result()
}

#[derive(Clone, Copy)]
struct Size {
    alternatives: u64,
    copies: u64,
}

struct Measure<'a> {
    components: &'a Value,
    known: HashMap<&'a str, Size>,
}

impl<'a> Measure<'a> {
    fn of(&mut self, schema: &'a Value) -> Size {
        if let Some(name) = references::target(schema) {
            if let Some(known) = self.known.get(name) {
                return *known;
            }
            let size = self.of(&self.components[name]);
            self.known.insert(name, size);
            return size;
        }
        let mut size = Size {
            alternatives: 1,
            copies: 1,
        };
        for key in ["allOf", "oneOf", "anyOf"] {
            let Some(members) = schema[key].as_array().filter(|list| !list.is_empty()) else {
                continue;
            };
            let is_all = key == "allOf";
            let mut alternatives = u64::from(is_all);
            for member in members {
                let member = self.of(member);
                size.copies = size.copies.saturating_add(member.copies);
                alternatives = if is_all {
                    alternatives.saturating_mul(member.alternatives)
                } else {
                    alternatives.saturating_add(member.alternatives)
                };
            }
            size.alternatives = size.alternatives.saturating_mul(alternatives);
        }
        size
    }
}
