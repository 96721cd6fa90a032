//! Finds the schemas, parameters and bodies in an OpenAPI 3.0 document by a table of their locations (`objects.txt`). No stage
//! searches by the name of a key, which could mistake a property called `schema` for a schema.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::value::{Error, StrDeserializer};
use serde_json::Value;

/// The kind of an object in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Kind {
    Document,
    Info,
    Server,
    Components,
    PathItem,
    Operation,
    Parameter,
    Header,
    Body,
    Response,
    Media,
    Example,
    Schema,
}

/// The kind of value that a key may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    One(Kind),
    Mapping(Kind),
    List(Kind),
    /// A value that is not an object of a known kind. The text is the table's word for it, such as `flag`.
    Plain(&'static str),
}

/// The keys of a kind of object: for each, the kind of its value, and whether the key is required.
type Keys = BTreeMap<&'static str, (Holds, bool)>;

/// The table of `objects.txt`, indexed by the kind of object.
static TABLE: LazyLock<Vec<Keys>> = LazyLock::new(|| {
    let kind = |word: &str| Kind::deserialize(StrDeserializer::<Error>::new(word));
    let everywhere = ["description", "$ref"].map(|key| (key, (Holds::Plain("text"), false)));
    let mut table = vec![Keys::from(everywhere); Kind::Schema as usize + 1];
    let lines = include_str!("objects.txt").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let owner = words.next().map(kind).and_then(Result::ok);
        let owner = owner.expect("a line begins with a kind");
        for word in words {
            let (key, what) = word.split_once(':').expect("each key has a word");
            let bare = what.trim_end_matches('!');
            let holds = match kind(bare.trim_matches(['{', '}', '[', ']'])) {
                Ok(kind) if bare.starts_with('{') => Holds::Mapping(kind),
                Ok(kind) if bare.starts_with('[') => Holds::List(kind),
                Ok(kind) => Holds::One(kind),
                Err(_) => Holds::Plain(bare),
            };
            table[owner as usize].insert(key, (holds, bare != what));
        }
    }
    table
});

pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// What OpenAPI 3.0 allows at a key of an object; `None` when it has no such key.
pub(crate) fn holds(kind: Kind, key: &str) -> Option<Holds> {
    match TABLE[kind as usize].get(key) {
        Some((holds, _)) => Some(*holds),
        None => key.starts_with("x-").then_some(Holds::Plain("any")),
    }
}

/// The keys that an object of a kind must have.
pub(crate) fn required(kind: Kind) -> impl Iterator<Item = &'static str> {
    let keys = TABLE[kind as usize].iter();
    keys.filter_map(|(key, (_, is_required))| is_required.then_some(*key))
}

/// Whether a key in a mapping of objects of this kind is an extension (`x-…`), whose value is not such an object.
pub(crate) fn is_extension(kind: Kind, name: &str) -> bool {
    matches!(kind, Kind::PathItem | Kind::Response) && name.starts_with("x-")
}

/// Calls `visit` for every object of the document at a location that `objects.txt` gives, children before parents.
pub(crate) fn each(document: &mut Value, visit: &mut dyn FnMut(Kind, &str, &mut Value)) {
    let places = all(document).into_iter();
    let places: Vec<_> = places.map(|place| (place.kind, place.pointer)).collect();
    for (kind, pointer) in places {
        if let Some(value) = document.pointer_mut(&pointer) {
            visit(kind, &pointer, value);
        }
    }
}

/// The location of one object of a document, with the object or the wrong value that is there instead.
pub(crate) struct Place<'a> {
    pub(crate) kind: Kind,
    pub(crate) pointer: String,
    pub(crate) value: &'a Value,
}

/// Every object of the document at a location that `objects.txt` gives, children before parents.
pub(crate) fn all(document: &Value) -> Vec<Place<'_>> {
    below(Kind::Document, document)
}

/// The object `value` of a kind and every object below it, children before parents.
pub(crate) fn below(kind: Kind, value: &Value) -> Vec<Place<'_>> {
    let mut found = Vec::new();
    collect(kind, String::new(), value, &mut found);
    found
}

fn collect<'a>(kind: Kind, pointer: String, value: &'a Value, found: &mut Vec<Place<'a>>) {
    for (key, member) in members(value) {
        let at = || join(&pointer, key);
        match (holds(kind, key), member) {
            (Some(Holds::One(_)), Value::Bool(_)) if key == "additionalProperties" => {}
            (Some(Holds::One(below)), _) => collect(below, at(), member, found),
            (Some(Holds::Mapping(below)), Value::Object(entries)) => {
                let named = entries
                    .iter()
                    .filter(|(name, _)| !is_extension(below, name));
                named.for_each(|(name, entry)| collect(below, join(&at(), name), entry, found));
            }
            (Some(Holds::List(below)), Value::Array(entries)) => {
                let at = at();
                for (index, entry) in entries.iter().enumerate() {
                    collect(below, format!("{at}/{index}"), entry, found);
                }
            }
            _ => {}
        }
    }
    found.push(Place {
        kind,
        pointer,
        value,
    });
}

/// The items of a list; no items when the value is not a list.
pub(crate) fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// The members of a mapping; no members when the value is not a mapping.
pub(crate) fn members(mapping: &Value) -> impl Iterator<Item = (&String, &Value)> {
    mapping.as_object().into_iter().flatten()
}

/// Appends a segment to a JSON pointer.
pub(crate) fn join(pointer: &str, segment: &str) -> String {
    if segment.bytes().any(|byte| matches!(byte, b'~' | b'/')) {
        let segment = segment.replace('~', "~0").replace('/', "~1");
        return format!("{pointer}/{segment}");
    }
    [pointer, segment].join("/")
}

/// The JSON pointer made of the segments.
pub(crate) fn pointer(segments: &[&str]) -> String {
    let join = |pointer: String, segment: &&str| join(&pointer, segment);
    segments.iter().fold(String::new(), join)
}

/// Whether a pointer leads to a part of a request: a parameter or a request body of an operation.
pub(crate) fn is_sent(pointer: &str) -> bool {
    let mut segments = pointer.split('/').skip(3);
    let is_sending = |segment: Option<&str>| matches!(segment, Some("parameters" | "requestBody"));
    is_sending(segments.next()) || is_sending(segments.next())
}
