//! Schemas, compared as the sets of values they allow.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use super::composition::COMPOSITIONS;
use super::discriminator::discriminator;
use super::lifetime::{announced, lifetime};
use super::limits::limits;
use super::scalars::{access, default, enums, nullability, types};
use super::values::{self, changes};
use super::{At, Direction, Effect, Finding, Findings, NOTHING, Side, field};
use crate::spec::hoist;
use crate::spec::walk::Kind;

/// Compares schemas of two documents, each pair of named ones only once per direction.
pub(super) struct Schemas<'a> {
    pub(super) old: &'a Side,
    pub(super) new: &'a Side,
    /// What a pair of named schemas differs in where it is used in this way; `None` while it is being compared, which ends
    /// recursion.
    known: BTreeMap<Use, Option<Vec<Finding>>>,
    /// Whether two schemas are equal, by where they are in the documents.
    pub(super) equal: HashMap<(*const Value, *const Value, Direction, bool), bool>,
    /// How many more pairs may be compared.
    left: usize,
}

/// Members of compositions are compared each with each, which nesting multiplies; real descriptions need thousands.
const PAIRS: usize = 100_000;

/// The names on both sides, the direction, and whether values are written as text.
type Use = (String, String, Direction, bool);

/// Members that only people read.
pub(super) const WORDS: &[&str] = &[
    "title",
    "description",
    "example",
    "examples",
    "externalDocs",
    "xml",
];

impl<'a> Schemas<'a> {
    pub(super) fn new(old: &'a Side, new: &'a Side) -> Self {
        Self {
            old,
            new,
            known: BTreeMap::new(),
            equal: HashMap::new(),
            left: PAIRS,
        }
    }

    /// Whether everything was compared that had to be.
    pub(super) fn is_complete(&self) -> bool {
        self.left > 0
    }

    /// Compares two schemas as they are used at `at`.
    pub(super) fn compare(
        &mut self,
        old: &Value,
        new: &Value,
        at: &At<'_>,
        findings: &mut Findings,
    ) {
        if old.is_null() != new.is_null() {
            let (effect, rule, message) = if old.is_null() {
                (
                    Effect::Narrower,
                    "schema-added",
                    "there is a schema now, where anything was allowed",
                )
            } else {
                (
                    Effect::Wider,
                    "schema-removed",
                    "there is no schema any more: anything is allowed",
                )
            };
            let rust = at.rust("changes its type");
            findings.add(at.finding(effect, rule, message.to_owned(), rust));
            return;
        }
        let ((old_name, old), (new_name, new)) = (self.old.follow(old), self.new.follow(new));
        if old == new && old_name.is_none() && new_name.is_none() && !has_reference(old) {
            return;
        }
        let titled = |schema: &Value| hoist::type_title(Kind::Schema, schema).map(hoist::short);
        let name = new_name
            .map(hoist::short)
            .or_else(|| titled(new))
            .or_else(|| old_name.map(hoist::short))
            .or_else(|| titled(old));
        let mut here = at.clone();
        if let Some(name) = &name {
            here.subject = crate::spec::walk::pointer(&["components", "schemas", name]);
        }
        let (Some(old_name), Some(new_name)) = (old_name, new_name) else {
            self.inside(old, new, &here, findings);
            return;
        };
        let key = (
            old_name.to_owned(),
            new_name.to_owned(),
            at.direction,
            at.is_text,
        );
        if !self.known.contains_key(&key) {
            self.known.insert(key.clone(), None);
            let mut inner = Findings::default();
            let mut start = here.clone();
            start.pointer = String::new();
            self.inside(old, new, &start, &mut inner);
            self.known.insert(key.clone(), Some(inner.found));
        }
        for finding in self.known[&key].iter().flatten() {
            let locations = finding.locations.iter().map(|location| super::Location {
                operation: at.operation.to_owned(),
                pointer: format!("{}{}", at.pointer, location.pointer),
            });
            findings.add(Finding {
                locations: locations.collect(),
                ..finding.clone()
            });
        }
    }

