//! Compares the answers of a real worker with the recorded table of Kafka Connect's answers. The comparison fails when a
//! worker, such as one of a new version of Kafka, answers differently.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::http::Reply;
use super::problem;
use super::recorded::{Connector, Row, table};
use super::stack::{Stack, wait};
use crate::problem::{Problem, Problems, Result};

/// The time limit for a connector to change its state, and for its tasks to commit or to read everything.
const RUN: Duration = Duration::from_secs(30);
/// How long a change may take until answers show it. Just after a change of a source, an answer may be out of date.
const A_LITTLE: Duration = Duration::from_secs(2);

/// The topics that the file of the recorded answers lists, each as `NAME=FROM-TO,FROM-TO`, as `Stack::start` takes them.
pub(super) fn topics(root: &Path) -> Result<Vec<String>> {
    let topics = table(root)?.topics.into_iter().map(|(name, ranges)| {
        let ranges = ranges.iter().map(|(from, to)| format!("{from}-{to}"));
        let ranges: Vec<String> = ranges.collect();
        format!("{name}={}", ranges.join(","))
    });
    Ok(topics.collect())
}

/// Creates the connectors of the table. All of them are stopped.
pub(super) fn prepare(root: &Path, stack: &Stack) -> Result<()> {
    make(stack, &table(root)?.connectors)
}

/// Sends the requests of all rows to the worker, and compares the answers. Each connector has a thread of its own, because most of
/// the time is spent waiting.
pub(super) fn run(root: &Path, stack: &Stack) -> Result<()> {
    let table = table(root)?;
    let mut groups: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in &table.rows {
        groups.entry(&row.connector).or_default().push(row);
    }
    let connectors = &table.connectors;
    let seen: Vec<Problem> = std::thread::scope(|scope| {
        let ask = |(name, rows): (&str, Vec<&Row>)| {
            let connector = connectors.iter().find(|known| known.name == name);
            let differences = rows.into_iter();
            let differences = differences.filter_map(|row| difference(stack, connector, row));
            differences.collect::<Vec<_>>()
        };
        let groups = groups.into_iter();
        let groups = groups.map(|group| scope.spawn(move || ask(group)));
        let groups: Vec<_> = groups.collect();
        let ended = groups.into_iter().map(|group| {
            let panicked = |_| vec![problem("the table", "one of its threads panicked")];
            group.join().unwrap_or_else(panicked)
        });
        ended.flatten().collect()
    });
    let all = table.rows.len();
    println!("  {} of {all} rows are as recorded", all - seen.len());
    let mut problems = Problems::default();
    seen.into_iter().for_each(|problem| problems.push(problem));
    problems.into_result()
}

/// How the worker's answer differs from a row; `None` when it does not. A difference must occur in two attempts, because a
/// running connector may need more time.
fn difference(stack: &Stack, connector: Option<&Connector>, row: &Row) -> Option<Problem> {
    let title = format!("{} {}: {}", row.method, row.connector, row.name);
    let asked = ask(stack, connector, row).ok().filter(Vec::is_empty);
    match asked.map_or_else(|| ask(stack, connector, row), Ok) {
        Ok(differences) if differences.is_empty() => None,
        Ok(differences) => Some(problem(title, differences.join("; "))),
        Err(error) => Some(problem(title, error)),
    }
}

fn make(stack: &Stack, connectors: &[Connector]) -> Result<()> {
    let files = stack.file("").display().to_string();
    let fill = |text: &String| {
        let text = text.replace("DATA/", &files);
        text.replace("127.0.0.1:19092", &format!("127.0.0.1:{}", stack.broker))
    };
    for connector in connectors {
        let config = connector.config.iter();
        let config: BTreeMap<_, _> = config.map(|(key, value)| (key, fill(value))).collect();
        let worker = &stack.worker;
        worker.create(&connector.name, &json!(config), "STOPPED")?;
    }
    // A sink gets its consumer group when it first runs. These sinks run for a moment, so that they have a group. The sinks
    // `young` and `refusesink` must not have a group.
    let ran = |connector: &&Connector| {
        connector.kind == "sink" && !["young", "refusesink"].contains(&connector.name.as_str())
    };
    for connector in connectors.iter().filter(ran) {
        switch(stack, &connector.name, "resume", "RUNNING")?;
    }
    std::thread::sleep(Duration::from_secs(2));
    let mut all = connectors.iter();
    all.try_for_each(|connector| switch(stack, &connector.name, "stop", "STOPPED"))
}

