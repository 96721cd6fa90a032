//! Vendoring from what people really have, and comparing with what is published.

use serde_json::json;

use super::{Copy, PUBLISHED, mentions, workspace};
use crate::spec::vendor::{Plan, Request, plan};
use crate::spec::{self, drift, lock};

/// How many operations are vendored.
fn operations() -> usize {
    let built = spec::build(workspace()).unwrap();
    spec::select::operations(&built.document).len()
}

/// The published operation on its documentation page, as a browser copies it.
fn page(definition: &str) -> String {
    format!(
        "Skip to main content\n\nRequest to Alter the Connector Offsets\n\nPOST \n\n/connect/v1/…/offsets/request\n\n\
         General Availability\n\nRequest\n\nResponses\n\nAccepted\n\nOpenAPI definition (YAML)\n{}",
        definition.trim_end()
    )
}

fn html(definition: &str) -> String {
    let escaped = definition
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;");
    let marked = escaped
        .replace("paths:", "<span class=\"key\">paths</span>:")
        .replace("requestBody", "request&#x42;ody");
    format!(
        "<!DOCTYPE html>\n<html><body><p>paths: none</p><pre><code class=\"yaml\">{marked}</code></pre><footer>x</footer></body></html>\n"
    )
}

fn vendor(copy: &Copy, text: &str, request: &Request) -> Plan {
    let from = copy.path("input");
    std::fs::write(&from, text).unwrap();
    plan(copy.root(), from.to_str().unwrap(), request).unwrap()
}

fn refused(copy: &Copy, text: &str, request: &Request) -> String {
    let from = copy.path("input");
    std::fs::write(&from, text).unwrap();
    plan(copy.root(), from.to_str().unwrap(), request)
        .unwrap_err()
        .to_string()
}

