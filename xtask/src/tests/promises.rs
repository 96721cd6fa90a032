//! What the pipeline promises: the same bytes from the same sources, and a named place for everything that is wrong.

use serde_json::json;

use super::{Copy, mentions, workspace};
use crate::openapi::document::{Document, Source};
use crate::openapi::{parse, select};
use crate::pipeline::sources::{self, OVERLAY};
use crate::pipeline::{self, BUNDLE, client, examples, listing, lower, write};
use crate::problem::Problem;

#[test]
fn the_checked_in_files_are_what_the_sources_give() {
    pipeline::run(sources::read(workspace()), |outcome| write::compare(workspace(), outcome)).unwrap();
    pipeline::run(sources::read(workspace()), |outcome| examples::check(&outcome.document)).unwrap();
}

#[test]
fn generating_replaces_what_is_there_and_then_changes_nothing() {
    let copy = Copy::new();
    let before = copy.generated();
    copy.write(BUNDLE, "old");
    copy.write(client::CLIENT, "old");
    copy.generate().unwrap();
    assert_eq!(copy.generated(), before);
    // Only a new client has to be compiled.
    copy.run(|outcome| write::write(copy.root(), outcome, |_, _| panic!("compiled"))).unwrap();
}

#[test]
fn a_client_that_does_not_compile_changes_no_file() {
    let copy = Copy::new();
    copy.edit(OVERLAY, "operationId: list_connectors", "operationId: list_all");
    let before = copy.generated();
    let fails = |_: &std::path::Path, _: &str| Err(Problem::new("the schema `X`", "does not compile").into());
    let error = copy.run(|outcome| write::write(copy.root(), outcome, fails)).unwrap_err();
    mentions(&error.to_string(), &["the schema `X`"]);
    assert_eq!(copy.generated(), before);
}

#[test]
fn the_contract_of_the_client() {
    let (client, bundle) = pipeline::run(sources::read(workspace()), |outcome| {
        assert_eq!(parse::parse(BUNDLE, &outcome.bundle)?, outcome.document.value);
        Ok((outcome.client?.text, outcome.document.value))
    })
    .unwrap();
    mentions(
        &client,
        &[
            "pub async fn get_connector_offsets<'a>(",
            "environment_id: &'a str,\n        kafka_cluster_id: &'a str,\n        connector_name: &'a str,",
            "pub struct Offsets(pub ::std::vec::Vec<crate::OffsetEntry>);",
            "pub type_: crate::AlterationType,",
            "pub applied_at: ::std::option::Option<crate::Timestamp>,",
            "pub phase: ::std::string::String,",
            "pub fn new_with_client(",
            &format!("progenitor {}", client::PROGENITOR),
        ],
    );
    for absent in ["pub fn new(", "img.shields.io", "chrono", "regress", "schemars"] {
        assert!(!client.contains(absent), "{absent}");
    }
    let lock = std::fs::read_to_string(workspace().join("Cargo.lock")).unwrap();
    mentions(&lock, &[&format!("name = \"progenitor\"\nversion = \"{}\"", client::PROGENITOR)]);
    // The bundle keeps what the generator does not see.
    for (path, method) in select::operations(&bundle) {
        let operation = &bundle["paths"][&path][&method];
        assert!(operation["summary"].is_string() && operation["responses"]["429"]["headers"].is_object(), "{path}");
    }
}

#[test]
fn what_is_wrong_with_the_sources_is_told_with_its_place_and_nothing_is_written() {
    #[derive(serde::Deserialize)]
    struct Broken {
        place: String,
        from: String,
        to: String,
        /// Whether the lock is made to agree.
        locked: bool,
        told: Vec<String>,
    }
    let all = std::fs::read_to_string(workspace().join("xtask/src/tests/broken.yaml")).unwrap();
    for broken in yaml_serde::from_str::<Vec<Broken>>(&all).unwrap() {
        let copy = Copy::new();
        copy.edit(&broken.place, &broken.from, &broken.to);
        if broken.locked {
            copy.relock();
        }
        let before = copy.generated();
        let generated = copy.generate();
        let error = generated.and_then(|()| copy.verify()).unwrap_err().to_string();
        mentions(&error, &[&broken.place]);
        broken.told.iter().for_each(|told| mentions(&error, &[told]));
        assert!(copy.generated() == before || error.contains("does not fit its schema"), "{error}");
    }
}

