//! The table of verdicts against the real worker: what it answers now beside what is recorded. A new version of Kafka shows
//! as the rows that differ.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::http::Reply;
use super::problem;
use super::recorded::{Connector, Row, table};
use super::stack::Stack;
use crate::problem::{Problems, Result};

/// How long tasks get to start, to commit, or to read everything.
const RUN: Duration = Duration::from_secs(30);

/// The topics that the table speaks of, as the stack wants them.
pub(super) fn topics(root: &Path) -> Result<Vec<String>> {
    let topics = table(root)?.topics.into_iter().map(|(name, ranges)| {
        let ranges: Vec<String> = ranges
            .iter()
            .map(|(earliest, latest)| format!("{earliest}-{latest}"))
            .collect();
        format!("{name}={}", ranges.join(","))
    });
    Ok(topics.collect())
}

/// Makes the connectors and asks for every row.
///
/// Rows that depend on time are asked twice before they count as different.
pub(super) fn run(root: &Path, stack: &Stack) -> Result<()> {
    let table = table(root)?;
    let files = super::stack::folder(stack, "files")?;
    for connector in &table.connectors {
        make(stack, connector, &files)?;
    }
    let mut problems = Problems::default();
    let mut equal = 0;
    for row in &table.rows {
        let connector = table
            .connectors
            .iter()
            .find(|known| known.name == row.connector);
        // What runs takes its time; a difference must show twice.
        let mut seen = ask(stack, connector, row);
        if !matches!(&seen, Ok(differences) if differences.is_empty()) {
            seen = ask(stack, connector, row);
        }
        let title = format!("{} {}: {}", row.method, row.connector, row.name);
        match seen {
            Ok(differences) if differences.is_empty() => equal += 1,
            Ok(differences) => {
                println!("  differs: {title}\n    {}", differences.join("\n    "));
                problems.push(problem(&title, differences.join("; ")));
            }
            Err(error) => problems.push(problem(&title, error)),
        }
    }
    println!("  {equal} of {} rows are as recorded", table.rows.len());
    problems.into_result()
}

fn make(stack: &Stack, connector: &Connector, files: &Path) -> Result<()> {
    let fill = |text: &String| {
        text.replace("DATA", &files.display().to_string())
            .replace("127.0.0.1:19092", &format!("127.0.0.1:{}", stack.broker))
    };
    let config: BTreeMap<&String, String> = connector
        .config
        .iter()
        .map(|(key, value)| (key, fill(value)))
        .collect();
    let body =
        json!({"name": connector.name, "config": config, "initial_state": "STOPPED"}).to_string();
    let made = stack.worker.send(
        "POST",
        "/connectors",
        "application/json",
        Some(body.as_bytes()),
    );
    let made = made.map_err(|error| problem(&connector.name, error))?;
    if made.status != 201 {
        return Err(problem(&connector.name, made.text).into());
    }
    let settled = || state(stack, &connector.name).is_ok_and(|(state, _)| state == "STOPPED");
    stack.until(&format!("{} is made", connector.name), RUN, settled)?;
    // A sink that has run has a consumer group; the others never ran.
    if connector.kind == "sink" && !["young", "refusesink"].contains(&connector.name.as_str()) {
        switch(stack, &connector.name, "resume", "RUNNING")
            .map_err(|error| problem(&connector.name, error))?;
        std::thread::sleep(Duration::from_secs(2));
        switch(stack, &connector.name, "stop", "STOPPED")
            .map_err(|error| problem(&connector.name, error))?;
    }
    Ok(())
}

