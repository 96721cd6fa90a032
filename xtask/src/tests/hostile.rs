//! Hostile input: every case must end with a clear error, soon and within bounded memory.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::cases::outcome;
use super::{Copy, PUBLISHED, fails, mentions, rows};
use crate::drift::structure;
use crate::openapi::document::Source;
use crate::openapi::parse::{MAX_TEXT, parse};
use crate::openapi::references;
use crate::openapi::walk::{self, join};
use crate::pipeline::Outcome;
use crate::problem::Result;
use crate::vendor::{input, page};

fn error(text: &str) -> String {
    let error = parse("x.yaml", text).unwrap_err().to_string();
    assert!(error.len() < 1000, "{} bytes of message", error.len());
    mentions(&error, &["x.yaml"]);
    error
}

#[test]
fn text_that_grows_or_never_ends() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    // The aliases are few, but each repeats a megabyte of text.
    let (word, aliases) = ("y".repeat(1_000_000), vec!["*a"; 2_000].join(", "));
    let much = format!("a: &a \"{word}\"\nb: [{aliases}]\n");
    let deep = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    for (text, told) in [
        (bomb, "repetition limit"),
        (much, "expands to too many values"),
        ("[".repeat(200_000), "nested too deep"),
        ("{\"a\":".repeat(200_000), "nested too deep"),
        ("- ".repeat(5_000), "recursion limit"),
        (format!("a: {}", "[".repeat(200)), "x.yaml"),
        (format!("a: {}", "[".repeat(200_000)), "nested too deep"),
        (deep(200), "recursion limit"),
        (" ".repeat(MAX_TEXT + 1), "more than the"),
    ] {
        mentions(&error(&text), &[told]);
    }
    parse("x.yaml", &deep(100)).unwrap();

    let copy = Copy::new();
    let huge = copy.write("huge.yaml", &" ".repeat(MAX_TEXT + 1));
    fails(input::read(&huge), &["huge.yaml", "larger than the"]);
}

#[test]
fn what_readers_disagree_about() {
    for row in rows::<Value>("readers.yaml") {
        let [text, told, json] = ["text", "told", "json"].map(|key| row[key].as_str());
        match (text, told, json) {
            (Some(text), Some(told), _) => mentions(&error(text), &[told]),
            (Some(text), _, Some(json)) => {
                assert_eq!(parse("x", text).unwrap(), parse("x", json).unwrap());
            }
            _ => panic!("{row}"),
        }
    }
}

fn try_document(document: Value) -> Result<Outcome> {
    let place = "x.yaml".to_owned();
    outcome(vec![Source { place, document }])
}

/// A document with `length` schemas, and one operation that answers with the first of them.
fn document(length: usize, schema: impl Fn(usize) -> Value) -> Value {
    let schemas = (0..length).map(|number| (format!("S{number}"), schema(number)));
    let content = json!({ "application/json": { "schema": reference(0) } });
    let responses = json!({ "200": { "description": "", "content": content } });
    let operation = json!({ "operationId": "get_s", "responses": responses });
    let schemas: Map<_, _> = schemas.collect();
    json!({ "paths": { "/s": { "get": operation } }, "components": { "schemas": schemas } })
}

fn reference(number: usize) -> Value {
    references::to(&format!("S{number}"))
}

#[test]
fn chains_and_crowds() {
    let chain = |length: usize| {
        document(length, |number| match number + 1 {
            last if last == length => json!({ "type": "object" }),
            next => json!({ "type": "object", "properties": { "next": reference(next) } }),
        })
    };
    try_document(chain(500)).unwrap();
    let error = fails(try_document(chain(3_000)), &["cut the document down"]);
    mentions(&error, &["x.yaml: has 3000 component schemas"]);
    let crowd = |count: usize| {
        let wrong = |number: usize| json!({ "get": { "operationId": format!("p{number}"), "summary": 7, "responses": {} } });
        let paths = (0..count).map(|number| (format!("/p{number}"), wrong(number)));
        try_document(json!({ "paths": paths.collect::<Map<_, _>>() }))
    };
    fails(crowd(3_000), &["3000 operations"]);
    let error = fails(crowd(200), &["and 150 more errors"]);
    mentions(&error, &["/paths/~1p0/get/summary: text belongs here"]);
}

#[test]
fn schemas_that_one_side_does_not_name_and_that_double_at_every_step() {
    let [old, new] = [1, 60].map(|length| {
        document(length, |number| {
            let next = reference((number + 1) % length);
            json!({ "properties": { "a": next, "b": next } })
        })
    });
    let changes = structure::compare(&old, &new, &BTreeSet::new());
    assert!((1..100).contains(&changes.len()), "{}", changes.len());
}

/// Replaces each value of the sources in turn by one of a wrong type. The result must be a client or a short error, not a panic.
#[test]
fn wrong_types_everywhere() {
    let copy = Copy::new();
    let mut published = parse(PUBLISHED, &copy.read(PUBLISHED)).unwrap();
    published["components"] =
        json!({ "schemas": { "Own": { "type": "object", "properties": { "a": {} } } } });
    let mut pointers = vec![String::new()];
    for place in walk::all(&published) {
        pointers.extend(walk::members(place.value).map(|(key, _)| join(&place.pointer, key)));
    }
    let wrong = json!([null, [], {}, 7, "x", [[]]]);
    let wrong = wrong.as_array().unwrap();
    for (index, pointer) in pointers.iter().enumerate() {
        let is_frame = pointer.starts_with("/components") || pointer.matches('/').count() < 4;
        for (number, value) in wrong.iter().enumerate() {
            if !is_frame && index % wrong.len() != number {
                continue;
            }
            let mut broken = published.clone();
            *broken.pointer_mut(pointer).unwrap() = value.clone();
            if let Err(problems) = try_document(broken) {
                let text = problems.to_string();
                let is_clear = text.starts_with("error: ") && text.len() < 100_000;
                assert!(is_clear, "{pointer}: {text}");
            }
        }
    }
    assert!(pointers.len() > 100);
}

proptest! {
    /// Reading any page must give definitions, or an error that names the page.
    #[test]
    fn any_text_is_read_or_refused(parts in prop::collection::vec(
        prop_oneof![
            Just("paths:\n  /a: {}\n".to_owned()), Just("components:\n  schemas: {}\n".to_owned()), Just("<pre>".to_owned()),
            Just("</pre>".to_owned()), Just("&nbsp;&#x;&bad;".to_owned()), Just("- x\n".to_owned()), "[ a-z<>&;:{}#'\"\u{a0}\n-]{0,12}",
        ],
        0..12,
    )) {
        match page::extract_all("page", &parts.concat()) {
            Ok(found) => prop_assert!(!found.is_empty()),
            Err(error) => prop_assert!(error.to_string().contains("page")),
        }
    }
}
