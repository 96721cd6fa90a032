//! Which vendored file each operation came from, so that an error found in the whole names the file to look at.

use std::collections::BTreeMap;

use super::walk;

#[derive(Clone, Debug, Default)]
pub(crate) struct Origins(BTreeMap<(String, String), String>);

impl Origins {
    pub(crate) fn insert(&mut self, path: &str, method: &str, place: &str) {
        self.0
            .insert((path.to_owned(), method.to_owned()), place.to_owned());
    }

    pub(crate) fn get(&self, path: &str, method: &str) -> Option<&str> {
        self.0
            .get(&(path.to_owned(), method.to_owned()))
            .map(String::as_str)
    }

    /// A pointer into the assembled document, led by the file it came from where one is known.
    pub(crate) fn place(&self, pointer: &str) -> String {
        let mut segments = walk::segments(pointer);
        let file = match (segments.next().as_deref(), segments.next(), segments.next()) {
            (Some("paths"), Some(path), Some(method)) => self.get(&path, &method),
            _ => None,
        };
        match file {
            Some(file) => format!("{file} at {pointer}"),
            None => format!("{} at {pointer}", super::ASSEMBLED),
        }
    }
}
