//! Descriptions as Rust documentation: what Markdown of the publisher would become a badge, a program or a test is changed.

use serde_json::Value;

/// Lowers the description of an object.
pub(super) fn lower_in(value: &mut Value) {
    if let Some(Value::String(text)) = value.get_mut("description") {
        *text = without_code(without_badge(text));
    }
}

/// The text after a leading Markdown image that links somewhere: `[![…](…)](…)`.
fn without_badge(text: &str) -> &str {
    let Some(rest) = text.trim_start().strip_prefix("[![") else {
        return text;
    };
    let link = rest.split_once(")](");
    match link.and_then(|(_, link)| link.split_once(')')) {
        Some((_, rest)) => rest.trim_start(),
        None => text,
    }
}

/// Code of which no language is said would be compiled and run as a documentation test: blocks get the language `text`,
/// and indentation that makes code is cut to what does not.
fn without_code(text: &str) -> String {
    let mut fence: Option<&str> = None;
    let lines = text.split('\n').map(|line| {
        let content = line.trim_start();
        let marker = ["```", "~~~"]
            .into_iter()
            .find(|marker| content.starts_with(marker));
        match (fence, marker) {
            (None, Some(marker)) => {
                fence = Some(marker);
                let is_bare = content.trim_end().chars().all(|c| marker.starts_with(c));
                format!("{}{}", line.trim_end(), if is_bare { "text" } else { "" })
            }
            (Some(open), Some(marker)) if open == marker => {
                fence = None;
                line.to_owned()
            }
            (None, None) if line.starts_with("    ") || line.starts_with('\t') => {
                format!("   {content}")
            }
            _ => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}
