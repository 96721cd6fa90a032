//! The API definition in what people really have: a YAML or JSON file, or a documentation page saved as text or HTML.

use serde_json::Value;

use super::{parse, refs};
use crate::problem::{Problem, Problems, Result};

/// A definition found in some input.
#[derive(Debug)]
pub(crate) struct Found {
    /// As published, byte for byte.
    pub(crate) text: String,
    pub(crate) document: Value,
}

impl Found {
    /// Whether this is a whole document rather than the fragment for some operations.
    pub(crate) fn is_whole(&self) -> bool {
        self.document.get("openapi").is_some()
    }
}

/// Finds the one definition in a text that came from `place`.
pub(crate) fn extract(place: &str, text: &str) -> Result<Found> {
    let mut all = extract_all(place, text)?;
    match (all.pop(), all.len()) {
        (Some(found), 0) => Ok(found),
        (_, others) => Err(several(place, others + 1)),
    }
}

/// The error for a page with more definitions than can be dealt with.
pub(crate) fn several(place: &str, count: usize) -> Problems {
    Problem::new(place, format!("contains {count} API definitions"))
        .help("choose one with --operation ID, PATH or TAG, or copy it into a file of its own")
        .into()
}

/// Finds every definition in a text, at least one; a page may describe many operations, each with its own.
pub(crate) fn extract_all(place: &str, text: &str) -> Result<Vec<Found>> {
    parse::check_size(place, text)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut blocks: Vec<String> = Vec::new();
    if looks_like_html(text) {
        for block in preformatted(text)
            .iter()
            .flat_map(|element| definition_blocks(element))
        {
            // A <code> within a <pre> is the same text twice.
            if !blocks.contains(&block) {
                blocks.push(block);
            }
        }
        if blocks.is_empty() {
            return Err(nothing_found(
                place,
                "no <pre> or <code> element contains it",
            ));
        }
    } else if is_definition(text) {
        blocks.push(text.to_owned());
    } else {
        blocks = definition_blocks(text);
        if blocks.is_empty() {
            return Err(nothing_found(place, "no line reads `paths:` at the start"));
        }
    }
    let mut problems = Problems::default();
    let found = blocks
        .into_iter()
        .filter_map(|block| problems.take(read(place, block)))
        .collect();
    problems.into_result()?;
    Ok(found)
}

/// Whether the text is a definition from its first line on, rather than a page around one.
fn is_definition(text: &str) -> bool {
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    text.trim_start().starts_with('{')
        || text.lines().any(|line| line.starts_with("openapi:"))
        || first.is_some_and(|line| line.starts_with("paths:"))
}

fn nothing_found(place: &str, why: &str) -> Problems {
    Problem::new(place, format!("contains no API definition: {why}"))
        .help("save the page after opening its `OpenAPI definition (YAML)` section, or copy the block that starts with `paths:` into a file")
        .into()
}

fn read(place: &str, text: String) -> Result<Found> {
    let document = parse::parse(place, &text)?;
    if !document["paths"].is_object() {
        return Err(nothing_found(place, "`paths` is not a mapping"));
    }
    refs::check_shape(&document, |pointer| format!("{place} at {pointer}"))?;
    Ok(Found { text, document })
}

/// The lines from each `paths:` to the next line that is not indented, which belongs to the page again.
fn definition_blocks(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    let mut blocks = Vec::new();
    let mut lines = text.split('\n').peekable();
    while let Some(line) = lines.next() {
        if line.trim_end() != "paths:" {
            continue;
        }
        let mut block = line.to_owned();
        while let Some(line) = lines.next_if(|line| line.trim().is_empty() || line.starts_with(' '))
        {
            block.push('\n');
            block.push_str(line);
        }
        blocks.push(block.trim_end().to_owned() + "\n");
    }
    blocks
}

fn looks_like_html(text: &str) -> bool {
    let start = text.trim_start();
    let start = start
        .get(..start.len().min(2000))
        .unwrap_or(start)
        .to_ascii_lowercase();
    start.starts_with("<!doctype")
        || start.starts_with("<html")
        || start.contains("<body")
        || start.contains("<pre")
}

/// The text of every `<pre>` and `<code>` element, inner tags removed and entities replaced.
fn preformatted(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    let lower = html.to_ascii_lowercase();
    for name in ["pre", "code"] {
        let (open, close) = (format!("<{name}"), format!("</{name}>"));
        let mut from = 0;
        while let Some(start) = lower[from..].find(&open).map(|at| from + at) {
            let Some(inside) = lower[start..].find('>').map(|at| start + at + 1) else {
                break;
            };
            let end = lower[inside..]
                .find(&close)
                .map_or(html.len(), |at| inside + at);
            found.push(plain(&html[inside..end]));
            from = end;
        }
    }
    found
}

fn plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('<') {
            let end = rest.find('>').map_or(rest.len(), |end| end + 1);
            if rest[..end].to_ascii_lowercase().starts_with("<br") {
                out.push('\n');
            }
            rest = &rest[end..];
        } else {
            // An entity is short; a lone ampersand stands for itself.
            let entity = rest
                .find(';')
                .filter(|end| *end < 12)
                .and_then(|end| Some((decode(&rest[1..end])?, end)));
            match entity {
                Some((c, end)) => {
                    out.push(c);
                    rest = &rest[end + 1..];
                }
                None => {
                    out.push('&');
                    rest = &rest[1..];
                }
            }
        }
    }
    out.push_str(rest);
    out
}

fn decode(entity: &str) -> Option<char> {
    Some(match entity {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        // A space that must not break is a space in YAML.
        "nbsp" => ' ',
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).map(|c| if c == '\u{a0}' { ' ' } else { c })?
        }
    })
}
