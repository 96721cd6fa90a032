//! The document as a whole, and each operation.

use std::collections::BTreeSet;

use super::body::{body, responses};
use super::lifetime::{announced, lifetime};
use super::parameters::parameters;
use super::schema::Schemas;
use super::security::{security, security_schemes};
use super::servers::{servers, unused_servers};
use super::unused::unused_schemas;
use super::{At, Direction, Effect, Findings, NOTHING, Side, show, values};

/// Compares everything there is; false when that was too much.
pub(super) fn document(old: &Side, new: &Side, findings: &mut Findings) -> bool {
    let mut schemas = Schemas::new(old, new);
    let at = At {
        operation: "",
        direction: Direction::Neither,
        is_text: false,
        is_typed: true,
        pointer: String::new(),
        subject: String::new(),
    };
    values::words(
        &old.document["info"],
        &new.document["info"],
        &[
            "title",
            "version",
            "description",
            "termsOfService",
            "contact",
            "license",
        ],
        &at.below("info"),
        findings,
    );
    values::words(
        &old.document,
        &new.document,
        &["tags", "externalDocs"],
        &at,
        findings,
    );
    values::extensions(&old.document, &new.document, &[], &at, findings);
    for key in ["info", "paths", "components"] {
        let (old, new) = (&old.document[key], &new.document[key]);
        values::extensions_of(old, new, &at.below(key), findings);
    }
    security_schemes(old, new, &at, findings);
    unused_servers(old, new, &at, findings);
    unused_schemas(&mut schemas, &at, findings);
    path_items(old, new, &at.below("paths"), findings);

    let keys: BTreeSet<_> = old.operations.keys().chain(new.operations.keys()).collect();
    for key in keys {
        match (old.operations.get(key), new.operations.get(key)) {
            (Some(before), Some(after)) => {
                operation(old, new, before, after, &mut schemas, findings);
            }
            (Some((path, method)), None) => {
                let name = format!("{method} {path}");
                let rust = format!("{} goes", old.rust_method(path, method));
                let at = operation_at(&name, path, method);
                findings.add(at.finding(
                    Effect::Different,
                    "operation-removed",
                    format!("`{name}` is gone{}", announced(&old.item(path)[method])),
                    rust,
                ));
            }
            (None, Some((path, method))) => {
                let name = format!("{method} {path}");
                let rust = format!("{} appears", new.rust_method(path, method));
                let at = operation_at(&name, path, method);
                findings.add(at.finding(
                    Effect::More,
                    "operation-added",
                    format!("`{name}` is new"),
                    rust,
                ));
            }
            (None, None) => {}
        }
    }
    schemas.is_complete()
}

/// The start of an operation; subjects below it are told from the operation on.
fn operation_at<'a>(name: &'a str, path: &str, method: &str) -> At<'a> {
    At {
        operation: name,
        direction: Direction::Neither,
        is_text: false,
        is_typed: true,
        pointer: crate::spec::walk::pointer(&["paths", path, method]),
        subject: String::new(),
    }
}

type Place = (String, String);

fn operation(
    old: &Side,
    new: &Side,
    before: &Place,
    after: &Place,
    schemas: &mut Schemas<'_>,
    findings: &mut Findings,
) {
    let (old_operation, new_operation) = (
        &old.item(&before.0)[&before.1],
        &new.item(&after.0)[&after.1],
    );
    let (path, method) = after;
    let name = format!("{method} {path}");
    let at = operation_at(&name, path, method);
    let rust = old.rust_method(&before.0, &before.1);

    if old_operation["operationId"] != new_operation["operationId"] {
        let message = format!(
            "the operation id {} becomes {}",
            show(&old_operation["operationId"]),
            show(&new_operation["operationId"])
        );
        let effect = format!(
            "{rust} is renamed, unless openapi/overlay.yaml renames it; actions that look for the old id fail"
        );
        findings.add(at.below("operationId").finding(
            Effect::Different,
            "operation-id-changed",
            message,
            effect,
        ));
    }
    values::words(
        old_operation,
        new_operation,
        &["summary", "description", "externalDocs", "tags"],
        &at,
        findings,
    );
    if old_operation["callbacks"] != new_operation["callbacks"] {
        let message = "what the service calls back changes".to_owned();
        findings.add(at.below("callbacks").finding(
            Effect::Different,
            "callbacks-changed",
            message,
            NOTHING.to_owned(),
        ));
    }
    lifetime(old_operation, new_operation, &[], &at, findings);
    security(
        &old.effective(&before.0, &before.1, "security"),
        &new.effective(path, method, "security"),
        &at.below("security"),
        findings,
    );
    servers(
        &old.effective(&before.0, &before.1, "servers"),
        &new.effective(path, method, "servers"),
        &at.below("servers"),
        findings,
    );

    let request = At {
        direction: Direction::Request,
        ..at.clone()
    };
    parameters(
        &old.parameters(&before.0, &before.1),
        &new.parameters(path, method),
        &rust,
        &request,
        schemas,
        findings,
    );
    body(
        &old_operation["requestBody"],
        &new_operation["requestBody"],
        &rust,
        &request.below("requestBody"),
        schemas,
        findings,
    );
    let response = At {
        direction: Direction::Response,
        ..at.clone()
    };
    responses(
        &old_operation["responses"],
        &new_operation["responses"],
        &rust,
        &response.below("responses"),
        schemas,
        findings,
    );
}

/// What stands at a path for all its operations and is not compared with each.
fn path_items(old: &Side, new: &Side, at: &At<'_>, findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    for (key, (path, _)) in &old.operations {
        let Some((other, _)) = new.operations.get(key).filter(|_| seen.insert(path)) else {
            continue;
        };
        let (before, after) = (old.item(path), new.item(other));
        let at = at.below(other);
        values::words(before, after, &["summary", "description"], &at, findings);
        values::extensions(before, after, &[], &at, findings);
    }
}
