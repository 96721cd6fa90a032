//! The values of typed members: how they are read, shown, and written.

use serde_json::json;

use crate::finding::number::Fault;
use crate::finding::text::excerpt;
use crate::finding::{Code, Finding};
use crate::json::scan::{self, Kind};

/// A value of a typed member.
pub(crate) trait Value: Sized {
    /// How a getter hands it out.
    type View<'a>
    where
        Self: 'a;

    fn view(&self) -> Self::View<'_>;

    /// Reads JSON text that is not null.
    fn read(text: &str) -> Result<Self, Fault>;

    /// Writes JSON text.
    fn write(&self) -> String;

    /// The JSON Schema of a value.
    fn schema() -> serde_json::Value;
}

pub(crate) fn wrong(meant: &str, text: &str) -> Fault {
    Fault {
        code: Code::WrongType,
        message: format!("must be {meant}, but is {}", excerpt(text)),
        suggestion: None,
    }
}

impl Value for i64 {
    type View<'a> = Self;

    fn view(&self) -> Self {
        *self
    }

    fn read(text: &str) -> Result<Self, Fault> {
        text.parse().map_err(|_| {
            let mut fault = wrong("a whole number (int64)", text);
            let digits = scan::string(text).and_then(|s| s.parse::<Self>().ok());
            fault.suggestion = digits.map(|number| format!("write {number}"));
            fault
        })
    }

    fn write(&self) -> String {
        self.to_string()
    }

    fn schema() -> serde_json::Value {
        json!({ "type": "integer", "minimum": Self::MIN, "maximum": Self::MAX })
    }
}

impl Value for i32 {
    type View<'a> = Self;

    fn view(&self) -> Self {
        *self
    }

    fn read(text: &str) -> Result<Self, Fault> {
        text.parse()
            .map_err(|_| wrong("a whole number (int32)", text))
    }

    fn write(&self) -> String {
        self.to_string()
    }

    fn schema() -> serde_json::Value {
        json!({ "type": "integer", "minimum": Self::MIN, "maximum": Self::MAX })
    }
}

impl Value for bool {
    type View<'a> = Self;

    fn view(&self) -> Self {
        *self
    }

    fn read(text: &str) -> Result<Self, Fault> {
        text.parse().map_err(|_| wrong("true or false", text))
    }

    fn write(&self) -> String {
        self.to_string()
    }

    fn schema() -> serde_json::Value {
        json!({ "type": "boolean" })
    }
}

impl Value for String {
    type View<'a> = &'a str;

    fn view(&self) -> &str {
        self
    }

    fn read(text: &str) -> Result<Self, Fault> {
        scan::string(text)
            .map(std::borrow::Cow::into_owned)
            .ok_or_else(|| match Kind::of(text) {
                Kind::Object | Kind::Array => Fault {
                    suggestion: Some("write the JSON text as a string".to_owned()),
                    ..wrong("a string", text)
                },
                _ => Fault {
                    suggestion: Some(format!("write \"{text}\"")),
                    ..wrong("a string", text)
                },
            })
    }

    fn write(&self) -> String {
        serde_json::Value::from(self.as_str()).to_string()
    }

    fn schema() -> serde_json::Value {
        json!({ "type": "string" })
    }
}

/// Reads a member that must be there.
pub(crate) fn required<T: Value>(
    path: String,
    text: Option<&str>,
    out: &mut Vec<Finding>,
) -> Option<T> {
    match text {
        None => out.push(Finding::error(path, Code::MissingMember, "is missing")),
        Some("null") => out.push(Finding::error(path, Code::NullMember, "is null")),
        Some(_) => return optional(path, text, out),
    }
    None
}

/// Reads a member that may be absent or null.
pub(crate) fn optional<T: Value>(
    path: String,
    text: Option<&str>,
    out: &mut Vec<Finding>,
) -> Option<T> {
    let text = text.filter(|text| *text != "null")?;
    T::read(text).map_err(|fault| out.push(fault.at(path))).ok()
}

/// Refuses a number below zero.
pub(crate) fn not_negative(path: &str, number: Option<i64>, out: &mut Vec<Finding>) {
    if let Some(number) = number.filter(|number| *number < 0) {
        out.push(Finding::error(
            path.to_owned(),
            Code::OutOfRange,
            format!("must be 0 or more, but is {number}"),
        ));
    }
}

/// Refuses an empty name.
pub(crate) fn not_empty(path: &str, name: &str, out: &mut Vec<Finding>) {
    if name.is_empty() {
        out.push(Finding::error(
            path.to_owned(),
            Code::EmptyMember,
            "is empty",
        ));
    }
}
