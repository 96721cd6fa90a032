//! The direction and the distance between two positions of a source, by the order that the source's format defines.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::OffsetEntry;
use crate::offset::{Comparison, Direction, Distance, OffsetFormat};

/// How far, and in which direction, the position of a source moves.
///
/// `Display` writes one line: `16/B374D848 → 16/B374D578, back by 720 bytes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Way {
    /// The old position in a form for people, such as a log sequence number or a date. The entry has the exact members.
    pub from: String,
    /// The new position in a form for people, like `from`.
    pub to: String,
    /// The direction from the old to the new position.
    pub direction: Direction,
    /// The distance; `None` when it cannot be counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance: Option<Distance>,
}

impl Way {
    /// The distance between two positions of one partition, in the format that the keys of the positions identify.
    /// `None` when they identify no format.
    pub(crate) fn guessed(before: &OffsetEntry, after: &OffsetEntry) -> Option<Self> {
        let known = OffsetFormat::guess(before).or_else(|| OffsetFormat::guess(after));
        Self::new(known?, before, after)
    }

    /// The distance between two entries in a format; `None` when one of them is not a position of this format.
    pub(super) fn new(
        format: &OffsetFormat,
        before: &OffsetEntry,
        after: &OffsetEntry,
    ) -> Option<Self> {
        let Comparison {
            direction,
            distance,
            ..
        } = format.compare(before, after)?;
        Some(Self {
            from: format.describe(before)?,
            to: format.describe(after)?,
            direction,
            distance,
        })
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let printable = super::display::printable;
        write!(f, "{} → {}", printable(&self.from), printable(&self.to))?;
        match (self.direction, self.distance) {
            (Direction::Same, _) => f.write_str(", the same position"),
            (Direction::Incomparable, _) => f.write_str(", which cannot be compared"),
            (direction, Some(distance)) => write!(f, ", {direction} by {distance}"),
            (direction, None) => write!(f, ", {direction}"),
        }
    }
}
