//! Compares the simulated world with a real Kafka Connect. Each row of `tests/data/kafka-connect-4.1.1.json` has a request, the
//! answer of a worker of version 4.1.1, and the offsets after the request. The test sends the request of every row to the
//! simulated world, in the service's form, and compares the results.
//!
//! `tests/data/differences.txt` lists the rows whose results may differ, because the service is assumed to differ from Kafka
//! Connect. It gives the reason for each row.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use ccloud_connect_emulator::{Seed, Timing};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::support::{Stage, answer, stage_with};

const TABLE: &str = include_str!("../data/kafka-connect-4.1.1.json");
const DIFFERENCES: &str = include_str!("../data/differences.txt");

#[derive(Deserialize)]
struct Table {
    topics: BTreeMap<String, Vec<(i64, i64)>>,
    connectors: Vec<Connector>,
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Connector {
    name: String,
    kind: String,
    config: BTreeMap<String, String>,
    /// The worker's answer to a GET of the offsets before the request of a row. A row may replace it with its own `before`.
    before: String,
}

#[derive(Deserialize)]
struct Row {
    name: String,
    connector: String,
    method: String,
    body: Option<String>,
    body_hex: Option<String>,
    /// The text that replaces `%s` in the body, and the number of its repetitions.
    fill: Option<(String, usize)>,
    content_type: Option<String>,
    status: u16,
    message: Option<String>,
    /// `json` when the worker's JSON reader refused the body. The reader's message is not compared, because it depends on the
    /// reader's version.
    refused_by: Option<String>,
    before: Option<String>,
    /// The worker's answer to a GET of the offsets after the request; absent when the offsets did not change.
    after: Option<String>,
    /// The state of the connector when the request came; absent when the connector was stopped.
    state: Option<String>,
    /// The number of seconds for which the connector ran after the request; absent when it did not run.
    run: Option<u64>,
    after_run: Option<String>,
    task_states: Option<Vec<String>>,
}

/// The result of a row's request, at the worker or in the simulated world.
#[derive(Debug, PartialEq)]
struct Verdict {
    status: u16,
    message: Option<String>,
    after: Vec<String>,
    after_run: Option<Vec<String>>,
    tasks: Option<Vec<String>>,
}

/// Inserts ASCII text after the first `{` of a text that is encoded as UTF-8, UTF-16 or UTF-32.
fn insert(bytes: &[u8], text: &str) -> Vec<u8> {
    let brace = bytes.iter().position(|byte| *byte == b'{').unwrap();
    let zero = |byte: &&u8| **byte == 0;
    let little_endian = bytes.starts_with(b"\xff\xfe");
    let before = bytes[..brace]
        .iter()
        .rev()
        .take_while(|byte| zero(byte) && !little_endian);
    let before = before.count();
    let wide_after = bytes[brace + 1..].iter().take_while(zero).count();
    let after = if before > 0 { 0 } else { wide_after };
    let (begin, rest) = bytes.split_at(brace + 1 + after);
    let unit = |byte| [vec![0; before], vec![byte], vec![0; after]].concat();
    let text: Vec<u8> = text.bytes().flat_map(unit).collect();
    [begin, &text, rest].concat()
}

/// The entries in the answer to a GET of the offsets, byte for byte. They are sorted, because their order has no meaning.
fn entries(text: &str) -> Vec<String> {
    #[derive(Deserialize)]
    struct Offsets {
        offsets: Vec<ccloud_connect_types::OffsetEntry>,
    }
    let offsets: Offsets = serde_json::from_str(text).unwrap();
    let mut entries: Vec<_> = offsets.offsets.iter().map(ToString::to_string).collect();
    entries.sort();
    entries
}

impl Row {
    fn title(&self) -> String {
        format!("{} {}: {}", self.method, self.connector, self.name)
    }

    fn filled(&self, text: &str) -> String {
        match &self.fill {
            Some((piece, times)) => text.replace("%s", &piece.repeat(*times)),
            None => text.to_owned(),
        }
    }

    fn measured(&self, before: &str) -> Verdict {
        let after = self.after.as_deref().unwrap_or(before);
        Verdict {
            status: self.status,
            message: self.message.clone(),
            after: entries(&self.filled(after)),
            after_run: self.after_run.as_deref().map(entries),
            tasks: self.task_states.clone(),
        }
    }

