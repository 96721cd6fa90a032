//! Where schemas, parameters and bodies live in an OpenAPI 3.0 document, as one table, so that no stage searches by key
//! name and mistakes a property called `schema` for a schema.

use serde_json::Value;

/// What kind of object stands at a place of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// What may stand at a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    Anything,
    Text,
    Flag,
    Number,
    /// A whole number from zero.
    Count,
    Texts,
    AnyList,
    AnyMapping,
    One(Kind),
    Mapping(Kind),
    List(Kind),
    /// `additionalProperties`.
    SchemaOrFlag,
}

impl Holds {
    fn has_objects(self) -> bool {
        use Holds::{List, Mapping, One, SchemaOrFlag};
        matches!(self, One(_) | Mapping(_) | List(_) | SchemaOrFlag)
    }

    /// The kind of the objects that stand there.
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::One(kind) | Self::Mapping(kind) | Self::List(kind) => kind,
            _ => Kind::Schema,
        }
    }
}

pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// What OpenAPI 3.0 has at a key of an object; `None` when it has no such key.
pub(crate) fn holds(kind: Kind, key: &str) -> Option<Holds> {
    use Holds::{
        AnyList, AnyMapping, Anything, Count, Flag, List, Mapping, Number, One, SchemaOrFlag, Text,
        Texts,
    };
    Some(match (kind, key) {
        (_, key) if key.starts_with("x-") => Anything,
        (_, "description" | "$ref") => Text,
        (Kind::Document, "openapi") => Text,
        (Kind::Document, "info") => One(Kind::Info),
        (Kind::Document, "paths") => Mapping(Kind::PathItem),
        (Kind::Document, "components") => One(Kind::Components),
        (Kind::Document, "tags") => AnyList,
        (Kind::Info, "title" | "version" | "termsOfService") => Text,
        (Kind::Info, "contact" | "license") => AnyMapping,
        (Kind::Server, "url") => Text,
        (Kind::Server, "variables") => AnyMapping,
        (Kind::Components, "schemas") => Mapping(Kind::Schema),
        (Kind::Components, "parameters") => Mapping(Kind::Parameter),
        (Kind::Components | Kind::Response, "headers") => Mapping(Kind::Header),
        (Kind::Components, "requestBodies") => Mapping(Kind::Body),
        (Kind::Components | Kind::Operation, "responses") => Mapping(Kind::Response),
        (Kind::Components, "securitySchemes" | "links" | "callbacks") => AnyMapping,
        (Kind::PathItem, method) if METHODS.contains(&method) => One(Kind::Operation),
        (Kind::PathItem | Kind::Operation, "summary") | (Kind::Example, "summary") => Text,
        (Kind::PathItem | Kind::Operation, "parameters") => List(Kind::Parameter),
        (Kind::Document | Kind::PathItem | Kind::Operation, "servers") => List(Kind::Server),
        (Kind::Document | Kind::Operation, "security") => AnyList,
        (Kind::Operation, "tags") => Texts,
        (Kind::Operation, "operationId") => Text,
        (Kind::Operation, "callbacks") | (Kind::Response, "links") => AnyMapping,
        (Kind::Operation, "requestBody") => One(Kind::Body),
        (Kind::Parameter, "name" | "in") => Text,
        (Kind::Parameter | Kind::Header, "style") => Text,
        (Kind::Parameter | Kind::Header, "explode" | "allowReserved" | "allowEmptyValue") => Flag,
        (Kind::Parameter | Kind::Header | Kind::Body, "required") => Flag,
        (Kind::Parameter | Kind::Header | Kind::Operation | Kind::Schema, "deprecated") => Flag,
        (Kind::Parameter | Kind::Header | Kind::Body | Kind::Response, "content") => {
            Mapping(Kind::Media)
        }
        (Kind::Parameter | Kind::Header | Kind::Media, "schema") => One(Kind::Schema),
        (Kind::Parameter | Kind::Header | Kind::Media | Kind::Components, "examples") => {
            Mapping(Kind::Example)
        }
        (Kind::Parameter | Kind::Header | Kind::Media | Kind::Schema, "example") => Anything,
        (Kind::Media, "encoding") => AnyMapping,
        (Kind::Example, "value") => Anything,
        (Kind::Example, "externalValue") => Text,
        (Kind::Schema, "items" | "not") => One(Kind::Schema),
        (Kind::Schema, "additionalProperties") => SchemaOrFlag,
        (Kind::Schema, "properties") => Mapping(Kind::Schema),
        (Kind::Schema, "allOf" | "anyOf" | "oneOf") => List(Kind::Schema),
        (Kind::Schema, "type" | "format" | "title" | "pattern") => Text,
        (Kind::Schema, "nullable" | "readOnly" | "writeOnly" | "uniqueItems") => Flag,
        (Kind::Schema, "exclusiveMinimum" | "exclusiveMaximum") => Flag,
        (Kind::Schema, "minimum" | "maximum" | "multipleOf") => Number,
        (Kind::Schema, "minLength" | "maxLength" | "minItems" | "maxItems") => Count,
        (Kind::Schema, "minProperties" | "maxProperties") => Count,
        (Kind::Schema, "required") => Texts,
        (Kind::Schema, "enum") => AnyList,
        (Kind::Schema, "default") => Anything,
        (Kind::Schema, "discriminator" | "xml") => AnyMapping,
        (Kind::Document | Kind::Operation | Kind::Schema, "externalDocs") => AnyMapping,
        _ => return None,
    })
}

