//! Outcomes of alterations: the line, the JSON and the exit code, for every kind of request, combined with everything that the
//! server may show after the request.

use std::fmt::Write as _;
use std::path::Path;
use std::thread;

use ccloud_connect::clock::ManualClock;
use ccloud_connect::finding::Code;
use ccloud_connect::{Movement, Outcome};
use ccloud_connect_emulator::{Emulator, Fault, Operation, Seed, Timing};
use serde_json::{Value, json};

use crate::schema::Schemas;
use crate::tool::{Ran, Server, finish, golden, tool, words};

const T0: &str = "2024-02-20T15:14:19Z";

/// The kinds of requests.
const ASKED: [&str; 5] = ["back", "ahead", "reset", "set", "mixed"];
/// What the server shows after a request.
const DONE: [&str; 8] = [
    "all",
    "part",
    "nothing",
    "other direction",
    "all, and a task fails",
    "part, and FAILED",
    "nothing, and FAILED",
    "all, state unknown",
];

/// The offsets of one partition in a scenario. `None` means that the partition has no position.
#[derive(Clone, Copy)]
struct Partition {
    planned_from: Option<i64>,
    stood: Option<i64>,
    /// The requested offset; `None` for a reset.
    asked: Option<i64>,
    seen: Option<i64>,
}

fn asked(what: &str) -> Vec<Partition> {
    let partition = |from: Option<i64>, asked: Option<i64>| Partition {
        planned_from: from,
        stood: from,
        asked,
        seen: None,
    };
    let back = partition(Some(5_000), Some(1_000));
    let ahead = partition(Some(5_000), Some(9_000));
    let reset = partition(Some(5_000), None);
    let set = partition(None, Some(700));
    match what {
        "back" => vec![back; 2],
        "ahead" => vec![ahead; 2],
        "reset" => vec![reset; 2],
        "set" => vec![set; 2],
        _ => vec![back, ahead, reset, set],
    }
}

fn done(what: &str, partitions: &mut [Partition]) {
    for (index, partition) in partitions.iter_mut().enumerate() {
        // After a change, a sample shows an offset a little ahead of the requested one. After a reset, it shows the offset of
        // the earliest record.
        let carried_out = partition.asked.map_or(Some(100), |asked| Some(asked + 50));
        partition.seen = match what {
            "part" | "part, and FAILED" if index % 2 == 1 => partition.stood,
            "part, and FAILED" => partition.asked,
            "nothing" | "nothing, and FAILED" => partition.stood,
            "other direction" => match (partition.planned_from, partition.asked) {
                (Some(from), Some(asked)) if asked < from => {
                    partition.stood = Some(asked - 500);
                    carried_out
                }
                (Some(_), Some(asked)) => {
                    partition.stood = Some(asked + 564);
                    carried_out
                }
                // The sink has read on as if there had been no alteration.
                (Some(from), None) => Some(from + 1_000),
                // The sink has fallen back to the earliest record.
                (None, _) => Some(0),
            },
            _ => carried_out,
        };
    }
}

fn entries(partitions: &[Partition], at: fn(&Partition) -> Option<i64>, nulls: bool) -> Value {
    let entry = |(number, partition): (usize, &Partition)| {
        let offset = at(partition).map(|offset| json!({ "kafka_offset": offset }));
        (nulls || offset.is_some()).then(|| {
            json!({"partition": {"kafka_topic": "t", "kafka_partition": number}, "offset": offset})
        })
    };
    partitions.iter().enumerate().filter_map(entry).collect()
}

