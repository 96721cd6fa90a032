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
    let from: Vec<String> = if from.is_empty() {
        lock.entries
            .iter()
            .map(|entry| entry.source.clone())
            .collect()
    } else {
        from.to_vec()
    };
    let mut problems = Problems::default();
    let mut found = Vec::new();
    for place in from {
        let read = input::read(&place).and_then(|text| extract::extract(&place, &text));
        found.extend(problems.take(read).map(|definition| (place, definition)));
    }
    problems.into_result()?;
    compare(vendored, found)
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

/// Compares operation by operation. Only a whole document can tell that an operation is gone.
pub(crate) fn compare(vendored: Vec<Source>, published: Vec<(String, Found)>) -> Result<Drift> {
    let is_whole = published.iter().any(|(_, found)| found.is_whole());
    let old = diff::join(vendored)?;
    let keys = |document: &Value| -> BTreeSet<_> {
        let operations = select::operations(document).into_iter();
        operations
            .map(|(path, method)| (diff::nameless(&path), method))
            .collect()
    };
    let known = keys(&old);
    let mut documents = Vec::new();
    for (place, found) in published {
        // What is not vendored is not ours to watch.
        let document = select::settled(&found.document);
        let document = select::retain(&document, |path, method| {
            known.contains(&(diff::nameless(path), method.to_owned()))
        });
        documents.push(Source { place, document });
    }
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
    let old = Side::prepare("the vendored files", old)?;
    let new = Side::prepare("what is published", new)?;
    Ok(Drift {
        findings: diff::diff(&old, &new),
        not_compared,
    })
}