#[test]
fn a_page_gives_the_vendored_file_byte_for_byte() {
    let published = Copy::new().read(PUBLISHED);
    for text in [
        page(&published),
        page(&published) + "\nPrevious page\nNext page\n",
        page(&published).replace('\n', "\r\n"),
        html(&published),
        published.clone(),
    ] {
        let copy = Copy::new();
        let lock = copy.read("openapi/vendor.lock");
        copy.write(PUBLISHED, &published.replace("momentary", "short"));
        copy.relock();
        let plan = vendor(&copy, &text, &Request::default());
        assert_eq!(plan.findings.len(), 1, "the description has changed back");
        plan.write(copy.root()).unwrap();
        assert_eq!(copy.read(PUBLISHED), published);
        let day = |text: &str| {
            text.lines()
                .filter(|line| !line.starts_with("retrieved"))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(day(&copy.read("openapi/vendor.lock")), day(&lock));
        spec::verify(copy.root()).unwrap();
    }
}

#[test]
fn a_page_with_many_definitions() {
    let copy = Copy::new();
    let places = spec::files::list(copy.root(), "openapi/vendor").unwrap();
    let texts: Vec<String> = places.iter().map(|place| copy.read(place)).collect();
    let text = texts
        .iter()
        .map(|text| {
            page(
                text.split_once("paths:")
                    .map_or("", |(_, rest)| &text[text.len() - rest.len() - 6..]),
            )
        })
        .collect::<Vec<_>>()
        .join("\nNext operation\n");
    mentions(
        &refused(&copy, &text, &Request::default()),
        &[
            &format!("contains {} API definitions", places.len()),
            "--operation",
        ],
    );
    let choose = Request {
        choose: vec!["alterConnectv1ConnectorOffsetsRequest".to_owned()],
        ..Request::default()
    };
    let plan = vendor(&copy, &text, &choose);
    assert!(plan.findings.is_empty());
    plan.write(copy.root()).unwrap();
    spec::verify(copy.root()).unwrap();

    let drift = drift::against(
        copy.root(),
        &[copy.path("input").to_str().unwrap().to_owned()],
    )
    .unwrap();
    assert_eq!(
        (drift.findings, drift.not_compared),
        (Vec::new(), Vec::new())
    );
}

#[test]
fn the_same_text_again_changes_nothing() {
    let copy = Copy::new();
    let lock = copy.read("openapi/vendor.lock");
    let plan = vendor(&copy, &copy.read(PUBLISHED), &Request::default());
    assert!(plan.findings.is_empty());
    plan.write(copy.root()).unwrap();
    assert_eq!(copy.read("openapi/vendor.lock"), lock);
}

#[test]
fn a_published_text_takes_the_place_of_a_transcription() {
    let copy = Copy::new();
    let place = "openapi/vendor/get-connector-offsets.yaml";
    let text = copy
        .read(place)
        .replace("Reads the current offsets", "Get the current offsets");
    vendor(&copy, &text, &Request::default())
        .write(copy.root())
        .unwrap();
    assert_eq!(copy.read(place), text);
    let lock = lock::Lock::read(copy.root()).unwrap();
    let entry = lock
        .entries
        .iter()
        .find(|entry| entry.place() == place)
        .unwrap();
    assert_eq!(entry.origin, lock::Origin::Published);
    crate::commands::generate(copy.root(), false, false).unwrap();
}

fn whole() -> serde_json::Value {
    json!({
        "openapi": "3.0.3",
        "info": { "title": "t", "version": "1" },
        "servers": [{ "url": "https://api.confluent.cloud" }],
        "security": [{ "cloud-api-key": [] }],
        "paths": {
            "/connect/v1/things": {
                "get": { "operationId": "listThings", "tags": ["Things"], "responses": { "200": { "$ref": "#/components/responses/Things" } } },
                "post": { "operationId": "makeThing", "tags": ["Other"], "responses": { "204": { "description": "" } } },
            },
        },
        "components": {
            "responses": { "Things": { "description": "", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/thing.v1.List" } } } } },
            "schemas": {
                "thing.v1.List": { "type": "array", "items": { "$ref": "#/components/schemas/thing.v1.Thing" } },
                "thing.v1.Thing": { "type": "object", "properties": { "id": { "type": "string" } } },
                "thing.v1.Unused": { "type": "object" },
            },
        },
    })
}

#[test]
fn operations_are_chosen_from_a_whole_document_with_what_they_refer_to() {
    for (chosen, file) in [
        ("listThings", "list-things.yaml"),
        ("Things", "list-things.yaml"),
    ] {
        let copy = Copy::new();
        let request = Request {
            choose: vec![chosen.to_owned()],
            source: Some("https://example.com".to_owned()),
            ..Request::default()
        };
        let plan = vendor(&copy, &whole().to_string(), &request);
        assert_eq!(plan.place(), format!("openapi/vendor/{file}"));
        assert!(
            plan.findings
                .iter()
                .any(|finding| finding.rule == "operation-added")
        );
        plan.write(copy.root()).unwrap();
        let text = copy.read(&plan.place());
        mentions(
            &text,
            &[
                "operationId: listThings",
                "thing.v1.Thing",
                "security:",
                "servers:",
            ],
        );
        for absent in ["makeThing", "Unused", "info:"] {
            assert!(!text.contains(absent), "{absent}");
        }
        crate::commands::generate(copy.root(), false, false).unwrap();
        mentions(
            &copy.read(crate::generate::CLIENT),
            &[
                "pub async fn list_things",
                "types::List",
                "pub struct Thing",
            ],
        );
    }
    let copy = Copy::new();
    let both = Request {
        choose: vec!["/connect/v1/things".to_owned()],
        file: Some("things.yaml".to_owned()),
        source: Some("x".to_owned()),
    };
    vendor(&copy, &whole().to_string(), &both)
        .write(copy.root())
        .unwrap();
    mentions(
        &copy.read("openapi/vendor/things.yaml"),
        &["listThings", "makeThing"],
    );
}

#[test]
fn what_cannot_be_vendored_says_why() {
    let copy = Copy::new();
    let choose = |name: &str| Request {
        choose: vec![name.to_owned()],
        ..Request::default()
    };
    for (text, request, message) in [
        (
            whole().to_string(),
            Request::default(),
            "whole document with 2 operations",
        ),
        (
            whole().to_string(),
            choose("deleteThing"),
            "it has these: listThings, makeThing",
        ),
        (whole().to_string(), choose("listThings"), "--source URL"),
        (
            "A page without a definition\n".to_owned(),
            Request::default(),
            "contains no API definition",
        ),
        (
            "<html><body><pre>curl</pre></body></html>".to_owned(),
            Request::default(),
            "no <pre> or <code>",
        ),
        (
            "openapi: 3.0.3\npaths: []\n".to_owned(),
            Request::default(),
            "`paths` is not a mapping",
        ),
        (
            "paths: {}\n".to_owned(),
            Request::default(),
            "describes no operation",
        ),
        (
            "paths:\n  /a: {get: {\n".to_owned(),
            Request::default(),
            "input",
        ),
        (
            copy.read(PUBLISHED),
            Request {
                file: Some("../base.yaml".to_owned()),
                ..Request::default()
            },
            "not a plain name",
        ),
    ] {
        mentions(&refused(&copy, &text, &request), &[message]);
    }
    // Nothing was written.
    spec::verify(copy.root()).unwrap();
    crate::commands::generate(copy.root(), true, false).unwrap();
}

#[test]
fn no_drift_against_the_page_it_came_from() {
    let copy = Copy::new();
    let from = copy.path("page.txt");
    std::fs::write(&from, page(&copy.read(PUBLISHED))).unwrap();
    let drift = drift::against(copy.root(), &[from.to_str().unwrap().to_owned()]).unwrap();
    assert!(drift.findings.is_empty());
    assert_eq!(
        drift.not_compared.len(),
        operations() - 1,
        "{:?}",
        drift.not_compared
    );
}

#[test]
fn the_bundle_itself_differs_from_the_vendored_files_only_by_the_overlay() {
    let bundle = workspace().join(spec::BUNDLE).to_str().unwrap().to_owned();
    let drift = drift::against(workspace(), &[bundle]).unwrap();
    assert!(drift.not_compared.is_empty());
    let mut rules: Vec<_> = drift.findings.iter().map(|finding| finding.rule).collect();
    rules.sort_unstable();
    // Offsets may be null in requests and in replies.
    let expected = std::iter::repeat_n("became-nullable", 2)
        .chain(["documentation-changed"; 3])
        .chain(["extension-changed"])
        .chain(std::iter::repeat_n("operation-id-changed", operations()));
    assert_eq!(rules, expected.collect::<Vec<_>>());
}

#[test]
fn drift_speaks_of_methods_by_their_present_names() {
    let copy = Copy::new();
    let from = copy.path("page.txt");
    let text = copy.read(PUBLISHED).replace(
        "        required: true\n        description: The unique name",
        "        required: false\n        description: The unique name",
    );
    std::fs::write(&from, page(&text)).unwrap();
    let drift = drift::against(copy.root(), &[from.to_str().unwrap().to_owned()]).unwrap();
    assert_eq!(drift.findings.len(), 1);
    assert_eq!(drift.findings[0].rule, "parameter-optional");
    mentions(&drift.findings[0].rust, &["`alter_connector_offsets`"]);
}

#[test]
fn only_a_whole_document_tells_that_an_operation_is_gone() {
    let copy = Copy::new();
    let from = copy.path("whole.json");
    std::fs::write(&from, whole().to_string()).unwrap();
    let drift = drift::against(copy.root(), &[from.to_str().unwrap().to_owned()]).unwrap();
    let rules: Vec<_> = drift.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, vec!["operation-removed"; operations()]);

    let mut fragment = whole();
    fragment.as_object_mut().unwrap().remove("openapi");
    std::fs::write(&from, fragment.to_string()).unwrap();
    let error = drift::against(copy.root(), &[from.to_str().unwrap().to_owned()])
        .unwrap_err()
        .to_string();
    mentions(&error, &["none of the vendored operations"]);
}
