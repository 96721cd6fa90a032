//! What every stage knows of an OpenAPI 3.0 document: how its text is read and written, which kind of object stands where, what its
//! references mean, and which file each operation came from. Nothing here knows of stages, of the network, or of Rust
//! names.

pub(crate) mod bounds;
pub(crate) mod document;
pub(crate) mod files;
pub(crate) mod parse;
pub(crate) mod references;
pub(crate) mod select;
pub(crate) mod shape;
pub(crate) mod walk;
