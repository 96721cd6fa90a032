//! The comparison finds every kind of change, alone and in the right class, and nothing where nothing changed.

use serde_json::{Value, json};

mod edits;
pub(super) mod forms;
mod mutations;
mod properties;
mod reports;
mod rust_api;

use forms::{inlined, referenced};
use mutations::{MUTATIONS, rich};

use super::{Copy, mentions, workspace};
use crate::spec;
use crate::spec::diff::{Class, Direction, Finding, Format, Side, diff, render};
use Class::Documentation;

fn bundle() -> Value {
    spec::build(workspace()).unwrap().document
}

fn compare(old: &Value, new: &Value) -> Vec<Finding> {
    let side = |document: &Value| Side::prepare("document", document.clone()).unwrap();
    diff(&side(old), &side(new)).unwrap()
}

const PREFIX: &str = "/connect/v1/environments/{environment_id}/clusters/{kafka_cluster_id}/connectors/{connector_name}/offsets";

fn post(document: &mut Value) -> &mut Value {
    &mut document["paths"][format!("{PREFIX}/request")]["post"]
}

fn get(document: &mut Value) -> &mut Value {
    &mut document["paths"][PREFIX]["get"]
}

fn schema<'a>(document: &'a mut Value, name: &str) -> &'a mut Value {
    &mut document["components"]["schemas"][name]
}

fn property<'a>(document: &'a mut Value, name: &str, property: &str) -> &'a mut Value {
    &mut schema(document, name)["properties"][property]
}

fn drop_key(value: &mut Value, key: &str) {
    assert!(
        value.as_object_mut().unwrap().remove(key).is_some(),
        "{key}"
    );
}

fn drop_text(list: &mut Value, text: &str) {
    let list = list.as_array_mut().unwrap();
    let before = list.len();
    list.retain(|value| value != text);
    assert_eq!(list.len() + 1, before);
}

fn push(list: &mut Value, value: Value) {
    list.as_array_mut().unwrap().push(value);
}

#[test]
fn every_single_change_gives_exactly_its_finding() {
    let mut base = bundle();
    rich(&mut base);
    let mut failures = String::new();
    for (name, change, expected) in MUTATIONS {
        let mut changed = base.clone();
        change(&mut changed);
        assert_ne!(base, changed, "{name} changes nothing");
        let found = compare(&base, &changed);
        let mut seen: Vec<_> = found
            .iter()
            .map(|finding| (finding.rule, finding.class, finding.direction))
            .collect();
        let mut wanted = expected.to_vec();
        let by_rule = |a: &(&str, Class, Direction), b: &(&str, Class, Direction)| {
            (a.0, a.2).cmp(&(b.0, b.2))
        };
        seen.sort_by(by_rule);
        wanted.sort_by(by_rule);
        if seen != wanted {
            failures.push_str(&format!("{name}: expected {wanted:?}, found {seen:?}\n"));
        }
        for finding in &found {
            assert!(
                !finding.message.is_empty()
                    && !finding.rust.is_empty()
                    && !finding.locations.is_empty()
            );
            assert!(finding.subject.is_empty() || finding.subject.starts_with('/'));
        }
    }
    assert!(failures.is_empty(), "{failures}");
    assert!(MUTATIONS.len() >= 60);
}

/// The documented rules are the rules: each stands in CHECKS.md with the classes it is found with, and each of those is
/// found by some mutation.
#[test]
fn the_documented_rules_are_the_rules() {
    let text = std::fs::read_to_string(workspace().join("xtask/CHECKS.md")).unwrap();
    let (rules, _) = text.split_once("## Beside").unwrap();
    let rows: Vec<Vec<&str>> = rules
        .lines()
        .filter(|line| line.starts_with("| "))
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    let column = |direction: Direction| match direction {
        Direction::Neither => 2,
        Direction::Request => 3,
        Direction::Response => 4,
    };
    let word = |class: Class| format!("{class:?}").to_lowercase();
    let found: Vec<_> = MUTATIONS
        .iter()
        .flat_map(|(_, _, findings)| *findings)
        .collect();
    for (rule, class, direction) in &found {
        let row = rows.iter().find(|row| row[1] == *rule);
        let cell = row.unwrap_or_else(|| panic!("{rule} is not documented"))[column(*direction)];
        assert!(
            cell.contains(&word(*class)),
            "{rule}: {class:?} in {direction:?} is not documented"
        );
    }
    assert!(rows.len() > 60);
    let shown = |rule: &str| found.iter().any(|(found, _, _)| *found == rule);
    let unseen: Vec<_> = rows
        .iter()
        .map(|row| row[1])
        .filter(|rule| *rule != "rule" && !shown(rule))
        .collect();
    assert!(unseen.is_empty(), "no mutation shows {unseen:?}");
}

/// Changes that are words in one direction only.
const LOOKS_AT_TIME: &[&str] = &[
    "stage lowered",
    "stability lowered, both sides",
    "stability raised, both sides",
    "end announced",
    "end announced in other words",
    "end announced at no time",
    "end at no time any more",
    "end withdrawn",
    "error removed",
    "error added",
];

#[test]
fn undoing_a_change_is_found_too() {
    let mut base = bundle();
    rich(&mut base);
    for (name, change, expected) in MUTATIONS {
        let mut changed = base.clone();
        change(&mut changed);
        let back = compare(&changed, &base);
        assert!(!back.is_empty(), "{name}");
        // What only people read stays so in both directions, but for rules that look at the direction of time.
        let words = expected.iter().all(|(_, class, _)| *class == Documentation);
        let back_words = back.iter().all(|finding| finding.class == Documentation);
        assert!(
            words == back_words || LOOKS_AT_TIME.contains(name),
            "{name}"
        );
    }
}

