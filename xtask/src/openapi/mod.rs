//! What all stages need to know of an OpenAPI 3.0 document: how to read and write its text, which kind of object is where,
//! what references mean, and from which file each operation came. Nothing here knows of stages, of the network, or of Rust
//! names.

pub(crate) mod bounds;
pub(crate) mod document;
pub(crate) mod files;
pub(crate) mod parse;
pub(crate) mod references;
pub(crate) mod select;
pub(crate) mod shape;
pub(crate) mod walk;
