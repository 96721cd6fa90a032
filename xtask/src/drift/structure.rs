//! How two bundles differ in structure: what is there on one side only, and what has another value, each by its path.
//! Order and wording are told apart from the rest.
//!
//! Each bundle is laid out as facts, a path and a value each, and the facts are compared. A schema that both sides have
//! under the same name is an object of its own; what only one side names is laid out where it is used.

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
        let schemas = reached.filter_map(|pointer| Some(pointer.strip_prefix("/schemas/")?.to_owned()));
        schemas.collect()
    };
    let named = &names(old) & &names(new);
    let mut sides = [Facts::new(old, &named), Facts::new(new, &named)];
    let mut partners = BTreeSet::new();
    for operation in select::operations(old) {
        let partner = pairs::partner(old, &operation, new);
        let name = name(old, &operation);
        let is_worded = worded.contains(&pairs::key(&operation));
        sides[0].operation(&name, &operation, is_worded);
        if let Some(partner) = partner {
            sides[1].operation(&name, &partner, is_worded);
            partners.insert(partner);
        }
    }
    for operation in select::operations(new) {
        if !partners.contains(&operation) {
            sides[1].operation(&name(new, &operation), &operation, false);
        }
    }
    for name in &named {
        for side in &mut sides {
            side.component(name, !worded.is_empty());
        }
    }
    let [old, new] = sides.map(|side| side.facts);
    differences(&old, &new)
}

fn differences(old: &BTreeMap<Fact, String>, new: &BTreeMap<Fact, String>) -> Vec<Change> {
    let all: BTreeSet<&Fact> = old.keys().chain(new.keys()).collect();
    let (mut told, mut whole) = (BTreeSet::new(), BTreeSet::new());
    let mut changes = Vec::new();
    for fact in all {
        let (before, after) = (old.get(fact), new.get(fact));
        let what = match (fact.kind, before, after) {
            (_, before, after) if before == after => continue,
            (What::Changed, Some(_), None) => What::Removed,
            (What::Changed, None, Some(_)) => What::Added,
            (What::Order, None, _) | (What::Order, _, None) => continue,
            (kind, _, _) => kind,
        };
        // What is gone or new as a whole, or named on one side only, is told once.
        let mut above = fact.place.match_indices('.').map(|(end, _)| &fact.place[..end]);
        if above.any(|above| whole.contains(above)) {
            continue;
        }
        if fact.kind == What::Changed {
            told.insert(fact.place.as_str());
            let is_named = [before, after].iter().flatten().any(|value| value.starts_with("schema "));
            if what != What::Changed || is_named {
                whole.insert(fact.place.as_str());
            }
        }
        let value = |value: Option<&String>| match (fact.kind, what, value?.as_str()) {
            (What::Changed, What::Changed, "") => Some("described in place".to_owned()),
            (What::Changed, _, value) if !value.is_empty() => Some(value.to_owned()),
            _ => None,
        };
        let place = fact.place.clone();
        changes.push(Change { what, place, old: value(before), new: value(after) });
    }
    // An order says something only of lists that have the same items.
    changes.retain(|change| {
        let items = format!("{}.", change.place);
        let next: Option<&&str> = told.range(items.as_str()..).next();
        change.what != What::Order || next.is_none_or(|place| !place.starts_with(&items))
    });
    changes.sort();
    changes
}

fn name(document: &Value, (path, method): &(String, String)) -> String {
    let id = document["paths"][path][method]["operationId"].as_str();
    id.map_or_else(|| format!("{method} {path}"), str::to_owned)
}

/// What a difference at a place would be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fact {
    place: String,
    kind: What,
}

struct Facts<'a> {
    document: &'a Value,
    /// Schemas that both sides have under the same name.
    named: &'a BTreeSet<String>,
    is_worded: bool,
    /// The schemas that are being laid out where they are used.
    open: Vec<String>,
    facts: BTreeMap<Fact, String>,
}

impl<'a> Facts<'a> {
    fn new(document: &'a Value, named: &'a BTreeSet<String>) -> Self {
        Self { document, named, is_worded: false, open: Vec::new(), facts: BTreeMap::new() }
    }