    fn inside(&mut self, old: &Value, new: &Value, at: &At<'_>, findings: &mut Findings) {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return;
        }
        values::words(old, new, WORDS, at, findings);
        lifetime(old, new, &["x-extensible-enum"], at, findings);
        nullability(old, new, at, findings);
        access(old, new, at, findings);
        default(old, new, at, findings);
        discriminator(old, new, self, at, findings);
        if self.wrapped(old, new, at, findings) || !types(old, new, at, findings) {
            return;
        }
        enums(old, new, "enum", at, findings);
        enums(old, new, "x-extensible-enum", at, findings);
        limits(old, new, at, findings);
        self.compare(&old["items"], &new["items"], &at.below("items"), findings);
        self.properties(old, new, at, findings);
        self.additional(old, new, at, findings);
        for (key, added) in COMPOSITIONS {
            self.composition(old, new, key, added, at, findings);
        }
        self.not(&old["not"], &new["not"], &at.below("not"), findings);
    }

    fn not(&mut self, old: &Value, new: &Value, at: &At<'_>, findings: &mut Findings) {
        let mut inner = Findings::default();
        self.compare(old, new, at, &mut inner);
        if inner.only_words() {
            return inner
                .found
                .into_iter()
                .for_each(|finding| findings.add(finding));
        }
        let (effect, rule) = match (old.is_null(), new.is_null()) {
            (true, _) => (Effect::Narrower, "not-added"),
            (_, true) => (Effect::Wider, "not-removed"),
            _ => (Effect::Different, "not-changed"),
        };
        let message = changes("`not`", old, new);
        findings.add(at.finding(effect, rule, message, NOTHING.to_owned()));
    }

    fn properties(&mut self, old: &Value, new: &Value, at: &At<'_>, findings: &mut Findings) {
        let required = |schema: &Value| -> BTreeSet<String> {
            let names = schema["required"].as_array().into_iter().flatten();
            names.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let (was_required, is_required) = (required(old), required(new));
        let empty = serde_json::Map::new();
        let before = old["properties"].as_object().unwrap_or(&empty);
        let after = new["properties"].as_object().unwrap_or(&empty);
        let all: BTreeSet<&String> = before
            .keys()
            .chain(after.keys())
            .chain(&was_required)
            .chain(&is_required)
            .collect();
        for name in all {
            let here = at.below("properties").below(name);
            // What only the other direction carries is not there for this one.
            let other = match at.direction {
                Direction::Request => Some("readOnly"),
                Direction::Response => Some("writeOnly"),
                Direction::Neither => None,
            };
            let carried = |schema: Option<&Value>, side: &Side| {
                schema
                    .zip(other)
                    .is_none_or(|(schema, key)| side.follow(schema).1[key] != true)
            };
            if !carried(before.get(name), self.old) && !carried(after.get(name), self.new) {
                continue;
            }
            let (was, is) = (was_required.contains(name), is_required.contains(name));
            let gained = at.rust(&format!(
                "gains `{}`, which breaks code that builds it",
                field(name)
            ));
            let option = |before: &Value, after: &Value, change: &str| {
                let both =
                    |is: fn(&Side, &Value) -> bool| is(self.old, before) && is(self.new, after);
                if both(|side, schema| side.follow(schema).1["nullable"] == true) {
                    "no effect: the field is an `Option` anyway, since it may be null".to_owned()
                } else if both(is_collection) {
                    here.rust("stays a list or a map; its holder may gain or lose its `Default`")
                } else {
                    here.rust(change)
                }
            };
            match (before.get(name), after.get(name)) {
                (Some(before), Some(after)) => {
                    match (was, is) {
                        (false, true) => findings.add(here.finding(
                            Effect::Narrower,
                            "property-required",
                            format!("the property `{name}` is now required"),
                            option(before, after, "changes from `Option<T>` to `T`"),
                        )),
                        (true, false) => findings.add(here.finding(
                            Effect::Wider,
                            "property-optional",
                            format!("the property `{name}` may now be missing"),
                            option(before, after, "changes from `T` to `Option<T>`"),
                        )),
                        _ => {}
                    }
                    self.compare(before, after, &here, findings);
                }
                (None, Some(_)) if is => findings.add(here.finding(
                    Effect::Narrower,
                    "required-property-added",
                    format!("the required property `{name}` is new"),
                    gained,
                )),
                (None, Some(_)) => findings.add(here.finding(
                    Effect::More,
                    "property-added",
                    format!("the optional property `{name}` is new"),
                    gained,
                )),
                (Some(before), None) => findings.add(here.finding(
                    Effect::Different,
                    "property-removed",
                    format!("the property `{name}` is gone{}", announced(before)),
                    here.rust("goes"),
                )),
                (None, None) => {
                    let message = format!(
                        "the undescribed property `{name}` is {} required",
                        if is { "now" } else { "no longer" }
                    );
                    match (was, is) {
                        (false, true) => findings.add(here.finding(
                            Effect::Narrower,
                            "property-required",
                            message,
                            NOTHING.to_owned(),
                        )),
                        (true, false) => findings.add(here.finding(
                            Effect::Wider,
                            "property-optional",
                            message,
                            NOTHING.to_owned(),
                        )),
                        _ => {}
                    }
                }
            }
        }
    }

    fn additional(&mut self, old: &Value, new: &Value, at: &At<'_>, findings: &mut Findings) {
        const KEY: &str = "additionalProperties";
        let at = at.below(KEY);
        let rust = || at.rust("may change between a struct and a map");
        match (further(old), further(new)) {
            (Further::Anything, Further::Nothing) | (Further::Fitting(_), Further::Nothing) => {
                findings.add(at.finding(
                    Effect::Narrower,
                    "additional-properties-forbidden",
                    "further properties are no longer allowed".to_owned(),
                    rust(),
                ));
            }
            (Further::Nothing, Further::Anything | Further::Fitting(_)) => {
                findings.add(at.finding(
                    Effect::Wider,
                    "additional-properties-allowed",
                    "further properties are now allowed".to_owned(),
                    rust(),
                ));
            }
            (Further::Anything, Further::Fitting(_)) => {
                findings.add(at.finding(
                    Effect::Narrower,
                    "additional-properties-typed",
                    "further properties must now fit a schema".to_owned(),
                    rust(),
                ));
            }
            (Further::Fitting(_), Further::Anything) => {
                findings.add(at.finding(
                    Effect::Wider,
                    "additional-properties-untyped",
                    "further properties may now be anything".to_owned(),
                    rust(),
                ));
            }
            (Further::Fitting(before), Further::Fitting(after)) => {
                self.compare(before, after, &at, findings);
            }
            (Further::Anything, Further::Anything) | (Further::Nothing, Further::Nothing) => {}
        }
    }
}

/// Whether a property of this schema is a list or a map, empty when it is missing; with a name it would be a type.
fn is_collection(side: &Side, schema: &Value) -> bool {
    let (name, schema) = side.follow(schema);
    name.is_none()
        && schema.get("title").is_none()
        && match schema["type"].as_str() {
            Some("array") => true,
            Some("object") => schema.get("properties").is_none(),
            _ => false,
        }
}

/// What properties may be that are not described.
enum Further<'v> {
    Anything,
    Nothing,
    Fitting(&'v Value),
}

fn further(schema: &Value) -> Further<'_> {
    match schema.get("additionalProperties") {
        Some(Value::Bool(false)) => Further::Nothing,
        Some(schema @ Value::Object(members)) if !members.is_empty() => Further::Fitting(schema),
        // Absent, `true` and `{}` say the same.
        _ => Further::Anything,
    }
}

fn has_reference(value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            members.contains_key("$ref") || members.values().any(has_reference)
        }
        Value::Array(items) => items.iter().any(has_reference),
        _ => false,
    }
}
