//! How two bundles differ in structure: what is there on one side only, and what has another value, each by its path.
//!
//! References are followed, so that a schema which is written out on one side and named on the other is no difference; a
//! change in a named schema is told once. Order and wording are told apart from the rest.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::pairs;
use crate::openapi::select;
use crate::openapi::walk::{self, Holds, Kind};

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
    /// An operation, or a component schema.
    pub(crate) object: String,
    /// Where in the object, as keys divided by dots.
    pub(crate) path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) old: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) new: Option<String>,
}

/// Every difference between the operations of two documents. Wording and order count only for operations in `worded`.
pub(crate) fn compare(old: &Value, new: &Value, worded: &BTreeSet<String>) -> Vec<Change> {
    let mut comparison = Comparison {
        old,
        new,
        is_worded: true,
        object: String::new(),
        seen: BTreeSet::new(),
        changes: BTreeSet::new(),
    };
    let mut left: BTreeSet<_> = select::operations(new).into_iter().collect();
    let mut operations = select::operations(old);
    // What is told of a named schema is told for the first operation that has it.
    operations.sort_by_key(|operation| !worded.contains(&pairs::key(operation)));
    for operation in operations {
        comparison.is_worded = worded.contains(&pairs::key(&operation));
        let (path, method) = &operation;
        comparison.object = name(old, path, method);
        match pairs::partner(old, &operation, new) {
            None => comparison.tell(What::Removed, "", Some(format!("{method} {path}")), None),
            Some((new_path, new_method)) => {
                left.remove(&(new_path.clone(), new_method.clone()));
                let request = [
                    format!("{method} {path}"),
                    format!("{new_method} {new_path}"),
                ];
                if request[0] != request[1] {
                    let [old, new] = request;
                    comparison.tell(What::Changed, "path", Some(old), Some(new));
                }
                let old = effective(old, path, method);
                let new = effective(new, &new_path, &new_method);
                comparison.object(Kind::Operation, "", &old, &new);
            }
        }
    }
    for (path, method) in left {
        comparison.object = name(new, &path, &method);
        comparison.tell(What::Added, "", None, Some(format!("{method} {path}")));
    }
    comparison.changes.into_iter().collect()
}

fn name(document: &Value, path: &str, method: &str) -> String {
    let id = document["paths"][path][method]["operationId"].as_str();
    id.map_or_else(|| format!("{method} {path}"), str::to_owned)
}

/// An operation with the parameters that its path has for all.
fn effective(document: &Value, path: &str, method: &str) -> Value {
    let item = &document["paths"][path];
    let mut operation = item[method].clone();
    let own = operation["parameters"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let shared = item["parameters"].as_array().cloned().unwrap_or_default();
    let key = |parameter: &Value| (parameter["name"].clone(), parameter["in"].clone());
    let shared = shared
        .into_iter()
        .filter(|shared| own.iter().all(|known| key(known) != key(shared)));
    let all: Vec<Value> = own.iter().cloned().chain(shared).collect();
    if !all.is_empty() {
        operation["parameters"] = all.into();
    }
    operation
}

struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    is_worded: bool,
    object: String,
    /// Pairs of components that have been compared.
    seen: BTreeSet<(String, String)>,
    changes: BTreeSet<Change>,
}

