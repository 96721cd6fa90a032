//! A minimal HTTP client for a worker of Kafka Connect: HTTP/1.0, one request for each connection, loopback only.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use serde_json::Value;

use super::problem;
use crate::problem::Result;

/// The port of a worker of Kafka Connect on this machine.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loopback(pub(super) u16);

/// The worker's reply to one request.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) text: String,
}

impl Reply {
    /// The body as JSON; null when it is not JSON.
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// The `message` member of the body, in which Kafka Connect explains an error or confirms a success.
    pub(super) fn message(&self) -> Option<String> {
        self.json()["message"].as_str().map(str::to_owned)
    }
}

impl Loopback {
    pub(super) fn url(self) -> String {
        format!("http://127.0.0.1:{}", self.0)
    }

    pub(super) fn get(self, path: &str) -> Result<Reply> {
        self.send("GET", path, "application/json", None)
    }

    /// Stops, pauses or resumes a connector, as `verb` says.
    pub(super) fn put(self, name: &str, verb: &str) -> Result<()> {
        let path = format!("/connectors/{name}/{verb}");
        self.send("PUT", &path, "", Some(b"")).map(drop)
    }

    /// Creates a connector in the state `state`, such as `STOPPED`.
    pub(super) fn create(self, name: &str, config: &Value, state: &str) -> Result<()> {
        let body = serde_json::json!({"name": name, "config": config, "initial_state": state});
        let body = body.to_string();
        let made = self.send(
            "POST",
            "/connectors",
            "application/json",
            Some(body.as_bytes()),
        )?;
        match made.status {
            201 => Ok(()),
            status => Err(problem(name, format!("{status} {}", made.text)).into()),
        }
    }

    /// The state of a connector, and the states of its tasks.
    pub(super) fn state(self, name: &str) -> Result<(String, Vec<String>)> {
        let status = self.get(&format!("/connectors/{name}/status"))?.json();
        let text = |value: &Value| value["state"].as_str().unwrap_or_default().to_owned();
        let tasks = status["tasks"].as_array().into_iter().flatten();
        Ok((text(&status["connector"]), tasks.map(text).collect()))
    }

    /// Whether a connector and all its tasks are in the state `wanted`. A stopped connector has no tasks.
    pub(super) fn is(self, name: &str, wanted: &str) -> bool {
        let state = self.state(name);
        state.is_ok_and(|(state, tasks)| state == wanted && tasks.iter().all(|task| task == wanted))
    }

    pub(super) fn send(
        self,
        method: &str,
        path: &str,
        content_type: &str,
        body: Option<&[u8]>,
    ) -> Result<Reply> {
        let sent = self.try_send(method, path, content_type, body);
        sent.map_err(|error| problem(format!("{method} {path}"), error).into())
    }

    fn try_send(
        self,
        method: &str,
        path: &str,
        content_type: &str,
        body: Option<&[u8]>,
    ) -> io::Result<Reply> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.0))?;
        stream.set_read_timeout(Some(Duration::from_secs(120)))?;
        let mut head = format!(
            "{method} {path} HTTP/1.0\r\nHost: 127.0.0.1:{}\r\nAccept: application/json\r\n",
            self.0
        );
        if let Some(body) = body {
            head += &format!("Content-Length: {}\r\n", body.len());
            if !content_type.is_empty() {
                head += &format!("Content-Type: {content_type}\r\n");
            }
        }
        stream.write_all(&[head.as_bytes(), b"\r\n", body.unwrap_or_default()].concat())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| io::Error::other("the reply is not HTTP"))?;
        Ok(Reply {
            status,
            text: body.to_owned(),
        })
    }
}
