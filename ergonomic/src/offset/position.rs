//! The order of positions: the direction and the distance from one position to another.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::fields::Fields;
use super::gtid::GtidSet;
use crate::finding::text::counted;
use crate::named::named;

named! {
    /// The direction from one position to another.
    #[derive(Deserialize)]
    #[non_exhaustive]
    pub enum Direction {
        /// The new position is later: the connector skips the data in between.
        Ahead = "ahead",
        /// The new position is earlier: the connector reads the data in between again, as far as they still exist.
        Back = "back",
        /// Both positions are the same.
        Same = "same",
        /// The positions have no order, such as positions in the binary logs of two servers.
        Incomparable = "incomparable",
    }
}

/// The unit of a distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Unit {
    /// Bytes of a log or a file.
    Bytes,
    /// Files of a log.
    Files,
    /// Records of a topic.
    Records,
    /// Milliseconds between two times in the data.
    Milliseconds,
    /// Values of an increasing column.
    Values,
    /// Transactions.
    Transactions,
    /// System change numbers.
    Changes,
    /// Sequence numbers.
    Sequence,
}

impl Unit {
    /// The unit in the plural: `bytes`, `files`, `records`, `ms`, `values`, `transactions`, `changes`, `sequence
    /// numbers`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Files => "files",
            Self::Records => "records",
            Self::Milliseconds => "ms",
            Self::Values => "values",
            Self::Transactions => "transactions",
            Self::Changes => "changes",
            Self::Sequence => "sequence numbers",
        }
    }
}

/// The distance between two positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Distance {
    /// The number of units, without a sign; [`u64::MAX`] when the number is greater.
    pub amount: u64,
    /// The unit in which `amount` counts.
    pub unit: Unit,
}

/// Shows the distance as `176 bytes`; a distance in time in its two largest units, such as `2 hours 3 minutes`.
impl fmt::Display for Distance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.unit == Unit::Milliseconds {
            return elapsed(self.amount, f);
        }
        let unit = self.unit.as_str();
        count(self.amount, &unit[..unit.len() - 1], f)
    }
}

fn count(amount: u64, unit: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(&counted(amount, unit))
}

/// Writes a length of time in its two largest units: `1,117 days 16 hours`.
fn elapsed(millis: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    const UNITS: [(u64, &str); 5] = [
        (86_400_000, "day"),
        (3_600_000, "hour"),
        (60_000, "minute"),
        (1_000, "second"),
        (1, "millisecond"),
    ];
    let largest = UNITS.iter().position(|(size, _)| millis >= *size);
    let [(size, unit), rest @ ..] = &UNITS[largest.unwrap_or(UNITS.len() - 1)..] else {
        return Ok(());
    };
    count(millis / size, unit, f)?;
    match rest
        .first()
        .map(|(next, unit)| (millis % size / next, unit))
    {
        Some((amount @ 1.., unit)) => {
            f.write_str(" ")?;
            count(amount, unit, f)
        }
        _ => Ok(()),
    }
}

/// The direction and the distance from one position to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Comparison {
    /// The direction from the old position to the new one.
    pub direction: Direction,
    /// The distance; `None` when the positions are the same, or when the distance cannot be counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance: Option<Distance>,
}

/// Shows the comparison as `ahead by 176 bytes`, or the direction alone when there is no distance.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.distance.filter(|distance| distance.amount > 0) {
            Some(distance) => write!(f, "{} by {distance}", self.direction),
            None => self.direction.fmt(f),
        }
    }
}

/// The position of an entry, in a form that can be compared and in a form for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) order: Order,
    /// The position in a form for people.
    pub(crate) shown: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Numbers that are compared one after the other. The first number that differs gives the distance, if it has a
    /// unit. Positions have an order only when they have the same `realm`, such as one series of binary logs, or when
    /// the `realm` of one position is empty.
    Keys {
        realm: String,
        keys: Vec<(i128, Option<Unit>)>,
    },
    Gtids(GtidSet),
}

impl Position {
    pub(crate) fn new<const N: usize>(keys: [(i128, Option<Unit>); N], shown: String) -> Self {
        Self::within(String::new(), keys, shown)
    }

    pub(crate) fn within<const N: usize>(
        realm: String,
        keys: [(i128, Option<Unit>); N],
        shown: String,
    ) -> Self {
        let keys = keys.into();
        let order = Order::Keys { realm, keys };
        Self { order, shown }
    }

    /// The position of an entry that is one whole number, in the member `key`.
    pub(crate) fn number(fields: &Fields<'_>, key: &str, unit: Option<Unit>) -> Option<Self> {
        let number = fields.whole(key)?;
        Some(Self::new([(number.into(), unit)], number.to_string()))
    }

