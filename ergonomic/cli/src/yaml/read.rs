//! Converts YAML text to JSON text.

use std::collections::HashSet;
use std::fmt;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Tag};

/// The deepest nesting that is accepted. No offset needs more.
const MAX_DEPTH: usize = 64;

/// An error about YAML that has no exact JSON form, with the line of the YAML.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct YamlError {
    line: usize,
    reason: String,
}

impl YamlError {
    /// `reason` says what has no exact JSON form; lines are counted from 1.
    pub(crate) fn new(line: usize, reason: &str) -> Self {
        Self {
            line,
            reason: reason.to_owned(),
        }
    }
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

impl std::error::Error for YamlError {}

impl From<ScanError> for YamlError {
    fn from(error: ScanError) -> Self {
        at(*error.marker(), error.info())
    }
}

fn at(mark: Marker, reason: impl Into<String>) -> YamlError {
    YamlError {
        line: mark.line(),
        reason: reason.into(),
    }
}

/// Turns one YAML document into JSON text. Numbers keep their digits; text that YAML readers understand in different ways
/// is refused. An empty text is `null`.
pub(crate) fn to_json(text: &str) -> Result<String, YamlError> {
    let parser = Parser::new_from_str(text);
    let mut reader = Reader { parser };
    let mut out = String::new();
    loop {
        match reader.next()? {
            (Event::StreamEnd, _) => break,
            (Event::DocumentStart(_), mark) if !out.is_empty() => {
                return Err(at(
                    mark,
                    "a second document starts here; the text must have only one document",
                ));
            }
            (Event::DocumentStart(_), _) => {
                let first = reader.next()?;
                reader.value(first, &mut out, 0)?;
            }
            _ => {}
        }
    }
    if out.is_empty() {
        out.push_str("null");
    }
    Ok(out)
}

struct Reader<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Marker), YamlError> {
        match self.parser.next_event() {
            Some(event) => {
                let (event, span) = event?;
                Ok((event, span.start))
            }
            None => Ok((Event::StreamEnd, Marker::new(0, 0, 0))),
        }
    }

    fn value(
        &mut self,
        (event, mark): (Event<'a>, Marker),
        out: &mut String,
        depth: usize,
    ) -> Result<(), YamlError> {
        if depth > MAX_DEPTH {
            return Err(at(mark, "nested too deeply"));
        }
        let is_mapping = matches!(event, Event::MappingStart(..));
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                unnamed(anchor, mark)?;
                out.push_str(&scalar(&text, style, tag.as_deref(), mark)?);
                return Ok(());
            }
            Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) => {
                unnamed(anchor, mark)?;
                untagged(tag.as_deref(), mark)?;
            }
            _ => return Err(at(mark, "aliases are not supported; write the value out")),
        }
        out.push(if is_mapping { '{' } else { '[' });
        let start = out.len();
        let mut keys = HashSet::new();
        loop {
            let mut item = self.next()?;
            if matches!(item.0, Event::SequenceEnd | Event::MappingEnd) {
                out.push(if is_mapping { '}' } else { ']' });
                return Ok(());
            }
            if out.len() > start {
                out.push(',');
            }
            if is_mapping {
                let mark = item.1;
                let key = key(item)?;
                *out += &format!("{key}:");
                if let Some(key) = keys.replace(key) {
                    return Err(at(mark, format!("the key {key} appears twice")));
                }
                item = self.next()?;
            }
            self.value(item, out, depth + 1)?;
        }
    }
}

