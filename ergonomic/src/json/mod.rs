//! JSON as text: looking into it without building a tree, and editing it so that what is not touched stays byte for byte.
//!
//! Nothing here knows what a text means to Kafka Connect. This is the only scanner of the library.

mod object;
pub(crate) mod scan;

pub use object::RawObject;
pub use scan::Kind;
