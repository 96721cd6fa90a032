//! Small documents, each with one feature that published descriptions have. They are in `cases.yaml`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{mentions, rows, workspace};
use crate::openapi::document::Source;
use crate::openapi::references;
use crate::pipeline::{self, Outcome, sources};
use crate::problem::Result;

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Case {
    why: String,
    document: Value,
    schemas: Map<String, Value>,
    answer: Option<String>,
    examples: Vec<Value>,
    method: Option<String>,
    operation: Map<String, Value>,
    /// Texts that the error must contain.
    refused: Vec<String>,
    /// Texts that the client must contain.
    carried: Vec<String>,
    /// Texts that the client must not contain.
    absent: Vec<String>,
}

impl Case {
    /// The document of the case. Errors use the reason for the case (`why`) as the document's name.
    fn source(&self, number: usize) -> Source {
        let mut document = self.document.clone();
        if document.is_null() {
            let mut answer = json!({ "description": "" });
            let name = self.answer.as_ref().or_else(|| self.schemas.keys().next());
            if let Some(name) = name {
                let named = |(index, value)| (format!("{index}"), json!({ "value": value }));
                let examples: Map<_, _> = self.examples.iter().enumerate().map(named).collect();
                answer["content"]["application/json"] =
                    json!({ "schema": references::to(name), "examples": examples });
            }
            let mut operation =
                json!({ "operationId": format!("case{number}"), "responses": { "200": answer } });
            for (key, value) in &self.operation {
                operation[key] = value.clone();
            }
            let method = self.method.as_deref().unwrap_or("get");
            document["paths"][format!("/case{number}")][method] = operation;
            document["components"]["schemas"] = self.schemas.clone().into();
        }
        let place = self.why.clone();
        Source { place, document }
    }
}

/// The documents of all cases from which a client must be made.
pub(super) fn carried() -> impl Iterator<Item = Source> {
    let all = rows::<Case>("cases.yaml").into_iter().enumerate();
    let carried = all.filter(|(_, case)| !case.carried.is_empty());
    carried.map(|(number, case)| case.source(number))
}

/// Runs the pipeline with these documents in place of the vendored ones, and with an overlay that changes nothing.
pub(super) fn outcome(vendored: Vec<Source>) -> Result<Outcome> {
    let mut sources = sources::read(workspace())?;
    sources.vendored = vendored;
    sources.overlay.document["actions"] =
        json!([{ "target": "$", "description": "d", "update": {} }]);
    pipeline::run(Ok(sources), |mut outcome| {
        outcome.client = Ok(outcome.client?);
        Ok(outcome)
    })
}

#[test]
fn every_case_is_carried_or_refused_by_name() {
    let cases = rows::<Case>("cases.yaml");
    assert!(cases.len() > 40);
    for (number, case) in cases.into_iter().enumerate() {
        let why = &case.why;
        assert!(case.refused.is_empty() != case.carried.is_empty(), "{why}");
        let told = match outcome(vec![case.source(number)]) {
            Ok(outcome) if case.refused.is_empty() => outcome.client.unwrap().text,
            // Each error must name the location and say what to do.
            Err(message) if case.carried.is_empty() => {
                let message = message.to_string();
                mentions(&message, &[why, "\n  help: "]);
                message
            }
            Ok(_) => panic!("not refused: {why}"),
            Err(message) => panic!("not carried: {why}: {message}"),
        };
        for part in case.refused.iter().chain(&case.carried) {
            mentions(&told, &[part]);
        }
        let has_absent = case.absent.iter().any(|absent| told.contains(absent));
        assert!(!has_absent, "{why}: {:?}", case.absent);
    }
}
