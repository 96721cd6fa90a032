#![doc = include_str!("../README.md")]
//!
//! The [`hooks`] that every call passes through are written by hand. Where the API description is less exact than the
//! data, the generated code uses hand-written types of `ccloud-connect-types`: [`OffsetEntry`], [`RawJson`],
//! [`Timestamp`], [`AlterationType`].

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

pub use ccloud_connect_types::{
    AlterationType, OffsetEntry, ParseTimestampError, RawJson, Timestamp,
};
pub use generated::{ByteStream, Client, ClientInfo, Error, ResponseValue, types};
