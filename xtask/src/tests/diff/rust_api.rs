//! What a finding says about the Rust API is what the generator does.

use serde_json::Value;

use super::mutations::{MUTATIONS, rich};
use super::{PREFIX, bundle, compare};
use crate::spec::diff::Finding;
use crate::spec::{Built, lower, origins::Origins};
use crate::tests::workspace;
use crate::{generate, public_api};

/// The listing of the public API that is generated from a description.
fn listing(document: &Value) -> String {
    let built = Built {
        bundle: String::new(),
        document: document.clone(),
        origins: Origins::default(),
        lowered: lower::lower(document),
        left_out: Vec::new(),
        digest: String::new(),
    };
    let client = generate::client(&built, true).unwrap();
    public_api::listing(workspace(), &client.text).unwrap()
}

fn says_nothing_changes(finding: &Finding) -> bool {
    finding.rust.starts_with("no effect") || finding.rust.starts_with("only rustdoc")
}

#[test]
fn what_is_said_about_the_rust_api_is_what_the_generator_does() {
    let mut base = bundle();
    rich(&mut base);
    let paths = base["paths"].as_object_mut().unwrap();
    paths.retain(|path, _| path.starts_with(PREFIX) || path == "/rich");
    let before = listing(&base);
    let mut wrong = String::new();
    for (name, change, _) in MUTATIONS {
        let mut changed = base.clone();
        change(&mut changed);
        let found = compare(&base, &changed);
        let is_same = lower::lower(&changed) == lower::lower(&base) || listing(&changed) == before;
        let says_same = found.iter().all(says_nothing_changes);
        // What a single finding cannot know it says so.
        let hedges = found.iter().any(|finding| {
            [" may ", "unless"]
                .iter()
                .any(|word| finding.rust.contains(word))
        });
        if is_same != says_same && !hedges {
            let said: Vec<&str> = found.iter().map(|finding| finding.rust.as_str()).collect();
            wrong.push_str(&format!(
                "{name}: the API is the same: {is_same}, but said: {said:?}\n"
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
