//! Finds the API definition in a YAML or JSON file, or in a documentation page saved as text or HTML.

use serde_json::Value;

use crate::openapi::{parse, shape};
use crate::problem::{Problem, Problems, Result};

/// A definition that was found in a file or on a page.
#[derive(Debug)]
pub(crate) struct Found {
    /// The text of the definition, byte for byte as published.
    pub(crate) text: String,
    pub(crate) document: Value,
}

impl Found {
    /// Whether this is a whole document rather than the fragment for some operations.
    pub(crate) fn is_whole(&self) -> bool {
        self.document.get("openapi").is_some()
    }
}

/// The top-level keys of a definition.
const TOP: &str = "openapi info servers tags paths components security externalDocs";

/// Finds all definitions in a text; none is an error. A page may describe several operations, each with its own definition.
pub(crate) fn extract_all(place: &str, text: &str) -> Result<Vec<Found>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with('<') {
        let blocks = definition_blocks(&without_tags(text)).into_iter();
        let blocks = blocks.map(|block| without_entities(place, &block));
        return read_all(place, blocks.collect::<Result<_>>()?);
    }
    match parse::parse(place, text) {
        // When the whole text is a mapping, it is a definition, whatever the order and the indentation of its keys.
        Ok(document) if document.is_object() => Ok(vec![read(place, text.to_owned(), document)?]),
        Err(mistake) if is_definition(text) => Err(mistake),
        _ => read_all(place, definition_blocks(text)),
    }
}

fn read_all(place: &str, blocks: Vec<String>) -> Result<Vec<Found>> {
    if blocks.is_empty() {
        return Err(nothing_found(place, "no line reads `paths:` at the start"));
    }
    let mut problems = Problems::default();
    let mut found = Vec::new();
    for block in blocks {
        let document = problems.take(parse::parse(place, &block));
        let read = document.and_then(|document| problems.take(read(place, block, document)));
        found.extend(read);
    }
    problems.into_result()?;
    Ok(found)
}

fn read(place: &str, text: String, document: Value) -> Result<Found> {
    shape::check_version(place, &document)?;
    if document.get("paths").is_none() {
        return Err(nothing_found(place, "it has no `paths`"));
    }
    let name = |pointer: &str| format!("{place} at {pointer}");
    shape::check(&document, false, name)?;
    Ok(Found { text, document })
}

fn nothing_found(place: &str, why: &str) -> Problems {
    Problem::new(place, format!("contains no API definition: {why}"))
        .help("save the page after opening its `OpenAPI definition (YAML)` section, or copy the block that starts with `paths:` into a file")
        .into()
}

/// Whether the text begins with a definition, so that it is not a page with a definition in it.
fn is_definition(text: &str) -> bool {
    let mut lines = text.lines();
    let first = lines.find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    text.trim_start().starts_with('{') || first.and_then(top_key).is_some()
}

/// The top-level key with which a line begins; `None` when the line begins no top-level part of a definition.
fn top_key(line: &str) -> Option<&'static str> {
    let (key, rest) = line.split_once(':')?;
    let rest = rest.trim_start();
    let is_value = rest.is_empty() || key == "openapi" || rest.starts_with(['[', '{', '#']);
    TOP.split(' ').find(|known| *known == key && is_value)
}

/// The blocks of a page that are definitions. A block begins with a top-level key, has indented lines and further top-level keys,
/// and ends before the first line that is neither. A top-level key that occurs a second time begins the next definition.
fn definition_blocks(text: &str) -> Vec<String> {
    // No-break spaces become spaces, because YAML does not accept no-break spaces as white space.
    let text = text.replace("\r\n", "\n").replace('\u{a0}', " ");
    let mut blocks: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    let mut current: Option<&str> = None;
    for line in text.split('\n') {
        if let Some(key) = top_key(line) {
            match blocks.last_mut() {
                Some((keys, lines)) if current.is_some() && !keys.contains(&key) => {
                    keys.push(key);
                    lines.push(line);
                }
                _ => blocks.push((vec![key], vec![line])),
            }
            current = Some(key);
            continue;
        }
        let is_list =
            line.starts_with("- ") && matches!(current, Some("servers" | "tags" | "security"));
        let is_passed = line.starts_with([' ', '#']) || line.starts_with("x-");
        let belongs = line.trim().is_empty() || is_passed || is_list;
        match blocks.last_mut() {
            Some((_, lines)) if current.is_some() && belongs => lines.push(line),
            _ => current = None,
        }
    }
    blocks.retain(|(keys, _)| keys.contains(&"paths"));
    let text = |(_, lines): &(_, Vec<&str>)| lines.join("\n").trim_end().to_owned() + "\n";
    blocks.iter().map(text).collect()
}

/// The text of an HTML page without its tags. Preformatted text begins on a new line.
fn without_tags(html: &str) -> String {
    let mut parts = html.split('<');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // A `<` that begins no tag is text.
        if !part.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)) {
            out.extend(["<", part]);
            continue;
        }
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let tag = tag.trim_start_matches('/').to_ascii_lowercase();
        if tag.starts_with("br") || tag.starts_with("pre") || tag.starts_with("code") {
            out.push('\n');
        }
        out.push_str(text);
    }
    out.replace("&nbsp;", " ")
}

/// Replaces the HTML entities of a text. An ampersand that begins no entity stays; an unknown entity `&name;` is an error.
fn without_entities(place: &str, text: &str) -> Result<String> {
    for rest in text.split('&').skip(1) {
        let Some((name, _)) = rest.split_once(';') else {
            continue;
        };
        let entity = format!("&{name};");
        let is_word = name.len() < 32 && name.chars().all(|c| c.is_ascii_alphanumeric());
        if is_word && html_escape::decode_html_entities(&entity) == entity.as_str() {
            let what = format!("the HTML entity `{entity}` is not known");
            let help = "copy the definition from the page as text into a file, and give that file";
            return Err(Problem::new(place, what).help(help).into());
        }
    }
    Ok(html_escape::decode_html_entities(text).replace('\u{a0}', " "))
}
