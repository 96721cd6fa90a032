//! Converts JSON text to YAML text.

use ccloud_connect::json::RawObject;
use serde_json::value::RawValue;

use super::read::other_meaning;

/// Renders JSON text as block YAML. Numbers keep their digits, objects the order of their members.
pub(crate) fn from_json(json: &str) -> Result<String, serde_json::Error> {
    let mut out = String::new();
    write(json, 0, &mut out)?;
    Ok(out.trim_start_matches([' ', '\n']).to_owned())
}

/// Writes a value after the key or the dash that it belongs to, and ends the line.
fn write(json: &str, indent: usize, out: &mut String) -> Result<(), serde_json::Error> {
    match json.as_bytes().first() {
        Some(b'{') => {
            let object: RawObject = json.parse()?;
            if object.is_empty() {
                out.push_str(" {}\n");
            }
            for (index, (key, value)) in object.entries().into_iter().enumerate() {
                start(index, indent, out);
                out.push_str(&string(&key)?);
                out.push(':');
                write(value.as_str(), indent + 2, out)?;
            }
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(json)?;
            out.push_str(if items.is_empty() { " []\n" } else { "\n" });
            for item in items {
                out.push_str(&" ".repeat(indent));
                out.push('-');
                write(item.get(), indent + 2, out)?;
            }
        }
        Some(b'"') => {
            out.push(' ');
            match serde_json::from_str::<String>(json) {
                Ok(text) => out.push_str(&string(&text)?),
                // A lone surrogate is not valid text. YAML has the same escapes as JSON, so the JSON is kept unchanged.
                Err(_) => out.push_str(json.trim_end()),
            }
            out.push('\n');
        }
        _ => {
            out.push(' ');
            out.push_str(json.trim_end());
            out.push('\n');
        }
    }
    Ok(())
}

/// Begins a member of an object. The first member is on the line of the list's dash, if there is a dash.
fn start(index: usize, indent: usize, out: &mut String) {
    if index == 0 && out.ends_with('-') {
        out.push(' ');
        return;
    }
    if index == 0 {
        out.push('\n');
    }
    out.push_str(&" ".repeat(indent));
}

/// A string in YAML: without quotes when every YAML reader takes it for a string, and in quotes otherwise.
fn string(text: &str) -> Result<String, serde_json::Error> {
    let word = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    if text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(word)
        && other_meaning(text).is_none()
    {
        return Ok(text.to_owned());
    }
    // A JSON string in quotes is also YAML, except that YAML does not allow some characters that JSON leaves unescaped.
    let quoted = serde_json::to_string(text)?;
    let bare = |c: char| {
        matches!(
            c,
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
    };
    if !quoted.contains(bare) {
        return Ok(quoted);
    }
    Ok(quoted
        .chars()
        .map(|c| match c {
            c if bare(c) => format!("\\u{:04x}", c as u32),
            c => c.to_string(),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::from_json;

    #[test]
    fn reads_like_yaml() {
        let json = r#"{"name":"My Sink","offsets":[{"partition":{"t":"x","p":0},"offset":null},{"a":[[1,2],{}]}],"k":[]}"#;
        let yaml = "name: \"My Sink\"\noffsets:\n  - partition:\n      t: x\n      p: 0\n    offset: null\n  - a:\n      -\n        - 1\n        - 2\n      - {}\nk: []\n";
        assert_eq!(from_json(json).unwrap(), yaml);
        assert_eq!(from_json("[1]").unwrap(), "- 1\n");
        assert_eq!(from_json("{}").unwrap(), "{}\n");
        assert_eq!(from_json("7").unwrap(), "7\n");
    }
}
