//! Request bodies, responses and their headers.

use std::collections::BTreeMap;

use serde_json::Value;

use super::schema::Schemas;
use super::{At, Effect, Findings, NOTHING, values};

pub(super) fn body(
    old: &Value,
    new: &Value,
    rust: &str,
    at: &At<'_>,
    schemas: &mut Schemas<'_>,
    findings: &mut Findings,
) {
    let required = |body: &Value| body["required"] == true;
    match (old.is_object(), new.is_object()) {
        (false, true) => {
            let (effect, word) = if required(new) {
                (Effect::Narrower, "a required")
            } else {
                (Effect::More, "an optional")
            };
            findings.add(at.finding(
                effect,
                "body-added",
                format!("there is {word} request body now"),
                format!("{rust} gains an argument, which breaks its callers"),
            ));
        }
        (true, false) => findings.add(at.finding(
            Effect::Different,
            "body-removed",
            "the request body is gone".to_owned(),
            format!("{rust} loses an argument"),
        )),
        (true, true) => {
            values::words(old, new, &["description"], at, findings);
            values::extensions(old, new, &[], at, findings);
            match (required(old), required(new)) {
                (false, true) => findings.add(at.finding(
                    Effect::Narrower,
                    "body-required",
                    "the request body is now required".to_owned(),
                    NOTHING.to_owned(),
                )),
                (true, false) => findings.add(at.finding(
                    Effect::Wider,
                    "body-optional",
                    "the request body is now optional".to_owned(),
                    NOTHING.to_owned(),
                )),
                _ => {}
            }
            content(
                &old["content"],
                &new["content"],
                &at.below("content"),
                schemas,
                findings,
            );
        }
        (false, false) => {}
    }
}

/// Media types by their spelling without spaces and case.
fn media(content: &Value) -> BTreeMap<String, &Value> {
    let entries = content.as_object().into_iter().flatten();
    entries
        .map(|(name, media)| (name.to_ascii_lowercase().replace(' ', ""), media))
        .collect()
}

pub(super) fn content(
    old: &Value,
    new: &Value,
    at: &At<'_>,
    schemas: &mut Schemas<'_>,
    findings: &mut Findings,
) {
    let (old, new) = (media(old), media(new));
    for (name, before) in &old {
        let at = at.below(name);
        match new.get(name) {
            Some(after) => {
                values::words(before, after, &["example", "examples"], &at, findings);
                values::extensions(before, after, &[], &at, findings);
                if before["encoding"] != after["encoding"] {
                    findings.add(at.below("encoding").finding(
                        Effect::Different,
                        "encoding-changed",
                        format!("the encoding of `{name}` changes"),
                        NOTHING.to_owned(),
                    ));
                }
                schemas.compare(
                    &before["schema"],
                    &after["schema"],
                    &at.below("schema"),
                    findings,
                );
            }
            None => findings.add(at.finding(
                Effect::Different,
                "media-type-removed",
                format!("`{name}` is no longer offered"),
                "the body's Rust type may change".to_owned(),
            )),
        }
    }
    for name in new.keys().filter(|name| !old.contains_key(*name)) {
        findings.add(at.below(name).finding(
            Effect::More,
            "media-type-added",
            format!("`{name}` is offered too"),
            "the body's Rust type may change".to_owned(),
        ));
    }
}

pub(super) fn responses(
    old: &Value,
    new: &Value,
    rust: &str,
    at: &At<'_>,
    schemas: &mut Schemas<'_>,
    findings: &mut Findings,
) {
    let empty = serde_json::Map::new();
    let (old, new) = (
        old.as_object().unwrap_or(&empty),
        new.as_object().unwrap_or(&empty),
    );
    for (status, before) in old {
        let at = at.below(status);
        if let Some(after) = new.get(status) {
            values::words(before, after, &["description", "links"], &at, findings);
            values::extensions(before, after, &[], &at, findings);
            headers(
                &before["headers"],
                &after["headers"],
                &at.below("headers"),
                schemas,
                findings,
            );
            content(
                &before["content"],
                &after["content"],
                &at.below("content"),
                schemas,
                findings,
            );
        } else if status.starts_with('2') {
            findings.add(at.finding(
                Effect::Different,
                "success-removed",
                format!("status {status} is no longer described as a success"),
                format!("{rust} reports {status} as an error"),
            ));
        } else {
            findings.add(at.finding(
                Effect::Words,
                "error-removed",
                format!("status {status} is no longer described"),
                format!("{rust} reports {status} as an unexpected response"),
            ));
        }
    }
    for status in new.keys().filter(|status| !old.contains_key(*status)) {
        let (rule, rust) = if status.starts_with('2') {
            (
                "success-added",
                format!(
                    "{rust} takes {status} as a success; when its body differs from the others, they all become raw bytes"
                ),
            )
        } else {
            (
                "error-added",
                format!("{rust} reports {status} as an error response"),
            )
        };
        findings.add(at.below(status).finding(
            Effect::More,
            rule,
            format!("status {status} is described now"),
            rust,
        ));
    }
}

fn headers(
    old: &Value,
    new: &Value,
    at: &At<'_>,
    schemas: &mut Schemas<'_>,
    findings: &mut Findings,
) {
    let (old, new) = (media(old), media(new));
    let required = |header: &Value| header["required"] == true;
    for (name, before) in &old {
        let at = at.below(name);
        let Some(after) = new.get(name) else {
            findings.add(at.finding(
                Effect::Different,
                "header-removed",
                format!("the response header `{name}` is gone"),
                NOTHING.to_owned(),
            ));
            continue;
        };
        values::words(
            before,
            after,
            &["description", "example", "examples"],
            &at,
            findings,
        );
        values::deprecation(before, after, &at, findings);
        values::extensions(before, after, &[], &at, findings);
        match (required(before), required(after)) {
            (false, true) => findings.add(at.finding(
                Effect::Narrower,
                "header-required",
                format!("the response header `{name}` is now always sent"),
                NOTHING.to_owned(),
            )),
            (true, false) => findings.add(at.finding(
                Effect::Wider,
                "header-optional",
                format!("the response header `{name}` may now be missing"),
                NOTHING.to_owned(),
            )),
            _ => {}
        }
        schemas.compare(
            &before["schema"],
            &after["schema"],
            &at.below("schema"),
            findings,
        );
    }
    for name in new.keys().filter(|name| !old.contains_key(*name)) {
        findings.add(at.below(name).finding(
            Effect::More,
            "header-added",
            format!("the response header `{name}` is new"),
            NOTHING.to_owned(),
        ));
    }
}
