//! HTTP connections, request bodies and response bodies.

mod incoming;
mod outgoing;
mod server;

pub(super) use incoming::{BodyProblem, read_body};
pub(super) use outgoing::ReplyBody;
pub(super) use server::{Limits, Server};