    /// The direction and the distance from this position to `other`.
    pub(crate) fn to(&self, other: &Self) -> Comparison {
        let unordered = Comparison {
            direction: Direction::Incomparable,
            distance: None,
        };
        match (&self.order, &other.order) {
            (Order::Gtids(before), Order::Gtids(after)) => {
                let (new, gone) = (before.missing(after), after.missing(before));
                let direction = match (new, gone) {
                    (0, 0) => Direction::Same,
                    (_, 0) => Direction::Ahead,
                    (0, _) => Direction::Back,
                    _ => return unordered,
                };
                let unit = Unit::Transactions;
                let amount = new.max(gone);
                let distance = (amount > 0).then_some(Distance { amount, unit });
                Comparison {
                    direction,
                    distance,
                }
            }
            (
                Order::Keys { realm, keys },
                Order::Keys {
                    realm: other_realm,
                    keys: other_keys,
                },
            ) if same_realm(realm, other_realm) && keys.len() == other_keys.len() => {
                let mut pairs = keys.iter().zip(other_keys);
                let Some(((from, unit), (to, _))) = pairs.find(|(from, to)| from.0 != to.0) else {
                    return Comparison {
                        direction: Direction::Same,
                        distance: None,
                    };
                };
                let direction = match from.cmp(to) {
                    Ordering::Less => Direction::Ahead,
                    _ => Direction::Back,
                };
                let amount = u64::try_from(from.abs_diff(*to)).unwrap_or(u64::MAX);
                let distance = unit.map(|unit| Distance { amount, unit });
                Comparison {
                    direction,
                    distance,
                }
            }
            _ => unordered,
        }
    }

    /// Whether the distance from the position `before` is so large that a missing or an extra digit may be the reason.
    pub(crate) fn is_far_from(&self, before: &Self) -> bool {
        /// A position below this value may normally become ten times as large within a day, so its growth proves
        /// nothing.
        const LARGE: i128 = 1_000;
        /// Ten years, in milliseconds.
        const TEN_YEARS: u128 = 315_576_000_000;
        let (new, old) = match (&self.order, &before.order) {
            (Order::Keys { keys, .. }, Order::Keys { keys: old, .. }) => {
                let mut pairs = keys.iter().zip(old);
                let Some(((new, Some(unit)), (old, _))) = pairs.find(|(new, old)| new.0 != old.0)
                else {
                    return false;
                };
                if *unit == Unit::Milliseconds {
                    return *new.min(old) > 0 && new.abs_diff(*old) > TEN_YEARS;
                }
                (*new, *old)
            }
            (Order::Gtids(new), Order::Gtids(old)) => (new.count().into(), old.count().into()),
            _ => return false,
        };
        let ratio = new.max(old).checked_div(new.min(old)).unwrap_or(0);
        // A move far back, such as to the beginning, counts as intended. Only a number that is about a tenth of the old
        // one may lack a digit.
        let is_slip = if new > old {
            ratio >= 8
        } else {
            (8..=12).contains(&ratio)
        };
        new.min(old) > 0 && old >= LARGE && is_slip
    }

    /// The time of the position in milliseconds since the Unix epoch; `None` when the position is not a time.
    pub(crate) fn millis(&self) -> Option<i128> {
        match &self.order {
            Order::Keys { keys, .. } => match keys.first()? {
                (millis, Some(Unit::Milliseconds)) => Some(*millis),
                _ => None,
            },
            Order::Gtids(_) => None,
        }
    }
}

fn same_realm(one: &str, other: &str) -> bool {
    one == other || one.is_empty() || other.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<const N: usize>(keys: [i128; N], unit: Unit) -> Position {
        Position::new(keys.map(|key| (key, Some(unit))), String::new())
    }

    #[test]
    fn directions_and_distances() {
        let movement = |a: &Position, b: &Position| a.to(b).to_string();
        let (a, b) = (at([5, 9], Unit::Bytes), at([5, 10], Unit::Bytes));
        assert_eq!(movement(&a, &b), "ahead by 1 byte");
        assert_eq!(movement(&b, &at([3, 99], Unit::Files)), "back by 2 bytes");
        assert_eq!(movement(&a, &a), "same");
        for (millis, expected) in [
            (1, "1 millisecond"),
            (1_000, "1 second"),
            (60_500, "1 minute"),
            (7_384_000, "2 hours 3 minutes"),
            (96_568_730_999, "1,117 days 16 hours"),
        ] {
            let to = at([millis], Unit::Milliseconds);
            let way = movement(&at([0], Unit::Milliseconds), &to);
            assert_eq!(way, format!("ahead by {expected}"));
        }
        assert_eq!(movement(&a, &at([5], Unit::Bytes)), "incomparable");
        let elsewhere = Position::within("b".into(), [(1, None)], String::new());
        let here = Position::within("a".into(), [(1, None)], String::new());
        assert_eq!(movement(&elsewhere, &here), "incomparable");
        assert_eq!(movement(&elsewhere, &at([1], Unit::Bytes)), "same");
        let set = |text| Position {
            order: Order::Gtids(GtidSet::parse(text).unwrap()),
            shown: String::new(),
        };
        assert_eq!(
            movement(&set("0-1-5"), &set("0-1-2")),
            "back by 3 transactions"
        );
        assert_eq!(movement(&set("0-1-5"), &set("1-1-2")), "incomparable");
        let json = serde_json::to_string(&a.to(&b)).unwrap();
        assert_eq!(
            json,
            r#"{"direction":"ahead","distance":{"amount":1,"unit":"bytes"}}"#
        );
    }

    #[test]
    fn a_digit_too_many() {
        for (old, new, far) in [
            (97_500_059_720, 975_000_597_200, true),
            (97_500_059_720, 9_750_005_972, true),
            (97_500_059_720, 97_600_059_720, false),
            (13, 1_000, false),
            (5_000, 0, false),
            (5_000, 700, false),
        ] {
            let [old, new] = [old, new].map(|key| at([key], Unit::Bytes));
            assert_eq!(new.is_far_from(&old), far, "{old:?} {new:?}");
        }
    }
}
