//! The command-line tool, run as its users run it: as a process, against an emulator in this one.

#[cfg(unix)]
mod completion;
mod connect;
mod demo;
#[cfg(unix)]
mod edit;
mod emulator;
mod errors;
mod exit_codes;
#[path = "../../../kafka/tests/fake/mod.rs"]
#[allow(dead_code, reason = "each test program needs other faults")]
mod fake;
mod files;
mod formats;
mod help;
mod kafka;
mod network;
mod outcomes;
mod plans;
mod profiles;
mod readme;
#[path = "../../../emulator/tests/it/schema.rs"]
mod schema;
#[cfg(unix)]
mod screens;
#[cfg(unix)]
mod terminal;
mod tool;
mod undo;
mod watch;
mod words;
#[allow(
    dead_code,
    reason = "the tests of the emulator script what these do not"
)]
#[path = "../../../emulator/tests/it/worker.rs"]
mod worker;