#[test]
fn a_hand_edit_in_a_generated_file_is_shown_with_the_command_that_mends_it() {
    for place in [BUNDLE, client::CLIENT, listing::LISTING] {
        let copy = Copy::new();
        copy.edit(place, "alter_connector_offsets", "change_connector_offsets");
        let before = copy.read(place);
        let error = copy.run(|outcome| write::compare(copy.root(), outcome)).unwrap_err().to_string();
        mentions(&error, &[place, "\n-", "\n+", "change_connector_offsets", "run `cargo xtask generate`"]);
        assert_eq!(copy.read(place), before);
    }
}

#[test]
fn the_listing_shows_what_others_can_use_and_nothing_else() {
    let listing_of = |lib: &str, generated: &str| {
        let copy = Copy::new();
        copy.write("generated-client/src/lib.rs", lib);
        listing::listing(copy.root(), &syn::parse_file(generated).unwrap()).unwrap()
    };
    let text = listing_of(
        "mod generated;\npub use generated::A;\n#[cfg(test)]\npub mod tests { pub struct Tests; }\n",
        "/// Words.
         #[derive(Clone)] #[serde(transparent)] pub struct A { pub x: u8, y: u8 }
         impl A { pub fn seen(&self) -> u8 { self.y } fn unseen(&self) {} }
         impl From<A> for u8 { fn from(a: A) -> u8 { a.y } }
         pub mod types { pub struct T(u8, pub u8); struct Hidden; impl Hidden { fn no() {} } }",
    );
    mentions(
        &text,
        &[
            "pub use generated::A;",
            "#[derive(Clone)]\npub struct A {\n    pub x: u8,\n    private_fields: _,\n}",
            "impl A {\n    pub fn seen(&self) -> u8 {}\n}",
            "impl From<A> for u8 {}",
            "pub mod types {\n    pub struct T(_, pub u8);\n}",
        ],
    );
    for absent in ["Words", "serde(", "unseen", "Tests", "Hidden"] {
        assert!(!text.contains(absent), "{absent} in:\n{text}");
    }
    let one = listing_of("", "pub struct B; impl B { pub fn x() {} pub fn a() {} } pub struct A;");
    assert_eq!(one, listing_of("", "pub struct A; pub struct B; impl B { pub fn a() {} pub fn x() {} }"));
    assert_ne!(one, listing_of("", "pub struct A; pub struct B; impl B { pub fn a() {} }"));
}

#[test]
fn a_stop_of_the_generator_that_nobody_foresaw_names_the_operation() {
    // What makes progenitor 0.15 panic, and is lowered away.
    let answer =
        |kind: &str| json!({ "description": "", "content": { "application/json": { "schema": { "type": kind } } } });
    let operation = |id: &str, other: &str| {
        let responses = json!({ "200": answer("string"), "400": answer("string"), "404": answer(other) });
        json!({ "get": { "operationId": id, "responses": responses } })
    };
    let lowered = json!({
        "openapi": "3.0.3", "info": { "title": "t", "version": "1" },
        "paths": { "/a": operation("good", "string"), "/b": operation("odd", "integer"), "/c": operation("fine", "string") },
    });
    let source = Source { place: "x.yaml".to_owned(), document: lowered.clone() };
    let document = Document::new(&source);
    let error = client::generate(&document, &lowered, "digest").err().unwrap().to_string();
    mentions(&error, &["operation `odd` (get /b)", "response_types.len() <= 1"]);
    lower::lower(&document).unwrap();
}

#[test]
fn methods_that_the_client_has_already_are_known() {
    let hooks = std::fs::read_to_string(workspace().join("generated-client/src/hooks.rs")).unwrap();
    let file = syn::parse_file(&hooks).unwrap();
    let mut known = 0;
    for item in file.items {
        let syn::Item::Impl(block) = item else { continue };
        let is_client = matches!(&*block.self_ty, syn::Type::Path(path) if path.path.is_ident("Client"));
        for member in block.items.iter().filter(|_| is_client) {
            if let syn::ImplItem::Fn(method) = member {
                known += 1;
                assert!(lower::refuse::RESERVED.split(' ').any(|reserved| method.sig.ident == reserved));
            }
        }
    }
    assert!(known > 1);
}
