//! The command-line tool, run as a process against an emulator in the process of the test.

#[cfg(unix)]
mod completion;
mod connect;
mod demo;
#[cfg(unix)]
mod edit;
mod emulator;
mod errors;
mod exit_codes;
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
#[allow(
    dead_code,
    reason = "the tests of the emulator use more of this module"
)]
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
    reason = "the tests of the emulator use more of this module"
)]
mod worker;
