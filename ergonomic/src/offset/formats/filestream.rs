//! Offsets of the FileStream source.

use crate::finding::{Finding, ValidationError};
use crate::offset::format::offset_format;
use crate::offset::value::{Value, not_empty, not_negative};

offset_format! {
    /// The position of a self-managed FileStream source in a file; Kafka Connect itself checks it.
    FileStreamSource
    required {
        /// The path of the file.
        partition "filename" filename: String as &str;
        /// The place in the file, in bytes, 0 or more.
        offset "position" position: i64 as i64;
    }
    optional {}
    checked {}
}

impl FileStreamSource {
    /// A position in bytes, 0 or more.
    ///
    /// # Errors
    /// When the name is empty or the position is negative.
    pub fn new(filename: impl Into<String>, position: i64) -> Result<Self, ValidationError> {
        Self::of(filename.into(), position).checked()
    }

    /// The same file at another position in bytes, 0 or more.
    ///
    /// # Errors
    /// When the position is negative.
    pub fn move_to(mut self, position: i64) -> Result<Self, ValidationError> {
        self.position = position;
        self.raw.offset.set_text("position", &position.write());
        self.checked()
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.filename", &self.filename, out);
        not_negative("offset.position", Some(self.position), out);
    }
}
