//! The log on standard error that `-v` asks for.

use std::io;

use tracing::Level;
use tracing_subscriber::fmt;

/// Starts logging: `-v` logs repeated attempts, `-vv` every request, `-vvv` also the HTTP libraries.
pub(crate) fn start(verbosity: u8) {
    let level = match verbosity {
        0 => return,
        1 => Level::INFO,
        2 => Level::DEBUG,
        _ => Level::TRACE,
    };
    fmt()
        .with_max_level(level)
        .with_writer(io::stderr)
        .with_ansi(false)
        .init();
}
