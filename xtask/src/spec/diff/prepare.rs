//! One side of a comparison: the document with everything but schemas resolved, and its operations by path and method.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::problem::{Problem, Result};
use crate::spec::assemble::{self, Source};
use crate::spec::check::snake;
use crate::spec::origins::Origins;
use crate::spec::{refs, select, shared};

/// A description, ready to be compared.
#[derive(Debug)]
pub(crate) struct Side {
    pub(crate) document: Value,
    /// Path with the parameters' names taken out, and method, to path and method as written.
    pub(super) operations: BTreeMap<(String, String), (String, String)>,
    /// The operation ids that the overlay gives, by the same keys; without one the published id names the method.
    renamed: BTreeMap<(String, String), String>,
}

impl Side {
    /// Prepares a whole document or a fragment with `paths`.
    pub(crate) fn prepare(place: &str, document: Value) -> Result<Self> {
        if !document.get("paths").is_some_and(Value::is_object) {
            return Err(Problem::new(place, "has no mapping `paths`")
                .help("give an OpenAPI 3.0 document or a fragment that starts with `paths:`")
                .into());
        }
        if let Some(version) = document.get("openapi")
            && !version
                .as_str()
                .is_some_and(|version| version.starts_with("3.0."))
        {
            return Err(Problem::new(
                place,
                format!("`openapi: {version}` is not a version of the form 3.0.x"),
            )
            .help("other versions mean other things by the same words")
            .into());
        }
        refs::check_shape(&document, |pointer| format!("{place} at {pointer}"))?;
        let mut document = document;
        assemble::drop_reference_siblings(&mut document);
        assemble::lift_queries(&mut document);
        let mut origins = Origins::default();
        let operations = select::operations(&document);
        for (path, method) in &operations {
            origins.insert(path, method, place);
        }
        refs::check(&mut document, &origins)?;
        shared::resolve(&mut document);
        let operations = operations
            .into_iter()
            .map(|(path, method)| ((nameless(&path), method.clone()), (path, method)))
            .collect();
        Ok(Self {
            document,
            operations,
            renamed: BTreeMap::new(),
        })
    }

    /// The same side, speaking of methods by the names they have in `bundle`.
    pub(crate) fn named_as_in(mut self, bundle: &Value) -> Self {
        for (path, method) in select::operations(bundle) {
            if let Some(id) = bundle["paths"][&path][&method]["operationId"].as_str() {
                self.renamed
                    .insert((nameless(&path), method.clone()), id.to_owned());
            }
        }
        self
    }

    /// How an operation is called in Rust.
    pub(super) fn rust_method(&self, path: &str, method: &str) -> String {
        let renamed = self.renamed.get(&(nameless(path), method.to_owned()));
        match renamed
            .map(String::as_str)
            .or_else(|| self.item(path)[method]["operationId"].as_str())
        {
            Some(id) => format!("the method `{}`", snake(id)),
            None => "the method".to_owned(),
        }
    }

    pub(super) fn item(&self, path: &str) -> &Value {
        &self.document["paths"][path]
    }

    /// What holds for an operation: its own value, else that of its path, else that of the document.
    pub(super) fn effective(&self, path: &str, method: &str, key: &str) -> Value {
        let item = self.item(path);
        [&item[method], item, &self.document]
            .iter()
            .find_map(|holder| holder.get(key))
            .cloned()
            .unwrap_or(Value::Null)
    }

    /// The parameters of an operation with those of its path that it does not replace, by what identifies them.
    pub(super) fn parameters(&self, path: &str, method: &str) -> BTreeMap<(String, String), Value> {
        let item = self.item(path);
        let mut found = BTreeMap::new();
        let positions: Vec<&str> = names(path).collect();
        for parameter in [item, &item[method]]
            .iter()
            .flat_map(|holder| holder["parameters"].as_array())
            .flatten()
        {
            let place = parameter["in"].as_str().unwrap_or_default();
            let name = parameter["name"].as_str().unwrap_or_default();
            let identity = match place {
                // A path parameter is its position; its name is only how the template is written.
                "path" => positions
                    .iter()
                    .position(|known| *known == name)
                    .map_or_else(|| name.to_owned(), |at| at.to_string()),
                "header" => name.to_ascii_lowercase(),
                _ => name.to_owned(),
            };
            found.insert((place.to_owned(), identity), parameter.clone());
        }
        found
    }

    /// Follows references to schemas, and `allOf` with one member and nothing beside it, which is that member. The name of
    /// the last reference is what the schema is called.
    pub(super) fn follow<'a>(&'a self, mut schema: &'a Value) -> (Option<&'a str>, &'a Value) {
        let mut name = None;
        loop {
            if let Some(target) = schema["$ref"].as_str() {
                name = target.rsplit('/').next();
                let pointer = target.strip_prefix('#').unwrap_or_default();
                schema = self.document.pointer(pointer).unwrap_or(&Value::Null);
            } else if let Some(only) = only_member(schema) {
                schema = only;
            } else {
                return (name, schema);
            }
        }
    }
}

fn only_member(schema: &Value) -> Option<&Value> {
    let members = schema.as_object().filter(|members| members.len() == 1)?;
    match members.get("allOf")?.as_array()?.as_slice() {
        [only] => Some(only),
        _ => None,
    }
}

/// The path with `{}` for every parameter, and with its query, if it has one, in an order of its own: the order of what
/// is asked for means nothing.
pub(crate) fn nameless(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut out = String::new();
    let mut inside = false;
    for c in path.chars() {
        if !inside || c == '}' {
            out.push(c);
        }
        inside = if inside { c != '}' } else { c == '{' };
    }
    let pairs: BTreeSet<String> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, values) = pair.split_once('=').unwrap_or((pair, ""));
            let values: BTreeSet<&str> = values.split(',').collect();
            format!("{name}={values:?}")
        })
        .collect();
    for pair in pairs {
        out.push('?');
        out.push_str(&pair);
    }
    out
}

/// The names of the parameters of a path, in order.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
}

/// The union of several prepared sources, for a comparison of what is vendored with what is published.
pub(crate) fn join(sources: Vec<Source>) -> Result<Value> {
    let base = Source {
        place: "the frame".to_owned(),
        document: json!({ "openapi": "3.0.3", "paths": {} }),
    };
    assemble::assemble(base, sources).map(|(document, _)| document)
}
