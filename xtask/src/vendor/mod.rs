//! How published definitions get into `openapi/vendor/`, with their entries in the lock. The network is read here and in
//! `drift` only; what the texts mean for the client is the business of `pipeline`.

pub(crate) mod input;
pub(crate) mod lock;
pub(crate) mod page;

use std::collections::BTreeSet;
use std::path::Path;

use heck::ToKebabCase;
use serde_json::Value;

use crate::openapi::render::render;
use crate::openapi::{files, parse, select};
use crate::problem::{Problem, Problems, Result};
use lock::{Entry, LOCK, Lock, Origin};
use page::Found;

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

/// Reads `from` and takes the definition over; returns the file's place.
pub(crate) fn vendor(root: &Path, from: &str, request: &Request) -> Result<String> {
    let all = page::extract_all(from, &input::read(from)?)?;
    let found = one_of(from, all, &request.choose)?;
    let operations = select::operations(&found.document);
    if operations.is_empty() {
        return Err(Problem::new(from, "describes no operation").into());
    }
    let text = chosen_text(from, &found, &request.choose)?;
    let operations = select::operations(&parse::parse(from, &text)?);

    let mut lock = Lock::read(root)?;
    let file = match &request.file {
        Some(file) => file.clone(),
        None => file_name(root, &lock, &found.document, &operations)?,
    };
    if file.contains(['/', '\\']) || !file.ends_with(".yaml") {
        return Err(Problem::new(
            "--file",
            format!("{file:?} is not a plain name that ends in .yaml"),
        )
        .into());
    }
    let known = lock.entries.iter().position(|entry| entry.file == file);
    let url = Some(from).filter(|from| from.starts_with("http"));
    let recorded = known.map(|at| lock.entries[at].source.clone());
    let source = request
        .source
        .clone()
        .or(url.map(str::to_owned))
        .or(recorded);
    let Some(source) = source else {
        return Err(Problem::new(&file, "the page it comes from is not known")
            .help("say it with --source URL; it is recorded in openapi/vendor.lock")
            .into());
    };
    let entry = Entry {
        file,
        source,
        origin: Origin::Published,
        retrieved: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
        sha256: lock::sha256(text.as_bytes()),
    };
    let place = entry.place();
    match known.map(|at| &mut lock.entries[at]) {
        // The same text again is no reason to change the date.
        Some(old) if old.sha256 == entry.sha256 && old.origin == entry.origin => {}
        Some(old) => *old = entry,
        None => lock.entries.push(entry),
    }
    let lock = lock.render()?;
    files::write(root, &place, &text)?;
    files::write(root, LOCK, &lock)?;
    Ok(place)
}

/// The definition that is meant, of those on a page.
fn one_of(place: &str, mut all: Vec<Found>, choose: &[String]) -> Result<Found> {
    let count = all.len();
    if count > 1 {
        all.retain(|found| {
            let operations = select::operations(&found.document);
            let mut operations = operations.iter();
            operations.any(|(path, method)| is_chosen(&found.document, choose, path, method))
        });
    }
    match (all.pop(), all.len()) {
        (Some(found), 0) => Ok(found),
        _ => Err(Problem::new(place, format!("contains {count} API definitions"))
            .help("choose one with --operation ID, PATH or TAG, or copy it into a file of its own")
            .into()),
    }
}

/// Whether an operation is meant by an id, a path, the start of a path and `*`, or a tag.
fn is_chosen(document: &Value, choose: &[String], path: &str, method: &str) -> bool {
    let operation = &document["paths"][path][method];
    let tags = operation["tags"]
        .as_array()
        .map_or(&[] as &[Value], Vec::as_slice);
    choose.iter().any(|wanted| {
        let start = wanted.strip_suffix('*');
        operation["operationId"] == *wanted
            || path == wanted
            || start.is_some_and(|start| path.starts_with(start))
            || tags.iter().any(|tag| tag == wanted)
    })
}

/// The published text as it is, or the chosen part of a whole document written out again.
fn chosen_text(place: &str, found: &Found, choose: &[String]) -> Result<String> {
    let document = &found.document;
    let operations = select::operations(document);
    let is_any = |wanted: &[String]| {
        let mut operations = operations.iter();
        operations.any(|(path, method)| is_chosen(document, wanted, path, method))
    };
    let mut problems = Problems::default();
    for wanted in choose {
        if !is_any(std::slice::from_ref(wanted)) {
            problems.push(
                Problem::new(
                    place,
                    format!("no operation has the id, path or tag {wanted:?}"),
                )
                .help(format!(
                    "it has these: {}",
                    known_names(document, &operations)
                )),
            );
        }
    }
    problems.into_result()?;
    if !found.is_whole() {
        return Ok(found.text.clone());
    }
    if choose.is_empty() {
        return Err(Problem::new(
            place,
            format!("is a whole document with {} operations", operations.len()),
        )
        .help("choose with --operation ID, PATH or TAG, as often as needed")
        .into());
    }
    let mut part = select::retain(&select::settled(document), |path, method| {
        is_chosen(document, choose, path, method)
    });
    let needed = schemes(&part);
    let is_filled = |value: &Value| value.as_object().is_some_and(|all| !all.is_empty());
    if let Some(components) = part.get_mut("components").and_then(Value::as_object_mut) {
        let schemes = components.get_mut("securitySchemes");
        if let Some(schemes) = schemes.and_then(Value::as_object_mut) {
            schemes.retain(|name, _| needed.contains(name));
        }
        components.retain(|_, entries| is_filled(entries));
    }
    if let Some(members) = part.as_object_mut() {
        members.retain(|key, value| {
            matches!(key.as_str(), "paths" | "components") && is_filled(value)
        });
    }
    render(&part)
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
    let more = if operations.len() > SHOWN {
        ", …"
    } else {
        ""
    };
    names.take(SHOWN).collect::<Vec<_>>().join(", ") + more
}

/// The file that describes one of the operations now, else a name made of the first operation's id.
fn file_name(
    root: &Path,
    lock: &Lock,
    document: &Value,
    operations: &[(String, String)],
) -> Result<String> {
    for vendored in lock.verified(root)? {
        let present = select::operations(&parse::parse(&vendored.place, &vendored.text)?);
        let same = |(path, method): &(String, String)| {
            let mut operations = operations.iter();
            operations.any(|(p, m)| m == method && nameless(p) == nameless(path))
        };
        if present.iter().any(same)
            && let Some(name) = vendored.place.rsplit('/').next()
        {
            return Ok(name.to_owned());
        }
    }
    let (path, method) = &operations[0];
    let id = document["paths"][path][method]["operationId"].as_str();
    Ok(format!("{}.yaml", id.unwrap_or(path).to_kebab_case()))
}

/// A path without the names of its parameters, which mean nothing, and with its query in one order.
pub(crate) fn nameless(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let segments: Vec<_> = path
        .split('/')
        .map(|segment| match (segment.find('{'), segment.rfind('}')) {
            (Some(open), Some(close)) if open < close => {
                format!("{}{{}}{}", &segment[..open], &segment[close + 1..])
            }
            _ => segment.to_owned(),
        })
        .collect();
    let mut words: Vec<_> = query
        .split(['&', ',', '='])
        .filter(|word| !word.is_empty())
        .collect();
    words.sort_unstable();
    format!("{}?{}", segments.join("/"), words.join(","))
}