/// Whether a name in a mapping of these objects is an extension rather than a name.
pub(crate) fn is_extension(kind: Kind, name: &str) -> bool {
    matches!(kind, Kind::PathItem | Kind::Response) && name.starts_with("x-")
}

/// Calls `visit` for every object of the document that has a kind, children before parents.
pub(crate) fn each(document: &mut Value, visit: &mut dyn FnMut(Kind, &str, &mut Value)) {
    descend(Kind::Document, "", document, visit);
}

fn descend(
    kind: Kind,
    pointer: &str,
    value: &mut Value,
    visit: &mut dyn FnMut(Kind, &str, &mut Value),
) {
    let Some(members) = value.as_object_mut() else {
        return;
    };
    for (key, member) in members {
        let Some(expected) = holds(kind, key).filter(|expected| expected.has_objects()) else {
            continue;
        };
        let (at, below) = (join(pointer, key), expected.kind());
        match (expected, member) {
            (Holds::Mapping(_), Value::Object(entries)) => entries
                .iter_mut()
                .filter(|(name, _)| !is_extension(below, name))
                .for_each(|(name, entry)| descend(below, &join(&at, name), entry, visit)),
            (Holds::List(_), Value::Array(entries)) => {
                for (index, entry) in entries.iter_mut().enumerate() {
                    descend(below, &format!("{at}/{index}"), entry, visit);
                }
            }
            (_, member) => descend(below, &at, member, visit),
        }
    }
    visit(kind, pointer, value);
}

/// One object of a document, or what stands in its place.
pub(crate) struct Place<'a> {
    pub(crate) kind: Kind,
    pub(crate) pointer: String,
    pub(crate) value: &'a Value,
}

/// Every object of the document that has a kind, children before parents.
pub(crate) fn all(document: &Value) -> Vec<Place<'_>> {
    below(Kind::Document, document)
}

/// Every object in and below one of a kind, children before parents.
pub(crate) fn below(kind: Kind, value: &Value) -> Vec<Place<'_>> {
    let mut found = Vec::new();
    collect(kind, String::new(), value, &mut found);
    found
}

fn collect<'a>(kind: Kind, pointer: String, value: &'a Value, found: &mut Vec<Place<'a>>) {
    for (key, member) in value.as_object().into_iter().flatten() {
        let Some(expected) = holds(kind, key).filter(|expected| expected.has_objects()) else {
            continue;
        };
        let (at, below) = (join(&pointer, key), expected.kind());
        match (expected, member) {
            (Holds::One(_), _) | (Holds::SchemaOrFlag, Value::Object(_)) => {
                collect(below, at, member, found);
            }
            (Holds::Mapping(_), Value::Object(entries)) => entries
                .iter()
                .filter(|(name, _)| !is_extension(below, name))
                .for_each(|(name, entry)| collect(below, join(&at, name), entry, found)),
            (Holds::List(_), Value::Array(entries)) => {
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

/// A JSON pointer and one more segment.
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

/// The segments of a JSON pointer, unescaped.
pub(crate) fn segments(pointer: &str) -> impl Iterator<Item = String> {
    pointer
        .split('/')
        .skip(1)
        .map(|segment| segment.replace("~1", "/").replace("~0", "~"))
}

/// Whether what stands at a pointer is part of a request: a parameter or a request body of an operation.
pub(crate) fn is_sent(pointer: &str) -> bool {
    let mut segments = pointer.split('/').skip(3);
    let is_sending = |segment: Option<&str>| matches!(segment, Some("parameters" | "requestBody"));
    is_sending(segments.next()) || is_sending(segments.next())
}