    /// The body of the request in the service's form, which is the worker's body with the member `type` added.
    fn body(&self) -> Vec<u8> {
        let typed = |text: &str| {
            let comma = |rest: &str| if rest.starts_with('}') { "" } else { "," };
            match text.split_once('{') {
                Some((before, rest)) => format!(
                    "{before}{{\"type\":\"{}\"{}{rest}",
                    self.method,
                    comma(rest)
                ),
                None => text.to_owned(),
            }
        };
        match (&self.body, &self.body_hex) {
            (Some(body), _) => typed(&self.filled(body)).into_bytes(),
            (None, None) => format!(r#"{{"type":"{}"}}"#, self.method).into_bytes(),
            (None, Some(hex)) => {
                let pairs = hex.as_bytes().chunks(2);
                let byte =
                    |pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
                let member = format!("\"type\":\"{}\",", self.method);
                insert(&pairs.map(byte).collect::<Vec<_>>(), &member)
            }
        }
    }

    /// The reason why the service's result for this row may differ from Kafka Connect's; `None` when it must not differ.
    fn excuse(&self, ours: &Verdict, theirs: &Verdict) -> Option<&'static str> {
        let same_effect = ours.after == theirs.after;
        match (theirs.status, ours.status) {
            (500, 400) if self.refused_by.is_some() && same_effect => Some(
                "unreadable: the service answers 400 where Kafka Connect's JSON reader answers 500",
            ),
            (200, 400) if self.body_hex.is_some() => Some(
                "unreadable: the service refuses all bytes that are not Unicode text, and Kafka Connect accepts some of them",
            ),
            (415, 400) if same_effect => {
                Some("content_type: the service answers 400 where Kafka Connect answers 415")
            }
            (400, _) if self.state.is_some() => Some(
                "the service stops a connector itself, so it accepts an alteration of a connector that is not stopped",
            ),
            (200 | 500, _) if self.method == "DELETE" && self.body.is_some() => {
                Some("partial_delete: Kafka Connect does not read the body of a DELETE")
            }
            _ => None,
        }
    }
}

impl Table {
    fn connector(&self, row: &Row) -> Option<&Connector> {
        self.connectors
            .iter()
            .find(|known| known.name == row.connector)
    }

    /// The seed of a cluster with the row's connector, in its state before the request.
    fn cluster(&self, index: usize, row: &Row) -> Value {
        let topics = self.topics.iter().map(|(name, partitions)| {
            let partitions = partitions
                .iter()
                .map(|(earliest, latest)| json!({"earliest": earliest, "latest": latest}));
            json!({"name": name, "partitions": partitions.collect::<Vec<_>>()})
        });
        let connectors = self.connector(row).map(|connector| {
            let before = row.before.as_ref().unwrap_or(&connector.before);
            let text = |key: &str| connector.config.get(key).cloned();
            let names = text("topics")
                .filter(|_| connector.kind == "sink")
                .unwrap_or_default();
            let names: Vec<_> = names.split(',').filter(|name| !name.is_empty()).collect();
            let mut plugin = json!({"refuses": text("refuse").map(|_| "the plugin refuses")});
            // Only the source with the setting `server` writes offsets. Its task needs the members `file` and `pos`, an
            // integer, and writes three records in two seconds.
            let progress = text("server").map(|server| {
                plugin["offset"] = json!(["file"]);
                plugin["texts"] = json!(["file"]);
                plugin["integers"] = json!(["pos"]);
                json!({
                    "member": "pos",
                    "per_second": 1.5,
                    "fresh": [{"partition": {"server": server}, "offset": {"file": "f", "pos": 0}}],
                })
            });
            json!({
                "id": format!("lcc-{index}"),
                "name": connector.name,
                "kind": connector.kind,
                "class": connector.config["connector.class"],
                "state": if connector.name == "young" { "provisioning" } else { "running" },
                "config": connector.config.get("consumer.override.auto.offset.reset").map_or_else(
                    || json!({}),
                    |reset| json!({"consumer.override.auto.offset.reset": reset}),
                ),
                "topics": names,
                "records_per_second": 1000,
                "progress": progress,
                "plugin": plugin,
                "offsets": entries(before),
            })
        });
        json!({
            "id": format!("lkc-{index}"),
            "topics": topics.collect::<Vec<_>>(),
            "connectors": connectors.into_iter().collect::<Vec<_>>(),
        })
    }
}

/// A group of rows with the same times: the seconds that pass before the request, the seconds for which the connectors run
/// after it, and the condition for the rows of the group.
type Moment = (u64, Option<u64>, fn(&Row) -> bool);

/// The rows of one `Moment` in one simulated world, where each row has its own cluster.
struct Group<'a> {
    stage: Stage,
    rows: Vec<(usize, &'a Row)>,
}

const ENVIRONMENT: &str = "env-table";

impl<'a> Group<'a> {
    async fn new(table: &'a Table, wanted: impl Fn(&Row) -> bool) -> Self {
        let rows: Vec<(usize, &Row)> = table.rows.iter().enumerate().collect();
        let rows: Vec<_> = rows.into_iter().filter(|(_, row)| wanted(row)).collect();
        let clusters = rows.iter().map(|(index, row)| table.cluster(*index, row));
        let seed = json!({"environments": [{"id": ENVIRONMENT, "clusters": clusters.collect::<Vec<_>>()}]});
        let seed = Seed::from_yaml(&seed.to_string()).unwrap();
        let stage = stage_with(|builder| builder.seed(seed).timing(Timing::instant())).await;
        Self { stage, rows }
    }

    fn path(index: usize, row: &Row, tail: &str) -> String {
        let name = &row.connector;
        format!(
            "/connect/v1/environments/{ENVIRONMENT}/clusters/lkc-{index}/connectors/{name}{tail}"
        )
    }

