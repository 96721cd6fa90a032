//! The description of a move: which member is set, and what changes with it.

use super::coordinate::Coordinate;
use crate::finding::ValidationError;
use crate::json::RawObject;

/// How a format moves to a coordinate: the member that is set, and what changes with it.
pub(crate) struct Move {
    /// The name of the coordinate.
    pub(crate) by: &'static str,
    pub(crate) sets: &'static str,
    /// An older name of that member, which is set instead where the entry has it.
    pub(crate) instead: Option<&'static str>,
    /// Members that belong to the old position, and are removed.
    pub(crate) removes: &'static [&'static str],
    /// The JSON text of the new value.
    pub(crate) value: fn(&Coordinate) -> Result<String, ValidationError>,
    /// Changes other members, or refuses the move. Called before the member is set.
    pub(crate) adjust: fn(&mut RawObject, &Coordinate) -> Result<(), ValidationError>,
}

impl Move {
    /// Sets one member to the coordinate, as it is.
    pub(crate) const fn of(by: &'static str, sets: &'static str) -> Self {
        Self {
            by,
            sets,
            instead: None,
            removes: &[],
            value: |to| Ok(to.to_json()),
            adjust: |_, _| Ok(()),
        }
    }
}
