//! JSON values and maps, in the classes of a Java program.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::Text;

/// A JSON value, with one variant for each Java class in which Kafka Connect's reader returns values.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// A value of Java's class `Integer` or `Long`.
    Int(i64),
    /// A value of Java's class `BigInteger`, as its decimal digits.
    BigInt(String),
    /// A value of Java's class `Double`.
    Double(f64),
    Text(Text),
    List(Vec<Value>),
    Map(Map),
}

/// A map whose keys are in the order of their first occurrence. A repeated key has the value of its last occurrence.
#[derive(Clone, Debug, Default)]
pub(crate) struct Map {
    members: Vec<(Text, Value)>,
    replaced: Vec<(Text, Value)>,
}

impl Map {
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        let found = self.members.iter().find(|(known, _)| *known == *key);
        found.map(|(_, value)| value)
    }

    /// The values of repeated keys, except the last value of each key.
    pub(crate) fn replaced(&self) -> &[(Text, Value)] {
        &self.replaced
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Text, &Value)> {
        self.members.iter().map(|(key, value)| (key, value))
    }
}

impl FromIterator<(Text, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (Text, Value)>>(pairs: I) -> Self {
        let mut places: HashMap<Text, usize> = HashMap::new();
        let mut map = Self::default();
        for (key, value) in pairs {
            match places.entry(key.clone()) {
                Entry::Occupied(place) => {
                    let before = std::mem::replace(&mut map.members[*place.get()].1, value);
                    map.replaced.push((key, before));
                }
                Entry::Vacant(place) => {
                    place.insert(map.members.len());
                    map.members.push((key, value));
                }
            }
        }
        map
    }
}