#[test]
fn the_same_change_reached_from_many_places_is_one_finding() {
    let base = bundle();
    let mut changed = base.clone();
    drop_key(
        &mut property(&mut changed, "ConnectorError", "error")["properties"],
        "code",
    );
    let found = compare(&base, &changed);
    assert_eq!(found.len(), 1);
    let text = serde_json::to_string(&base["paths"]).unwrap();
    let uses = text
        .matches("#/components/schemas/ConnectorError\"")
        .count();
    assert!(uses > 10);
    assert_eq!(found[0].locations.len(), uses);
    assert_eq!(
        found[0].subject,
        "/components/schemas/ConnectorError/properties/error/properties/code"
    );
    mentions(&found[0].rust, &["types::ConnectorError"]);
}

#[test]
fn form_is_no_drift() {
    let mut base = bundle();
    rich(&mut base);
    let forms = [
        base.clone(),
        inlined(&base),
        referenced(&base),
        referenced(&referenced(&base)),
    ];
    for (left, old) in forms.iter().enumerate() {
        for (right, new) in forms.iter().enumerate() {
            let found = compare(old, new);
            assert!(
                found.is_empty(),
                "form {left} against form {right}: {}",
                render(&found, None, Format::Text)
            );
        }
    }
}

#[test]
fn a_change_is_found_whatever_the_form() {
    let mut base = bundle();
    rich(&mut base);
    // A document with everything written in place has no schemas that nothing uses.
    let used = MUTATIONS
        .iter()
        .filter(|(name, _, _)| !name.starts_with("unused schema"));
    for (name, change, expected) in used {
        let mut changed = base.clone();
        change(&mut changed);
        for (old, new) in [
            (inlined(&base), changed.clone()),
            (base.clone(), inlined(&changed)),
            (referenced(&base), inlined(&changed)),
        ] {
            let found = compare(&old, &new);
            let mut classes: Vec<_> = found
                .iter()
                .map(|finding| (finding.class, finding.direction))
                .collect();
            let mut wanted: Vec<_> = expected
                .iter()
                .map(|(_, class, direction)| (*class, *direction))
                .collect();
            classes.sort();
            wanted.sort();
            assert_eq!(classes, wanted, "{name}");
        }
    }
}

#[test]
fn order_names_and_repetition_are_no_drift() {
    let base = bundle();
    let mut same = base.clone();
    post(&mut same)["parameters"]
        .as_array_mut()
        .unwrap()
        .reverse();
    post(&mut same)["security"]
        .as_array_mut()
        .unwrap()
        .reverse();
    schema(&mut same, "AlterOffsetRequestInfo")["required"]
        .as_array_mut()
        .unwrap()
        .reverse();
    schema(&mut same, "AlterOffsetRequestType")["enum"]
        .as_array_mut()
        .unwrap()
        .reverse();
    // Parameters of the path hold for all its operations.
    let parameters = post(&mut same)["parameters"].take();
    drop_key(post(&mut same), "parameters");
    same["paths"][format!("{PREFIX}/request")]["parameters"] = parameters;
    // Servers of the document hold for operations without their own.
    drop_key(post(&mut same), "servers");
    // Saying the default changes nothing.
    schema(&mut same, "OffsetEntry")["additionalProperties"] = true.into();
    property(&mut same, "ConnectorOffsets", "id")["nullable"] = false.into();
    let found = compare(&base, &same);
    assert!(found.is_empty(), "{}", render(&found, None, Format::Text));

    let text = serde_json::to_string(&same)
        .unwrap()
        .replace("connector_name", "name");
    let found = compare(&base, &serde_json::from_str(&text).unwrap());
    assert!(
        found.iter().all(|finding| finding.class == Documentation),
        "{}",
        render(&found, None, Format::Text)
    );
    assert!(
        found
            .iter()
            .any(|finding| finding.rule == "path-parameter-renamed")
    );
}

#[test]
fn recursive_schemas_end() {
    let mut base = bundle();
    schema(&mut base, "ConnectorOffsets")["properties"]["parent"] =
        json!({ "$ref": "#/components/schemas/ConnectorOffsets" });
    assert!(compare(&base, &base.clone()).is_empty());
    let mut changed = base.clone();
    property(&mut changed, "ConnectorOffsets", "id")["type"] = "integer".into();
    assert_eq!(compare(&base, &changed).len(), 1);
}

#[test]
fn what_cannot_be_compared_is_an_error() {
    for (document, message) in [
        (json!([]), "has no mapping `paths`"),
        (
            json!({ "paths": { "/a": { "get": { "responses": { "200": { "$ref": "#/components/responses/Missing" } } } } } }),
            "does not exist",
        ),
        (
            json!({ "components": { "schemas": { "A": { "$ref": "#/components/schemas/B" }, "B": { "$ref": "#/components/schemas/A" } } }, "paths": {} }),
            "made of itself",
        ),
        (
            json!({ "openapi": "3.1.0", "paths": {} }),
            "`openapi: \"3.1.0\"` is not a version of the form 3.0.x",
        ),
    ] {
        mentions(
            &Side::prepare("x", document).unwrap_err().to_string(),
            &[message],
        );
    }
    let copy = Copy::new();
    let missing = copy.path("missing.yaml").display().to_string();
    let error = crate::commands::diff(
        &missing,
        &missing,
        Format::Text,
        crate::commands::FailOn::Any,
    )
    .unwrap_err();
    mentions(&error.to_string(), &["missing.yaml", "cannot be read"]);
}
