//! The types of the members that a typed format declares: how a value is parsed, returned by a getter, and written.

use serde::Serialize;
use serde_json::json;

use super::fields::{truncated, whole};
use crate::finding::number::Fault;
use crate::finding::text::excerpt;
use crate::finding::{Code, Finding};
use crate::json::scan::{self, Kind};

/// The Rust type of a member that a typed format declares, with its JSON form.
pub(crate) trait Value: Sized + Serialize {
    /// The type that the member's getter returns.
    type View<'a>
    where
        Self: 'a;

    fn view(&self) -> Self::View<'_>;

    /// Parses the value from JSON text, which is not `null`.
    fn read(text: &str) -> Result<Self, Fault>;

    /// The value as JSON text.
    fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|error| unreachable!("{error}"))
    }

    /// The type of value that the connector reads, in words for people.
    const TYPE: &'static str;

    /// The JSON Schema of a value of this type.
    fn schema() -> serde_json::Value;
}

pub(crate) fn wrong(meant: &str, text: &str) -> Fault {
    Fault {
        code: Code::WrongType,
        message: format!("must be {meant}, but is {}", excerpt(text)),
        suggestion: None,
    }
}

/// Implements `Value` for a type whose values have the same text in JSON as in Rust, such as `4` or `true`.
macro_rules! plain {
    ($type:ty, $name:literal, $fault:expr, $schema:expr) => {
        impl Value for $type {
            type View<'a> = Self;

            fn view(&self) -> Self {
                *self
            }

            fn read(text: &str) -> Result<Self, Fault> {
                text.parse().map_err(|_| $fault(text))
            }

            const TYPE: &'static str = $name;

            fn schema() -> serde_json::Value {
                $schema
            }
        }
    };
}

plain!(
    i64,
    "whole number",
    |text| {
        let digits = scan::string(text).and_then(|text| text.parse().ok());
        not_whole("int64", text, digits)
    },
    json!({ "type": "integer", "minimum": Self::MIN, "maximum": Self::MAX })
);
plain!(
    i32,
    "whole number (int32)",
    |text| {
        let number = whole(text).filter(|number| Self::try_from(*number).is_ok());
        not_whole("int32", text, number)
    },
    json!({ "type": "integer", "minimum": Self::MIN, "maximum": Self::MAX })
);
plain!(
    bool,
    "`true` or `false`",
    |text| wrong("true or false", text),
    json!({ "type": "boolean" })
);

fn not_whole(kind: &str, text: &str, meant: Option<i64>) -> Fault {
    Fault {
        suggestion: meant.map(|number| format!("write {number}")),
        ..wrong(&format!("a whole number ({kind})"), text)
    }
}

impl Value for String {
    type View<'a> = &'a str;

    fn view(&self) -> &str {
        self
    }

    fn read(text: &str) -> Result<Self, Fault> {
        let suggestion = match Kind::of(text) {
            Kind::String => return Ok(scan::string(text).unwrap_or_default().into_owned()),
            Kind::Object | Kind::Array => "write the JSON text as a string".to_owned(),
            _ => format!("write \"{text}\""),
        };
        Err(Fault {
            suggestion: Some(suggestion),
            ..wrong("a string", text)
        })
    }

    const TYPE: &'static str = "text";

    fn schema() -> serde_json::Value {
        json!({ "type": "string" })
    }
}

/// A whole number that the connector reads from any JSON number, such as 4 from `4.0`. Digits in a string make the
/// connector fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct AnyNumber(pub(crate) i64);

/// A whole number that the connector reads from any JSON number, and also from digits in a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Digits(pub(crate) i64);

/// A boolean that the connector also reads from a string, such as `"true"`; letter case matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct BoolText(pub(crate) bool);

/// A string that the connector also reads from a whole number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct TextOrNumber(pub(crate) String);

macro_rules! wrapper {
    ($name:ident($inner:ty), $type:literal, $read:expr) => {
        impl Value for $name {
            type View<'a> = <$inner as Value>::View<'a>;

            fn view(&self) -> Self::View<'_> {
                self.0.view()
            }

            fn read(text: &str) -> Result<Self, Fault> {
                let read: fn(&str) -> Option<$inner> = $read;
                match read(text) {
                    Some(inner) => Ok(Self(inner)),
                    None => <$inner as Value>::read(text).map(Self),
                }
            }

            const TYPE: &'static str = $type;

            fn schema() -> serde_json::Value {
                <$inner as Value>::schema()
            }
        }
    };
}

wrapper!(AnyNumber(i64), "number", |text| {
    (Kind::of(text) == Kind::Number)
        .then(|| truncated(text))
        .flatten()
});
wrapper!(Digits(i64), "whole number, also as text", truncated);
wrapper!(BoolText(bool), "`true` or `false`, also as text", |text| {
    scan::string(text)?.parse().ok()
});
wrapper!(TextOrNumber(String), "text, or a whole number", |text| {
    text.parse::<i64>().is_ok().then(|| text.to_owned())
});

/// Parses a required member. Adds an error when the member is absent, is null, or has the wrong type.
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

/// Parses a member that may be absent or null. Adds an error when the member has the wrong type.
pub(crate) fn optional<T: Value>(
    path: String,
    text: Option<&str>,
    out: &mut Vec<Finding>,
) -> Option<T> {
    let text = text.filter(|text| *text != "null")?;
    T::read(text).map_err(|fault| out.push(fault.at(path))).ok()
}

/// Adds an error when the number is below 0.
pub(crate) fn not_negative(path: &str, number: Option<i64>, out: &mut Vec<Finding>) {
    if let Some(number) = number.filter(|number| *number < 0) {
        out.push(Finding::error(
            path,
            Code::OutOfRange,
            format!("must be 0 or more, but is {number}"),
        ));
    }
}

/// Adds an error when the name is empty.
pub(crate) fn not_empty(path: &str, name: &str, out: &mut Vec<Finding>) {
    if name.is_empty() {
        out.push(Finding::error(path, Code::EmptyMember, "is empty"));
    }
}
