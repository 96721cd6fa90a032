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
    /// The kind of the objects that stand there.
    fn kind(self) -> Kind {
        match self {
            Self::One(kind) | Self::Mapping(kind) | Self::List(kind) => kind,
            _ => Kind::Schema,
        }
    }
}

pub(crate) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// What OpenAPI 3.0 has at a key of an object; `None` when it has no such key.
pub(crate) fn holds(kind: Kind, key: &str) -> Option<Holds> {
    use Holds::{AnyList, AnyMapping, Anything, Count, Flag, List, Mapping, Number, One, SchemaOrFlag, Text, Texts};
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
        (Kind::Parameter | Kind::Header | Kind::Body | Kind::Response, "content") => Mapping(Kind::Media),
        (Kind::Parameter | Kind::Header | Kind::Media, "schema") => One(Kind::Schema),
        (Kind::Parameter | Kind::Header | Kind::Media | Kind::Components, "examples") => Mapping(Kind::Example),
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
    descend(Kind::Document, &mut String::new(), document, visit);
}

fn descend(kind: Kind, pointer: &mut String, value: &mut Value, visit: &mut dyn FnMut(Kind, &str, &mut Value)) {
    let Value::Object(members) = value else {
        return;
    };
    for (key, member) in members {
        let expected = holds(kind, key);
        let entries: Vec<(Option<String>, &mut Value)> = match (expected, member) {
            (Some(Holds::One(_) | Holds::SchemaOrFlag), member) => vec![(None, member)],
            (Some(Holds::Mapping(kind)), Value::Object(entries)) => entries
                .iter_mut()
                .filter(|(name, _)| !is_extension(kind, name))
                .map(|(name, entry)| (Some(name.clone()), entry))
                .collect(),
            (Some(Holds::List(_)), Value::Array(entries)) => numbered(entries.iter_mut()),
            _ => continue,
        };
        let length = pointer.len();
        push(pointer, key);
        for (name, entry) in entries {
            let length = pointer.len();
            if let Some(name) = name {
                push(pointer, &name);
            }
            descend(expected.map_or(kind, Holds::kind), pointer, entry, visit);
            pointer.truncate(length);
        }
        pointer.truncate(length);
    }
    visit(kind, pointer, value);
}

fn numbered<T>(entries: impl Iterator<Item = T>) -> Vec<(Option<String>, T)> {
    let entries = entries.enumerate();
    entries.map(|(index, entry)| (Some(index.to_string()), entry)).collect()
}

/// One object of a document.
pub(crate) struct Place<'a> {
    pub(crate) kind: Kind,
    pub(crate) pointer: String,
    pub(crate) value: &'a Value,
}

/// Every object of the document that has a kind, children before parents.
pub(crate) fn all(document: &Value) -> Vec<Place<'_>> {
    below(Kind::Document, "", document)
}

/// Every object in and below one of a kind, children before parents.
pub(crate) fn below<'a>(kind: Kind, pointer: &str, value: &'a Value) -> Vec<Place<'a>> {
    let mut found = Vec::new();
    collect(kind, &mut pointer.to_owned(), value, &mut found);
    found
}

fn collect<'a>(kind: Kind, pointer: &mut String, value: &'a Value, found: &mut Vec<Place<'a>>) {
    let Value::Object(members) = value else {
        return;
    };
    for (key, member) in members {
        let length = pointer.len();
        push(pointer, key);
        for (name, kind, entry) in children(kind, key, member) {
            let length = pointer.len();
            if let Some(name) = name {
                push(pointer, &name);
            }
            collect(kind, pointer, entry, found);
            pointer.truncate(length);
        }
        pointer.truncate(length);
    }
    found.push(Place { kind, pointer: pointer.clone(), value });
}

/// The objects with a kind at a key, with their name or number where there can be many.
pub(crate) fn children<'a>(of: Kind, key: &str, member: &'a Value) -> Vec<(Option<String>, Kind, &'a Value)> {
    let expected = holds(of, key);
    let entries = match (expected, member) {
        (Some(Holds::One(_)), _) | (Some(Holds::SchemaOrFlag), Value::Object(_)) => {
            vec![(None, member)]
        }
        (Some(Holds::Mapping(kind)), Value::Object(entries)) => entries
            .iter()
            .filter(|(name, _)| !is_extension(kind, name))
            .map(|(name, entry)| (Some(name.clone()), entry))
            .collect(),
        (Some(Holds::List(_)), Value::Array(entries)) => numbered(entries.iter()),
        _ => Vec::new(),
    };
    let kind = expected.map_or(of, Holds::kind);
    entries.into_iter().map(|(name, entry)| (name, kind, entry)).collect()
}

/// Appends one segment to a JSON pointer.
pub(crate) fn push(pointer: &mut String, segment: &str) {
    pointer.push('/');
    if segment.contains('~') || segment.contains('/') {
        pointer.push_str(&segment.replace('~', "~0").replace('/', "~1"));
    } else {
        pointer.push_str(segment);
    }
}

/// The JSON pointer made of the segments.
pub(crate) fn pointer(segments: &[&str]) -> String {
    let mut pointer = String::new();
    for segment in segments {
        push(&mut pointer, segment);
    }
    pointer
}

/// The segments of a JSON pointer, unescaped.
pub(crate) fn segments(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|segment| segment.replace("~1", "/").replace("~0", "~"))
}

/// Whether what stands at a pointer is part of a request: a parameter or a request body of an operation.
pub(crate) fn is_sent(pointer: &str) -> bool {
    let mut segments = pointer.split('/').skip(3);
    let is_sending = |segment: Option<&str>| matches!(segment, Some("parameters" | "requestBody"));
    is_sending(segments.next()) || is_sending(segments.next())
}
