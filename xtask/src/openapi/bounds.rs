//! How much a document may hold, and how far its compositions may multiply out. Both are checked before anything is made of
//! it, because the generator copies what compositions share.

use std::collections::HashMap;

use serde_json::Value;

use super::document::{self, Document};
use super::{references, select, walk};
use crate::problem::{Problem, Problems, Result};

/// Component schemas and operations; all of connect/v1 has 16 operations and about 40 schemas.
const MAX_SCHEMAS: usize = 500;
const MAX_OPERATIONS: usize = 200;
/// Schemas that a composition copies together.
const MAX_COPIES: u64 = 500;

pub(crate) fn check_counts(place: &str, document: &Value) -> Result<()> {
    let schemas = document::schemas(document).count();
    let operations = select::operations(document).len();
    if schemas <= MAX_SCHEMAS && operations <= MAX_OPERATIONS {
        return Ok(());
    }
    let message = format!(
        "has {schemas} component schemas and {operations} operations; {MAX_SCHEMAS} and {MAX_OPERATIONS} are allowed"
    );
    Err(Problem::new(place, message)
        .help("cut the document down to the operations that you need")
        .into())
}

/// What stands for the count of a schema that is made of itself.
const CIRCLE: u64 = u64::MAX;

/// Components that are made of themselves, and compositions that multiply out too far. References must have been checked.
pub(crate) fn check_copies(document: &Document) -> Result<()> {
    let mut measure = Measure {
        schemas: &document.value["components"]["schemas"],
        known: HashMap::new(),
    };
    let mut problems = Problems::default();
    for place in walk::all(&document.value) {
        match measure.of(place.value) {
            0..=MAX_COPIES => {}
            CIRCLE => problems.add(
                document.place(&place.pointer),
                "is made of itself, so no value of it can exist",
                "break the circle of `$ref`, allOf, anyOf or oneOf in openapi/overlay.yaml; recursion through a property is fine",
            ),
            copies => problems.add(
                document.place(&place.pointer),
                format!("is composed of {copies} schemas when all references are followed; {MAX_COPIES} are allowed"),
                "simplify its allOf, oneOf and anyOf by an action in openapi/overlay.yaml",
            ),
        }
    }
    problems.into_result()
}

/// Counts the schemas that a schema is made of in place, each as often as it is reached.
struct Measure<'a> {
    schemas: &'a Value,
    known: HashMap<&'a str, u64>,
}

impl<'a> Measure<'a> {
    fn of(&mut self, schema: &'a Value) -> u64 {
        if let Some(name) = references::target(schema) {
            if let Some(known) = self.known.get(name) {
                return *known;
            }
            // Until it is counted: whatever reaches it again leads in a circle, and so does what that is part of.
            self.known.insert(name, CIRCLE);
            let copies = self.of(&self.schemas[name]);
            self.known.insert(name, copies);
            return copies;
        }
        let mut copies = 1u64;
        for key in ["allOf", "oneOf", "anyOf"] {
            let counts: Vec<u64> = walk::items(&schema[key])
                .map(|member| self.of(member))
                .collect();
            if counts.contains(&CIRCLE) {
                return CIRCLE;
            }
            let sum = counts
                .iter()
                .fold(0, |sum: u64, count| sum.saturating_add(*count));
            let product = counts
                .iter()
                .fold(1, |product: u64, count| product.saturating_mul(*count));
            // Alternatives within allOf are multiplied out.
            let is_all = key == "allOf" && !counts.is_empty();
            copies = copies.saturating_add(if is_all { sum.max(product) } else { sum });
        }
        copies.min(CIRCLE - 1)
    }
}
