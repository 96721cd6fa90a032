//! Copies published definitions into `openapi/vendor/`, with their entries in the lock. Only this folder and `drift` use the
//! network; `pipeline` interprets the texts.

pub(crate) mod input;
pub(crate) mod lock;
pub(crate) mod page;

use std::collections::BTreeSet;
use std::path::Path;

use heck::ToKebabCase;
use serde_json::Value;

use crate::openapi::{files, parse, select};
use crate::problem::{Problem, Result};
use lock::{Entry, LOCK, Lock, Origin};

/// Copies the definition on a page byte for byte, and returns the path of the file. The page that the lock records for the file
/// is `source`, or else the URL that was read, or else the page that the lock already names.
pub(crate) fn vendor(root: &Path, from: &str, source: Option<String>) -> Result<String> {
    let mut all = page::extract_all(from, &input::read(from)?)?;
    let (Some(found), true) = (all.pop(), all.is_empty()) else {
        return Err(Problem::new(from, "has several definitions")
            .help("copy the definition that you need into a file, and give that file")
            .into());
    };
    let mut lock = Lock::read(root)?;
    let file = file_name(root, &lock, from, &found.document)?;
    let known = lock.entries.iter().position(|entry| entry.file == file);
    let url = from.starts_with("http").then(|| from.to_owned());
    let recorded = known.map(|at| lock.entries[at].source.clone());
    let Some(source) = source.or(url).or(recorded) else {
        return Err(Problem::new(&file, "the source page is not known")
            .help("name the page with --source URL, which openapi/vendor.lock records")
            .into());
    };
    let entry = Entry {
        file,
        source,
        origin: Origin::Published,
        retrieved: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
        sha256: lock::sha256(found.text.as_bytes()),
    };
    let place = entry.place();
    match known.map(|at| &mut lock.entries[at]) {
        // The entry keeps its date when the text is the same.
        Some(old) if old.sha256 == entry.sha256 && old.origin == entry.origin => {}
        Some(old) => *old = entry,
        None => lock.entries.push(entry),
    }
    let lock = lock.render()?;
    files::write(root, &place, &found.text)?;
    files::write(root, LOCK, &lock)?;
    Ok(place)
}

/// The name of the file for a definition: the vendored file that already describes one of its operations, by id or by path, or
/// else a name made from the id of its first operation.
fn file_name(root: &Path, lock: &Lock, from: &str, document: &Value) -> Result<String> {
    let keys = |document: &Value| -> BTreeSet<String> {
        let operations = select::operations(document).into_iter();
        let keys = operations.flat_map(|one| {
            let path = format!("{} {}", one.1, nameless(&one.0));
            [Some(path), select::id(document, &one).map(str::to_owned)]
        });
        keys.flatten().collect()
    };
    let wanted = keys(document);
    for (place, text) in lock.verified(root)? {
        if !keys(&parse::parse(&place, &text)?).is_disjoint(&wanted) {
            return Ok(place.rsplit('/').next().unwrap_or(&place).to_owned());
        }
    }
    let operations = select::operations(document);
    let Some(first) = operations.first() else {
        return Err(Problem::new(from, "describes no operation").into());
    };
    let name = select::id(document, first).unwrap_or(&first.0);
    let file = format!("{}.yaml", name.to_kebab_case());
    if lock.entries.iter().any(|entry| entry.file == file) {
        let what = format!("would take the place of {file}, which describes other operations");
        let help = "rename that file, in openapi/vendor/ and in openapi/vendor.lock";
        return Err(Problem::new(from, what).help(help).into());
    }
    Ok(file)
}

/// A path without the names of its parameters, so that two descriptions of one operation may use different names.
pub(crate) fn nameless(path: &str) -> String {
    let parts = path.split('{');
    let parts = parts.map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
    parts.collect::<Vec<_>>().join("{}")
}
