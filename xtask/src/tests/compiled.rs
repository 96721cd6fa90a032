//! The client of all accepted cases must compile together with the library, and must write every example as it was read.

use std::fs;

use heck::ToPascalCase;

use super::{cases, mentions, workspace};
use crate::openapi::document::Document;
use crate::openapi::references;
use crate::openapi::walk::{self, Kind};
use crate::pipeline::sources::{self, Sources};
use crate::pipeline::{self, examples, scratch};

/// The text of a test that reads every example as the Rust type of its schema and writes it again. Only examples whose schema is
/// a component are included.
fn round_trip(document: &Document) -> String {
    let mut tests = String::new();
    for place in walk::all(&document.value) {
        let name = place.value.get("schema").and_then(references::target);
        let (Kind::Media, Some(name)) = (place.kind, name) else {
            continue;
        };
        let name = name.to_pascal_case();
        for (example, value) in examples::examples(place.value) {
            let place = format!("{} {example}", place.pointer);
            tests += &format!("check::<types::{name}>({place:?}, r###\"{value}\"###);\n");
        }
    }
    format!("{CHECK}#[test]\nfn examples() {{\n{tests}}}\n")
}

/// The code that checks one example. A member that is null counts as absent, and two texts of the same time are equal.
const CHECK: &str = r#"//! Examples of the description.
use ccloud_connect_client::{types, Timestamp};
use serde_json::{from_str, to_string, Value};
fn check<T: serde::Serialize + serde::de::DeserializeOwned>(place: &str, text: &str) {
    let typed: T = from_str(text).unwrap_or_else(|error| panic!("{place}: {error}"));
    let [before, after] = [text, &to_string(&typed).unwrap()].map(|text| plain(from_str(text).unwrap()));
    assert_eq!(before, after, "{place}");
}
fn plain(value: Value) -> Value {
    match value {
        Value::Object(all) => all.into_iter().filter(|(_, one)| !one.is_null()).map(|(name, one)| (name, plain(one))).collect(),
        Value::Array(all) => all.into_iter().map(plain).collect(),
        Value::String(text) => text.parse::<Timestamp>().map_or(text, |time| time.to_string()).into(),
        other => other,
    }
}
"#;

/// All cases are compiled at once, because each compilation takes seconds.
#[test]
fn what_is_carried_compiles_and_comes_back_as_it_was_read() {
    let real = sources::read(workspace()).unwrap();
    let vendored = cases::carried().chain(real.vendored.clone()).collect();
    let sources = Sources { vendored, ..real };
    pipeline::run(Ok(sources), |outcome| {
        let tests = round_trip(&outcome.document);
        assert!(tests.matches("check::<").count() > 30);
        scratch::compile(workspace(), &outcome.client?.text)?;
        let folder = workspace().join(scratch::FOLDER).join(scratch::TESTS);
        fs::write(folder.join("round_trip.rs"), tests).unwrap();
        let line = "test --quiet --workspace --all-features --test round_trip";
        let mut cargo = scratch::cargo(workspace());
        let output = cargo.args(line.split(' ')).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        assert!(output.status.success(), "{text}");
        Ok(())
    })
    .unwrap();
}

#[test]
fn a_message_of_the_compiler_names_the_schema_or_the_operation() {
    let client = "pub mod types {\npub struct Offsets {\npub a: Missing,\n}\n}\nimpl Client {\npub async fn get() {\nbad()\n}\n}\n";
    let messages = "generated-client/src/generated.rs:3:8: error[E0412]: cannot find type `Missing`\n\
                    generated-client/src/generated.rs:8:1: error: bad\n\
                    ergonomic/src/call.rs:1:1: error: no field `b`\nwarning: unused\n";
    let text = scratch::problems(client, messages).to_string();
    let told = "the schema `Offsets`: ,the operation `get`: ,call.rs:1:1,no file was changed";
    mentions(&text, &told.split(',').collect::<Vec<_>>());
    assert!(!text.contains("unused"));
}
