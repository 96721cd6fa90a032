//! Request bodies, responses and their headers.

use serde_json::Value;

use super::lifetime::{announced, lifetime};
use super::media::{by_name, content};
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

pub(super) fn responses(
    old: &Value,
    new: &Value,
    rust: &str,
    at: &At<'_>,
    schemas: &mut Schemas<'_>,
    findings: &mut Findings,
) {
    values::extensions_of(old, new, at, findings);
    let (mut old, mut new) = (by_name(old), by_name(new));
    for statuses in [&mut old, &mut new] {
        statuses.retain(|status, _| !status.starts_with("x-"));
    }
    for (status, before) in &old {
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
            let at = At {
                is_typed: status.starts_with('2'),
                ..at.below("content")
            };
            content(
                &before["content"],
                &after["content"],
                &at,
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
                format!(
                    "no effect on signatures; {rust} reports {status} as an unexpected response"
                ),
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
                format!("no effect on signatures; {rust} reports {status} as an error response"),
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
    let (old, new) = (by_name(old), by_name(new));
    let required = |header: &Value| header["required"] == true;
    for (name, before) in &old {
        let at = at.below(name);
        let Some(after) = new.get(name) else {
            findings.add(at.finding(
                Effect::Different,
                "header-removed",
                format!("the response header `{name}` is gone{}", announced(before)),
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
        lifetime(before, after, &[], &at, findings);
        values::serialization(before, after, "the header", &at, findings);
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
        let carried = At {
            is_text: true,
            is_typed: false,
            ..at.below("schema")
        };
        schemas.compare(&before["schema"], &after["schema"], &carried, findings);
        let at = at.below("content");
        content(
            &before["content"],
            &after["content"],
            &at,
            schemas,
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
