//! Offsets of the FileStream source.

use crate::finding::{Code, Finding, ValidationError};
use crate::offset::coordinate::Coordinate;
use crate::offset::facts::{Misread, OffsetFormat};
use crate::offset::format::offset_format;
use crate::offset::moves::Move;
use crate::offset::position::{Position, Unit};
use crate::offset::value::{not_empty, not_negative};

offset_format! {
    /// The position of a self-managed FileStream source in a file. The plugin, which is a part of Kafka Connect, checks
    /// the position.
    FileStreamSource: FORMAT
    required {
        /// The path of the file.
        partition "filename" filename: String as &str;
        /// The position in the file, in bytes, 0 or more.
        offset "position" position: i64 as i64;
    }
    optional {}
    moves {
        /// The same file at another position, in bytes, 0 or more.
        move_to(position: i64) = Coordinate::FilePosition(position);
    }
}

impl FileStreamSource {
    /// An entry for a file, at a position in bytes, 0 or more.
    ///
    /// # Errors
    /// When `filename` is empty or `position` is negative.
    pub fn new(filename: impl Into<String>, position: i64) -> Result<Self, ValidationError> {
        Self::of(filename.into(), position)
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.filename", &self.filename, out);
        not_negative("offset.position", Some(self.position), out);
    }
}

pub(crate) static FORMAT: OffsetFormat = OffsetFormat {
    name: "filestream",
    title: "FileStream source",
    self_managed: &[
        "org.apache.kafka.connect.file.FileStreamSourceConnector",
        "FileStreamSource",
    ],
    evidence: "measured with Kafka Connect 4.1.1",
    partitions: &[&["filename"]],
    signature: &["position"],
    misread: Misread::Refused,
    fixed: Some(("filename", &["file"])),
    unplaced: Code::Refused,
    without_position: "has no `position`; Kafka Connect refuses a request with such an offset",
    position: |fields| Position::number(fields, "position", Some(Unit::Bytes)),
    before_start: "goes back to byte {}; if no line begins there, the first record is the rest of a line",
    past_end: "goes ahead to byte {}; if the file ends before the position, nothing is emitted and no error is shown; if the position is within a line, the first record is the rest of that line",
    queries: &[("the length of the file, in bytes", "wc -c < FILE")],
    rules: &[
        "The plugin refuses, with status 500, a `position` that is not a whole number of 0 or more.",
    ],
    going: &["Set `position` to the byte at which a line begins."],
    moves: &[Move::of("position", "position")],
    ..FileStreamSource::FACTS
};
