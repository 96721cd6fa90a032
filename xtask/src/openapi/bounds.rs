//! How much a document may hold, and how far its compositions may multiply out. Both are checked before anything is made of
//! it, because the generator copies what compositions share.

use std::collections::HashMap;

use serde_json::Value;

use super::document::Document;
use super::walk::{self, Kind};
use super::{references, select};
use crate::problem::{Problem, Problems, Result};

/// Component schemas and operations; all of connect/v1 has 16 operations and about 40 schemas.
const MAX_SCHEMAS: usize = 500;
const MAX_OPERATIONS: usize = 200;
/// Schemas that a composition copies together.
const MAX_COPIES: u64 = 500;

pub(crate) fn check_counts(place: &str, document: &Value) -> Result<()> {
    let schemas = document["components"]["schemas"].as_object();
    let schemas = schemas.map_or(0, serde_json::Map::len);
    let operations = select::operations(document).len();
    if schemas <= MAX_SCHEMAS && operations <= MAX_OPERATIONS {
        return Ok(());
    }
    let message = format!(
        "has {schemas} component schemas and {operations} operations; {MAX_SCHEMAS} and {MAX_OPERATIONS} are allowed"
    );
    Err(Problem::new(place, message)
        .help("vendor the operations you need with `cargo xtask vendor --operation`")
        .into())
}

/// Compositions that multiply out too far. References must have been checked, so that none leads in circles.
pub(crate) fn check_copies(document: &Document) -> Result<()> {
    let mut measure = Measure { components: &document.value["components"]["schemas"], known: HashMap::new() };
    let mut problems = Problems::default();
    for place in walk::all(&document.value) {
        let copies = match place.kind {
            Kind::Schema => measure.of(place.value),
            _ => continue,
        };
        if copies > MAX_COPIES {
            problems.push(
                Problem::new(
                    document.place(&place.pointer),
                    format!(
                        "is composed of {copies} schemas when all references are followed; {MAX_COPIES} are allowed"
                    ),
                )
                .help("simplify its allOf, oneOf and anyOf by an action in openapi/overlay.yaml"),
            );
        }
    }
    problems.into_result()
}

/// Counts the schemas that a composition is made of, each as often as it is reached.
struct Measure<'a> {
    components: &'a Value,
    known: HashMap<&'a str, u64>,
}

impl<'a> Measure<'a> {
    fn of(&mut self, schema: &'a Value) -> u64 {
        if let Some(name) = references::target(schema) {
            if let Some(known) = self.known.get(name) {
                return *known;
            }
            let copies = self.of(&self.components[name]);
            self.known.insert(name, copies);
            return copies;
        }
        let lists = ["allOf", "oneOf", "anyOf"].map(|key| schema[key].as_array());
        let members = lists.into_iter().flatten().flatten();
        members.fold(1, |copies, member| copies.saturating_add(self.of(member)))
    }
}
