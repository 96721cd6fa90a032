//! Integration tests against the emulator.

mod client;
mod emulator;
