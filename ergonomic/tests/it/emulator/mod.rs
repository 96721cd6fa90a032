//! The emulator over real HTTP.

mod alteration;
mod faults;
mod support;