/// Sends the request of one row, and returns the differences from the recorded answer and offsets.
fn ask(stack: &Stack, connector: Option<&Connector>, row: &Row) -> Result<Vec<String>> {
    let path = format!("/connectors/{}/offsets", row.connector);
    let mut differences = Vec::new();
    let Some(connector) = connector else {
        compare(&mut differences, row, &request(stack, &path, row)?);
        return Ok(differences);
    };
    restore(stack, connector, row);
    let fixed = row.before.as_deref().unwrap_or(&connector.before);
    match row.state.as_deref() {
        None => {}
        Some("STOPPING") => {
            switch(stack, &row.connector, "resume", "RUNNING")?;
            let moved = || offsets(stack, &row.connector).is_ok_and(|now| now != entries(fixed));
            wait(RUN, moved);
            std::thread::sleep(Duration::from_secs(2));
            stack.worker.put(&row.connector, "stop")?;
        }
        Some(other) => {
            switch(stack, &row.connector, "resume", "RUNNING")?;
            if other == "PAUSED" {
                switch(stack, &row.connector, "pause", "PAUSED")?;
            }
        }
    }
    compare(&mut differences, row, &request(stack, &path, row)?);
    let state = row.state.as_deref();
    let refused_running = state.is_some_and(|state| state != "STOPPING");
    if !refused_running && !row.connector.is_empty() {
        let expected = entries(&filled(row, row.after.as_deref().unwrap_or(fixed)));
        let mut seen = Vec::new();
        let same = wait(A_LITTLE, || {
            seen = offsets(stack, &row.connector).unwrap_or_default();
            seen == expected
        });
        if !same {
            let [seen, expected] = [seen, expected].map(|entries| entries.join(","));
            differences.push(format!("offsets {seen} instead of {expected}"));
        }
    }
    if let (Some(after_run), Some(_)) = (&row.after_run, row.run) {
        run_on(stack, connector, row, after_run, &mut differences)?;
    }
    if row.state.is_some() || row.run.is_some() {
        switch(stack, &row.connector, "stop", "STOPPED")?;
    }
    Ok(differences)
}

/// Resumes the connector, and waits until it has the offsets that the row expects after running. For a source, only the partitions
/// are compared, because its positions depend on time.
fn run_on(
    stack: &Stack,
    connector: &Connector,
    row: &Row,
    after: &str,
    differences: &mut Vec<String>,
) -> Result<()> {
    switch(stack, &row.connector, "resume", "RUNNING")?;
    let look = |text: Vec<String>| -> Vec<String> {
        let partition = |entry: String| match entry.split_once("\"offset\":") {
            Some((partition, _)) if connector.kind != "sink" => partition.to_owned(),
            _ => entry,
        };
        text.into_iter().map(partition).collect()
    };
    let expected = look(entries(after));
    let mut seen = Vec::new();
    let same = wait(RUN, || {
        seen = look(offsets(stack, &row.connector).unwrap_or_default());
        seen == expected
    });
    if !same {
        let [seen, expected] = [seen, expected].map(|entries| entries.join(","));
        differences.push(format!("after running: {seen} instead of {expected}"));
    }
    Ok(())
}

