//! What tells the alternatives of a schema apart. It does not change which values are allowed, only how a reader chooses.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::schema::Schemas;
use super::values::{changes, extensions};
use super::{At, Effect, Findings, show};

pub(super) fn discriminator(
    old: &Value,
    new: &Value,
    schemas: &mut Schemas<'_>,
    at: &At<'_>,
    findings: &mut Findings,
) {
    const KEY: &str = "discriminator";
    let (old, new) = (&old[KEY], &new[KEY]);
    let at = at.below(KEY);
    let mut add = |at: &At<'_>, effect: Effect, rule: &'static str, message: String| {
        let rust = "no effect: alternatives are told apart by their content".to_owned();
        findings.add(at.finding(effect, rule, message, rust));
    };
    match (old.is_null(), new.is_null()) {
        (true, true) => return,
        (true, false) => {
            let message = format!(
                "alternatives are now told apart by {}",
                show(&new["propertyName"])
            );
            return add(&at, Effect::More, "discriminator-added", message);
        }
        (false, true) => {
            let message = format!(
                "alternatives are no longer told apart by {}",
                show(&old["propertyName"])
            );
            return add(&at, Effect::Different, "discriminator-removed", message);
        }
        (false, false) => {}
    }
    let (before, after) = (&old["propertyName"], &new["propertyName"]);
    if before != after {
        let message = changes("the property that tells alternatives apart", before, after);
        add(
            &at.below("propertyName"),
            Effect::Different,
            "discriminator-changed",
            message,
        );
    }
    let at_mapping = at.below("mapping");
    let (before, after) = (mapping(old), mapping(new));
    for (value, target) in &before {
        let at = at_mapping.below(value);
        match after.get(value) {
            None => add(
                &at,
                Effect::Different,
                "discriminator-mapping-removed",
                format!("the value `{value}` no longer stands for `{target}`"),
            ),
            // The same under another name is the same.
            Some(other)
                if other != target && !schemas.equal(&named(target), &named(other), &at) =>
            {
                add(
                    &at,
                    Effect::Different,
                    "discriminator-mapping-changed",
                    format!("the value `{value}` stands for `{other}`, not for `{target}`"),
                );
            }
            Some(_) => {}
        }
    }
    for (value, target) in after
        .iter()
        .filter(|(value, _)| !before.contains_key(*value))
    {
        add(
            &at_mapping.below(value),
            Effect::More,
            "discriminator-mapping-added",
            format!("the value `{value}` now stands for `{target}`"),
        );
    }
    extensions(old, new, &["propertyName", "mapping"], &at, findings);
}

fn named(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Values with the last part of what they stand for: a component's name, however it is referred to.
fn mapping(discriminator: &Value) -> BTreeMap<String, String> {
    let entries = discriminator["mapping"].as_object().into_iter().flatten();
    entries
        .map(|(value, target)| {
            let target = target.as_str().unwrap_or_default();
            let name = target.rsplit('/').next().unwrap_or_default();
            (value.clone(), name.to_owned())
        })
        .collect()
}
