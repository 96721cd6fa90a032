//! Checks request bodies of every kind. The findings must announce what the connectors do with the bodies, which was measured or
//! taken from the connectors' source code.
//!
//! `data/bodies.json` contains, for each connector, its current offset and a list of bodies. Each body has one of these texts:
//!
//! - `ok`: the connector goes to the requested position, so there must be no error and no warning;
//! - `condition`: the effect depends on what only the database knows, so a note must say that;
//! - an effect, such as `loses`, which a finding must announce;
//! - all expected findings except notes, each as `severity code path`, separated by `; `;
//! - `note code path`: this note must be among the findings, and all others must be notes.

use std::collections::BTreeMap;

use ccloud_connect::finding::{Finding, Severity};
use ccloud_connect::validate::{self, Known};
use ccloud_connect::{OffsetEntry, RawJson};
use serde::Deserialize;

use super::{announces, lines};

#[derive(Deserialize)]
struct Group {
    class: String,
    partition: RawJson,
    /// The connector's current offset; absent when it is not known.
    before: Option<RawJson>,
    #[serde(default)]
    settings: BTreeMap<String, String>,
    /// For each body: the expected text, the offset, and the partition when it differs from that of the group.
    bodies: Vec<Vec<RawJson>>,
}

#[test]
fn each_body_is_announced_as_what_it_does() {
    let groups: Vec<Group> = serde_json::from_str(include_str!("../../data/bodies.json")).unwrap();
    let now = "2026-11-27T00:00:00Z".parse().unwrap();
    let mut wrong = Vec::new();
    for group in &groups {
        let own = group.before.as_ref();
        let own = own.map(|before| [OffsetEntry::new(&group.partition, before)]);
        let mut known = Known::default()
            .with_class(&group.class)
            .with_settings(&group.settings)
            .at(now);
        if let Some(own) = &own {
            known = known.with_current(own);
        }
        for body in &group.bodies {
            let effect: String = body[0].parse().unwrap();
            let (offset, partition) = (&body[1], body.get(2).unwrap_or(&group.partition));
            let entry = OffsetEntry::new(partition, offset);
            let report = validate::patch_knowing(std::slice::from_ref(&entry), &known);
            let found = report.findings();
            let is_quiet = found.iter().all(|f| f.severity == Severity::Note);
            let is_right = match effect.as_str() {
                "ok" => is_quiet,
                "condition" => is_quiet && !found.is_empty(),
                note if note.starts_with("note ") => {
                    let said = |f: &Finding| format!("note {} {}", f.code, f.path) == note;
                    is_quiet && found.iter().any(said)
                }
                exact if exact.contains(' ') => lines(&report).join("; ") == exact,
                effect => found.iter().any(|f| announces(f).contains(&effect)),
            };
            if !is_right {
                let said: Vec<String> = found
                    .iter()
                    .map(|f| format!("{} {} {f}", f.severity, f.code))
                    .collect();
                let said = said.join("\n    ");
                wrong.push(format!("{effect}, {}: {entry}\n    {said}", group.class));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
