//! HTTP connections, request bodies and response bodies.

mod incoming;
mod outgoing;
mod server;
mod wire;

pub(super) use incoming::{BodyProblem, read_body};
pub(super) use outgoing::ReplyBody;
pub(super) use server::{Answer, Limits, Server, Service};
pub(super) use wire::Abort;
