//! How long something is promised to stay: deprecation, the date of its end, stages of life.

use jiff::civil::Date;
use serde_json::Value;

use super::values::extensions;
use super::{At, Effect, Findings, NOTHING, show};

/// Extensions that name the day of the end: the usual one, and the one of Confluent's descriptions.
const SUNSETS: [&str; 2] = ["x-sunset", "x-sunset-at"];

/// Extensions that name a stage, with words of their stages from the least promise to the most; the first as Confluent's
/// API lifecycle policy has them.
const STAGES: &[(&str, &[&str])] = &[
    (
        "x-lifecycle-stage",
        &[
            "sunset",
            "end of life",
            "deprecated",
            "early access",
            "preview",
            "limited",
            "general",
        ],
    ),
    ("x-stability-level", &["draft", "alpha", "beta", "stable"]),
];

/// Compares what is said about the future of an operation, a parameter, a header or a schema, and every extension that no
/// rule knows, but for those in `known`.
pub(super) fn lifetime(
    old: &Value,
    new: &Value,
    known: &[&str],
    at: &At<'_>,
    findings: &mut Findings,
) {
    deprecation(old, new, at, findings);
    let mut known = known.to_vec();
    for key in SUNSETS {
        sunset(old, new, key, at, findings);
        known.push(key);
    }
    for (key, stages) in STAGES {
        stage(old, new, key, stages, at, findings);
        known.push(key);
    }
    extensions(old, new, &known, at, findings);
}

/// How the end of something was announced, to follow `is gone`.
pub(super) fn announced(gone: &Value) -> String {
    let date = SUNSETS.iter().find_map(|key| gone[*key].as_str());
    match (is_deprecated(gone), date) {
        (_, Some(date)) => format!("; its end was announced for {date}"),
        (true, None) => "; it was deprecated".to_owned(),
        (false, None) => String::new(),
    }
}

fn is_deprecated(value: &Value) -> bool {
    value["deprecated"] == true
}

fn deprecation(old: &Value, new: &Value, at: &At<'_>, findings: &mut Findings) {
    let (rule, message) = match (is_deprecated(old), is_deprecated(new)) {
        (false, true) => ("deprecated", "is now deprecated: plan to stop using it"),
        (true, false) => ("undeprecated", "is no longer deprecated"),
        _ => return,
    };
    findings.add(at.below("deprecated").finding(
        Effect::Words,
        rule,
        message.to_owned(),
        NOTHING.to_owned(),
    ));
}

/// The day of an RFC 3339 date, with or without a time.
fn date(value: &Value) -> Option<Date> {
    value.as_str()?.get(..10)?.parse().ok()
}

/// An end that comes sooner, or at a time nobody can know any more, takes something back that was promised.
fn sunset(old: &Value, new: &Value, key: &str, at: &At<'_>, findings: &mut Findings) {
    let (before, after) = (&old[key], &new[key]);
    if before == after {
        return;
    }
    let (effect, rule, message) = match (date(before), date(after)) {
        _ if after.is_null() && is_deprecated(new) => (
            Effect::Different,
            "sunset-withdrawn",
            format!(
                "is still deprecated, and no longer promised to stay until {}",
                show(before)
            ),
        ),
        _ if after.is_null() => (
            Effect::Words,
            "sunset-withdrawn",
            format!("is no longer announced to end on {}", show(before)),
        ),
        (_, None) => (
            if before.is_null() {
                Effect::Words
            } else {
                Effect::Different
            },
            "sunset-unreadable",
            format!("is announced to end on {}, which is no date", show(after)),
        ),
        (Some(was), Some(is)) if is < was => (
            Effect::Different,
            "sunset-moved",
            format!("ends on {is} already, not on {was}"),
        ),
        (Some(was), Some(is)) if is > was => (
            Effect::More,
            "sunset-moved",
            format!("stays until {is}, not only until {was}"),
        ),
        // The same day in other words, or the first day that can be read.
        (_, Some(is)) => (
            Effect::Words,
            "sunset-announced",
            format!("is announced to end on {is}"),
        ),
    };
    let rust = "no effect until then".to_owned();
    findings.add(at.below(key).finding(effect, rule, message, rust));
}

fn stage(
    old: &Value,
    new: &Value,
    key: &str,
    stages: &[&str],
    at: &At<'_>,
    findings: &mut Findings,
) {
    if old[key] == new[key] {
        return;
    }
    // Unknown words cannot be compared.
    let rank = |value: &Value| {
        let text = value.as_str()?.to_ascii_lowercase();
        stages.iter().rposition(|stage| text.contains(stage))
    };
    let effect = match (rank(&old[key]), rank(&new[key])) {
        (Some(before), Some(after)) if after < before => Effect::Different,
        _ => Effect::Words,
    };
    findings.add(at.below(key).finding(
        effect,
        "lifecycle-stage-changed",
        format!(
            "`{key}` goes from {} to {}",
            show(&old[key]),
            show(&new[key])
        ),
        "no effect; check what is promised about it".to_owned(),
    ));
}
