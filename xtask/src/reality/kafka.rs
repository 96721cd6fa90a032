//! Compares the tool with Kafka's own tools: the bounds of topics, their offsets at a time, and the lag of a sink.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::install::{output, succeed, write};
use super::problem;
use super::stack::{KEY, Stack};
use super::tool::{Programs, Tool};
use crate::problem::{Problems, Result};

/// The time of the first record, 2026-01-01T00:00:00Z, in milliseconds. The next records follow one second apart.
const START: &str = "1767225600000";
/// The topics that the sink reads, each with the sink's offset in each partition.
const TOPICS: [(&str, &[i64]); 7] = [
    ("timed", &[0, 10, 20, 30, 40, 0]),
    ("trimmed", &[50]),
    ("expired", &[100]),
    ("compacted", &[96]),
    ("transactions", &[3]),
    ("appended", &[5]),
    ("wide", &[0; 300]),
];
/// A topic that the Kafka key may not see, so that the tool must fail with exit code 3.
const PRIVATE: &str = "private";
const SINK: &str = "timed-sink";
const GROUPS: &str = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand";
/// The option of Kafka's tools that names the sink's consumer group.
const GROUP: &str = "--group connect-timed-sink";
const OFFSETS: &str = "org.apache.kafka.tools.GetOffsetShell";
const PLAIN: &str = "--bootstrap-server";

/// Offsets by topic and partition.
type Offsets = BTreeMap<(String, i64), i64>;

pub(super) fn run(stack: &Stack, programs: &Programs) -> Result<()> {
    let place = stack.folder.path();
    let broker = format!("127.0.0.1:{}", stack.broker);
    let (key, secret) = KEY;
    succeed(stack.jars.java(place).args(["Seed", &broker, START, key]))?;
    make_sink(stack)?;
    let file = place.join("kafka.key");
    let pair = format!("KAFKA_API_KEY={key}\nKAFKA_API_SECRET={secret}\n");
    write(&file, &pair)?;
    let authorities = place.join("broker.pem").display().to_string();
    let tool = Tool::on_worker(programs, stack).with("SSL_CERT_FILE", &authorities);
    let file = file.display().to_string();
    let secure = format!("localhost:{}", stack.secure);
    let access = ["--kafka-api-key-file", &file, "--bootstrap", &secure];
    let ask = |words: &[&str]| tool.json(&[words, &access].concat());
    let theirs = |class: &str, words: &[&str]| {
        let mut command = stack.jars.java(place);
        output(command.arg(class).args([PLAIN, &broker]).args(words))
    };
    let mut problems = Problems::default();
    let topics = TOPICS.map(|(topic, _)| ["--topic", topic]).concat();
    let mut compare = |what: &str, own: Result<Offsets>, theirs: Result<Offsets>| {
        if let (Some(own), Some(theirs)) = (problems.take(own), problems.take(theirs)) {
            let verdict = if own == theirs { "ok" } else { "DIFFER" };
            println!("  {what:<44} {} partitions, {verdict}", theirs.len());
            if own != theirs {
                let their = theirs
                    .iter()
                    .filter(|(at, their)| own.get(at) != Some(their));
                let line = |(at, their)| format!("{at:?} {:?} instead of {their}", own.get(at));
                let lines: Vec<_> = their.map(line).collect();
                problems.push(problem(what, lines.join("; ")));
            }
        }
    };
    let dry = |words: &[&str]| -> Result<Offsets> {
        let plan = ask(&[&["patch", SINK, "--dry-run"], &topics[..], words].concat())?;
        Ok(standing().into_iter().chain(planned(&plan)).collect())
    };
    for (what, time) in [
        ("a time before all records", "2025-12-31T12:00:00.000Z"),
        ("the time of the first record", "2026-01-01T00:00:00.000Z"),
        ("a time between two records", "2026-01-01T00:00:50.500Z"),
        ("the time of the last record", "2026-01-01T00:01:39.000Z"),
        ("a time after nearly all", "2026-01-01T00:01:41.001Z"),
        ("a time in the future", "2057-01-01T00:00:00.000Z"),
    ] {
        let reset = format!("--reset-offsets --dry-run {GROUP} --to-datetime {time}");
        let reset: Vec<&str> = reset.split(' ').chain(topics.clone()).collect();
        let their = theirs(GROUPS, &reset).map(|text| columns(&text, 3));
        compare(what, dry(&["--to-time", time]), their);
    }
    let all = TOPICS.map(|(topic, _)| topic).join(",");
    for (option, time) in [("--to-earliest", "-2"), ("--to-latest", "-1")] {
        let their = theirs(OFFSETS, &["--topic-partitions", &all, "--time", time]);
        compare(option, dry(&[option]), their.map(|text| shell(&text)));
    }
    let describe: Vec<&str> = GROUP.split(' ').chain(["--describe"]).collect();
    let described = theirs(GROUPS, &describe)?;
    let shown = ask(&["get", SINK, "--lag"])?;
    let lag = |name: &str| -> Offsets {
        let partitions = shown["lag"].as_array().into_iter().flatten();
        let read = partitions.filter_map(|partition| {
            let topic = partition["topic"].as_str()?.to_owned();
            let number = partition["partition"].as_i64()?;
            Some(((topic, number), partition[name].as_i64()?))
        });
        read.collect()
    };
    for (name, column) in [("end", 4), ("lag", 5)] {
        let theirs = columns(&described, column);
        compare(&format!("--lag: {name}"), Ok(lag(name)), Ok(theirs));
    }
    let denied = format!("patch {SINK} --dry-run --to-latest --topic {PRIVATE}");
    let denied: Vec<&str> = denied.split(' ').chain(access).collect();
    problems.take(tool.run(&denied, 3));
    problems.into_result()
}

