//! Answers requests below `/emulator/v1`.

use std::net::IpAddr;

use http::Method;
use http::request::Parts;

use super::admission::admit;
use super::command::ControlError;
use super::page;
use super::table::rows;
use crate::lock::lock;
use crate::operation::{segments, values};
use crate::reply::Reply;
use crate::service::{Core, says_json};

/// The path of the control, below the base path.
const PREFIX: &str = "/emulator/v1";

/// The part of a request's path below [`PREFIX`]; `None` when the request is for the service and not for the control.
pub(crate) fn below(path: &str) -> Option<&str> {
    path.strip_prefix(PREFIX)
        .filter(|rest| rest.starts_with('/'))
}

impl Core {
    /// Refuses a caller that may not use the control.
    pub(crate) fn admit_control(&self, head: &Parts, peer: IpAddr) -> Result<(), ControlError> {
        let has_key = lock(&self.auth).admits(&head.headers, self.timeline.now());
        // With a real Kafka Connect, a caller on the same machine needs the key even to read.
        let open = self.backing.simulated().is_some();
        admit(head, peer, has_key, open)
    }

    /// Answers a request from a caller that may use the control.
    pub(crate) fn control(
        &self,
        head: &Parts,
        path: &str,
        body: &[u8],
    ) -> Result<Reply, ControlError> {
        if path == page::PATH && head.method == Method::GET {
            return Ok(page::reply());
        }
        let segments = segments(path).unwrap_or_default();
        let here = rows().iter();
        let here = here.filter_map(|row| Some((row, values(row.path, &segments)?)));
        let here: Vec<_> = here.collect();
        if here.is_empty() {
            let message = format!(
                "nothing is served at this path; {PREFIX}{} describes what is served",
                page::PATH
            );
            return Err(ControlError::new(404, message));
        }
        let Some((row, values)) = here.iter().find(|(row, _)| row.method == head.method) else {
            let methods: Vec<&str> = here.iter().map(|(row, _)| row.method.as_str()).collect();
            let refused = ControlError::new(405, format!("{} is not allowed", head.method));
            return Ok(refused.reply().header("allow", &methods.join(", ")));
        };
        if row.body.is_some() && !says_json(&head.headers) {
            let message = "the content type must be application/json";
            return Err(ControlError::new(415, message));
        }
        row.perform(self, values, body)
    }
}
