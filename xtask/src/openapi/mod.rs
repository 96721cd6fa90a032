//! The model of an OpenAPI 3.0 document that all stages share: how its text is read and written, which kind of object is where,
//! what references mean, and from which file each operation came. This folder uses no stage and no network.

pub(crate) mod bounds;
pub(crate) mod document;
pub(crate) mod files;
pub(crate) mod parse;
pub(crate) mod references;
pub(crate) mod select;
pub(crate) mod shape;
pub(crate) mod walk;
