//! What the version of a description says about its changes.

use std::cmp::Ordering;

use super::{Class, Finding, Side};

/// What does not go together: something breaks and the version stays, or the version goes back.
pub(crate) fn version_note(old: &Side, new: &Side, findings: &[Finding]) -> Option<String> {
    let version = |side: &Side| side.document["info"]["version"].as_str().map(str::to_owned);
    let (old, new) = (version(old)?, version(new)?);
    let breaks = findings
        .iter()
        .any(|finding| finding.class == Class::Breaking);
    match parts(&new).cmp(&parts(&old)) {
        _ if old == new => {
            breaks.then(|| format!("something breaks, and the version is still {new}"))
        }
        Ordering::Less if is_comparable(&old) && is_comparable(&new) => {
            Some(format!("the version goes back from {old} to {new}"))
        }
        _ => None,
    }
}

fn parts(version: &str) -> Vec<u64> {
    let parts = version.trim_start_matches('v').split(['.', '-', '+']);
    parts.map_while(|part| part.parse().ok()).collect()
}

fn is_comparable(version: &str) -> bool {
    !parts(version).is_empty()
}
