//! Text made to hurt: every case ends in a clear error, soon and within bounded memory.

use serde_json::{Value, json};

use super::{Copy, PUBLISHED, mentions};
use crate::spec;
use crate::spec::assemble::Source;
use crate::spec::parse::{MAX_TEXT, parse};

fn error(text: &str) -> String {
    let error = parse("x.yaml", text).unwrap_err().to_string();
    assert!(error.len() < 1000, "{} bytes of message", error.len());
    mentions(&error, &["x.yaml"]);
    error
}

#[test]
fn alias_bombs() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    mentions(&error(&bomb), &["repetition limit"]);

    // Few jumps, much text.
    let text = "y".repeat(1_000_000);
    let wide = format!("a: &a \"{text}\"\nb: [{}]\n", vec!["*a"; 2_000].join(", "));
    mentions(&error(&wide), &["expands to too many values"]);
}

#[test]
fn deep_nesting() {
    for text in [
        "[".repeat(200_000),
        "{\"a\":".repeat(200_000),
        "- ".repeat(5_000),
        format!("a: {}", "[".repeat(101)),
    ] {
        error(&text);
    }
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    parse("x.yaml", &deep).unwrap();
    mentions(&error(&format!("[{deep}]")), &["deeper than 100 levels"]);
}

#[test]
fn too_much_text() {
    mentions(
        &error(&" ".repeat(MAX_TEXT + 1)),
        &["more than the", "help:"],
    );
}

#[test]
fn a_file_of_a_hundred_megabytes_is_not_read_to_its_end() {
    let copy = Copy::new();
    let huge = copy.path("huge.yaml");
    std::fs::File::create(&huge)
        .unwrap()
        .set_len(100 * 1024 * 1024)
        .unwrap();
    let error = spec::input::read(huge.to_str().unwrap())
        .unwrap_err()
        .to_string();
    mentions(&error, &["huge.yaml", "larger than the"]);
    std::fs::copy(&huge, copy.path(PUBLISHED)).unwrap();
    mentions(&copy.refused(), &[PUBLISHED, "larger than the"]);
}

#[test]
fn what_json_cannot_say() {
    for (text, message) in [
        ("a: .inf", "infinity"),
        ("a: .nan", "NaN"),
        ("? [1]\n: 2", "a key must be text"),
        ("a: !tag {b: c}", "x.yaml"),
        ("a: 1\na: 2", "duplicate key \"a\""),
        ("{\"a\": 1, \"a\": 2}", "duplicate key \"a\""),
        ("{\"a\": 1} trailing", "trailing"),
        ("a: 1\n---\nb: 2", "more than one document"),
        ("a: *missing", "unknown anchor"),
        ("a: [", "x.yaml"),
    ] {
        mentions(&error(text), &[message]);
    }
}

#[test]
fn bare_numbers_as_keys_are_status_codes() {
    let value = parse("x.yaml", "404: {a: yes}").unwrap();
    assert_eq!(value, serde_json::json!({ "404": { "a": "yes" } }));
}

#[test]
fn circles_of_references() {
    for (schemas, message) in [
        ("{A: {$ref: '#/components/schemas/A'}}", "made of itself"),
        (
            "{A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/A'}}",
            "made of itself",
        ),
        (
            "{A: {allOf: [{$ref: '#/components/schemas/B'}]}, B: {oneOf: [{anyOf: [{$ref: '#/components/schemas/A'}]}]}}",
            "made of itself",
        ),
    ] {
        mentions(
            &built(&format!("schemas: {schemas}")).unwrap_err(),
            &[message, "/components/schemas/A"],
        );
    }
    for section in ["parameters", "responses", "requestBodies", "headers"] {
        let circle = format!(
            "{section}: {{A: {{$ref: '#/components/{section}/B'}}, B: {{$ref: '#/components/{section}/A'}}}}"
        );
        mentions(&built(&circle).unwrap_err(), &["made of itself"]);
    }
    // Recursion through a property is how trees are described.
    let tree = "schemas: {Node: {type: object, properties: {next: {$ref: '#/components/schemas/Node'}, all: {type: array, items: {$ref: '#/components/schemas/Node'}}}}}";
    built(tree).unwrap();
}

/// References that double at every step: sixteen steps are 65,536 times the last one.
#[test]
fn references_that_multiply() {
    let chain = |key: &str, beside: &Value, steps: usize| {
        let mut schemas = serde_json::Map::new();
        for step in 0..steps {
            let next = json!({ "$ref": format!("#/components/schemas/S{}", step + 1) });
            let again = json!({ "allOf": [next, beside] });
            schemas.insert(format!("S{step}"), json!({ key: [next, again] }));
        }
        let last = json!({ "type": "object", "properties": { "z": { "type": "string" } } });
        schemas.insert(format!("S{steps}"), last);
        schemas["S0"]["example"] = json!({ "z": "z" });
        schemas
    };
    let words = json!({ "description": "d" });
    let asks = json!({ "type": "object", "required": ["z"] });
    for (key, beside, steps) in [
        ("allOf", &asks, 16),
        ("oneOf", &words, 16),
        ("anyOf", &words, 16),
    ] {
        built(&format!(
            "schemas: {}",
            Value::Object(chain(key, beside, steps))
        ))
        .unwrap();
    }
    // What the generator multiplies out.
    let copy = with_components(&format!(
        "schemas: {}",
        Value::Object(chain("oneOf", &asks, 7))
    ));
    let built = spec::build(copy.root()).unwrap();
    let patience = std::time::Duration::from_millis(300);
    let error = crate::generate::client_within(patience, &built, false).unwrap_err();
    mentions(
        &error.to_string(),
        &["has not finished after", "openapi/overlay.yaml"],
    );
    // The comparison and the examples cannot be drawn into it either.
    compare_both_ways(&built.document, &json!({ "paths": {} }));
    let mut other = built.document.clone();
    other["components"]["schemas"]["S7"]["properties"]["z"]["type"] = "integer".into();
    compare_both_ways(&built.document, &other);
    drop(spec::verify(copy.root()));
}