impl Comparison<'_> {
    fn tell(&mut self, what: What, path: &str, old: Option<String>, new: Option<String>) {
        if self.is_worded || !matches!(what, What::Order | What::Wording) {
            self.changes.insert(Change {
                what,
                object: self.object.clone(),
                path: path.to_owned(),
                old,
                new,
            });
        }
    }

    fn object(&mut self, kind: Kind, path: &str, old: &Value, new: &Value) {
        let target = |value: &Value| value["$ref"].as_str().map(str::to_owned);
        let (old_target, new_target) = (target(old), target(new));
        if old_target.is_none() && new_target.is_none() {
            return self.members(kind, path, old, new);
        }
        let resolve = |document: &Value, target: Option<&String>, value: &Value| {
            let local = target.and_then(|target| target.strip_prefix('#'));
            let found = local.and_then(|local| document.pointer(local));
            found.unwrap_or(value).clone()
        };
        let old = resolve(self.old, old_target.as_ref(), old);
        let new = resolve(self.new, new_target.as_ref(), new);
        let pair = [old_target, new_target].map(Option::unwrap_or_default);
        let [old_name, new_name] = &pair;
        if old_name.is_empty() || new_name.is_empty() {
            return self.object(kind, path, &old, &new);
        }
        if self.seen.insert((old_name.clone(), new_name.clone())) {
            let component = old_name
                .trim_start_matches("#/components/")
                .replace('/', " ");
            let user = std::mem::replace(&mut self.object, component);
            self.object(kind, "", &old, &new);
            self.object = user;
        }
    }

    fn members(&mut self, kind: Kind, path: &str, old: &Value, new: &Value) {
        let keys = |value: &Value| -> BTreeSet<String> {
            value
                .as_object()
                .into_iter()
                .flatten()
                .map(|(key, _)| key.clone())
                .collect()
        };
        for key in keys(old).union(&keys(new)) {
            let path = join(path, key);
            let (old, new) = (old.get(key), new.get(key));
            if old == new {
                continue;
            }
            if is_wording(kind, key) {
                self.tell(What::Wording, &path, None, None);
                continue;
            }
            match (walk::holds(kind, key), old, new) {
                (Some(Holds::One(kind)), Some(old), Some(new)) => {
                    self.object(kind, &path, old, new)
                }
                (
                    Some(Holds::SchemaOrFlag),
                    Some(old @ Value::Object(_)),
                    Some(new @ Value::Object(_)),
                ) => {
                    self.object(Kind::Schema, &path, old, new);
                }
                (Some(Holds::Mapping(kind)), old, new) => self.named(kind, &path, old, new),
                (Some(Holds::List(kind)), old, new) => {
                    let [old, new] = [old, new].map(|list| by_name(kind, list));
                    self.named(kind, &path, Some(&old), Some(&new));
                }
                (Some(Holds::Texts | Holds::AnyList), old, new) => self.set(&path, old, new),
                (_, old, new) => self.value(&path, old, new),
            }
        }
    }

    /// Objects that have names.
    fn named(&mut self, kind: Kind, path: &str, old: Option<&Value>, new: Option<&Value>) {
        let names = |all: Option<&Value>| -> Vec<String> {
            let all = all.and_then(Value::as_object).into_iter().flatten();
            all.map(|(name, _)| name.clone()).collect()
        };
        let (old_names, new_names) = (names(old), names(new));
        let all: BTreeSet<&String> = old_names.iter().chain(&new_names).collect();
        for name in all {
            let path = join(path, name);
            let of = |all: Option<&Value>| all.and_then(|all| all.get(name)).cloned();
            match (of(old), of(new)) {
                (Some(old), Some(new)) => self.object(kind, &path, &old, &new),
                (old, new) => self.value(&path, old.as_ref(), new.as_ref()),
            }
        }
    }

    /// Values of which the order means nothing.
    fn set(&mut self, path: &str, old: Option<&Value>, new: Option<&Value>) {
        let items =
            |list: Option<&Value>| list.and_then(Value::as_array).cloned().unwrap_or_default();
        let (old, new) = (items(old), items(new));
        let mut is_same = true;
        for item in old.iter().filter(|item| !new.contains(item)) {
            is_same = false;
            self.tell(What::Removed, path, Some(short(item)), None);
        }
        for item in new.iter().filter(|item| !old.contains(item)) {
            is_same = false;
            self.tell(What::Added, path, None, Some(short(item)));
        }
        if is_same {
            self.tell(What::Order, path, None, None);
        }
    }

    fn value(&mut self, path: &str, old: Option<&Value>, new: Option<&Value>) {
        let what = match (old, new) {
            (Some(_), None) => What::Removed,
            (None, _) => What::Added,
            _ => What::Changed,
        };
        self.tell(what, path, old.map(short), new.map(short));
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// A list as a mapping, under what identifies its items where they have such a thing. Two lists that differ in nothing but
/// the order of named items are equal then.
fn by_name(kind: Kind, list: Option<&Value>) -> Value {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    let named = items.enumerate().map(|(index, item)| {
        let name = match kind {
            Kind::Parameter if item["name"].is_string() => format!(
                "{} {}",
                item["in"].as_str().unwrap_or_default(),
                item["name"].as_str().unwrap_or_default()
            ),
            Kind::Server => item["url"].as_str().unwrap_or_default().to_owned(),
            _ => item["$ref"]
                .as_str()
                .map_or_else(|| index.to_string(), str::to_owned),
        };
        (name, item.clone())
    });
    Value::Object(named.collect())
}

/// What is only read by people. The values that may appear in a text are more than wording.
fn is_wording(kind: Kind, key: &str) -> bool {
    const WORDS: [&str; 6] = [
        "description",
        "summary",
        "title",
        "example",
        "examples",
        "externalDocs",
    ];
    (WORDS.contains(&key) && kind != Kind::Info)
        || (key.starts_with("x-") && key != "x-extensible-enum")
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
