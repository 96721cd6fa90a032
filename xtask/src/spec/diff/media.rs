//! Media types and what they carry.

use std::collections::BTreeMap;

use serde_json::Value;

use super::schema::Schemas;
use super::{At, Effect, Findings, NOTHING, values};

const RUST: &str = "the body's Rust type may change";

/// The entries of a mapping by their names without spaces and case.
pub(super) fn by_name(entries: &Value) -> BTreeMap<String, &Value> {
    let entries = entries.as_object().into_iter().flatten();
    entries
        .map(|(name, entry)| (name.to_ascii_lowercase().replace(' ', ""), entry))
        .collect()
}

pub(super) fn content(
    old: &Value,
    new: &Value,
    at: &At<'_>,
    schemas: &mut Schemas<'_>,
    findings: &mut Findings,
) {
    let (old, new) = (by_name(old), by_name(new));
    let mut added: Vec<&String> = new.keys().filter(|name| !old.contains_key(*name)).collect();
    for (name, before) in &old {
        let here = at.below(name);
        if let Some(after) = new.get(name) {
            media(name, before, after, &here, schemas, findings);
            continue;
        }
        // Another name for what is offered still: wider, narrower, or with other parameters.
        let related = added
            .iter()
            .enumerate()
            .find_map(|(index, other)| Some((index, relation(&Name::of(name), &Name::of(other))?)));
        let Some((index, effect)) = related else {
            findings.add(here.finding(
                Effect::Different,
                "media-type-removed",
                format!("`{name}` is no longer offered"),
                RUST.to_owned(),
            ));
            continue;
        };
        let other = added.remove(index);
        let (rule, word) = match effect {
            Effect::Wider => ("media-type-generalized", "widens to"),
            Effect::Narrower => ("media-type-specialized", "narrows to"),
            _ => ("media-type-changed", "becomes"),
        };
        let message = format!("`{name}` {word} `{other}`");
        findings.add(here.finding(effect, rule, message, RUST.to_owned()));
        media(
            other,
            before,
            new[other],
            &at.below(other),
            schemas,
            findings,
        );
    }
    for name in added {
        findings.add(at.below(name).finding(
            Effect::More,
            "media-type-added",
            format!("`{name}` is offered too"),
            RUST.to_owned(),
        ));
    }
}

fn media(
    name: &str,
    old: &Value,
    new: &Value,
    at: &At<'_>,
    schemas: &mut Schemas<'_>,
    findings: &mut Findings,
) {
    values::words(old, new, &["example", "examples"], at, findings);
    values::extensions(old, new, &[], at, findings);
    if old["encoding"] != new["encoding"] {
        findings.add(at.below("encoding").finding(
            Effect::Different,
            "encoding-changed",
            format!("the encoding of `{name}` changes"),
            NOTHING.to_owned(),
        ));
    }
    let base = name.split(';').next().unwrap_or_default();
    let is_form = base == "application/x-www-form-urlencoded";
    let is_json = base == "application/json" || base.ends_with("+json");
    let at = At {
        is_text: at.is_text || is_form || base.starts_with("text/"),
        is_typed: at.is_typed && (is_json || is_form),
        ..at.below("schema")
    };
    schemas.compare(&old["schema"], &new["schema"], &at, findings);
}

/// A media type or range, taken apart.
struct Name<'n> {
    main: &'n str,
    sub: &'n str,
    parameters: BTreeMap<&'n str, &'n str>,
}

impl<'n> Name<'n> {
    fn of(text: &'n str) -> Self {
        let mut parts = text.split(';');
        let (main, sub) = parts
            .next()
            .and_then(|name| name.split_once('/'))
            .unwrap_or((text, ""));
        let parameters = parts
            .map(|part| part.split_once('=').unwrap_or((part, "")))
            .collect();
        Self {
            main,
            sub,
            parameters,
        }
    }

    /// Whether everything that bears the other name bears this one too.
    fn covers(&self, other: &Self) -> bool {
        let suffix = other.sub.rsplit_once('+').map(|(_, suffix)| suffix);
        (self.main == "*" || self.main == other.main)
            && (self.sub == "*" || self.sub == other.sub || suffix == Some(self.sub))
            && self
                .parameters
                .iter()
                .all(|(key, value)| other.parameters.get(key) == Some(value))
    }
}

/// How one name follows from another; `None` when they have nothing to do with each other.
fn relation(old: &Name<'_>, new: &Name<'_>) -> Option<Effect> {
    if new.covers(old) {
        Some(Effect::Wider)
    } else if old.covers(new) {
        Some(Effect::Narrower)
    } else {
        ((old.main, old.sub) == (new.main, new.sub)).then_some(Effect::Different)
    }
}
