//! Moves database connectors to positions in the log with the tool. Afterwards the rows must be those after the position;
//! where only the database can know the result, the tool must have said so.

mod database;
mod mysql;
mod place;
mod postgres;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::problem;
use super::rows::Rows;
use super::stack::{Stack, wait};
use super::tool::{Programs, Tool};
use crate::problem::{Problems, Result};
use database::Database;
use place::{Course, Log, Place, Wanted};

const LONG: Duration = Duration::from_secs(90);
/// Transactions that the connector reads before it is stopped.
const READ: [&[i64]; 3] = [&[11], &[12], &[13]];
const UNREAD: [&[i64]; 5] = [&[21], &[22], &[23], &[31, 32, 33], &[24]];
/// The row that is written when the connector runs again; all rows before it must have come by then.
const LAST: i64 = 99;
/// The rows of a table: few, or so many that its snapshot can be stopped in the middle.
const FEW: RangeInclusive<i64> = 1..=3;
const MANY: RangeInclusive<i64> = 1000..=20_999;

/// One connector with a table of its own.
struct Experiment<'a> {
    place: &'a Place,
    name: String,
    log: Log,
    /// The number of records in the topic before the connector was moved.
    records: usize,
    stood: Value,
    code: i32,
    said: String,
}

/// Runs the experiments of each database that is installed; prints what was expected and what was seen.
pub(super) fn run(stack: &Stack, programs: &Programs) -> Result<()> {
    let tool = Tool::on_worker(programs, stack);
    let rows = Rows::start(stack)?;
    let mut problems = Problems::default();
    problems.take(postgres::run(stack, &tool, &rows));
    problems.take(mysql::run(stack, &tool, &rows));
    problems.into_result()
}

/// Moves one connector to each position.
fn all(
    stack: &Stack,
    tool: &Tool,
    rows: &Rows,
    database: &dyn Database,
    places: &[Place],
) -> Result<()> {
    let mut experiments: Vec<Experiment<'_>> = places
        .iter()
        .enumerate()
        .map(|(index, place)| Experiment {
            place,
            name: format!("{}{index}", database.prefix()),
            log: Log::default(),
            records: 0,
            stood: Value::Null,
            code: 0,
            said: String::new(),
        })
        .collect();
    prepare(stack, rows, database, &mut experiments)?;
    thread::scope(|scope| {
        let moves: Vec<_> = experiments
            .iter_mut()
            .map(|experiment| scope.spawn(|| move_it(tool, experiment)))
            .collect();
        let panicked = |_| Err(problem("moving", "a thread of it panicked").into());
        moves
            .into_iter()
            .try_for_each(|moved| moved.join().unwrap_or_else(panicked))
    })?;
    for experiment in experiments
        .iter()
        .filter(|experiment| experiment.place.course != Course::Running)
    {
        stack.worker.put(&experiment.name, "resume")?;
    }
    for experiment in &experiments {
        stack.until(&format!("{} has a task", experiment.name), LONG, || {
            stack
                .worker
                .state(&experiment.name)
                .is_ok_and(|(_, tasks)| !tasks.is_empty() && tasks[0] != "UNASSIGNED")
        })?;
        database.insert(rows, &experiment.name, &[LAST])?;
    }
    let mut problems = Problems::default();
    println!(
        "  {:<52} {:<34} {:<34} the tool",
        format!("{}, moved to", database.prefix()),
        "expected",
        "seen"
    );
    for experiment in &experiments {
        problems.take(judge(stack, rows, database, experiment));
    }
    problems.into_result()
}

/// Makes the connectors, and stops them after the first transactions.
fn prepare(
    stack: &Stack,
    rows: &Rows,
    database: &dyn Database,
    experiments: &mut [Experiment<'_>],
) -> Result<()> {
    for experiment in &*experiments {
        let snapshot = experiment.place.course == Course::Snapshot;
        database.table(rows, &experiment.name, if snapshot { MANY } else { FEW })?;
        let mut config = database.config(&experiment.name, stack.broker);
        let slow = [
            ("snapshot.fetch.size", "50"),
            ("max.batch.size", "10"),
            ("max.queue.size", "20"),
            ("poll.interval.ms", "20"),
        ];
        let slow = slow.iter().filter(|_| snapshot);
        for (key, value) in experiment.place.config.iter().chain(slow) {
            config.insert((*key).to_owned(), (*value).to_owned());
        }
        let config = json!(config);
        stack.worker.create(&experiment.name, &config, "RUNNING")?;
    }
    for experiment in experiments
        .iter()
        .filter(|experiment| experiment.place.course == Course::Snapshot)
    {
        // The connector shows its offsets some time before it has finished.
        stack.until(
            &format!("{} takes a snapshot", experiment.name),
            LONG,
            || {
                offsets(stack, &experiment.name)
                    .to_string()
                    .contains("snapshot")
            },
        )?;
        stack.worker.put(&experiment.name, "stop")?;
    }
    let whole: Vec<&Experiment<'_>> = experiments
        .iter()
        .filter(|experiment| experiment.place.course != Course::Snapshot)
        .collect();
    for experiment in &whole {
        records(stack, rows, database, &experiment.name, 3)?;
    }
    let mut logs: BTreeMap<String, Log> = BTreeMap::new();
    let mut write = |experiment: &Experiment<'_>, transactions: &[&[i64]]| -> Result<()> {
        let log = logs.entry(experiment.name.clone()).or_default();
        for ids in transactions {
            log.transactions
                .push(database.insert(rows, &experiment.name, ids)?);
        }
        Ok(())
    };
    for experiment in &whole {
        write(experiment, &READ)?;
    }
    for experiment in &whole {
        records(stack, rows, database, &experiment.name, 6)?;
    }
    // Time to store the offsets, and to report them to the replication slots.
    thread::sleep(Duration::from_secs(3));
    for experiment in &whole {
        if experiment.place.course == Course::Stopped {
            stack.worker.put(&experiment.name, "stop")?;
        }
    }
    for experiment in &*experiments {
        if experiment.place.course != Course::Running {
            super::session::await_state(stack, &experiment.name, "STOPPED")?;
        }
    }
    for experiment in &whole {
        write(experiment, &UNREAD)?;
    }
    database.locate(rows, &mut logs)?;
    for experiment in experiments {
        if experiment.place.course == Course::Running {
            records(stack, rows, database, &experiment.name, 13)?;
            thread::sleep(Duration::from_secs(2));
        }
        experiment.records = rows.read(&database.topic(&experiment.name))?.len();
        experiment.stood = offsets(stack, &experiment.name);
        experiment.log = logs.remove(&experiment.name).unwrap_or_default();
    }
    Ok(())
}

