//! JSON as text: reading it without building a tree, and editing it so that everything that is not edited stays the
//! same, byte for byte.
//!
//! This module does not interpret offsets. It contains the only JSON scanner of the library.

mod object;
pub(crate) mod scan;

pub use object::RawObject;
pub use scan::Kind;
