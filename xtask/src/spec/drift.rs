//! What is vendored compared with what is published now.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::assemble::Source;
use super::diff::{self, Finding, Side};
use super::extract::{self, Found};
use super::{input, lock, parse, select};
use crate::problem::{Problem, Problems, Result};

#[derive(Debug)]
pub(crate) struct Drift {
    pub(crate) findings: Vec<Finding>,
    /// Vendored operations that what is published says nothing about, as method and path.
    pub(crate) not_compared: Vec<String>,
}

/// Compares all vendored files with the given inputs, or with the pages that the lock names.
pub(crate) fn against(root: &Path, from: &[String]) -> Result<Drift> {
    let lock = lock::Lock::read(root)?;
    let vendored = vendored(root, &lock)?;
    let from: BTreeSet<String> = if from.is_empty() {
        // One page may describe several operations; what follows the `#` only scrolls to one of them.
        let pages = lock
            .entries
            .iter()
            .filter_map(|entry| entry.source.split('#').next());
        pages.map(str::to_owned).collect()
    } else {
        from.iter().cloned().collect()
    };
    let mut problems = Problems::default();
    let mut found = Vec::new();
    for place in from {
        let read = input::read(&place).and_then(|text| extract::extract_all(&place, &text));
        let read = problems.take(read).unwrap_or_default();
        found.extend(
            read.into_iter()
                .map(|definition| (place.clone(), definition)),
        );
    }
    problems.into_result()?;
    compare(vendored, found, &bundle(root))
}

/// The present bundle, for the names it gives; sources that do not build are a matter for `spec verify`.
pub(crate) fn bundle(root: &Path) -> Value {
    super::build(root)
        .map(|built| built.document)
        .unwrap_or_default()
}

/// The vendored files, verified and parsed.
pub(crate) fn vendored(root: &Path, lock: &lock::Lock) -> Result<Vec<Source>> {
    let mut problems = Problems::default();
    let mut sources = Vec::new();
    for file in lock.verified(root)? {
        let parsed = problems.take(parse::parse(&file.place, &file.text));
        sources.extend(parsed.map(|document| Source {
            place: file.place,
            document,
        }));
    }
    problems.into_result()?;
    Ok(sources)
}

/// The operations of a document that are vendored: by path and query, else by what stands before the query, which may
/// have become a parameter.
fn known(vendored: &[Source], document: &Value) -> BTreeSet<(String, String)> {
    let path_only = |path: &str| diff::nameless(path.split('?').next().unwrap_or_default());
    let published = select::operations(document);
    let mut known = BTreeSet::new();
    for source in vendored {
        for (path, method) in select::operations(&source.document) {
            let same = |name: &dyn Fn(&str) -> String| {
                let mut all = published.iter().filter(|(_, other)| *other == method);
                all.find(|(other, _)| name(other) == name(&path)).cloned()
            };
            known.extend(same(&diff::nameless).or_else(|| same(&path_only)));
        }
    }
    known
}

/// Compares operation by operation, speaking of methods as `bundle` names them. Only a whole document can tell that an operation is gone.
pub(crate) fn compare(
    vendored: Vec<Source>,
    published: Vec<(String, Found)>,
    bundle: &Value,
) -> Result<Drift> {
    let is_whole = published.iter().any(|(_, found)| found.is_whole());
    let keys = |document: &Value| -> BTreeSet<_> {
        let operations = select::operations(document).into_iter();
        operations
            .map(|(path, method)| (diff::nameless(&path), method))
            .collect()
    };
    let mut documents = Vec::new();
    for (place, found) in published {
        // What is not vendored is not ours to watch.
        let document = select::retain(&select::settled(&found.document), {
            let known = known(&vendored, &found.document);
            move |path, method| known.contains(&(path.to_owned(), method.to_owned()))
        });
        documents.push(Source { place, document });
    }
    let old = select::retain(&diff::join(vendored)?, |_, _| true);
    let new = diff::join(documents)?;
    let present = keys(&new);
    let mut not_compared = Vec::new();
    let old = if is_whole {
        old
    } else {
        select::retain(&old, |path, method| {
            let compared = present.contains(&(diff::nameless(path), method.to_owned()));
            if !compared {
                not_compared.push(format!("{method} {path}"));
            }
            compared
        })
    };
    if present.is_empty() && !is_whole {
        return Err(Problem::new(
            "drift",
            "what is published describes none of the vendored operations",
        )
        .help("check that the page or file is the right one")
        .into());
    }
    let old = Side::prepare("the vendored files", old)?.named_as_in(bundle);
    let new = Side::prepare("what is published", new)?;
    Ok(Drift {
        findings: diff::diff(&old, &new)?,
        not_compared,
    })
}
