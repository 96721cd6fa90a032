//! Alternatives that serde could not tell apart: it takes the first one that fits, so no later one may fit an earlier.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use crate::openapi::document::Document;
use crate::openapi::references;
use crate::openapi::walk::{self, Kind};
use crate::pipeline::lower::schema::{has_names, says_nothing};
use crate::problem::Problems;

/// The types of JSON, `integer` being a `number`.
const TYPES: [&str; 5] = ["object", "array", "string", "number", "boolean"];

pub(super) fn check(document: &Document, problems: &mut Problems) {
    let mut forms = Forms { components: &document.value["components"]["schemas"], known: HashMap::new() };
    for place in walk::all(&document.value) {
        if place.kind != Kind::Schema {
            continue;
        }
        let mut refuse = |message: String, help: &str| {
            problems.add(
                document.place(&place.pointer),
                message,
                format!("{help} by an action in openapi/overlay.yaml"),
            );
        };
        if meaningful(place.value, "anyOf").len() > 1 {
            refuse(
                "`anyOf` lets several alternatives hold at once, which no Rust type says".to_owned(),
                "keep the one that is used, or leave only the common type,",
            );
        }
        let alternatives = meaningful(place.value, "oneOf");
        let all: Vec<Form> = alternatives.iter().map(|one| forms.of(one)).collect();
        let clash = (0..all.len()).find_map(|later| {
            let earlier = (0..later).find(|earlier| !all[*earlier].differs(&all[later]))?;
            Some((earlier, later))
        });
        if let Some((earlier, later)) = clash {
            refuse(
                format!(
                    "alternatives {earlier} and {later} of `oneOf` cannot be told apart by their type or by a required property with an enum of its own"
                ),
                "give each an `enum` of one value in a required property, such as its discriminator, or replace the schema with `{}`,",
            );
        }
    }
}

/// The members of a composition that say something of their own.
fn meaningful<'a>(schema: &'a Value, key: &str) -> Vec<&'a Value> {
    let members = schema[key].as_array().into_iter().flatten();
    members.filter(|member| references::target(member).is_some() || !says_nothing(member, true)).collect()
}

/// What tells the values of a schema from others.
#[derive(Clone, Debug)]
struct Form {
    types: BTreeSet<&'static str>,
    /// Required properties of which only these texts are allowed.
    marks: BTreeMap<String, BTreeSet<String>>,
    required: BTreeSet<String>,
}

impl Form {
    fn any() -> Self {
        Self { types: TYPES.into_iter().chain(["null"]).collect(), marks: BTreeMap::new(), required: BTreeSet::new() }
    }

    fn differs(&self, other: &Self) -> bool {
        self.types.is_disjoint(&other.types)
            || self.marks.iter().any(|(name, values)| {
                let others = other.marks.get(name);
                self.required.contains(name)
                    && other.required.contains(name)
                    && others.is_some_and(|others| others.is_disjoint(values))
            })
    }
}

struct Forms<'a> {
    components: &'a Value,
    known: HashMap<&'a str, Form>,
}

impl<'a> Forms<'a> {
    fn of(&mut self, schema: &'a Value) -> Form {
        if let Some(name) = references::target(schema) {
            if let Some(known) = self.known.get(name) {
                return known.clone();
            }
            let form = self.of(&self.components[name]);
            self.known.insert(name, form.clone());
            return form;
        }
        let mut form = Form::any();
        if let Some(kind) = self.kind(schema) {
            form.types = TYPES.into_iter().filter(|known| *known == kind).collect();
            if schema["nullable"] == true {
                form.types.insert("null");
            }
        }
        let properties = schema["properties"].as_object().into_iter().flatten();
        for (name, property) in properties {
            let property = match references::target(property) {
                Some(target) => &self.components[target],
                None => property,
            };
            if let Some(values) = property["enum"].as_array().filter(|_| has_names(&property["enum"])) {
                let values = values.iter().filter_map(Value::as_str).map(str::to_owned);
                form.marks.insert(name.clone(), values.collect());
            }
        }
        let required = schema["required"].as_array().into_iter().flatten();
        form.required = required.filter_map(Value::as_str).map(str::to_owned).collect();
        for member in schema["allOf"].as_array().into_iter().flatten() {
            let member = self.of(member);
            form.types.retain(|kind| member.types.contains(kind));
            form.marks.extend(member.marks);
            form.required.extend(member.required);
        }
        for key in ["oneOf", "anyOf"] {
            let members: Vec<Form> = meaningful(schema, key).into_iter().map(|member| self.of(member)).collect();
            if !members.is_empty() {
                form.types.retain(|kind| members.iter().any(|member| member.types.contains(kind)));
            }
        }
        form
    }

    /// The type that a schema says, or that its other keywords mean.
    fn kind(&self, schema: &Value) -> Option<&'static str> {
        let said = match schema["type"].as_str() {
            Some("integer") => Some("number"),
            Some(said) => Some(said),
            None if schema.get("properties").is_some() => Some("object"),
            None => None,
        };
        said.and_then(|said| TYPES.into_iter().find(|known| *known == said))
    }
}
