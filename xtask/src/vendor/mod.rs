//! How published definitions get into `openapi/vendor/`, with their entries in the lock. The network is read here and in
//! `drift` only; what the texts mean for the client is the business of `pipeline`.

pub(crate) mod input;
pub(crate) mod lock;
pub(crate) mod page;

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
    /// Ids or paths of the operations to choose from a document that has more.
    pub(crate) choose: Vec<String>,
    /// The file name below `openapi/vendor/`; made of the operation when not given.
    pub(crate) file: Option<String>,
    /// The page it came from; the URL it is read from, or the one already recorded, when not given.
    pub(crate) source: Option<String>,
}

/// Reads `from` and takes the definition over; returns the file's place.
pub(crate) fn vendor(root: &Path, from: &str, request: &Request) -> Result<String> {
    let all = page::extract_all(from, &input::read(from)?)?;
    let text = chosen_text(from, all, &request.choose)?;
    let document = parse::parse(from, &text)?;

    let mut lock = Lock::read(root)?;
    let file = match &request.file {
        Some(file) => file.clone(),
        None => file_name(root, &lock, from, &document)?,
    };
    if file.contains(['/', '\\']) || !file.ends_with(".yaml") {
        let what = format!("{file:?} is not a plain name that ends in .yaml");
        return Err(Problem::new("--file", what).into());
    }
    let known = lock.entries.iter().position(|entry| entry.file == file);
    let url = from.starts_with("http").then(|| from.to_owned());
    let recorded = known.map(|at| lock.entries[at].source.clone());
    let Some(source) = request.source.clone().or(url).or(recorded) else {
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

/// The published text as it is, or the chosen operations of a document that has more, written out again with all that
/// they refer to.
fn chosen_text(place: &str, all: Vec<Found>, choose: &[String]) -> Result<String> {
    let is_chosen = |document: &Value, path: &str, method: &str| {
        let id = &document["paths"][path][method]["operationId"];
        choose.iter().any(|wanted| id == wanted || path == wanted)
    };
    let count = all.len();
    let mut names = Vec::new();
    let mut texts = Vec::new();
    for found in all {
        let operations = select::operations(&found.document);
        let chosen = |(path, method): &&(String, String)| is_chosen(&found.document, path, method);
        let chosen = operations.iter().filter(chosen).count();
        if (choose.is_empty() && count == 1) || (chosen > 0 && chosen == operations.len()) {
            texts.push(found.text);
        } else if chosen > 0 {
            let settled = select::settled(&found.document);
            let mut part =
                select::retain(&settled, |path, method| is_chosen(&settled, path, method));
            if let Some(members) = part.as_object_mut() {
                members.retain(|key, _| matches!(key.as_str(), "paths" | "components"));
            }
            texts.push(render(&part)?);
        }
        names.extend(operations.iter().map(|(path, method)| {
            let id = found.document["paths"][path][method]["operationId"].as_str();
            id.map_or_else(|| path.clone(), str::to_owned)
        }));
    }
    match (texts.pop(), texts.len()) {
        (Some(text), 0) if !names.is_empty() => Ok(text),
        _ => {
            names.truncate(50);
            Err(Problem::new(
                place,
                format!("has no operation, or not one definition with all of {choose:?}"),
            )
            .help(format!(
                "choose with --operation ID or PATH, as often as needed, from these: {}",
                names.join(", ")
            ))
            .into())
        }
    }
}

/// The file that describes one of the operations now, else a name made of the first operation's id.
fn file_name(root: &Path, lock: &Lock, place: &str, document: &Value) -> Result<String> {
    let keys = |document: &Value| -> Vec<(String, String)> {
        let operations = select::operations(document).into_iter();
        operations
            .map(|(path, method)| (nameless(&path), method))
            .collect()
    };
    let wanted = keys(document);
    let mut problems = Problems::default();
    for vendored in lock.verified(root)? {
        let present = problems.take(parse::parse(&vendored.place, &vendored.text));
        let present = present.map(|present| keys(&present)).unwrap_or_default();
        if let Some(name) = vendored.place.rsplit('/').next()
            && present.iter().any(|operation| wanted.contains(operation))
        {
            return Ok(name.to_owned());
        }
    }
    problems.into_result()?;
    let operations = select::operations(document);
    let Some((path, method)) = operations.first() else {
        return Err(Problem::new(place, "describes no operation").into());
    };
    let id = document["paths"][path][method]["operationId"].as_str();
    Ok(format!("{}.yaml", id.unwrap_or(path).to_kebab_case()))
}

/// A path without the names of its parameters, which mean nothing, and with its query in one order.
pub(crate) fn nameless(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let segment = |segment: &str| match (segment.find('{'), segment.rfind('}')) {
        (Some(open), Some(close)) if open < close => {
            format!("{}{{}}{}", &segment[..open], &segment[close + 1..])
        }
        _ => segment.to_owned(),
    };
    let segments: Vec<_> = path.split('/').map(segment).collect();
    let mut words: Vec<_> = query.split(['&', ',', '=']).collect();
    words.sort_unstable();
    format!("{}?{}", segments.join("/"), words.join(","))
}
