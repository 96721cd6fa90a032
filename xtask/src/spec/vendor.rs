//! Taking a published definition into `openapi/vendor/`, with its entry in the lock.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::diff::{self, Finding, Side};
use super::extract::{self, Found};
use super::lock::{self, Entry, LOCK, Lock, Origin};
use super::{assemble::Source, bundle, drift, files, input, select};
use crate::problem::{Problem, Problems, Result};

/// What to vendor, and how to record it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    /// Operations to choose from a whole document: operation ids, paths or tags.
    pub(crate) choose: Vec<String>,
    /// The file name below `openapi/vendor/`; made of the operation when not given.
    pub(crate) file: Option<String>,
    /// The page it came from; the URL it is read from, or the one already recorded, when not given.
    pub(crate) source: Option<String>,
}

/// What vendoring would do.
#[derive(Debug)]
pub(crate) struct Plan {
    /// What changes against what is vendored now.
    pub(crate) findings: Vec<Finding>,
    /// File name and text.
    file: String,
    text: String,
    lock: Lock,
}

impl Plan {
    pub(crate) fn place(&self) -> String {
        format!("{}/{}", lock::VENDOR_DIR, self.file)
    }

    /// Writes the file, then the lock.
    pub(crate) fn write(&self, root: &Path) -> Result<()> {
        files::write(root, &self.place(), &self.text)?;
        files::write(root, LOCK, &self.lock.render()?)
    }
}

/// Reads `from` and works out what to write; writes nothing.
pub(crate) fn plan(root: &Path, from: &str, request: &Request) -> Result<Plan> {
    let found = one_of(
        from,
        extract::extract_all(from, &input::read(from)?)?,
        &request.choose,
    )?;
    let text = chosen_text(from, &found, &request.choose)?;
    let found = extract::extract(from, &text)?;
    let operations = select::operations(&found.document);
    if operations.is_empty() {
        return Err(Problem::new(from, "describes no operation").into());
    }

    let mut lock = Lock::read(root)?;
    let vendored = drift::vendored(root, &lock)?;
    let file = match &request.file {
        Some(file) => file.clone(),
        None => file_name(&vendored, &found, &operations),
    };
    if file.contains(['/', '\\']) || !file.ends_with(".yaml") {
        return Err(Problem::new(
            "--file",
            format!("{file:?} is not a plain name that ends in .yaml"),
        )
        .into());
    }
    let known = lock.entries.iter().position(|entry| entry.file == file);
    let url = Some(from)
        .filter(|from| from.starts_with("http"))
        .map(str::to_owned);
    let recorded = known.map(|at| lock.entries[at].source.clone());
    let Some(source) = request.source.clone().or(url).or(recorded) else {
        return Err(Problem::new(&file, "the page it comes from is not known")
            .help("say it with --source URL; it is recorded in openapi/vendor.lock")
            .into());
    };
    let entry = Entry {
        file: file.clone(),
        source,
        origin: Origin::Published,
        retrieved: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
        sha256: lock::sha256(text.as_bytes()),
    };
    match known {
        // The same text again is no reason to change the date.
        Some(at)
            if lock.entries[at].sha256 == entry.sha256
                && lock.entries[at].origin == entry.origin => {}
        Some(at) => lock.entries[at] = entry,
        None => lock.entries.push(entry),
    }
    let findings = match drift::compare(
        vendored,
        vec![(from.to_owned(), fragment(&found))],
        &drift::bundle(root),
    ) {
        Ok(drift) => drift.findings,
        // Nothing vendored yet describes these operations, so all of them are new.
        Err(_) => diff::diff(
            &Side::prepare("nothing", serde_json::json!({ "paths": {} }))?,
            &Side::prepare(from, found.document)?,
        )?,
    };
    Ok(Plan {
        findings,
        file,
        text,
        lock,
    })
}

fn fragment(found: &Found) -> Found {
    let mut document = found.document.clone();
    if let Some(members) = document.as_object_mut() {
        members.remove("openapi");
    }
    Found {
        text: String::new(),
        document,
    }
}

/// The definition that is meant, of those on a page.
fn one_of(place: &str, mut all: Vec<Found>, choose: &[String]) -> Result<Found> {
    if all.len() > 1 {
        let count = all.len();
        all.retain(|found| {
            let operations = select::operations(&found.document);
            operations.iter().any(|(path, method)| {
                choose
                    .iter()
                    .any(|wanted| is_chosen(&found.document, wanted, path, method))
            })
        });
        if all.len() != 1 {
            return Err(extract::several(
                place,
                if all.is_empty() { count } else { all.len() },
            ));
        }
    }
    all.pop()
        .ok_or_else(|| Problem::new(place, "contains no API definition").into())
}