/// Alternatives within alternatives, all different: too much to compare each with each.
#[test]
fn alternatives_that_multiply() {
    fn nested(depth: u32, number: u64) -> Value {
        match depth {
            0 => json!({ "type": "string", "maxLength": number }),
            _ => {
                json!({ "anyOf": [nested(depth - 1, 2 * number), nested(depth - 1, 2 * number + 1)] })
            }
        }
    }
    let side = |number: u64| {
        let schema = nested(10, number);
        let document = json!({ "paths": { "/a": { "get": { "responses": { "200": { "content": { "application/json": { "schema": schema } } } } } } } });
        crate::spec::diff::Side::prepare("x", document).unwrap()
    };
    let error = crate::spec::diff::diff(&side(1), &side(5000)).unwrap_err();
    mentions(
        &error.to_string(),
        &["too many alternatives within alternatives"],
    );
}

/// Many changes take time in proportion.
#[test]
fn fifty_thousand_changes() {
    let side = |kind: &str| {
        let properties: serde_json::Map<_, _> = (0..50_000)
            .map(|number| (format!("p{number}"), json!({ "type": kind })))
            .collect();
        let schema = json!({ "type": "object", "properties": properties });
        let document = json!({ "paths": { "/a": { "get": { "responses": { "200": { "content": { "application/json": { "schema": schema } } } } } } } });
        crate::spec::diff::Side::prepare("x", document).unwrap()
    };
    let found = crate::spec::diff::diff(&side("string"), &side("integer")).unwrap();
    assert_eq!(found.len(), 50_000);
}

/// Runs the pipeline with these components beside the real sources.
fn built(components: &str) -> Result<String, String> {
    let copy = with_components(components);
    crate::commands::generate(copy.root(), false, false)
        .map_err(|problems| problems.to_string())?;
    Ok(copy.read(crate::generate::CLIENT))
}

fn with_components(components: &str) -> Copy {
    let copy = Copy::new();
    copy.write(
        PUBLISHED,
        &format!("{}components:\n  {components}\n", copy.read(PUBLISHED)),
    );
    copy.relock();
    copy
}

/// Every value of the sources, replaced in turn by one of a wrong type: an error or a client, never a panic, and never a
/// message without a place.
#[test]
fn wrong_types_everywhere() {
    let copy = Copy::new();
    let read = |place: &str| parse(place, &copy.read(place)).unwrap();
    let (base, mut published) = (read(spec::BASE), read(PUBLISHED));
    published["components"] =
        json!({ "schemas": { "Own": { "type": "object", "properties": { "a": {} } } } });
    let mut tried = 0;
    for (broken_place, document) in [(spec::BASE, &base), (PUBLISHED, &published)] {
        let mut pointers = Vec::new();
        collect(document, &mut String::new(), &mut pointers);
        let wrong = [
            json!(null),
            json!([]),
            json!({}),
            json!(7),
            json!("x"),
            json!([[]]),
        ];
        let all = pointers.iter().enumerate().flat_map(|(index, pointer)| {
            // The frame gets every wrong value, the depths of the operation one each.
            let frame = broken_place == spec::BASE
                || pointer.starts_with("/components")
                || pointer.matches('/').count() < 4;
            let values = wrong
                .iter()
                .enumerate()
                .filter(move |(number, _)| frame || index % 6 == *number);
            values.map(move |(_, value)| (pointer, value.clone()))
        });
        for (pointer, wrong) in all {
            let mut broken = document.clone();
            *broken.pointer_mut(pointer).unwrap() = wrong;
            let is_base = broken_place == spec::BASE;
            let (base, published) = if is_base {
                (&broken, &published)
            } else {
                (&base, &broken)
            };
            if let Err(text) = client(base, published) {
                assert!(
                    text.starts_with("error: ") && text.len() < 100_000,
                    "{pointer}: {text}"
                );
            }
            if !is_base {
                compare_both_ways(document, &broken);
            }
            tried += 1;
        }
    }
    assert!(tried > 300);
}

fn client(base: &Value, published: &Value) -> Result<String, String> {
    let source = |place: &str, document: &Value| Source {
        place: place.to_owned(),
        document: document.clone(),
    };
    let overlay = json!({
        "overlay": "1.0.0", "info": { "title": "t", "version": "1" },
        "actions": [{ "target": "$", "description": "d", "update": {} }],
    });
    let overlay = source(spec::OVERLAY, &overlay);
    spec::build_from(
        source(spec::BASE, base),
        vec![source(PUBLISHED, published)],
        &overlay,
        "digest",
    )
    .and_then(|built| crate::generate::client(&built, false))
    .map(|client| client.text)
    .map_err(|problems| problems.to_string())
}

fn compare_both_ways(old: &Value, new: &Value) {
    let side = |document: &Value| crate::spec::diff::Side::prepare("x", document.clone());
    if let (Ok(old), Ok(new)) = (side(old), side(new)) {
        crate::spec::diff::diff(&old, &new).unwrap();
        crate::spec::diff::diff(&new, &old).unwrap();
    }
}

fn collect(value: &Value, pointer: &mut String, found: &mut Vec<String>) {
    let length = pointer.len();
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, value)| (index.to_string(), value))
            .collect(),
        _ => Vec::new(),
    };
    for (key, child) in children {
        crate::spec::walk::push(pointer, &key);
        found.push(pointer.clone());
        collect(child, pointer, found);
        pointer.truncate(length);
    }
}