/// A server whose answers about the sink `still` follow the scenario.
fn stage(partitions: &[Partition], done: &str) -> Server {
    let seed = json!({"environments": [{"id": "env-demo1", "clusters": [{"id": "lkc-demo1",
        "topics": [{"name": "t", "partitions": [{"latest": 20000}, {"latest": 20000}, {"latest": 20000}, {"latest": 20000}, {"latest": 20000}]}],
        "connectors": [{"id": "lcc-1", "name": "still", "kind": "sink", "topics": ["t"], "offsets": []}]}]}]});
    let clock = ManualClock::default();
    let builder = Emulator::builder()
        .clock(clock)
        .timing(Timing::instant())
        .seed(Seed::from_yaml(&seed.to_string()).unwrap());
    let server = Server::start(builder);
    let emulator = &server.emulator;
    let sample = |entries: Value, minute: u32, times| {
        let other = json!({"partition": {"kafka_topic": "t", "kafka_partition": 4}, "offset": {"kafka_offset": 1}});
        let mut entries = entries;
        entries.as_array_mut().unwrap().push(other);
        let body = json!({"offsets": entries, "metadata": {"observed_at": format!("2024-02-20T15:{minute}:00Z")}});
        emulator.fault(
            Operation::ReadOffsets,
            Fault::status(200).json(&body).times(times),
        );
    };
    // The first sample is for the plan, and the second for the check before the request. The others come after the alteration.
    sample(entries(partitions, |p| p.planned_from, false), 13, 1);
    sample(entries(partitions, |p| p.planned_from, false), 14, 1);
    sample(entries(partitions, |p| p.seen, false), 17, 1);
    sample(entries(partitions, |p| p.seen, false), 18, 1_000);

    let failed = done.ends_with("and FAILED");
    let mut previous = entries(partitions, |p| p.stood, false);
    previous.as_array_mut().unwrap().push(
        json!({"partition": {"kafka_topic": "t", "kafka_partition": 4}, "offset": {"kafka_offset": 1}}),
    );
    let is_reset = partitions.iter().all(|partition| partition.asked.is_none());
    let status = json!({
        "request": {"id": "lcc-1", "name": "still", "type": if is_reset { "DELETE" } else { "PATCH" }, "requested_at": T0,
            "offsets": entries(partitions, |p| p.asked, true)},
        "status": if failed { json!({"phase": "FAILED", "message": "no such topic"}) } else { json!({"phase": "APPLIED"}) },
        "previous_offsets": previous,
        "applied_at": if failed { Value::Null } else { "2024-02-20T15:15:12Z".into() },
    });
    emulator.fault(Operation::RequestStatus, Fault::act().times(2));
    emulator.fault(
        Operation::RequestStatus,
        Fault::status(200).json(&status).times(1_000),
    );

    emulator.fault(Operation::ConnectorStatus, Fault::act());
    match done {
        "all, and a task fails" => {
            let body = json!({"name": "still", "type": "sink", "connector": {"state": "RUNNING"},
                "tasks": [{"id": 0, "state": "RUNNING"}, {"id": 1, "state": "FAILED", "msg": "boom\n\tat Task.java:1"}]});
            let fault = Fault::status(200).json(&body).times(1_000);
            emulator.fault(Operation::ConnectorStatus, fault);
        }
        "all, state unknown" => {
            let fault = Fault::error(403, "not for you").times(1_000);
            emulator.fault(Operation::ConnectorStatus, fault);
        }
        _ => {}
    }
    server
}

fn run(partitions: &[Partition], done: &str, more: &str) -> Ran {
    let server = stage(partitions, done);
    let mut command = tool(&server.emulator.url());
    let mut input = String::new();
    if partitions.iter().all(|partition| partition.asked.is_none()) {
        command.args(words("delete still --partition t:0 --partition t:1"));
    } else {
        command.args(words("patch still --file -"));
        input = entries(partitions, |p| p.asked, true).to_string();
    }
    command.args(words(&format!("--yes --quiet --timeout 4s {more}")));
    finish(&mut command, &input)
}

fn schema() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/alteration.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What the tool must report about a partition, computed from what the server did and showed: whether a sample confirms the
/// position, the direction in which the partition moved, and by how many records.
fn truth(p: &Partition, failed: bool) -> (Option<bool>, Movement, Option<i64>) {
    let way = |to: Option<i64>| match (p.stood, to) {
        (Some(stood), Some(to)) if to < stood => (Movement::Back, Some(stood - to)),
        (Some(stood), Some(to)) if to > stood => (Movement::Ahead, Some(to - stood)),
        (Some(_), Some(_)) | (None, None) => (Movement::Same, None),
        (Some(_), None) => (Movement::Reset, None),
        (None, Some(_)) => (Movement::Given, None),
    };
    let told = |confirmed, (direction, records)| (confirmed, direction, records);
    let carried_out = p.seen == p.asked;
    // The sample shows an offset between the requested position (after a reset, the beginning) and the earlier position.
    // Without the alteration the sink cannot have reached this offset.
    let led = p.seen.is_some() && p.seen < p.stood && p.seen >= p.asked;
    let fell_back = p.asked.is_some() && p.seen.is_some() && p.seen < p.asked;
    match () {
        () if carried_out || led => told(Some(true), way(p.asked)),
        () if p.seen == p.stood => told(Some(false), (Movement::Same, None)),
        () if fell_back => {
            let (direction, records) = way(p.seen);
            told(
                Some(false),
                (direction, records.filter(|_| p.seen != Some(0))),
            )
        }
        () if failed => told(None, (Movement::Unseen, None)),
        () => told(None, way(p.asked)),
    }
}

