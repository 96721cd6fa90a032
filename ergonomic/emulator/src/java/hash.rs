//! Java's hash codes, and the iteration order of Java's `HashMap`.

use super::{Map, Text, Value};

/// The Java class of integers. It matters because `Integer` and `Long` have different hash codes for negative numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ints {
    /// The class in which a JSON reader returns a number: `Integer` when the number fits, otherwise `Long`.
    Smallest,
    /// The class in which Kafka Connect stores a number: always `Long`.
    Longs,
}

impl Text {
    /// The hash code of Java's `String.hashCode`.
    pub(crate) fn hash_code(&self) -> i32 {
        let add = |hash: i32, unit: &u16| hash.wrapping_mul(31).wrapping_add(i32::from(*unit));
        self.units().iter().fold(0, add)
    }
}

impl Map {
    /// The hash code of Java's `Map.hashCode`, which does not depend on the order of the members.
    pub(crate) fn hash_code(&self, ints: Ints) -> i32 {
        let entry = |(key, value): (&Text, &Value)| key.hash_code() ^ value.hash_code(ints);
        self.iter().map(entry).fold(0, i32::wrapping_add)
    }
}

impl Value {
    fn hash_code(&self, ints: Ints) -> i32 {
        match self {
            Self::Null => 0,
            Self::BigInt(digits) => big(digits),
            Self::Bool(true) => 1231,
            Self::Bool(false) => 1237,
            Self::Int(value) => match i32::try_from(*value) {
                Ok(small) if ints == Ints::Smallest => small,
                _ => long(value.cast_unsigned()),
            },
            Self::Double(value) => long(value.to_bits()),
            Self::Text(text) => text.hash_code(),
            Self::List(items) => items.iter().fold(1, |hash: i32, item| {
                hash.wrapping_mul(31).wrapping_add(item.hash_code(ints))
            }),
            Self::Map(map) => map.hash_code(ints),
        }
    }
}

/// The hash code of Java's `Long.hashCode`, from the bits of the number.
fn long(bits: u64) -> i32 {
    low(bits ^ (bits >> 32)).cast_signed()
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "only the lower 32 bits are needed"
)]
fn low(bits: u64) -> u32 {
    bits as u32
}

/// The hash code of Java's `BigInteger.hashCode`, from the decimal digits of the number.
fn big(digits: &str) -> i32 {
    let size = digits.trim_start_matches('-');
    // The digits of the number in base 2^32, least significant digit first.
    let mut places = vec![0_u32];
    for digit in size.bytes() {
        let mut carry = u64::from(digit - b'0');
        for place in &mut places {
            carry += u64::from(*place) * 10;
            *place = low(carry);
            carry >>= 32;
        }
        if carry > 0 {
            places.push(low(carry));
        }
    }
    let add = |hash: i32, place: &u32| hash.wrapping_mul(31).wrapping_add(place.cast_signed());
    let hash = places.iter().rev().fold(0, add);
    if size.len() < digits.len() {
        hash.wrapping_neg()
    } else {
        hash
    }
}

/// Sorts items, each given after its hash code, as a Java `HashMap` iterates over them when they were inserted in the given
/// order. The map has the initial capacity `room`, or 16 when `room` is `None`.
pub(crate) fn iteration_order<T>(items: Vec<(i32, T)>, room: Option<usize>) -> Vec<T> {
    let mut capacity = room.unwrap_or(16).max(1).next_power_of_two();
    while items.len() > capacity * 3 / 4 {
        capacity *= 2;
    }
    let bucket = |hash: i32| {
        let hash = hash.cast_unsigned();
        (hash ^ (hash >> 16)) as usize & (capacity - 1)
    };
    let mut items = items;
    items.sort_by_key(|(hash, _)| bucket(*hash));
    items.into_iter().map(|(_, item)| item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_codes_are_javas() {
        // These hash codes were computed with Java 17.
        assert_eq!(Text::from("kafka_topic").hash_code(), -37_997_866);
        assert_eq!(Value::Int(-1).hash_code(Ints::Smallest), -1);
        assert_eq!(Value::Int(-1).hash_code(Ints::Longs), 0);
        let big = |digits: &str| Value::BigInt(digits.to_owned()).hash_code(Ints::Smallest);
        assert_eq!(big("-12345678901234567890"), 1_436_577_082);
        assert_eq!(Value::Double(1.0).hash_code(Ints::Longs), 1_072_693_248);
    }
}