/// Creates a stopped sink, and sets its offsets to those of `TOPICS`.
fn make_sink(stack: &Stack) -> Result<()> {
    let config = json!({
        "connector.class": "org.apache.kafka.connect.file.FileStreamSinkConnector",
        "tasks.max": "1",
        "topics": TOPICS.map(|(topic, _)| topic).join(","),
        "file": stack.file("timed.txt"),
    });
    stack.worker.create(SINK, &config, "STOPPED")?;
    super::session::await_state(stack, SINK, "STOPPED")?;
    let offsets = standing().into_iter().map(|((topic, partition), offset)| {
        json!({"partition": {"kafka_topic": topic, "kafka_partition": partition}, "offset": {"kafka_offset": offset}})
    });
    let body = json!({"offsets": offsets.collect::<Vec<_>>()}).to_string();
    let path = format!("/connectors/{SINK}/offsets");
    let (worker, body) = (stack.worker, Some(body.as_bytes()));
    match worker.send("PATCH", &path, "application/json", body)? {
        set if set.status == 200 => Ok(()),
        set => Err(problem(SINK, set.text).into()),
    }
}

fn standing() -> Offsets {
    let of = |(topic, offsets): (&'static str, &'static [i64])| {
        let partitions = (0..).zip(offsets);
        partitions.map(move |(partition, offset)| ((topic.to_owned(), partition), *offset))
    };
    TOPICS.into_iter().flat_map(of).collect()
}

/// The offsets to which a plan moves partitions.
fn planned(plan: &Value) -> Offsets {
    let changes = plan["changes"].as_array().into_iter().flatten();
    let read = changes.filter_map(|change| {
        let partition = &change["partition"];
        let topic = partition["kafka_topic"].as_str()?.to_owned();
        let offset = change["after"]["kafka_offset"].as_i64()?;
        Some(((topic, partition["kafka_partition"].as_i64()?), offset))
    });
    read.collect()
}

/// Reads the offsets from a table that Kafka's tools print. Its first columns are group, topic and partition; `column` is the
/// index of the offset.
fn columns(text: &str, column: usize) -> Offsets {
    let read = text.lines().filter_map(|line| {
        let row: Vec<&str> = line.split_whitespace().collect();

        let offset = row.get(column)?.parse().ok()?;
        Some(((row[1].to_owned(), row[2].parse().ok()?), offset))
    });
    read.collect()
}

/// Reads the offsets from lines of the form `TOPIC:PARTITION:OFFSET`.
fn shell(text: &str) -> Offsets {
    let read = text.lines().filter_map(|line| {
        let (rest, offset) = line.rsplit_once(':')?;
        let (topic, partition) = rest.rsplit_once(':')?;
        let partition = (topic.to_owned(), partition.parse().ok()?);
        Some((partition, offset.parse().ok()?))
    });
    read.collect()
}
