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
            u64::MAX => problems.add(
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
            self.known.insert(name, u64::MAX);
            let copies = self.of(&self.schemas[name]);
            self.known.insert(name, copies);
            return copies;
        }
        let mut copies = 1u64;
        for key in ["allOf", "oneOf", "anyOf"] {
            let (mut sum, mut product) = (0u64, 1u64);
            for member in walk::items(&schema[key]) {
                let count = self.of(member);
                sum = sum.saturating_add(count);
                product = product.saturating_mul(count);
            }
            // Alternatives within allOf are multiplied out.
            let is_all = key == "allOf";
            copies = copies.saturating_add(if is_all { sum.max(product) } else { sum });
        }
        copies
    }
}