    fn operation(&mut self, name: &str, (path, method): &(String, String), is_worded: bool) {
        self.is_worded = is_worded;
        let item = &self.document["paths"][path];
        let mut operation = item[method].clone();
        let parameters = effective_parameters(item, &item[method]);
        if !parameters.is_empty() {
            operation["parameters"] = parameters.into_iter().cloned().collect();
        }
        let request = format!("{method} {path}");
        self.tell(&format!("{name}.request"), What::Changed, request);
        self.object(Kind::Operation, name, &operation);
    }

    fn component(&mut self, name: &str, is_worded: bool) {
        self.is_worded = is_worded;
        let schema = &self.document["components"]["schemas"][name];
        self.object(Kind::Schema, &format!("schema {name}"), schema);
    }

    fn tell(&mut self, place: &str, kind: What, value: String) {
        let is_words = matches!(kind, What::Order | What::Wording);
        if self.is_worded || !is_words {
            let place = place.to_owned();
            self.facts.entry(Fact { place, kind }).or_insert(value);
        }
    }

    fn object(&mut self, kind: Kind, place: &str, value: &Value) {
        let target = value["$ref"].as_str().and_then(|target| target.strip_prefix('#'));
        if let Some(pointer) = target {
            let name = references::target(value).unwrap_or_default();
            if self.named.contains(name) || self.open.iter().any(|open| open == pointer) {
                return self.tell(place, What::Changed, format!("schema {name}"));
            }
            self.open.push(pointer.to_owned());
            let meant = self.document.pointer(pointer).unwrap_or(&Value::Null);
            self.object(kind, place, meant);
            self.open.pop();
            return;
        }
        self.tell(place, What::Changed, String::new());
        for (key, member) in value.as_object().into_iter().flatten() {
            let place = format!("{place}.{key}");
            if is_default(value, key) {
                continue;
            }
            if is_wording(kind, key) {
                self.tell(&place, What::Wording, member.to_string());
            } else {
                let holds = walk::holds(kind, key).unwrap_or(Holds::Anything);
                self.member(holds, &place, member);
            }
        }
    }

    fn member(&mut self, holds: Holds, place: &str, member: &Value) {
        match (holds, member) {
            (Holds::One(kind), member) => self.object(kind, place, member),
            (Holds::SchemaOrFlag, Value::Object(_)) => self.object(Kind::Schema, place, member),
            (Holds::Mapping(kind), Value::Object(entries)) => {
                for (name, entry) in entries {
                    self.object(kind, &format!("{place}.{name}"), entry);
                }
            }
            (Holds::List(kind), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    let name = item_name(item).unwrap_or_else(|| index.to_string());
                    self.object(kind, &format!("{place}.{name}"), item);
                }
                self.order(place, items.iter().filter_map(item_name));
            }
            (Holds::Texts | Holds::AnyList, Value::Array(items)) => {
                for item in items {
                    self.tell(&format!("{place}.{}", short(item)), What::Changed, String::new());
                }
                self.order(place, items.iter().map(short));
            }
            (_, member) => self.tell(place, What::Changed, short(member)),
        }
    }

    fn order(&mut self, place: &str, items: impl Iterator<Item = String>) {
        self.tell(place, What::Order, items.collect::<Vec<_>>().join(", "));
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
    let form = if object["in"] == "query" || object["in"] == "cookie" { "form" } else { "simple" };
    match key {
        "style" => object[key] == form,
        "explode" => object[key] == (object["style"].as_str().unwrap_or(form) == "form"),
        "additionalProperties" => object[key] == true && object.get("properties").is_some(),
        key => object[key] == false,
    }
}

/// What is only read by people. The values that may appear in a text are more than wording.
fn is_wording(kind: Kind, key: &str) -> bool {
    const WORDS: [&str; 6] = ["description", "summary", "title", "example", "examples", "externalDocs"];
    (WORDS.contains(&key) && kind != Kind::Info) || (key.starts_with("x-") && key != "x-extensible-enum")
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
