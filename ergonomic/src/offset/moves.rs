//! The description of a move to a coordinate: the member that is set, and the other members that change with it.

use super::coordinate::Coordinate;
use crate::finding::ValidationError;
use crate::json::RawObject;

/// How a format moves an entry to one kind of coordinate: the member that is set, and the other members that change
/// with it.
pub(crate) struct Move {
    /// The name of the kind of coordinate, such as `lsn`.
    pub(crate) by: &'static str,
    /// The member of the position that is set.
    pub(crate) sets: &'static str,
    /// The members that are removed, because they belong to the old position.
    pub(crate) removes: &'static [&'static str],
    /// Makes the new value of the member that `sets` names, as JSON text.
    pub(crate) value: fn(&Coordinate) -> Result<String, ValidationError>,
    /// Changes other members of the position, or refuses the move. It is called before the member that
    /// `sets` names gets its new value.
    pub(crate) adjust: fn(&mut RawObject, &Coordinate) -> Result<(), ValidationError>,
}

impl Move {
    /// A move that sets one member to the value of the coordinate, and changes no other member.
    pub(crate) const fn of(by: &'static str, sets: &'static str) -> Self {
        Self {
            by,
            sets,
            removes: &[],
            value: |to| Ok(to.to_json()),
            adjust: |_, _| Ok(()),
        }
    }
}
