//! Documents of one habit each, found in published descriptions and made up anew in `cases/`. The first lines of each say
//! what becomes of it: `# refused:` and a part of the message, or `# carried:` and a part of the client, and `# absent:`.

use serde_json::json;

use super::{mentions, workspace};
use crate::openapi::document::Source;
use crate::openapi::{files, parse};
use crate::pipeline::sources;
use crate::pipeline::{self, Outcome};
use crate::problem::Result;

const FOLDER: &str = "xtask/src/tests/cases";

pub(super) struct Case {
    pub(super) place: String,
    pub(super) text: String,
}

impl Case {
    fn lines(&self, word: &str) -> Vec<&str> {
        let lines = self.text.lines().map_while(|line| line.strip_prefix("# "));
        lines
            .filter_map(|line| line.strip_prefix(word)?.strip_prefix(": "))
            .collect()
    }

    pub(super) fn is_carried(&self) -> bool {
        !self.lines("carried").is_empty()
    }

    pub(super) fn source(&self) -> Result<Source> {
        let document = parse::parse(&self.place, &self.text)?;
        Ok(Source {
            place: self.place.clone(),
            document,
        })
    }
}

pub(super) fn all() -> Vec<Case> {
    let places = files::list(workspace(), FOLDER).unwrap();
    let read = |place: String| Case {
        text: files::read(workspace(), &place, parse::MAX_TEXT).unwrap(),
        place,
    };
    places.into_iter().map(read).collect()
}

/// The pipeline with one document in place of the vendored ones, and without an overlay.
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
    let cases = all();
    assert!(cases.len() > 40);
    let mut failures = Vec::new();
    for case in &cases {
        let refused = case.lines("refused");
        let outcome = case.source().and_then(|source| outcome(vec![source]));
        let text = match &outcome {
            Ok(outcome) => outcome.client.as_ref().unwrap().text.clone(),
            Err(message) => message.to_string(),
        };
        let is_refused = !refused.is_empty();
        assert_eq!(outcome.is_err(), is_refused, "{}: {text}", case.place);
        let needles = if is_refused {
            refused
        } else {
            case.lines("carried")
        };
        assert!(!needles.is_empty(), "{} says nothing", case.place);
        let place = &case.place;
        for needle in needles.iter().filter(|needle| !text.contains(*needle)) {
            failures.push(format!("{place}: expected {needle:?} in:\n{text}"));
        }
        let absent = case.lines("absent").into_iter();
        for needle in absent.filter(|needle| text.contains(needle)) {
            failures.push(format!("{place}: found {needle:?}"));
        }
        // Whatever is refused says where it is and what to do.
        if is_refused {
            mentions(&text, &[place]);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