/// Whether an operation is meant by an id, a path, the start of a path and `*`, or a tag.
fn is_chosen(document: &Value, wanted: &str, path: &str, method: &str) -> bool {
    let operation = &document["paths"][path][method];
    let has_tag = operation["tags"]
        .as_array()
        .is_some_and(|tags| tags.iter().any(|tag| tag == wanted));
    let below = wanted.strip_suffix('*');
    let is_below = below.is_some_and(|start| path.starts_with(start));
    operation["operationId"] == wanted || path == wanted || is_below || has_tag
}

/// The published text as it is, or the chosen part of a whole document written out again.
fn chosen_text(place: &str, found: &Found, choose: &[String]) -> Result<String> {
    if choose.is_empty() {
        if found.is_whole() {
            let operations = select::operations(&found.document);
            return Err(Problem::new(
                place,
                format!("is a whole document with {} operations", operations.len()),
            )
            .help("choose with --operation ID, PATH or TAG, as often as needed")
            .into());
        }
        return Ok(found.text.clone());
    }
    let mut problems = Problems::default();
    let operations = select::operations(&found.document);
    for wanted in choose {
        if !operations
            .iter()
            .any(|(path, method)| is_chosen(&found.document, wanted, path, method))
        {
            problems.push(
                Problem::new(
                    place,
                    format!("no operation has the id, path or tag {wanted:?}"),
                )
                .help(format!(
                    "it has these: {}",
                    known_names(&found.document, &operations)
                )),
            );
        }
    }
    problems.into_result()?;
    let all_chosen = operations.iter().all(|(path, method)| {
        choose
            .iter()
            .any(|wanted| is_chosen(&found.document, wanted, path, method))
    });
    if all_chosen && !found.is_whole() {
        return Ok(found.text.clone());
    }
    let settled = select::settled(&found.document);
    let mut part = select::retain(&settled, |path, method| {
        choose
            .iter()
            .any(|wanted| is_chosen(&found.document, wanted, path, method))
    });
    let needed = schemes(&part);
    if let Some(members) = part.as_object_mut() {
        members.retain(|key, _| key == "paths" || key == "components");
        if let Some(components) = members.get_mut("components").and_then(Value::as_object_mut) {
            if let Some(schemes) = components
                .get_mut("securitySchemes")
                .and_then(Value::as_object_mut)
            {
                schemes.retain(|name, _| needed.contains(name));
            }
            components.retain(|_, entries| {
                entries
                    .as_object()
                    .is_some_and(|entries| !entries.is_empty())
            });
        }
        members.retain(|key, value| {
            key == "paths" || value.as_object().is_some_and(|members| !members.is_empty())
        });
    }
    bundle::render("", &part)
}

/// The names of the security schemes that the operations ask for.
fn schemes(document: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (path, method) in select::operations(document) {
        let alternatives = document["paths"][&path][&method]["security"].as_array();
        let schemes = alternatives
            .into_iter()
            .flatten()
            .filter_map(Value::as_object);
        names.extend(schemes.flat_map(|schemes| schemes.keys().cloned()));
    }
    names
}

/// Operation ids for a message, not too many.
fn known_names(document: &Value, operations: &[(String, String)]) -> String {
    const SHOWN: usize = 20;
    let names = operations.iter().map(|(path, method)| {
        let id = document["paths"][path][method]["operationId"].as_str();
        id.map_or_else(|| format!("{method} {path}"), str::to_owned)
    });
    let mut text = names.clone().take(SHOWN).collect::<Vec<_>>().join(", ");
    if names.count() > SHOWN {
        text.push_str(", …");
    }
    text
}

/// The file that describes the same operation now, else a name made of the first operation's id.
fn file_name(vendored: &[Source], found: &Found, operations: &[(String, String)]) -> String {
    let same = vendored.iter().find(|source| {
        select::operations(&source.document)
            .iter()
            .any(|(path, method)| {
                operations
                    .iter()
                    .any(|(p, m)| m == method && diff::nameless(p) == diff::nameless(path))
            })
    });
    if let Some(name) = same.and_then(|source| source.place.rsplit('/').next()) {
        return name.to_owned();
    }
    let (path, method) = &operations[0];
    let id = found.document["paths"][path][method]["operationId"]
        .as_str()
        .unwrap_or(path);
    format!("{}.yaml", super::check::snake(id).replace('_', "-"))
}
