//! Raw client for the connector offset operations of Confluent Cloud's Connect API.
//!
//! `generated.rs` is written by `cargo xtask generate` from `openapi/`; the rest is small and written by hand: the
//! [`hooks`] that every call passes through, and the types that the generated ones carry where the description is
//! looser than the data ([`OffsetEntry`], [`RawJson`], [`Timestamp`], [`AlterOffsetRequestType`]).
//!
//! The generated part follows the description and changes with it. Most programs want the crate `ccloud-connect`
//! instead, which validates, waits, and explains errors.

mod canonical;
#[rustfmt::skip]
#[allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::allow_attributes_without_reason,
    clippy::missing_errors_doc,
    clippy::semicolon_if_nothing_returned,
    reason = "generated"
)]
mod generated;
pub mod hooks;
mod json;
mod offset_entry;
mod request_type;
mod timestamp;

pub use generated::{ByteStream, Client, ClientInfo, Error, ResponseValue, types};
pub use json::RawJson;
pub use offset_entry::OffsetEntry;
pub use request_type::AlterOffsetRequestType;
pub use timestamp::{ParseTimestampError, Timestamp};