/// Asks for one row; returns what differs.
fn ask(stack: &Stack, connector: Option<&Connector>, row: &Row) -> io::Result<Vec<String>> {
    let path = format!("/connectors/{}/offsets", row.connector);
    let mut differences = Vec::new();
    let Some(connector) = connector else {
        compare(&mut differences, row, &request(stack, &path, row)?);
        return Ok(differences);
    };
    restore(stack, connector, row)?;
    let fixed = row.before.as_deref().unwrap_or(&connector.before);
    match row.state.as_deref() {
        None => {}
        Some("STOPPING") => {
            switch(stack, &row.connector, "resume", "RUNNING")?;
            wait_for(|| Ok(offsets(stack, &row.connector)? != entries(fixed)))?;
            std::thread::sleep(Duration::from_secs(2));
            stack.worker.send(
                "PUT",
                &format!("/connectors/{}/stop", row.connector),
                "",
                Some(b""),
            )?;
        }
        Some(other) => {
            switch(stack, &row.connector, "resume", "RUNNING")?;
            if other == "PAUSED" {
                switch(stack, &row.connector, "pause", "PAUSED")?;
            }
        }
    }
    compare(&mut differences, row, &request(stack, &path, row)?);
    let refused_running = row
        .state
        .as_deref()
        .is_some_and(|state| state != "STOPPING");
    if !refused_running && !row.connector.is_empty() {
        let expected = entries(&filled(row, row.after.as_deref().unwrap_or(fixed)));
        let mut seen = Vec::new();
        // Just after a change of a source, an answer may be a moment old.
        let same = wait_a_little(|| {
            seen = offsets(stack, &row.connector)?;
            Ok(seen == expected)
        })?;
        if !same {
            differences.push(format!(
                "offsets {} instead of {}",
                seen.join(","),
                expected.join(",")
            ));
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

/// Lets the connector run. Where a source has come to depends on time, so of those only the partitions are compared.
fn run_on(
    stack: &Stack,
    connector: &Connector,
    row: &Row,
    after: &str,
    differences: &mut Vec<String>,
) -> io::Result<()> {
    switch(stack, &row.connector, "resume", "RUNNING")?;
    let look = |text: Vec<String>| -> Vec<String> {
        let partition = |entry: String| {
            entry
                .split("\"offset\":")
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        if connector.kind == "sink" {
            text
        } else {
            text.into_iter().map(partition).collect()
        }
    };
    let expected = look(entries(after));
    let mut seen = Vec::new();
    let same = wait_for(|| {
        seen = look(offsets(stack, &row.connector)?);
        Ok(seen == expected)
    })?;
    if !same {
        differences.push(format!(
            "after running: {} instead of {}",
            seen.join(","),
            expected.join(",")
        ));
    }
    Ok(())
}

/// Puts the offsets where they stood before the row.
fn restore(stack: &Stack, connector: &Connector, row: &Row) -> io::Result<()> {
    let path = format!("/connectors/{}/offsets", connector.name);
    let send = |method: &str, body: Option<&str>| {
        stack
            .worker
            .send(method, &path, "application/json", body.map(str::as_bytes))
    };
    // A sink's group goes only with all of its offsets; a plugin that refuses refuses this, too.
    let keeps_group = connector.kind == "sink" && entries(&connector.before).is_empty();
    if !keeps_group || connector.name == "young" {
        send("DELETE", None)?;
    }
    if !entries(&connector.before).is_empty() {
        send("PATCH", Some(&connector.before))?;
    }
    for first in row.first.iter().flatten() {
        send("PATCH", Some(first))?;
    }
    let expected = entries(row.before.as_deref().unwrap_or(&connector.before));
    wait_a_little(|| Ok(offsets(stack, &connector.name)? == expected))?;
    Ok(())
}

fn request(stack: &Stack, path: &str, row: &Row) -> io::Result<Reply> {
    let body = match (&row.body, &row.body_hex) {
        (Some(body), _) => Some(filled(row, body).into_bytes()),
        (None, Some(hex)) => Some(bytes(hex)),
        (None, None) => None,
    };
    let content_type = row.content_type.as_deref().unwrap_or("application/json");
    stack
        .worker
        .send(&row.method, path, content_type, body.as_deref())
}

fn compare(differences: &mut Vec<String>, row: &Row, reply: &Reply) {
    if reply.status != row.status {
        let said = reply.message().unwrap_or_default();
        differences.push(format!(
            "status {} instead of {}: {said}",
            reply.status, row.status
        ));
    }
    if let Some(message) = &row.message
        && reply.message().as_ref() != Some(message)
    {
        let said = reply.message().unwrap_or_default();
        differences.push(format!("message {said:?} instead of {message:?}"));
    }
}

/// The state of a connector, and how many tasks it has.
fn state(stack: &Stack, name: &str) -> io::Result<(String, usize)> {
    let status = stack
        .worker
        .get(&format!("/connectors/{name}/status"))?
        .json();
    let state = status["connector"]["state"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    Ok((state, status["tasks"].as_array().map_or(0, Vec::len)))
}

fn switch(stack: &Stack, name: &str, verb: &str, wanted: &str) -> io::Result<()> {
    stack
        .worker
        .send("PUT", &format!("/connectors/{name}/{verb}"), "", Some(b""))?;
    let came = wait_for(|| {
        let (state, tasks) = state(stack, name)?;
        Ok(state == wanted && (wanted != "STOPPED" || tasks == 0))
    })?;
    if came {
        Ok(())
    } else {
        Err(io::Error::other(format!("{name} does not become {wanted}")))
    }
}

fn wait_for(holds: impl FnMut() -> io::Result<bool>) -> io::Result<bool> {
    wait(RUN, holds)
}

fn wait_a_little(holds: impl FnMut() -> io::Result<bool>) -> io::Result<bool> {
    wait(Duration::from_secs(2), holds)
}

fn wait(most: Duration, mut holds: impl FnMut() -> io::Result<bool>) -> io::Result<bool> {
    let begin = std::time::Instant::now();
    loop {
        if holds()? {
            return Ok(true);
        }
        if begin.elapsed() > most {
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn offsets(stack: &Stack, name: &str) -> io::Result<Vec<String>> {
    let reply = stack.worker.get(&format!("/connectors/{name}/offsets"))?;
    Ok(entries(&reply.text))
}

/// The entries of an answer, each as its bytes, in an order of their own.
fn entries(text: &str) -> Vec<String> {
    #[derive(Deserialize)]
    struct Offsets<'a> {
        #[serde(borrow)]
        offsets: Vec<&'a serde_json::value::RawValue>,
    }
    let read: std::result::Result<Offsets<'_>, _> = serde_json::from_str(text);
    let mut entries: Vec<String> = read.map_or_else(
        |_| vec![text.chars().take(200).collect()],
        |read| {
            read.offsets
                .iter()
                .map(|entry| sorted(entry.get()))
                .collect()
        },
    );
    entries.sort();
    entries
}

/// An entry whose members may have come in another order: where a hash map has a choice, it depends on how it was filled.
fn sorted(entry: &str) -> String {
    match serde_json::from_str::<BTreeMap<String, BTreeMap<String, Box<serde_json::value::RawValue>>>>(
        entry,
    ) {
        Ok(members) => {
            let write = |map: &BTreeMap<String, Box<serde_json::value::RawValue>>| {
                let members = map
                    .iter()
                    .map(|(key, value)| format!("{}:{value}", Value::from(key.as_str())));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            };
            let part = |name: &str| members.get(name).map_or_else(|| "null".to_owned(), write);
            format!(
                "{{\"partition\":{},\"offset\":{}}}",
                part("partition"),
                part("offset")
            )
        }
        Err(_) => entry.to_owned(),
    }
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
    pairs
        .filter_map(|pair| u8::from_str_radix(&pair, 16).ok())
        .collect()
}
