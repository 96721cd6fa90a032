//! The document as a whole, and each operation.

use std::collections::BTreeSet;

use serde_json::Value;

use super::body::{body, responses};
use super::parameters::parameters;
use super::schema::Schemas;
use super::security::{security, security_schemes, servers, unused_servers};
use super::{At, Direction, Effect, Findings, NOTHING, Side, show, values};

/// Compares everything there is.
pub(super) fn document(old: &Side, new: &Side, findings: &mut Findings) {
    let mut schemas = Schemas::new(old, new);
    let at = At {
        operation: "",
        direction: Direction::Neither,
        pointer: String::new(),
        subject: String::new(),
    };
    values::words(
        &old.document["info"],
        &new.document["info"],
        &["title", "version", "description"],
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
    security_schemes(old, new, &at, findings);
    unused_servers(old, new, &at, findings);

    let keys: BTreeSet<_> = old.operations.keys().chain(new.operations.keys()).collect();
    for key in keys {
        match (old.operations.get(key), new.operations.get(key)) {
            (Some(before), Some(after)) => {
                operation(old, new, before, after, &mut schemas, findings);
            }
            (Some((path, method)), None) => {
                let name = format!("{method} {path}");
                let rust = format!("{} goes", old.rust_method(path, method));
                let at = At {
                    operation: &name,
                    ..at.below("paths").below(path).below(method)
                };
                findings.add(at.finding(
                    Effect::Different,
                    "operation-removed",
                    format!("`{name}` is gone"),
                    rust,
                ));
            }
            (None, Some((path, method))) => {
                let name = format!("{method} {path}");
                let rust = format!("{} appears", new.rust_method(path, method));
                let at = At {
                    operation: &name,
                    ..at.below("paths").below(path).below(method)
                };
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
    let pointer = crate::spec::walk::pointer(&["paths", path, method]);
    let at = At {
        operation: &name,
        direction: Direction::Neither,
        pointer: pointer.clone(),
        subject: pointer,
    };
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
    values::deprecation(old_operation, new_operation, &at, findings);
    lifecycle(old_operation, new_operation, &at, findings);
    let known = ["x-lifecycle-stage"];
    values::extensions(old_operation, new_operation, &known, &at, findings);
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

/// The order of trust in a stage; unknown words cannot be compared.
fn stage(text: &str) -> Option<usize> {
    const STAGES: [&str; 6] = [
        "end of life",
        "deprecated",
        "early access",
        "limited availability",
        "preview",
        "general availability",
    ];
    let text = text.to_ascii_lowercase();
    STAGES.iter().rposition(|stage| text.contains(stage))
}

fn lifecycle(old: &Value, new: &Value, at: &At<'_>, findings: &mut Findings) {
    const KEY: &str = "x-lifecycle-stage";
    if old[KEY] == new[KEY] {
        return;
    }
    let rank = |value: &Value| value.as_str().and_then(stage);
    let effect = match (rank(&old[KEY]), rank(&new[KEY])) {
        (Some(before), Some(after)) if after < before => Effect::Different,
        _ => Effect::Words,
    };
    let message = format!(
        "the lifecycle stage {} becomes {}",
        show(&old[KEY]),
        show(&new[KEY])
    );
    findings.add(at.below(KEY).finding(
        effect,
        "lifecycle-stage-changed",
        message,
        "no effect; check what is promised about it".to_owned(),
    ));
}
