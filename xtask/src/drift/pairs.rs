//! Finds the published operation for each vendored operation.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::openapi::document::Source;
use crate::openapi::select::{self, Operation};
use crate::problem::{Problem, Result};
use crate::vendor::lock::{Entry, Lock, Origin};
use crate::vendor::nameless;
use crate::vendor::page::Found;

/// The operations that go through the pipeline: the vendored ones (`old`), and the published ones (`new`).
#[derive(Debug, Default)]
pub(crate) struct Selection {
    pub(crate) old: Vec<Source>,
    pub(crate) new: Vec<Source>,
    pub(crate) compared: Vec<String>,
    pub(crate) not_compared: Vec<String>,
    /// Keys of the operations whose wording is compared.
    pub(crate) worded: BTreeSet<String>,
}

/// The method and path of an operation, without the names of path parameters and without a query. An operation keeps this key
/// when its parameters get other names, or when the query in its path becomes a parameter.
pub(crate) fn key((path, method): &Operation) -> String {
    let path = path.split('?').next().unwrap_or_default();
    format!("{method} {}", nameless(path))
}

/// The operation in `new` that has the id of `operation` in `old`, or else the same method and path.
pub(crate) fn partner(old: &Value, operation: &Operation, new: &Value) -> Option<Operation> {
    let known = select::id(old, operation);
    let all = select::operations(new);
    let same_id = |other: &&Operation| known.is_some() && select::id(new, other) == known;
    let same_path = |other: &&Operation| key(other) == key(operation);
    let found = all.iter().find(same_id);
    found.or_else(|| all.iter().find(same_path)).cloned()
}

/// Selects the operations of both sides. An operation is gone only when a whole document, or the page expected to have it, lacks it.
pub(crate) fn select(
    vendored: &[Source],
    published: &[(String, Found)],
    lock: &Lock,
    from_lock: bool,
) -> Result<Selection> {
    let mut selection = Selection::default();
    let has_whole = published.iter().any(|(_, one)| one.is_whole());
    let mut taken: Vec<BTreeSet<Operation>> = vec![BTreeSet::new(); published.len()];
    for source in vendored {
        let mut entries = lock.entries.iter();
        let entry = entries.find(|entry| entry.place() == source.place);
        let is_published = entry.is_some_and(|entry| entry.origin == Origin::Published);
        // An operation whose page could not be read is not compared, and does not count as gone.
        let has_page = |entry: &Entry| published.iter().any(|(page, _)| page == entry.page());
        let is_expected = has_whole || (from_lock && entry.is_some_and(has_page));
        let mut kept = BTreeSet::new();
        for operation in select::operations(&source.document) {
            let found = published.iter().enumerate().find_map(|(index, (_, one))| {
                Some((index, partner(&source.document, &operation, &one.document)?))
            });
            let name = format!("{} {}", operation.1, operation.0);
            if found.is_none() && !is_expected {
                selection.not_compared.push(name);
                continue;
            }
            if let Some((index, partner)) = found {
                if is_published && !published[index].1.is_whole() {
                    selection.worded.insert(key(&operation));
                }
                taken[index].insert(partner);
            }
            selection.compared.push(name);
            kept.insert(operation);
        }
        let part = part(&source.place, &source.document, &kept);
        selection.old.push(part);
    }
    if taken.iter().all(BTreeSet::is_empty) && !has_whole {
        let places: Vec<_> = published.iter().map(|(place, _)| place.as_str()).collect();
        let what = "describes none of the vendored operations";
        let help = "check that the page or file is the right one";
        return Err(Problem::new(places.join(", "), what).help(help).into());
    }
    for ((place, one), taken) in published.iter().zip(&taken) {
        selection.new.push(part(place, &one.document, taken));
    }
    Ok(selection)
}

fn part(place: &str, document: &Value, operations: &BTreeSet<Operation>) -> Source {
    let is_in = |path: &str, method: &str| operations.iter().any(|(p, m)| p == path && m == method);
    let mut document = select::retain(&select::settled(document), is_in);
    if let Some(members) = document.as_object_mut() {
        members.retain(|key, _| key == "paths" || key == "components");
    }
    let place = place.to_owned();
    Source { place, document }
}
