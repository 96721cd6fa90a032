//! The wire: connections, request bodies coming in, response bodies going out.

mod incoming;
mod outgoing;
mod server;
mod wire;

pub(super) use incoming::{BodyProblem, read_body};
pub(super) use outgoing::ReplyBody;
pub(super) use server::{Answer, Limits, Server, Service};
pub(super) use wire::Abort;
