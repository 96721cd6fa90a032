//! The structural differences of two bundles: parts that only one side has, and parts with different values, each named by its
//! path. Differences of order and wording are reported separately.
//!
//! A schema that both sides have under the same name is compared once. When, at any location, only one side refers to a schema
//! by name, the schema is compared at each location that uses it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::pairs;
use crate::openapi::references;
use crate::openapi::select::{self, Operation};
use crate::openapi::walk::{self, Holds, Kind};

type Names = BTreeSet<String>;

/// The kind of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum What {
    Removed,
    Added,
    Changed,
    /// A list has the same values in another order.
    Order,
    /// A change in text that only people read.
    Wording,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Change {
    pub(crate) what: What,
    /// The location of the difference: an operation or a component schema, and the keys that lead to the location in it.
    pub(crate) place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) old: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) new: Option<String>,
}

/// All differences between the operations of two documents; those of wording and order only in the operations in `worded`.
pub(crate) fn compare(old: &Value, new: &Value, worded: &Names) -> Vec<Change> {
    let [before, after] = [old, new].map(|document| select::reached(document, |_| true));
    by_name(old, new, worded, &(&before & &after))
}

/// The differences when the schemas in `named` are compared once, by their names.
fn by_name(old: &Value, new: &Value, worded: &Names, named: &Names) -> Vec<Change> {
    let mut sides = [old, new].map(|document| Side {
        document,
        named,
        is_worded: false,
        open: Vec::new(),
        parts: Parts::new(),
    });
    let mut partners = BTreeSet::new();
    for operation in select::operations(old) {
        let name = name(old, &operation);
        let partner = pairs::partner(old, &operation, new);
        for side in &mut sides {
            side.is_worded = worded.contains(&pairs::key(&operation));
        }
        sides[0].operation(&name, &operation);
        if let Some(partner) = partner {
            sides[1].operation(&name, &partner);
            partners.insert(partner);
        }
    }
    for operation in select::operations(new) {
        if !partners.contains(&operation) {
            sides[1].operation(&name(new, &operation), &operation);
        }
    }
    for side in &mut sides {
        side.is_worded = !worded.is_empty();
        for name in named {
            let schema = &side.document["components"]["schemas"][name];
            side.object(Kind::Schema, schema, &format!("schema {name}"));
        }
    }
    let [before, after] = sides.map(|side| side.parts);
    let changes = differences(&before, &after);
    // The schema when only one side refers to it by name at this location. It must be compared where it is used.
    let split = |change: &Change| {
        let values = [change.old.as_deref()?, change.new.as_deref()?];
        let [before, after] = values.map(|value| value.strip_prefix("schema "));
        before.xor(after).map(str::to_owned)
    };
    let split: BTreeSet<String> = changes.iter().filter_map(split).collect();
    match named.is_disjoint(&split) {
        true => changes,
        false => by_name(old, new, worded, &(named - &split)),
    }
}

/// All parts of a bundle, each with its text. A part is identified by the keys that lead to it, one on each line. The text of a
/// part that is not a scalar is empty and shows only that the part exists.
type Parts = BTreeMap<(String, What), String>;

/// The differences of two bundles. When a part is missing, new or different, nothing below that part is reported.
fn differences(old: &Parts, new: &Parts) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut told: Option<&String> = None;
    for part @ (path, what) in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
        let (before, after) = (old.get(part), new.get(part));
        let is_below = |told: &String| {
            let rest = path.strip_prefix(told.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('\n'))
        };
        if before == after || told.is_some_and(is_below) {
            continue;
        }
        let is_same_list = |before: &String, after: &String| {
            let [before, after] = [before, after].map(|text| text.lines().collect::<BTreeSet<_>>());
            before == after
        };
        let what = match (what, before, after) {
            (What::Order, Some(before), Some(after)) if is_same_list(before, after) => What::Order,
            (What::Order, ..) => continue,
            (What::Changed, _, None) => What::Removed,
            (What::Changed, None, _) => What::Added,
            (what, ..) => *what,
        };
        let is_text = !matches!(what, What::Order | What::Wording);
        let shown = |text: Option<&String>| match text.map(String::as_str).filter(|_| is_text)? {
            "" if what == What::Changed => Some("described in place".to_owned()),
            "" => None,
            text => Some(text.chars().take(200).collect()),
        };
        changes.push(Change {
            what,
            place: path.replace('\n', "."),
            old: shown(before),
            new: shown(after),
        });
        told = if is_text { Some(path) } else { told };
    }
    changes.sort();
    changes
}

