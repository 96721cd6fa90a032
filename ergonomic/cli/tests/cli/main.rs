//! The command-line tool, run as its users run it: as a process, against an emulator in this one.

mod demo;
mod emulator;
mod errors;
mod exit_codes;
mod files;
mod formats;
mod help;
mod outcomes;
mod readme;
#[path = "../../../emulator/tests/it/schema.rs"]
mod schema;
#[cfg(unix)]
mod terminal;
mod tool;
mod undo;