/// Compares the output of the tool with what the server did and showed in a scenario.
fn check(what: &str, done: &str, partitions: &[Partition], ran: &Ran, line: &Ran) {
    let record = ran.json();
    let document = schema();
    let problems = Schemas::new(&document).problems(&document, &record);
    assert_eq!(problems, Vec::<String>::new(), "{what}, {done}");
    let outcome: Outcome = serde_json::from_value::<Value>(record["outcome"].clone())
        .and_then(|value| serde_json::from_str(&value.to_string()))
        .unwrap();
    assert_eq!(serde_json::to_value(&outcome).unwrap(), record["outcome"]);
    assert_eq!(
        (ran.code, &record["warnings"].is_array()),
        (line.code, &true)
    );

    let contradicted = |p: &Partition| match (p.stood, p.asked, p.seen) {
        (Some(stood), _, Some(seen)) if seen == stood => true,
        (None, Some(_), None) => true,
        (_, Some(asked), Some(seen)) => seen < asked,
        _ => false,
    };
    let turned = |p: &Partition| {
        let way = |from: Option<i64>| Some((p.asked? - from?).signum());
        way(p.planned_from) != way(p.stood)
    };
    // The sink may also have reached this offset without the alteration, by reading on from its earlier position, or
    // because it had no position.
    let undecided = |p: &Partition| p.seen != p.asked && p.seen > p.stood;
    let expected = match done {
        "part, and FAILED" | "nothing, and FAILED" => (7, Some(false)),
        "all, and a task fails" => (10, Some(false)),
        _ if partitions.iter().any(|p| contradicted(p) || turned(p)) => (10, Some(false)),
        "all, state unknown" => (0, None),
        _ if partitions.iter().any(undecided) => (0, None),
        _ => (0, Some(true)),
    };
    assert_eq!(
        (ran.code, outcome.as_planned),
        expected,
        "{what}, {done}: {}",
        ran.stdout
    );
    for (partition, told) in partitions.iter().zip(&outcome.partitions) {
        let offset =
            |offset: Option<i64>| offset.map(|offset| format!(r#"{{"kafka_offset":{offset}}}"#));
        let position =
            |standing: &ccloud_connect::Standing| standing.position().map(ToString::to_string);
        assert_eq!(position(&told.stood), offset(partition.stood));
        assert_eq!(position(&told.asked), offset(partition.asked));
        assert_eq!(position(&told.now_at), offset(partition.seen));
        assert_eq!(
            (told.confirmed, told.moved.direction, told.moved.records),
            truth(partition, done.ends_with("and FAILED")),
            "{what}, {done}: {told:?}"
        );
    }
    let error: Value = serde_json::from_str(ran.stderr.lines().last().unwrap_or("{}")).unwrap();
    match ran.code {
        0 => assert_eq!(error, json!({})),
        code => {
            assert_eq!(error["error"]["exit_code"], code);
            let findings = serde_json::to_value(&outcome.findings).unwrap();
            let told = error["error"].get("findings");
            assert_eq!(told.unwrap_or(&json!([])), &findings);
        }
    }
    let changed = match (done, ran.code) {
        // A running sink may have gone back and read on. A sink that still has no position has certainly not been altered.
        ("nothing, and FAILED", _) if partitions.iter().all(|p| p.seen.is_none()) => json!("no"),
        ("nothing, and FAILED", _) => json!("unknown"),
        // A later sample shows that some partitions were moved.
        (_, 7 | 10) => json!("yes"),
        _ => Value::Null,
    };
    assert_eq!(error["error"]["changed"], changed, "{what}, {done}");
}

#[test]
fn everything_that_can_be_asked_and_done() {
    let scenarios: Vec<_> = ASKED
        .iter()
        .flat_map(|what| DONE.map(|done| (*what, done)))
        .collect();
    let mut texts = Vec::new();
    // Twelve scenarios run at the same time, because each spends most of its time waiting.
    for some in scenarios.chunks(12) {
        let runs: Vec<_> = some
            .iter()
            .map(|&(what, how)| {
                thread::spawn(move || {
                    let mut partitions = asked(what);
                    done(how, &mut partitions);
                    let data = run(&partitions, how, "-o json");
                    let line = run(&partitions, how, "-v");
                    check(what, how, &partitions, &data, &line);
                    let mut text =
                        format!("# asked: {what}; done: {how}; exit code {}\n", line.code);
                    write!(text, "{}{}", line.stdout, line.stderr).unwrap();
                    text
                })
            })
            .collect();
        for run in runs {
            texts.push(run.join().unwrap());
        }
    }
    golden("outcomes.txt", &texts.join("\n"));
}

#[test]
fn the_schema_names_every_code() {
    let codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(
        schema()["$defs"]["finding"]["properties"]["code"]["enum"],
        json!(codes)
    );
}
