//! Guarantees of the pipeline: the same sources give the same bytes, and every error names its location.

use serde_json::json;

use super::{Copy, fails, mentions, rows, workspace};
use crate::openapi::document::{Document, Source};
use crate::pipeline::sources::OVERLAY;
use crate::pipeline::{BUNDLE, client, listing, lower, write};
use crate::problem::Problem;

#[test]
fn generating_replaces_what_is_there_and_then_changes_nothing() {
    let copy = Copy::new();
    let before = copy.generated();
    copy.write(BUNDLE, "old");
    copy.write(client::CLIENT, "old");
    std::fs::hard_link(copy.path(BUNDLE), copy.path("link")).unwrap();
    copy.generate().unwrap();
    // The hard link still has the old text, so the bundle was replaced by a new file. So an interruption leaves no half-written file.
    assert_eq!(copy.read("link"), "old");
    assert_eq!(copy.generated(), before);
    let version = format!("\"progenitor\"\nversion = \"{}\"", client::PROGENITOR);
    let lock = std::fs::read_to_string(workspace().join("Cargo.lock")).unwrap();
    mentions(&lock, &[&version]);
    // An unchanged client must not be compiled.
    copy.run(|outcome| write::write(copy.root(), outcome, |_, _| panic!("compiled")))
        .unwrap();
}

#[test]
fn a_client_that_does_not_compile_changes_no_file() {
    let copy = Copy::new();
    copy.edit(OVERLAY, "operationId: list_", "operationId: all_");
    let before = copy.generated();
    let compile = |_: &std::path::Path, _: &str| Err(Problem::new("the schema `X`", "bad").into());
    let written = copy.run(|outcome| write::write(copy.root(), outcome, compile));
    fails(written, &["the schema `X`"]);
    assert_eq!(copy.generated(), before);
}

#[test]
fn what_is_wrong_with_the_sources_is_told_with_its_place_and_nothing_is_written() {
    #[derive(serde::Deserialize)]
    struct Broken {
        place: String,
        from: String,
        to: String,
        /// Whether the lock gets the digest of the changed file.
        locked: bool,
        told: Vec<String>,
    }
    for broken in rows::<Broken>("broken.yaml") {
        let copy = Copy::new();
        copy.edit(&broken.place, &broken.from, &broken.to);
        if broken.locked {
            copy.relock();
        }
        let before = copy.generated();
        let done = copy.generate().and_then(|()| copy.verify());
        let error = fails(done, &[&broken.place]);
        for told in &broken.told {
            mentions(&error, &[told]);
        }
        let is_example = error.contains("does not fit its schema");
        assert!(is_example || copy.generated() == before, "{error}");
    }
}

#[test]
fn a_hand_edit_in_a_generated_file_is_shown_with_the_command_that_mends_it() {
    for place in [BUNDLE, client::CLIENT, listing::LISTING] {
        let copy = Copy::new();
        copy.edit(place, "alter_connector_offsets", "change_connector_offsets");
        let before = copy.read(place);
        let compared = copy.run(|outcome| write::compare(copy.root(), outcome));
        let error = fails(compared, &[place, "\n-", "\n+", "change_connector_offsets"]);
        mentions(&error, &["run `cargo xtask generate`"]);
        assert_eq!(copy.read(place), before);
    }
}

#[test]
fn the_listing_shows_what_others_can_use_and_nothing_else() {
    let listing_of = |generated: &str| {
        let copy = Copy::new();
        let lib = "mod generated;\npub use generated::A;\n#[cfg(test)]\nmod tests { pub struct Tests; }\n";
        copy.write("generated-client/src/lib.rs", lib);
        listing::listing(copy.root(), &syn::parse_file(generated).unwrap()).unwrap()
    };
    let text = listing_of(
        "/// Words.
         #[derive(Clone)] #[serde(transparent)] pub struct A { pub x: u8, y: u8 }
         impl A { pub fn seen(&self) -> u8 { self.y } fn unseen(&self) {} }
         impl From<A> for u8 { fn from(a: A) -> u8 { a.y } }
         pub mod types { pub struct T(u8, pub u8); struct Hidden; impl Hidden { fn no() {} } }",
    );
    // The listing must not contain documentation, attributes for serde, private methods and types, and tests.
    let shown = "
#[derive(Clone)]
pub struct A {
    pub x: u8,
    private_fields: _,
}
impl A {
    pub fn seen(&self) -> u8 {}
}
impl From<A> for u8 {}
pub mod types {
    pub struct T(_, pub u8);
}
";
    mentions(&text, &[shown, "pub use generated::A;\n"]);
    assert!(!text.contains("Tests"), "{text}");
    let [one, moved] = [
        "pub struct B; impl B { pub fn x() {} pub fn a() {} } pub struct A;",
        "pub struct A; pub struct B; impl B { pub fn a() {} pub fn x() {} }",
    ]
    .map(listing_of);
    assert_eq!(one, moved);
}

#[test]
fn an_unforeseen_panic_of_the_generator_names_the_operation() {
    // Progenitor 0.15 panics on `odd`, whose error responses differ in type. This test omits the lowering that removes these types.
    let operation = |id: &str, other: &str| {
        let answer = |kind: &str| json!({ "description": "", "content": { "application/json": { "schema": { "type": kind } } } });
        let responses =
            json!({ "200": answer("string"), "400": answer("string"), "404": answer(other) });
        json!({ "get": { "operationId": id, "responses": responses } })
    };
    let paths = json!({ "/a": operation("good", "string"), "/b": operation("odd", "integer") });
    let info = json!({ "title": "t", "version": "1" });
    let document = Document::new(&Source {
        place: "x.yaml".to_owned(),
        document: json!({ "openapi": "3.0.3", "info": info, "paths": paths }),
    });
    let generated = client::generate(&document, &document.value, "digest");
    let told = ["operation `odd` (get /b)", "response_types.len() <= 1"];
    fails(generated, &told);
    lower::lower(&document).unwrap();
}

#[test]
fn methods_that_the_client_has_already_are_known() {
    let hooks = std::fs::read_to_string(workspace().join("generated-client/src/hooks.rs")).unwrap();
    let blocks = hooks.split("\nimpl Client {").skip(1);
    let methods = blocks.flat_map(|block| block.split("\n}").next().unwrap().split(" fn ").skip(1));
    let names: Vec<_> = methods
        .filter_map(|method| method.split(['(', '<']).next())
        .collect();
    let known: Vec<_> = lower::refuse::RESERVED.split(' ').collect();
    let are_known = names.iter().all(|name| known.contains(name));
    assert!(names.len() > 1 && are_known, "{names:?}");
}
