//! How two bundles differ in structure: what is there on one side only, and what has another value, each by its path.
//! Order and wording are told apart from the rest.
//!
//! A schema that both sides have under the same name is compared on its own; what only one side names is compared where
//! it is used.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::pairs;
use crate::openapi::walk::{self, Holds, Kind};
use crate::openapi::{references, select};
use crate::pipeline::lower::refuse::effective_parameters;

/// What kind of difference it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum What {
    Removed,
    Added,
    Changed,
    /// The same values in another order.
    Order,
    /// Only what people read.
    Wording,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Change {
    pub(crate) what: What,
    /// An operation or a component schema, and the keys that lead to the place.
    pub(crate) place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) old: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) new: Option<String>,
}

/// Every difference between the operations of two documents. Wording and order count only for operations in `worded`.
pub(crate) fn compare(old: &Value, new: &Value, worded: &BTreeSet<String>) -> Vec<Change> {
    let names = |document: &Value| -> BTreeSet<String> {
        let reached = select::reached(document, |_| true).into_iter();
        let schemas =
            reached.filter_map(|pointer| Some(pointer.strip_prefix("/schemas/")?.to_owned()));
        schemas.collect()
    };
    let named = &names(old) & &names(new);
    let [old_side, new_side] = [old, new].map(|document| Side {
        document,
        named: &named,
    });
    let mut changes = Vec::new();
    let mut partners = BTreeSet::new();
    for operation in select::operations(old) {
        let partner = pairs::partner(old, &operation, new);
        let is_worded = worded.contains(&pairs::key(&operation));
        let before = old_side.operation(&operation);
        let after = partner.as_ref().map(|partner| new_side.operation(partner));
        let name = name(old, &operation);
        differ(
            &name,
            Some(&before),
            after.as_ref(),
            is_worded,
            &mut changes,
        );
        partners.extend(partner);
    }
    for operation in select::operations(new) {
        if !partners.contains(&operation) {
            let after = new_side.operation(&operation);
            let name = name(new, &operation);
            differ(&name, None, Some(&after), false, &mut changes);
        }
    }
    for name in &named {
        let [before, after] = [&old_side, &new_side].map(|side| {
            let schema = &side.document["components"]["schemas"][name];
            side.object(Kind::Schema, schema, &mut Vec::new())
        });
        let place = format!("schema {name}");
        let is_worded = !worded.is_empty();
        differ(&place, Some(&before), Some(&after), is_worded, &mut changes);
    }
    changes.sort();
    changes
}

/// Part of a bundle as it is compared.
#[derive(Debug, Default, PartialEq)]
struct Node {
    /// What stands here, when it is no mapping and no list of its own.
    text: String,
    /// The names of the items in their order, where it is a list.
    order: Vec<String>,
    /// What is only read by people.
    words: BTreeMap<String, String>,
    below: BTreeMap<String, Node>,
}

impl Node {
    fn text(text: String) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }
}

/// Tells what two parts differ in. What is gone or new as a whole, or is a named schema on one side only, is told once.
fn differ(
    place: &str,
    old: Option<&Node>,
    new: Option<&Node>,
    worded: bool,
    all: &mut Vec<Change>,
) {
    let mut tell = |what: What, place: &str, old: &str, new: &str| {
        let [old, new] =
            [old, new].map(|text| Some(text.to_owned()).filter(|text| !text.is_empty()));
        let place = place.to_owned();
        all.push(Change {
            what,
            place,
            old,
            new,
        });
    };
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) => (old, new),
        (Some(old), None) => return tell(What::Removed, place, &old.text, ""),
        (None, new) => return tell(What::Added, place, "", new.map_or("", |new| &new.text)),
    };
    if old.text != new.text {
        let [old, new] = [old, new].map(|node| match node.text.as_str() {
            "" => "described in place",
            text => text,
        });
        return tell(What::Changed, place, old, new);
    }
    for key in keys(&old.words, &new.words) {
        if worded && old.words.get(key) != new.words.get(key) {
            tell(What::Wording, &format!("{place}.{key}"), "", "");
        }
    }
    if worded && old.order != new.order && old.below.keys().eq(new.below.keys()) {
        tell(What::Order, place, "", "");
    }
    for key in keys(&old.below, &new.below) {
        let [old, new] = [old, new].map(|node| node.below.get(key));
        differ(&format!("{place}.{key}"), old, new, worded, all);
    }
}

