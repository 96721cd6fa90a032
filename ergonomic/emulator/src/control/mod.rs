//! Steering an emulator, from Rust or over HTTP: [`Command`] is what can be asked, and there is one way to carry it out.
//! `table` says what is served below `/emulator/v1`, and from it follows the description in `openapi.yaml`. Nothing here
//! knows the service's own operations.

mod admission;
mod command;
mod page;
mod read;
mod seconds;
mod serve;
mod table;
mod views;

pub use command::{Command, ConnectorChange, ControlError, TaskChange};
pub(crate) use read::{Finding, object};
pub(crate) use seconds::Seconds;
pub(crate) use serve::below;
pub(crate) use views::Connector;