/// Restores the offsets that the row expects before its request. This may need several attempts, because a worker may delay
/// requests while other connectors are created and deleted.
fn restore(stack: &Stack, connector: &Connector, row: &Row) {
    let path = format!("/connectors/{}/offsets", connector.name);
    let send = |method: &str, body: Option<&str>| {
        let body = body.map(str::as_bytes);
        let sent = stack.worker.send(method, &path, "application/json", body);
        sent.is_ok_and(|reply| reply.status == 200)
    };
    let before = row.before.as_deref().unwrap_or(&connector.before);
    let expected = entries(before);
    // A DELETE also removes the consumer group of a sink. So a sink that must have no offsets gets no DELETE. The sink
    // `young` gets one nevertheless, because it must not have a group either.
    let keeps_group = connector.kind == "sink" && expected.is_empty();
    if !keeps_group || connector.name == "young" {
        wait(A_LITTLE, || send("DELETE", None));
    }
    if !expected.is_empty() {
        wait(A_LITTLE, || send("PATCH", Some(before)));
    }
    wait(A_LITTLE, || {
        offsets(stack, &connector.name).is_ok_and(|now| now == expected)
    });
}

fn request(stack: &Stack, path: &str, row: &Row) -> Result<Reply> {
    let body = match (&row.body, &row.body_hex) {
        (Some(body), _) => Some(filled(row, body).into_bytes()),
        (None, Some(hex)) => Some(bytes(hex)),
        (None, None) => None,
    };
    let content_type = row.content_type.as_deref().unwrap_or("application/json");
    let send = || (stack.worker).send(&row.method, path, content_type, body.as_deref());
    let mut seen = send();
    // While other connectors are created and deleted, a worker may delay requests.
    wait(A_LITTLE, || {
        let put_off = seen.as_ref().is_ok_and(|reply| reply.status == 409);
        if put_off {
            seen = send();
        }
        !put_off
    });
    seen
}

fn compare(differences: &mut Vec<String>, row: &Row, reply: &Reply) {
    let said = reply.message().unwrap_or_default();
    let (status, wanted) = (reply.status, row.status);
    if status != wanted {
        differences.push(format!("status {status} instead of {wanted}: {said}"));
    }
    if let Some(message) = row.message.as_ref().filter(|message| **message != said) {
        differences.push(format!("message {said:?} instead of {message:?}"));
    }
}

fn switch(stack: &Stack, name: &str, verb: &str, wanted: &str) -> Result<()> {
    stack.worker.put(name, verb)?;
    stack.until(&format!("{name} becomes {wanted}"), RUN, || {
        let state = stack.worker.state(name);
        state.is_ok_and(|(state, tasks)| {
            state == wanted && (wanted != "STOPPED" || tasks.is_empty())
        })
    })
}

fn offsets(stack: &Stack, name: &str) -> Result<Vec<String>> {
    let reply = stack.worker.get(&format!("/connectors/{name}/offsets"))?;
    Ok(entries(&reply.text))
}

/// The entries of an answer, each as its JSON text, in sorted order.
fn entries(text: &str) -> Vec<String> {
    #[derive(Deserialize)]
    struct Offsets<'a> {
        #[serde(borrow)]
        offsets: Vec<&'a serde_json::value::RawValue>,
    }
    let read: std::result::Result<Offsets<'_>, _> = serde_json::from_str(text);
    let Ok(read) = read else {
        return vec![text.chars().take(200).collect()];
    };
    let entries = read.offsets.iter().map(|entry| sorted(entry.get()));
    let mut entries: Vec<String> = entries.collect();
    entries.sort();
    entries
}

/// An entry with sorted members, because the order of a hash map can depend on how it was filled.
fn sorted(entry: &str) -> String {
    type Members = BTreeMap<String, Box<serde_json::value::RawValue>>;
    let read = serde_json::from_str::<BTreeMap<String, Members>>(entry);
    let Ok(members) = read else {
        return entry.to_owned();
    };
    let [partition, offset] = ["partition", "offset"].map(|name| {
        let text = members.get(name).map(serde_json::to_string);
        text.and_then(|text| text.ok()).unwrap_or("null".to_owned())
    });
    format!("{{\"partition\":{partition},\"offset\":{offset}}}")
}

fn filled(row: &Row, text: &str) -> String {
    match &row.fill {
        Some((piece, times)) => text.replace("%s", &piece.repeat(*times)),
        None => text.to_owned(),
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<char> = hex.chars().collect();
    let pairs = digits.chunks(2).map(|pair| pair.iter().collect::<String>());
    let bytes = pairs.filter_map(|pair| u8::from_str_radix(&pair, 16).ok());
    bytes.collect()
}
