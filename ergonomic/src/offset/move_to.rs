//! Moves an entry to a coordinate, which is a position in the notation of the system that the connector reads.

use super::coordinate::Coordinate;
use super::facts::OffsetFormat;
use super::raw::RawEntry;
use crate::OffsetEntry;
use crate::finding::text::member_path;
use crate::finding::{Code, Finding, ValidationError};

impl OffsetFormat {
    /// The names of the kinds of coordinates that [`move_to`](Self::move_to) accepts, such as `lsn`.
    pub fn coordinates(&self) -> Vec<&'static str> {
        self.moves.iter().map(|way| way.by).collect()
    }

    /// Moves the connector's current entry to another position, and returns the result. Members that depend on the
    /// position are changed or removed. Everything else stays the same, byte for byte.
    ///
    /// # Errors
    /// When this format, or this entry of it, does not support this kind of coordinate ([`Code::WrongCoordinate`]);
    /// when the entry does not have this format; when the coordinate is malformed.
    pub fn move_to(
        &self,
        current: &OffsetEntry,
        to: &Coordinate,
    ) -> Result<OffsetEntry, ValidationError> {
        let name = to.name();
        let Some(way) = self.moves.iter().find(|way| way.by == name) else {
            let names = self.coordinates().join(" or ");
            return Err(to.refused(&format!(
                "is not a coordinate of {}, which moves by {names}",
                self.title
            )));
        };
        let mut raw = RawEntry::try_from(current)?;
        (way.adjust)(&mut raw.offset, to)?;
        for key in way.removes {
            raw.offset.remove(key);
        }
        raw.offset.set_text(way.sets, &(way.value)(to)?);
        let moved = raw.to_entry();
        let path = member_path("offset", way.sets);
        let named = |finding: Finding| match finding.path == path {
            true => Finding {
                path: name.to_owned(),
                code: Code::WrongCoordinate,
                ..finding
            },
            false => finding,
        };
        let faults = (self.faults)(&moved).into_iter().map(named).collect();
        ValidationError::unless_empty(faults)?;
        Ok(moved)
    }
}