fn name(document: &Value, operation: &Operation) -> String {
    let id = select::id(document, operation).map(str::to_owned);
    id.unwrap_or_else(|| format!("{} {}", operation.1, operation.0))
}

/// Above this number of parts, references are no longer followed, because each step could double the number of parts.
const MAX_PARTS: usize = 20_000;

/// One of the two bundles, while its parts are collected.
struct Side<'a> {
    document: &'a Value,
    /// Schemas that both sides have under the same name.
    named: &'a Names,
    /// Whether wording and order are collected too.
    is_worded: bool,
    /// The schemas whose references were followed to reach the current location.
    open: Vec<String>,
    parts: Parts,
}

impl Side<'_> {
    fn operation(&mut self, name: &str, (path, method): &Operation) {
        let operation = &self.document["paths"][path][method];
        self.object(Kind::Operation, operation, name);
        let request = format!("{method} {path}");
        self.say(What::Changed, &format!("{name}\nrequest"), request);
    }

    fn say(&mut self, what: What, at: &str, text: String) {
        if what == What::Changed || self.is_worded {
            self.parts.insert((at.to_owned(), what), text);
        }
    }

    /// Collects the parts of an object. When the object is a reference, its target is collected instead.
    fn object(&mut self, kind: Kind, value: &Value, at: &str) {
        if let Some(name) = references::target(value) {
            let is_open = self.open.iter().any(|open| open == name);
            if self.named.contains(name) || is_open || self.parts.len() > MAX_PARTS {
                return self.say(What::Changed, at, format!("schema {name}"));
            }
            self.open.push(name.to_owned());
            self.object(kind, &self.document["components"]["schemas"][name], at);
            self.open.pop();
            return;
        }
        self.say(What::Changed, at, String::new());
        for (key, member) in walk::members(value) {
            let at = format!("{at}\n{key}");
            match walk::holds(kind, key) {
                _ if is_default(value, key) => {}
                _ if is_wording(key) => self.say(What::Wording, &at, member.to_string()),
                Some(Holds::One(kind)) if member.is_object() => self.object(kind, member, &at),
                Some(Holds::Mapping(kind) | Holds::List(kind)) => {
                    self.members(Some(kind), member, &at);
                }
                _ if member.is_array() => self.members(None, member, &at),
                _ => self.say(What::Changed, &at, text(member)),
            }
        }
    }

    /// Adds the members of a mapping, or the items of a list in any order. `kind` is their kind; `None` for plain values.
    fn members(&mut self, kind: Option<Kind>, holder: &Value, at: &str) {
        self.say(What::Changed, at, String::new());
        let (mut order, mut members) = (Vec::new(), Vec::new());
        for (index, item) in walk::items(holder).enumerate() {
            let number = kind.map(|_| index.to_string());
            let name = item_name(item).or(number).unwrap_or_else(|| text(item));
            order.push(name.clone());
            members.push((name, item));
        }
        self.say(What::Order, at, order.join("\n"));
        members.extend(walk::members(holder).map(|(name, member)| (name.clone(), member)));
        for (name, member) in members {
            let at = format!("{at}\n{name}");
            match kind {
                Some(kind) => self.object(kind, member, &at),
                None => self.say(What::Changed, &at, String::new()),
            }
        }
    }
}

/// The text that identifies an item of a list, such as its name; `None` when the item has no such text.
fn item_name(item: &Value) -> Option<String> {
    let text = |key: &str| item[key].as_str();
    match (text("in"), text("name"), text("url").or(text("$ref"))) {
        (Some(place), Some(name), _) => Some(format!("{place} {name}")),
        (_, _, name) => name.map(str::to_owned),
    }
}

/// Whether a key has its default value in OpenAPI, so that it means the same as an absent key.
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

/// Whether the value of a key is only text for people. That of `x-extensible-enum` is not: it lists values.
fn is_wording(key: &str) -> bool {
    let words = "description summary title example examples externalDocs";
    let is_extension = key.starts_with("x-") && key != "x-extensible-enum";
    is_extension || words.split(' ').any(|word| word == key)
}

/// The text of a value. A string keeps its quotes when a number or another JSON value would have the same text.
fn text(value: &Value) -> String {
    let text = value.as_str();
    let text = text.filter(|text| serde_json::from_str::<Value>(text).is_err());
    text.map_or_else(|| value.to_string(), str::to_owned)
}