/// The keys of both.
fn keys<'a, T>(old: &'a BTreeMap<String, T>, new: &'a BTreeMap<String, T>) -> BTreeSet<&'a String> {
    old.keys().chain(new.keys()).collect()
}

fn name(document: &Value, (path, method): &(String, String)) -> String {
    let id = document["paths"][path][method]["operationId"].as_str();
    id.map_or_else(|| format!("{method} {path}"), str::to_owned)
}

/// One of the two bundles.
struct Side<'a> {
    document: &'a Value,
    /// Schemas that both sides have under the same name.
    named: &'a BTreeSet<String>,
}

impl Side<'_> {
    fn operation(&self, (path, method): &(String, String)) -> Node {
        let item = &self.document["paths"][path];
        let mut operation = item[method].clone();
        let parameters = effective_parameters(item, &item[method]);
        if !parameters.is_empty() {
            operation["parameters"] = parameters.into_iter().cloned().collect();
        }
        let mut node = self.object(Kind::Operation, &operation, &mut Vec::new());
        let request = Node::text(format!("{method} {path}"));
        node.below.insert("request".to_owned(), request);
        node
    }

    /// An object, with what it refers to in place of the reference; `open` are the references that lead here.
    fn object(&self, kind: Kind, value: &Value, open: &mut Vec<String>) -> Node {
        let target = value["$ref"].as_str();
        if let Some(pointer) = target.and_then(|target| target.strip_prefix('#')) {
            let name = references::target(value).unwrap_or_default();
            if self.named.contains(name) || open.iter().any(|open| open == pointer) {
                return Node::text(format!("schema {name}"));
            }
            open.push(pointer.to_owned());
            let meant = self.document.pointer(pointer).unwrap_or(&Value::Null);
            let node = self.object(kind, meant, open);
            open.pop();
            return node;
        }
        let mut node = Node::default();
        for (key, member) in value.as_object().into_iter().flatten() {
            if is_default(value, key) {
                continue;
            }
            if is_wording(kind, key) {
                node.words.insert(key.clone(), member.to_string());
            } else {
                let holds = walk::holds(kind, key).unwrap_or(Holds::Anything);
                node.below
                    .insert(key.clone(), self.member(holds, member, open));
            }
        }
        node
    }

    fn member(&self, holds: Holds, member: &Value, open: &mut Vec<String>) -> Node {
        let mut node = Node::default();
        match (holds, member) {
            (Holds::One(kind), member) => return self.object(kind, member, open),
            (Holds::SchemaOrFlag, Value::Object(_)) => {
                return self.object(Kind::Schema, member, open);
            }
            (Holds::Mapping(kind), Value::Object(entries)) => {
                for (name, entry) in entries {
                    let entry = self.object(kind, entry, open);
                    node.below.insert(name.clone(), entry);
                }
            }
            (Holds::List(kind), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    let name = item_name(item).unwrap_or_else(|| index.to_string());
                    node.order.push(name.clone());
                    node.below.insert(name, self.object(kind, item, open));
                }
            }
            (Holds::Texts | Holds::AnyList, Value::Array(items)) => {
                node.order = items.iter().map(short).collect();
                let items = node.order.iter().cloned();
                node.below = items.map(|item| (item, Node::default())).collect();
            }
            (_, member) => return Node::text(short(member)),
        }
        node
    }
}

/// What identifies an item of a list, where it has such a thing.
fn item_name(item: &Value) -> Option<String> {
    let text = |key: &str| item[key].as_str();
    match (text("in"), text("name"), text("url").or(text("$ref"))) {
        (Some(place), Some(name), _) => Some(format!("{place} {name}")),
        (_, _, Some(name)) => Some(name.to_owned()),
        _ => None,
    }
}

/// Whether a key says what would be so without it.
fn is_default(object: &Value, key: &str) -> bool {
    let is_form = object["in"] == "query" || object["in"] == "cookie";
    let form = if is_form { "form" } else { "simple" };
    match key {
        "style" => object[key] == form,
        "explode" => object[key] == (object["style"].as_str().unwrap_or(form) == "form"),
        "additionalProperties" => object[key] == true && object.get("properties").is_some(),
        key => object[key] == false,
    }
}

/// What is only read by people. The values that may appear in a text are more than wording.
fn is_wording(kind: Kind, key: &str) -> bool {
    let is_word = "description summary title example examples externalDocs"
        .split(' ')
        .any(|word| word == key);
    (is_word && kind != Kind::Info) || (key.starts_with("x-") && key != "x-extensible-enum")
}

/// A value for a report, cut when long.
fn short(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
