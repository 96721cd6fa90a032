//! Parameters, by place and name.

use std::collections::BTreeMap;

use serde_json::Value;

use super::lifetime::{announced, lifetime};
use super::media::content;
use super::schema::Schemas;
use super::values;
use super::{At, Effect, Findings, show};

type Parameters = BTreeMap<(String, String), Value>;

pub(super) fn parameters(
    old: &Parameters,
    new: &Parameters,
    rust: &str,
    at: &At<'_>,
    schemas: &mut Schemas<'_>,
    findings: &mut Findings,
) {
    let at = at.below("parameters");
    let required = |parameter: &Value| parameter["required"] == true;
    let label = |parameter: &Value| {
        format!(
            "{} parameter {}",
            parameter["in"].as_str().unwrap_or("?"),
            show(&parameter["name"])
        )
    };
    for (key, before) in old {
        let at = at.below(before["name"].as_str().unwrap_or_default());
        let Some(after) = new.get(key) else {
            let moved = new.values().find(|after| {
                after["name"] == before["name"]
                    && !old.contains_key(&(
                        after["in"].as_str().unwrap_or_default().to_owned(),
                        key.1.clone(),
                    ))
            });
            let (rule, message) = match moved {
                Some(after) => (
                    "parameter-moved",
                    format!("the {} moves to {}", label(before), show(&after["in"])),
                ),
                None => (
                    "parameter-removed",
                    format!("the {} is gone{}", label(before), announced(before)),
                ),
            };
            findings.add(at.finding(
                Effect::Different,
                rule,
                message,
                format!("{rust} loses or moves an argument"),
            ));
            continue;
        };
        if before["name"] != after["name"] && key.0 == "path" {
            let message = format!(
                "the path parameter {} is now called {}",
                show(&before["name"]),
                show(&after["name"])
            );
            findings.add(at.finding(
                Effect::Words,
                "path-parameter-renamed",
                message,
                format!("an argument of {rust} is renamed; arguments go by position"),
            ));
        }
        values::words(
            before,
            after,
            &["description", "example", "examples"],
            &at,
            findings,
        );
        lifetime(before, after, &[], &at, findings);
        match (required(before), required(after)) {
            (false, true) => findings.add(at.finding(
                Effect::Narrower,
                "parameter-required",
                format!("the {} is now required", label(after)),
                format!("an argument of {rust} changes from `Option<T>` to `T`"),
            )),
            (true, false) => findings.add(at.finding(
                Effect::Wider,
                "parameter-optional",
                format!("the {} is now optional", label(after)),
                format!("an argument of {rust} changes from `T` to `Option<T>`"),
            )),
            _ => {}
        }
        let name = format!("the {}", label(after));
        values::serialization(before, after, &name, &at, findings);
        let carried = At {
            is_text: true,
            ..at.below("schema")
        };
        schemas.compare(&before["schema"], &after["schema"], &carried, findings);
        content(
            &before["content"],
            &after["content"],
            &at.below("content"),
            schemas,
            findings,
        );
    }
    for (key, after) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
        let moved = old.values().any(|before| {
            before["name"] == after["name"]
                && !new.contains_key(&(
                    before["in"].as_str().unwrap_or_default().to_owned(),
                    key.1.clone(),
                ))
        });
        if moved {
            continue;
        }
        let at = at.below(after["name"].as_str().unwrap_or_default());
        let (effect, rule) = if required(after) {
            (Effect::Narrower, "required-parameter-added")
        } else {
            (Effect::More, "optional-parameter-added")
        };
        findings.add(at.finding(
            effect,
            rule,
            format!(
                "the {} is new{}",
                label(after),
                if required(after) { " and required" } else { "" }
            ),
            format!("{rust} gains an argument, which breaks its callers"),
        ));
    }
}
