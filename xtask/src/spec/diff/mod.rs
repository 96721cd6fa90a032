//! What changed between two descriptions, and whom it affects.
//!
//! The comparison is of meaning: references are followed on both sides, so inlined, referenced, moved and reordered
//! forms of the same thing are equal. Every finding has a class that depends on the direction: what narrows the values
//! of a request can break a caller, what widens the values of a response can break a reader.

mod body;
mod composition;
mod discriminator;
mod lifetime;
mod limits;
mod media;
mod operation;
mod parameters;
mod prepare;
mod report;
mod scalars;
mod schema;
mod security;
mod servers;
mod unused;
mod values;
mod version;

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;
use serde_json::Value;

pub(crate) use prepare::{Side, join, nameless};
pub(crate) use report::{Format, render};
pub(crate) use version::version_note;

use super::check::snake;
use crate::problem::{Problem, Result};

/// What a change does to programs written against the old description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Class {
    /// Something that worked can stop working.
    Breaking,
    /// Something more is possible; a reader of responses may see what it has not seen before.
    Additive,
    /// Only people read it.
    Documentation,
}

/// Which way the values travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    Request,
    Response,
    /// Neither: the operation or the document as such.
    #[serde(rename = "operation")]
    Neither,
}

/// One place that is affected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Location {
    /// Method and path; empty for the document as a whole.
    pub(crate) operation: String,
    pub(crate) pointer: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    pub(crate) class: Class,
    /// A short stable name of the kind of change.
    pub(crate) rule: &'static str,
    pub(crate) direction: Direction,
    /// What changed: the schema it belongs to and the way inside, however often it is used; else the way from the
    /// operation or the document, empty for the operation itself.
    pub(crate) subject: String,
    /// One sentence for a reviewer.
    pub(crate) message: String,
    /// What it does to the generated Rust API.
    pub(crate) rust: String,
    /// Every place it reaches.
    pub(crate) locations: BTreeSet<Location>,
}

impl Finding {
    /// Whether both tell of one change, perhaps at different places.
    fn is_same_change(&self, other: &Self) -> bool {
        (self.class, self.rule, self.direction) == (other.class, other.rule, other.direction)
            && self.subject == other.subject
            && self.message == other.message
            && self.rust == other.rust
    }
}

/// How a change moves the set of allowed values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Fewer values are allowed than before.
    Narrower,
    /// More values are allowed than before.
    Wider,
    /// Neither contains the other.
    Different,
    /// More is possible, and whoever does not care need not.
    More,
    /// Values stay the same.
    Words,
}

impl Effect {
    /// The effect of the change taken back.
    fn opposite(self) -> Self {
        match self {
            Self::Narrower => Self::Wider,
            Self::Wider => Self::Narrower,
            other => other,
        }
    }

    fn class(self, direction: Direction) -> Class {
        match (self, direction) {
            (Self::Words, _) => Class::Documentation,
            (Self::More, _)
            | (Self::Narrower, Direction::Response)
            | (Self::Wider, Direction::Request | Direction::Neither) => Class::Additive,
            _ => Class::Breaking,
        }
    }
}

/// Compares two prepared descriptions. The findings are sorted by class, subject and rule.
///
/// The error is a description that is composed so deeply that comparing it would take forever.
pub(crate) fn diff(old: &Side, new: &Side) -> Result<Vec<Finding>> {
    let mut findings = Findings::default();
    if !operation::document(old, new, &mut findings) {
        return Err(Problem::new(
            "the comparison",
            "the schemas are composed of too many alternatives within alternatives to be compared",
        )
        .help("compare fewer operations, or compare the texts")
        .into());
    }
    let mut found = findings.found;
    found.sort_by(|a, b| {
        (a.class, &a.subject, a.rule, &a.message).cmp(&(b.class, &b.subject, b.rule, &b.message))
    });
    Ok(found)
}

/// What most changes do to the Rust API.
const NOTHING: &str = "no effect";

/// Collects findings; the same change reached from several places is one finding with several locations.
#[derive(Default)]
struct Findings {
    found: Vec<Finding>,
    /// Where among them a rule was found for a subject.
    places: HashMap<(&'static str, String), Vec<usize>>,
}

impl Findings {
    /// Whether nothing but words differs.
    fn only_words(&self) -> bool {
        let mut found = self.found.iter();
        found.all(|finding| finding.class == Class::Documentation)
    }

    fn add(&mut self, finding: Finding) {
        let key = (finding.rule, finding.subject.clone());
        let places = self.places.entry(key).or_default();
        let same = places
            .iter()
            .find(|place| self.found[**place].is_same_change(&finding));
        match same {
            Some(place) => self.found[*place].locations.extend(finding.locations),
            None => {
                places.push(self.found.len());
                self.found.push(finding);
            }
        }
    }
}

/// Where in the descriptions a comparison stands.
#[derive(Clone)]
struct At<'a> {
    /// Method and path.
    operation: &'a str,
    direction: Direction,
    /// Whether values are written as text, as in a URL or a header, so that every scalar is some text.
    is_text: bool,
    /// Whether what stands here without a name of its own has a type in Rust: bodies that are not JSON, errors and headers
    /// have none.
    is_typed: bool,
    /// The pointer as the document is used, references followed.
    pointer: String,
    /// The pointer from the nearest named schema, or from the document.
    subject: String,
}

impl At<'_> {
    fn below(&self, segment: &str) -> Self {
        let mut next = self.clone();
        super::walk::push(&mut next.pointer, segment);
        super::walk::push(&mut next.subject, segment);
        next
    }

    fn finding(
        &self,
        effect: Effect,
        rule: &'static str,
        message: String,
        rust: String,
    ) -> Finding {
        Finding {
            class: effect.class(self.direction),
            rule,
            direction: self.direction,
            subject: self.subject.clone(),
            message,
            rust,
            locations: BTreeSet::from([Location {
                operation: self.operation.to_owned(),
                pointer: self.pointer.clone(),
            }]),
        }
    }

    /// What happens to the subject in Rust: `types::Offsets` changes, or the field of a type.
    fn rust(&self, what: &str) -> String {
        self.rust_name()
            .map_or_else(|| NOTHING.to_owned(), |name| format!("{name} {what}"))
    }

    /// How the subject is called in Rust; `None` when it has no type.
    fn rust_name(&self) -> Option<String> {
        let segments: Vec<String> = super::walk::segments(&self.subject).collect();
        if let [parameters, name, ..] = segments.as_slice()
            && parameters == "parameters"
        {
            return Some(format!("the argument `{}`", field(name)));
        }
        let inline = self.is_typed.then(|| "the inline type".to_owned());
        let [components, schemas, name, rest @ ..] = segments.as_slice() else {
            return inline;
        };
        if components != "components" || schemas != "schemas" {
            return inline;
        }
        Some(
            match rest
                .iter()
                .position(|segment| segment == "properties")
                .and_then(|at| rest.get(at + 1))
            {
                Some(property) => format!("`types::{name}`, field `{}`", field(property)),
                None => format!("`types::{name}`"),
            },
        )
    }
}

/// The name of a property as a Rust field.
fn field(property: &str) -> String {
    let name = snake(property);
    if syn::parse_str::<syn::Ident>(&name).is_ok() {
        name
    } else {
        format!("{name}_")
    }
}

/// A value as text for a sentence, cut when long.
fn show(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}