fn move_it(tool: &Tool, experiment: &mut Experiment<'_>) -> Result<()> {
    for typed in (experiment.place.typed)(&experiment.log).split(';') {
        let (command, rest) = typed.split_once(' ').unwrap_or((typed, ""));
        let arguments: Vec<&str> = [command, &experiment.name]
            .into_iter()
            .chain(rest.split_whitespace())
            .chain(["--yes"])
            .collect();
        let (code, output) = tool.try_run(&arguments)?;
        experiment.code = code;
        experiment.said += &String::from_utf8_lossy(&output.stderr);
    }
    Ok(())
}

fn judge(
    stack: &Stack,
    rows: &Rows,
    database: &dyn Database,
    experiment: &Experiment<'_>,
) -> Result<()> {
    let Experiment {
        place, name, log, ..
    } = experiment;
    let topic = database.topic(name);
    let after = || -> Result<Vec<i64>> {
        let records = rows.read(&topic)?;
        Ok(records
            .iter()
            .skip(experiment.records)
            .filter_map(|record| id(record))
            .collect())
    };
    let failed = || {
        stack
            .worker
            .state(name)
            .is_ok_and(|(_, tasks)| tasks.contains(&"FAILED".to_owned()))
    };
    let wanted = (place.wanted)(log);
    let quiet = matches!(&wanted, Wanted::Rows(ids) if ids.is_empty());
    // When no row is expected, a short wait must be enough.
    let time = Duration::from_secs(if quiet { 5 } else { 45 });
    wait(time, || {
        failed() || after().is_ok_and(|ids| ids.contains(&LAST))
    });
    let seen = after()?;
    let refused = experiment.code == 2;
    let (expected, holds) = match &wanted {
        Wanted::Refused => (
            "the tool refuses".to_owned(),
            refused
                && seen
                    == UNREAD
                        .concat()
                        .into_iter()
                        .chain([LAST])
                        .collect::<Vec<_>>(),
        ),
        Wanted::Whole => (
            format!("{} rows", MANY.count()),
            !refused && !failed() && MANY.chain([LAST]).all(|id| seen.contains(&id)),
        ),
        Wanted::Fails => ("the task fails".to_owned(), !refused && failed()),
        Wanted::Rows(ids) => {
            let mut ids = ids.clone();
            ids.extend((!quiet).then_some(LAST));
            (short(&ids), !refused && !failed() && seen == ids)
        }
    };
    let shown = if failed() {
        "the task fails".to_owned()
    } else {
        short(&seen)
    };
    let said = place.said.is_none_or(|code| experiment.said.contains(code));
    let verdict = match (holds, said) {
        (true, true) => "ok",
        (false, _) => "DIFFERS",
        (true, false) => "NOT SAID",
    };
    println!(
        "  {:<52} {expected:<34} {shown:<34} {} {verdict}",
        place.title,
        place
            .said
            .unwrap_or(if refused { "refuses" } else { "accepts" })
    );
    if holds && said {
        return Ok(());
    }
    let message = format!(
        "{expected} was expected, {shown} seen; stood at {}; the tool ended with {}:\n{}",
        experiment.stood, experiment.code, experiment.said
    );
    Err(problem(format!("{}: {}", database.prefix(), place.title), message).into())
}

/// The ids, or their number when there are many.
fn short(ids: &[i64]) -> String {
    match ids {
        [] => "nothing".to_owned(),
        ids if ids.len() > 20 => format!("{} rows from {}", ids.len(), ids[0]),
        ids => ids.iter().map(i64::to_string).collect::<Vec<_>>().join(" "),
    }
}

/// The id of a record's row.
fn id(record: &str) -> Option<i64> {
    let record: Value = serde_json::from_str(record).ok()?;
    record["after"]["id"].as_i64()
}

fn offsets(stack: &Stack, name: &str) -> Value {
    let reply = stack.worker.get(&format!("/connectors/{name}/offsets"));
    reply.map_or(Value::Null, |reply| reply.json())
}

/// Waits until a topic has so many records.
fn records(
    stack: &Stack,
    rows: &Rows,
    database: &dyn Database,
    name: &str,
    count: usize,
) -> Result<()> {
    let topic = database.topic(name);
    stack.until(&format!("{count} records in {topic}"), LONG, || {
        rows.read(&topic)
            .is_ok_and(|records| records.len() >= count)
    })
}