/// The JSON text of a key.
fn key((event, mark): (Event<'_>, Marker)) -> Result<String, YamlError> {
    let Event::Scalar(text, style, anchor, tag) = event else {
        return Err(at(mark, "a key must be text"));
    };
    unnamed(anchor, mark)?;
    if text == "<<" && style == ScalarStyle::Plain {
        let advice = "merge keys are not supported; write the members out";
        return Err(at(mark, advice));
    }
    match scalar(&text, style, tag.as_deref(), mark)? {
        text if text.starts_with('"') => Ok(text),
        other => Err(at(
            mark,
            format!("the key {other} is not text; put it in quotes"),
        )),
    }
}

fn unnamed(anchor: usize, mark: Marker) -> Result<(), YamlError> {
    match anchor {
        0 => Ok(()),
        _ => Err(at(mark, "anchors are not supported; remove the anchor")),
    }
}

fn untagged(tag: Option<&Tag>, mark: Marker) -> Result<(), YamlError> {
    match tag {
        None => Ok(()),
        Some(_) => Err(at(mark, "tags are not supported; remove the tag")),
    }
}

/// The JSON text of a scalar, by the core schema of YAML 1.2. Forms that YAML 1.1 or other readers understand differently
/// are refused.
fn scalar(
    text: &str,
    style: ScalarStyle,
    tag: Option<&Tag>,
    mark: Marker,
) -> Result<String, YamlError> {
    let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
    if !is_text {
        untagged(tag, mark)?;
    }
    if style == ScalarStyle::Plain && !is_text {
        match text {
            "" => {
                return Err(at(
                    mark,
                    "a value is missing here; write null if you mean that there is none, and check the indentation of the next lines"
                        .to_owned(),
                ));
            }
            "~" | "null" | "Null" | "NULL" => return Ok("null".to_owned()),
            "true" | "True" | "TRUE" => return Ok("true".to_owned()),
            "false" | "False" | "FALSE" => return Ok("false".to_owned()),
            _ => {}
        }
        if is_json_number(text) {
            return Ok(text.to_owned());
        }
        if let Some((other, advice)) = other_meaning(text) {
            let advice =
                format!("{text} can mean a text or {other}; {advice}, or put it in quotes");
            return Err(at(mark, advice));
        }
    }
    serde_json::to_string(text).map_err(|error| at(mark, error.to_string()))
}

/// The other meaning that a word has for some YAML readers or programming languages, and what to write instead; `None` when
/// it has no other meaning.
pub(super) fn other_meaning(text: &str) -> Option<(&'static str, &'static str)> {
    let word = text.to_ascii_lowercase();
    Some(match word.trim_start_matches(['+', '-', '.']) {
        "null" | "none" | "nil" | "undefined" => ("null", "write null"),
        "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n" => {
            ("a truth value", "write true or false")
        }
        "nan" | "inf" | "infinity" => ("a number that JSON cannot express", "write another number"),
        _ if looks_like_number(&word) => ("a number", "write plain decimal digits"),
        _ => return None,
    })
}

fn is_json_number(text: &str) -> bool {
    text.starts_with(|c: char| c == '-' || c.is_ascii_digit())
        && serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok()
}

/// Whether some YAML readers take the text for a number: octal, hexadecimal, with underscores, with leading zeros, or with a
/// leading sign or point. The text is in lower case.
fn looks_like_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    if ["0x", "0o", "0b"]
        .iter()
        .any(|prefix| digits.starts_with(prefix))
    {
        return digits[2..]
            .chars()
            .all(|c| c.is_ascii_hexdigit() || c == '_');
    }
    digits.starts_with(|c: char| c == '.' || c.is_ascii_digit())
        && digits.replace('_', "").parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::to_json;

    #[test]
    fn yaml_as_people_write_it() {
        let yaml = "# by hand\noffsets:\n- partition: {kafka_topic: orders, kafka_partition: 0}\n  offset: {kafka_offset: 9007199254740993}\n- partition:\n    server: \"1\"\n  offset: ~\n";
        assert_eq!(
            to_json(yaml).unwrap(),
            r#"{"offsets":[{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":{"kafka_offset":9007199254740993}},{"partition":{"server":"1"},"offset":null}]}"#
        );
        assert_eq!(
            to_json("a: !!str 5\nb: |\n  x\n").unwrap(),
            r#"{"a":"5","b":"x\n"}"#
        );
        assert_eq!(
            to_json("since: 2024-02-20T15:14:19Z").unwrap(),
            r#"{"since":"2024-02-20T15:14:19Z"}"#
        );
        assert_eq!(to_json("").unwrap(), "null");
        assert_eq!(to_json("# nothing\n").unwrap(), "null");
    }

    #[test]
    fn words_of_other_languages_for_null_are_refused() {
        let json = |yaml: &str| to_json(yaml).map_err(|error| error.to_string());
        for word in "None none nil Nil undefined nULL".split(' ') {
            let expected =
                format!("line 1: {word} can mean a text or null; write null, or put it in quotes");
            for yaml in [
                format!("offset: {{transaction_id: {word}}}"),
                format!("[{word}]"),
                format!("a: {word} # from a script"),
            ] {
                assert_eq!(json(&yaml), Err(expected.clone()), "{yaml}");
            }
            assert_eq!(
                json(&format!("a: '{word}'")),
                Ok(format!("{{\"a\":\"{word}\"}}"))
            );
        }
        for word in "NaN nan .nan .NaN Infinity -Infinity inf -.inf +.INF".split(' ') {
            let error = json(&format!("a: {word}")).unwrap_err();
            let expected =
                format!("line 1: {word} can mean a text or a number that JSON cannot express");
            assert!(error.starts_with(&expected), "{error}");
        }
        for word in "null Null NULL ~".split(' ') {
            assert_eq!(json(&format!("a: {word}")), Ok("{\"a\":null}".to_owned()));
        }
        let empty = json("a:\nb: 1").unwrap_err();
        assert!(
            empty.contains("a value is missing here; write null"),
            "{empty}"
        );
        for text in "nonesuch,null-server,nil.orders,infinite,nano,None of it".split(',') {
            assert_eq!(
                json(&format!("a: {text}")),
                Ok(format!("{{\"a\":\"{text}\"}}"))
            );
        }
    }

    #[test]
    fn what_could_mean_two_things_is_refused_with_its_line() {
        for (yaml, message) in [
            ("a: 1\na: 2", "line 2: the key \"a\" appears twice"),
            ("a: 007", "line 1: 007 can mean a text or a number"),
            ("a: +5", "line 1: +5 can mean"),
            ("a: 1_000", "line 1: 1_000 can mean"),
            ("a: 0x1F", "line 1: 0x1F can mean"),
            ("a: .5", "line 1: .5 can mean"),
            ("a: Yes", "line 1: Yes can mean a text or a truth value"),
            ("a: tRUE", "line 1: tRUE can mean a text or a truth value"),
            ("a: n", "line 1: n can mean a text or a truth value"),
            ("1: a", "line 1: the key 1 is not text"),
            ("[a]: b", "line 1: a key must be text"),
            ("a: &x 1\nb: *x", "line 1: anchors"),
            ("a: !!int 5", "line 1: tags"),
            ("a:\n  <<: {b: 1}", "line 2: merge keys are not supported"),
            ("a: 1\n---\nb: 2", "line 2: a second document"),
        ] {
            let error = to_json(yaml).unwrap_err().to_string();
            assert!(error.starts_with(message), "{yaml}: {error}");
        }
        assert!(to_json("a: [1").is_err());
        let deep = format!("{}1{}", "[".repeat(80), "]".repeat(80));
        assert_eq!(to_json(&deep).unwrap_err().reason, "nested too deeply");
        assert!(to_json(&"[".repeat(100_000)).is_err());
    }
}
