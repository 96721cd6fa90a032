//! Values and maps.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::Text;

/// A JSON value in Java's classes.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// An `Integer` or a `Long`.
    Int(i64),
    /// A `BigInteger`, as its digits.
    BigInt(String),
    /// A `Double`.
    Double(f64),
    Text(Text),
    List(Vec<Value>),
    Map(Map),
}

/// A map that keeps the order in which its keys came first; of a repeated key the last value counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Map(Vec<(Text, Value)>);

impl Map {
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        let found = self.0.iter().find(|(known, _)| *known == *key);
        found.map(|(_, value)| value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Text, &Value)> {
        self.0.iter().map(|(key, value)| (key, value))
    }
}

impl FromIterator<(Text, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (Text, Value)>>(pairs: I) -> Self {
        let mut places: HashMap<Text, usize> = HashMap::new();
        let mut members: Vec<(Text, Value)> = Vec::new();
        for (key, value) in pairs {
            match places.entry(key.clone()) {
                Entry::Occupied(place) => members[*place.get()].1 = value,
                Entry::Vacant(place) => {
                    place.insert(members.len());
                    members.push((key, value));
                }
            }
        }
        Self(members)
    }
}
