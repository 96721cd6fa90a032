//! Limits on the size of a document and on the expansion of its compositions. The limits are checked before the generator runs,
//! because the generator copies schemas that compositions share.

use std::collections::HashMap;

use serde_json::Value;

use super::document::{self, Document};
use super::{references, select, walk};
use crate::problem::{Problem, Problems, Result};

/// The most component schemas of a document. All of connect/v1 has about 40.
const MAX_SCHEMAS: usize = 500;
/// The most operations of a document. All of connect/v1 has 16.
const MAX_OPERATIONS: usize = 200;
/// The most schemas that a composition may consist of when all its references are followed.
const MAX_COPIES: f64 = 500.0;

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

/// The count of a schema whose composition contains the schema itself.
const CIRCLE: f64 = f64::INFINITY;

/// Refuses schemas that are composed of themselves, and compositions that expand too far. References must be checked before.
pub(crate) fn check_copies(document: &Document) -> Result<()> {
    let mut measure = Measure {
        schemas: &document.value["components"]["schemas"],
        known: HashMap::new(),
    };
    let mut problems = Problems::default();
    for place in walk::all(&document.value) {
        match measure.of(place.value) {
            copies if copies <= MAX_COPIES => {}
            CIRCLE => problems.add(
                document.place(&place.pointer),
                "is made of itself, so no value of it can exist",
                "break the circle of `$ref`, allOf, anyOf or oneOf in openapi/overlay.yaml; recursion through a property is fine",
            ),
            _ => problems.add(
                document.place(&place.pointer),
                format!("is composed of more than {MAX_COPIES} schemas when all references are followed"),
                "simplify its allOf, oneOf and anyOf by an action in openapi/overlay.yaml",
            ),
        }
    }
    problems.into_result()
}

/// Counts the schemas of which a schema is composed. A schema to which two references lead counts twice.
struct Measure<'a> {
    schemas: &'a Value,
    known: HashMap<&'a str, f64>,
}

impl<'a> Measure<'a> {
    fn of(&mut self, schema: &'a Value) -> f64 {
        if let Some(name) = references::target(schema) {
            if let Some(known) = self.known.get(name) {
                return *known;
            }
            // The entry until the schema is counted. When the count needs this entry, the schema is part of a cycle.
            self.known.insert(name, CIRCLE);
            let copies = self.of(&self.schemas[name]);
            self.known.insert(name, copies);
            return copies;
        }
        let mut copies = 1.0;
        for key in ["allOf", "oneOf", "anyOf"] {
            let counts: Vec<f64> = walk::items(&schema[key]).map(|one| self.of(one)).collect();
            if counts.contains(&CIRCLE) {
                return CIRCLE;
            }
            let [sum, product]: [f64; 2] = [counts.iter().sum(), counts.iter().product()];
            // The generator combines the alternatives of each member of allOf, so their numbers multiply.
            let is_all = key == "allOf" && !counts.is_empty();
            copies += if is_all { sum.max(product) } else { sum };
        }
        copies.min(f64::MAX)
    }
}
