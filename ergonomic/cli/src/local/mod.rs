//! The commands that need no service: help, manual, schema, completions, emulator, demo.

pub(crate) mod complete;
pub(crate) mod demo;
pub(crate) mod emulator;
pub(crate) mod help;
pub(crate) mod pages;
