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
    let mut forms = Forms {
        components: &document.value["components"]["schemas"],
        known: HashMap::new(),
    };
    for place in walk::all(&document.value) {
        if place.kind != Kind::Schema {
            continue;
        }
        let mut refuse = |message: String, help: &str| {
            let help = format!("{help} by an action in openapi/overlay.yaml");
            problems.add(document.place(&place.pointer), message, help);
        };
        if meaningful(place.value, "anyOf").len() > 1 {
            let what = "`anyOf` lets several alternatives hold at once, which no Rust type says";
            let help = "keep the one that is used, or leave only the common type,";
            refuse(what.to_owned(), help);
        }
        let alternatives = meaningful(place.value, "oneOf");
        let all: Vec<Form> = alternatives.iter().map(|one| forms.of(one)).collect();
        let clash = (0..all.len()).find_map(|later| {
            let earlier = (0..later).find(|earlier| !all[*earlier].differs(&all[later]))?;
            Some((earlier, later))
        });
        if let Some((earlier, later)) = clash {
            let what = format!(
                "alternatives {earlier} and {later} of `oneOf` cannot be told apart by their type or by a required property with an enum of its own"
            );
            let help = "give each an `enum` of one value in a required property, such as its discriminator, or replace the schema with `{}`,";
            refuse(what, help);
        }
    }
}

/// The members of a composition that say something of their own.
fn meaningful<'a>(schema: &'a Value, key: &str) -> Vec<&'a Value> {
    let members = schema[key].as_array().into_iter().flatten();
    members
        .filter(|member| references::target(member).is_some() || !says_nothing(member, true))
        .collect()
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
        Self {
            types: TYPES.into_iter().chain(["null"]).collect(),
            marks: BTreeMap::new(),
            required: BTreeSet::new(),
        }
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
        // An object is meant where only properties are said.
        let is_object = schema.get("type").is_none() && schema.get("properties").is_some();
        let kind = match schema["type"].as_str() {
            _ if is_object => "object",
            Some("integer") => "number",
            said => said.unwrap_or_default(),
        };
        if TYPES.contains(&kind) {
            let is_nullable = schema["nullable"] == true;
            form.types
                .retain(|known| *known == kind || (is_nullable && *known == "null"));
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let target = references::target(property);
            let values = &target.map_or(property, |target| &self.components[target])["enum"];
            if has_names(values) {
                form.marks.insert(name.clone(), texts(values));
            }
        }
        form.required = texts(&schema["required"]);
        for member in schema["allOf"].as_array().into_iter().flatten() {
            let member = self.of(member);
            form.types.retain(|kind| member.types.contains(kind));
            form.marks.extend(member.marks);
            form.required.extend(member.required);
        }
        for key in ["oneOf", "anyOf"] {
            let members = meaningful(schema, key).into_iter();
            let members: Vec<Form> = members.map(|member| self.of(member)).collect();
            let is_possible = |kind: &&str| members.iter().any(|one| one.types.contains(kind));
            form.types
                .retain(|kind| members.is_empty() || is_possible(kind));
        }
        form
    }
}

/// The texts in a list.
fn texts(list: &Value) -> BTreeSet<String> {
    let items = list.as_array().into_iter().flatten();
    items
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}
