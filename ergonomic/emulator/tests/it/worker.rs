//! A scripted worker of Kafka Connect on loopback. It answers the requests that an alteration of offsets needs, records them,
//! and fails when a test has planned a fault.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A planned failure of the scripted worker. A request without a fault takes effect and is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(
    dead_code,
    reason = "the tests of the tool share this file and need fewer of them"
)]
pub(super) enum Fault {
    /// The request takes effect, and the connection breaks without an answer.
    Silent,
    /// The request has no effect, and the connection breaks without an answer.
    Lost,
    /// The request has no effect and is never answered.
    Hang,
    /// The request takes effect and is never answered.
    Unanswered,
    Status(u16),
    /// The request has no effect, and the worker answers that it can be retried. A real worker gives this answer while tasks of
    /// a stopped sink are still in the sink's consumer group.
    NotYet,
    /// The request takes effect, and the worker answers that it did not wait for that.
    TimedOut,
    /// The request takes effect 300 ms after its answer.
    Late,
    /// The request has no effect, and is answered with an HTML page and this status.
    Page(u16),
    /// The request has no effect, and is answered with 404, like a request to a worker that has just started.
    Starting,
}

#[derive(Debug, Default)]
pub(super) struct State {
    /// The state and the offsets of each connector, by its name.
    pub(super) connectors: BTreeMap<String, (&'static str, Vec<Value>)>,
    /// The method, the path and the body of each request that the worker got, except GETs.
    pub(super) requests: Vec<String>,
    /// The planned faults. Each has the beginning of a request (method, path and body), the fault, and the number of matching
    /// requests that will still meet the fault.
    pub(super) faults: Vec<(&'static str, Fault, usize)>,
    pub(super) version: &'static str,
    /// The header `Authorization` of the latest request.
    pub(super) authorization: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Worker {
    pub(super) state: Arc<Mutex<State>>,
    pub(super) address: SocketAddr,
}

pub(super) fn sink(partition: u32, offset: u32) -> Value {
    json!({
        "partition": {"kafka_partition": partition, "kafka_topic": "t"},
        "offset": {"kafka_offset": offset},
    })
}

impl Worker {
    /// Starts a worker with a running sink called `sink`, whose position is 5 in both of its partitions.
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let offsets = vec![sink(1, 5), sink(0, 5)];
        let state = State {
            connectors: [("sink".to_owned(), ("RUNNING", offsets))].into(),
            version: "4.1.1",
            ..State::default()
        };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { state, address }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn fault(&self, request: &'static str, fault: Fault, times: usize) {
        self.state
            .lock()
            .unwrap()
            .faults
            .push((request, fault, times));
    }

    pub(super) fn set(&self, state: &'static str) {
        self.state
            .lock()
            .unwrap()
            .connectors
            .get_mut("sink")
            .unwrap()
            .0 = state;
    }

    pub(super) fn now(&self) -> &'static str {
        self.state.lock().unwrap().connectors["sink"].0
    }

    pub(super) fn requests(&self) -> Vec<String> {
        self.state.lock().unwrap().requests.clone()
    }
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let mut bytes = Vec::new();
    let (head, body) = loop {
        let mut piece = [0; 4096];
        let Ok(read @ 1..) = stream.read(&mut piece).await else {
            return;
        };
        bytes.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = header(head, "content-length").map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                break (head.to_owned(), body.to_owned());
            }
        }
    };
    let line = head.lines().next().unwrap().trim_end_matches(" HTTP/1.1");
    let request = format!("{line} {body}").trim_end().to_owned();
    let (fault, answer) = {
        let mut state = state.lock().unwrap();
        state.authorization = header(&head, "authorization");
        if !request.starts_with("GET") {
            state.requests.push(request.clone());
        }
        let planned = state
            .faults
            .iter_mut()
            .find(|(begin, _, times)| *times > 0 && request.starts_with(begin));
        let fault = planned.map(|planned| {
            planned.2 -= 1;
            planned.1
        });
        let acts = matches!(
            fault,
            None | Some(Fault::Silent | Fault::Unanswered | Fault::TimedOut)
        );
        (fault, acts.then(|| answer(&mut state, line, &body)))
    };
    if fault == Some(Fault::Late) {
        let (state, line) = (Arc::clone(&state), line.to_owned());
        tokio::spawn(async move {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            self::answer(&mut state.lock().unwrap(), &line, &body);
        });
    }
    let (status, json) = match (fault, answer) {
        (Some(Fault::Silent | Fault::Lost), _) => return,
        (Some(Fault::Hang | Fault::Unanswered), _) => return std::future::pending().await,
        (Some(Fault::Status(status)), _) => {
            (status, json!({"error_code": status, "message": "scripted"}))
        }
        (Some(Fault::NotYet), _) => (
            500,
            json!({"message": "Failed. This operation can be safely retried. If it"}),
        ),
        (Some(Fault::TimedOut), _) => (
            500,
            json!({"error_code": 500, "message": "Request timed out. The worker is"}),
        ),
        (Some(Fault::Late), _) => (202, Value::Null),
        (Some(Fault::Starting), _) => (404, json!("<html>Error 404 Not Found</html>")),
        (Some(Fault::Page(status)), _) => (
            status,
            json!(format!("<html><title>Error {status}</title></html>")),
        ),
        (None, answer) => answer.unwrap(),
    };
    let json = match json {
        Value::Null => String::new(),
        Value::String(page) => page,
        json => json.to_string(),
    };
    let length = json.len();
    let reply = format!(
        "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{json}"
    );
    let _ = stream.write_all(reply.as_bytes()).await;
}