    fn truth(&self, index: usize, row: &Row) -> Vec<String> {
        let cluster = format!("lkc-{index}");
        let offsets = self
            .stage
            .emulator
            .offsets(ENVIRONMENT, &cluster, &row.connector);
        let mut entries: Vec<_> = offsets.iter().flatten().map(ToString::to_string).collect();
        entries.sort();
        entries
    }

    async fn ask(&self, index: usize, row: &Row) -> Verdict {
        let tail = match row.method.as_str() {
            "GET" => "/offsets/request/status",
            "PATCH" | "DELETE" => "/offsets/request",
            // Kafka Connect refuses other methods at the path of the offsets. The service refuses them at this path.
            _ => "/offsets",
        };
        let method = match row.method.as_str() {
            "PATCH" | "DELETE" => "POST",
            other => other,
        };
        let request = self.stage.request(method, &Self::path(index, row, tail));
        let content_type = row.content_type.as_deref().unwrap_or("application/json");
        let request = request.header("content-type", content_type);
        let asked = answer(request.body(row.body())).await.unwrap();
        let (status, message) = if asked.status == 202 {
            let path = Self::path(index, row, "/offsets/request/status");
            let shown = self.stage.get(&path).await;
            // Only the member `status` is parsed, because the member `request` may contain lone surrogates.
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(&shown.text).unwrap();
            let shown: Value = serde_json::from_str(members["status"].get()).unwrap();
            let status = match shown["phase"].as_str().unwrap() {
                "APPLIED" => 200,
                "FAILED" => 500,
                other => panic!("{}: {other}", row.title()),
            };
            (status, shown["message"].as_str().map(str::to_owned))
        } else {
            let message = asked.json.pointer("/error/message").and_then(Value::as_str);
            (asked.status, message.map(str::to_owned))
        };
        Verdict {
            status,
            // A message is compared only when the row has one. It has none where the service has its own documented message.
            message: message.filter(|_| row.message.is_some()),
            after: self.truth(index, row),
            after_run: None,
            tasks: None,
        }
    }

    /// Sends the request of every row, lets the connectors run for `run` seconds, and returns the results.
    async fn verdicts(&self, run: Option<u64>) -> Vec<Verdict> {
        let mut verdicts = Vec::new();
        for (index, row) in &self.rows {
            verdicts.push(self.ask(*index, row).await);
        }
        if let Some(seconds) = run {
            self.stage.clock.advance(Duration::from_secs(seconds));
            for ((index, row), verdict) in self.rows.iter().zip(&mut verdicts) {
                let status = self.stage.get(&Self::path(*index, row, "/status")).await;
                let task = status.json["tasks"][0]["state"]
                    .as_str()
                    .unwrap()
                    .to_owned();
                let count = row.task_states.as_ref().map_or(1, Vec::len);
                verdict.tasks = Some(vec![task; count]);
                verdict.after_run = Some(self.truth(*index, row));
            }
        }
        verdicts
    }
}

#[tokio::test]
async fn the_simulated_world_agrees_with_a_real_kafka_connect() {
    let table: Table = serde_json::from_str(TABLE).unwrap();
    let mut differences = BTreeMap::<&str, Vec<String>>::new();
    let mut unexplained = String::new();
    let mut equal = 0;
    let groups: [Moment; 4] = [
        (0, None, |row| row.state.is_none() && row.run.is_none()),
        (15, None, |row| row.state.is_some()),
        (0, Some(15), |row| row.run == Some(15)),
        (0, Some(2), |row| row.run == Some(2)),
    ];
    let mut seen = 0;
    for (before, run, wanted) in groups {
        let group = Group::new(&table, wanted).await;
        group.stage.pass(before);
        let verdicts = group.verdicts(run).await;
        seen += verdicts.len();
        for ((_, row), ours) in group.rows.iter().zip(verdicts) {
            let none = r#"{"offsets":[]}"#;
            let stood = table.connector(row).map_or(none, |known| &known.before);
            let theirs = row.measured(row.before.as_deref().unwrap_or(stood));
            if ours == theirs {
                equal += 1;
            } else if let Some(why) = row.excuse(&ours, &theirs) {
                differences.entry(why).or_default().push(row.title());
            } else {
                writeln!(
                    unexplained,
                    "{}\n  ours   {ours:?}\n  theirs {theirs:?}",
                    row.title()
                )
                .unwrap();
            }
        }
    }
    let mut table_of_differences = String::new();
    for (why, rows) in &differences {
        writeln!(table_of_differences, "{why}").unwrap();
        for row in rows {
            writeln!(table_of_differences, "  {row}").unwrap();
        }
    }
    let named: usize = differences.values().map(Vec::len).sum();
    println!("{table_of_differences}{equal} equal, {named} named\n{unexplained}");
    assert_eq!(seen, table.rows.len());
    assert!(unexplained.is_empty(), "{unexplained}");
    assert_eq!(table_of_differences, DIFFERENCES);
}
