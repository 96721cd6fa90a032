//! Refuses alternatives that serde cannot tell apart. Serde takes the first alternative that fits, so a value of a later
//! alternative must not fit an earlier one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Refuse;
use crate::openapi::{references, walk};
use crate::pipeline::lower::schema::{has_names, says_nothing};

pub(super) fn check(schema: &Value, components: &Value, refuse: Refuse<'_>) {
    if meaningful(schema, "anyOf").count() > 1 {
        let what = "`anyOf` lets several alternatives hold at once, which no Rust type can express";
        let help = "keep the one that is used, or leave only the common type,";
        refuse(what.to_owned(), help);
    }
    let has_alternatives = schema.get("oneOf").or(schema.get("anyOf")).is_some();
    if schema["discriminator"].is_object() && !has_alternatives {
        let what = "its `discriminator` has no `oneOf` beside it, so the members of the schemas that extend it would be lost";
        let help = "list the schemas that extend it in a `oneOf` where values of all of them appear, or remove the discriminator,";
        refuse(what.to_owned(), help);
    }
    let all: Vec<Form> = meaningful(schema, "oneOf")
        .map(|one| Form::of(one, components))
        .collect();
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

/// The members of a composition that describe the form of values.
fn meaningful<'a>(schema: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    let members = walk::items(&schema[key]);
    members.filter(|one| references::target(one).is_some() || !says_nothing(one, true))
}

/// The properties of a schema by which its values can be told apart from those of another schema.
#[derive(Default)]
struct Form<'a> {
    /// The JSON type, with `integer` as `number`.
    kind: Option<&'a str>,
    /// The properties that have an enum, each with the texts that it allows.
    marks: BTreeMap<&'a str, BTreeSet<&'a str>>,
    required: BTreeSet<&'a str>,
}

impl<'a> Form<'a> {
    fn of(schema: &'a Value, components: &'a Value) -> Self {
        let follow = |schema: &'a Value| match references::target(schema) {
            Some(name) => &components[name],
            None => schema,
        };
        if references::target(schema).is_some() {
            return Self::of(follow(schema), components);
        }
        let mut form = Self::default();
        for member in walk::items(&schema["allOf"]) {
            let member = Self::of(member, components);
            form.kind = form.kind.or(member.kind);
            form.marks.extend(member.marks);
            form.required.extend(member.required);
        }
        for (name, property) in walk::members(&schema["properties"]) {
            // A schema with properties and without a type is an object.
            form.kind = form.kind.or(Some("object"));
            let values = &follow(property)["enum"];
            if has_names(values) {
                form.marks.insert(name, texts(values));
            }
        }
        form.required.extend(texts(&schema["required"]));
        form.kind = match schema["type"].as_str() {
            Some("integer") => Some("number"),
            said => said.or(form.kind),
        };
        form
    }

    fn differs(&self, other: &Self) -> bool {
        let is_mark = |(name, values): (&&str, &BTreeSet<&str>)| {
            let is_required = self.required.contains(name) && other.required.contains(name);
            let others = other.marks.get(name).filter(|_| is_required);
            others.is_some_and(|others| others.is_disjoint(values))
        };
        let is_kind = matches!((self.kind, other.kind), (Some(one), Some(two)) if one != two);
        is_kind || self.marks.iter().any(is_mark)
    }
}

fn texts(list: &Value) -> BTreeSet<&str> {
    walk::items(list).filter_map(Value::as_str).collect()
}