fn header(head: &str, name: &str) -> Option<String> {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let mut found = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value.to_owned())
}

fn answer(state: &mut State, line: &str, body: &str) -> (u16, Value) {
    let (method, path) = line.split_once(' ').unwrap();
    let version = state.version;
    if path == "/" {
        return (
            200,
            json!({"version": version, "commit": "x", "kafka_cluster_id": "kafka-1"}),
        );
    }
    let segments: Vec<&str> = path.split('/').skip(2).collect();
    let Some((current, offsets)) = segments
        .first()
        .and_then(|name| state.connectors.get_mut(*name))
    else {
        return (
            404,
            json!({"error_code": 404, "message": "Connector not found"}),
        );
    };
    let worker = "127.0.0.1:8083";
    match (method, segments.get(1).copied()) {
        ("GET", Some("status")) => {
            let tasks = if *current == "STOPPED" {
                json!([])
            } else {
                json!([{"id": 0, "state": current, "worker_id": worker}])
            };
            (
                200,
                json!({"name": segments[0], "type": "sink", "connector": {"state": current, "worker_id": worker}, "tasks": tasks}),
            )
        }
        ("GET", Some("offsets")) => (200, json!({"offsets": offsets})),
        ("GET", None) => (
            200,
            json!({"name": segments[0], "type": "sink", "tasks": [], "config": {
                "connector.class": "X", "db.password": "hidden", "connection.uri": "mongodb+srv://me:hidden@host/",
                "connection.url": "jdbc:x://host/db?user=me&Password=hidden", "value.converter.basic.auth.user.info": "me:hidden",
                "azblob.account.key": "hidden", "url": "https://shown.example:8081"}}),
        ),
        ("PUT", Some("stop")) => {
            *current = "STOPPED";
            (204, Value::Null)
        }
        ("PUT", Some("resume")) => {
            *current = "RUNNING";
            (202, Value::Null)
        }
        ("PUT", Some("pause")) => {
            *current = "PAUSED";
            (202, Value::Null)
        }
        (_, Some("offsets")) if *current != "STOPPED" => (
            400,
            json!({"error_code": 400, "message": "Connectors must be in the STOPPED state"}),
        ),
        ("DELETE", Some("offsets")) => {
            offsets.clear();
            (200, json!({"message": "reset"}))
        }
        ("PATCH", Some("offsets")) => {
            let body: Value = serde_json::from_str(body).unwrap();
            let mut refused = false;
            for entry in body["offsets"].as_array().unwrap() {
                if entry["partition"]["kafka_topic"] != "t" {
                    refused = true;
                    continue;
                }
                offsets.retain(|known| known["partition"] != entry["partition"]);
                if !entry["offset"].is_null() {
                    offsets.push(entry.clone());
                }
            }
            match refused {
                true => (
                    500,
                    json!({"error_code": 500, "message": "Failed to alter"}),
                ),
                false => (200, json!({"message": "altered"})),
            }
        }
        _ => (
            405,
            json!({"error_code": 405, "message": "HTTP 405 Method Not Allowed"}),
        ),
    }
}
