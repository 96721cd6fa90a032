//! Documents in `cases/` with one feature each that published descriptions have. The first lines of each say what must become
//! of it: `# refused:` and a part of the message, or `# carried:` and a part of the client, and `# absent:`.

use serde_json::json;

use super::{mentions, workspace};
use crate::openapi::document::Source;
use crate::openapi::{files, parse};
use crate::pipeline::{self, Outcome, sources};
use crate::problem::Result;

/// The path and text of every case.
fn all() -> impl Iterator<Item = (String, String)> {
    let places = files::list(workspace(), "xtask/src/tests/cases").unwrap();
    let read = |place: &str| files::read(workspace(), place, parse::MAX_TEXT).unwrap();
    places
        .into_iter()
        .map(move |place| (place.clone(), read(&place)))
}

/// The values after a word in the first lines of a text.
fn said<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    let lines = text.lines().map_while(|line| line.strip_prefix("# "));
    lines
        .filter_map(|line| line.strip_prefix(word)?.strip_prefix(": "))
        .collect()
}

fn source((place, text): (String, String)) -> Result<Source> {
    let document = parse::parse(&place, &text)?;
    Ok(Source { place, document })
}

/// Every case that is carried.
pub(super) fn carried() -> impl Iterator<Item = Source> {
    let carried = all().filter(|(_, text)| !said(text, "carried").is_empty());
    carried.map(|case| source(case).unwrap())
}

/// The pipeline with these documents in place of the vendored ones, and without an overlay.
pub(super) fn outcome(vendored: Vec<Source>) -> Result<Outcome> {
    let mut sources = sources::read(workspace())?;
    sources.vendored = vendored;
    sources.overlay.document["actions"] =
        json!([{ "target": "$", "description": "d", "update": {} }]);
    pipeline::run(Ok(sources), |outcome| match outcome.client {
        Err(refused) => Err(refused),
        Ok(_) => Ok(outcome),
    })
}

#[test]
fn every_case_is_carried_or_refused_by_name() {
    assert!(all().count() > 40);
    for (place, text) in all() {
        let [refused, carried, absent] =
            ["refused", "carried", "absent"].map(|word| said(&text, word));
        assert!(
            refused.is_empty() != carried.is_empty(),
            "{place} says nothing"
        );
        let told = match source((place.clone(), text.clone())).and_then(|one| outcome(vec![one])) {
            Ok(outcome) if refused.is_empty() => outcome.client.unwrap().text,
            // Each refusal names the location and says what to do.
            Err(message) if carried.is_empty() => {
                let message = message.to_string();
                mentions(&message, &[&place]);
                message
            }
            Ok(_) => panic!("{place} is not refused"),
            Err(message) => panic!("{place} is not carried: {message}"),
        };
        mentions(&told, &[refused, carried].concat());
        assert!(
            !absent.iter().any(|absent| told.contains(absent)),
            "{place}: {absent:?}"
        );
    }
}
