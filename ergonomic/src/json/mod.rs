//! JSON as text: reading it without building a tree, and editing it so that everything else stays the same byte for
//! byte.
//!
//! Nothing here knows what a text means to Kafka Connect. The library has no other JSON scanner.

mod object;
pub(crate) mod scan;

pub use object::RawObject;
pub use scan::Kind;
