//! Moves database connectors with the tool to positions in the log. The connector must then emit exactly the rows after the
//! position. Where only the database can know the result, the tool must have reported that.

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
/// The transactions that the connector reads before it is stopped, each as the ids of its rows.
const READ: [&[i64]; 3] = [&[11], &[12], &[13]];
/// The transactions after those of [`READ`]. A stopped connector has not read them.
const UNREAD: [&[i64]; 5] = [&[21], &[22], &[23], &[31, 32, 33], &[24]];
/// The row that is inserted when the connector runs again. When the connector emits it, all earlier rows must have been emitted.
const LAST: i64 = 99;
/// The first rows of a usual table.
const FEW: RangeInclusive<i64> = 1..=3;
/// The first rows of a table that is so large that the connector can be stopped in the middle of its snapshot.
const MANY: RangeInclusive<i64> = 1000..=20_999;

/// The stack, the tool, the helper program and the database that all experiments with one database share.
struct Scene<'a> {
    stack: &'a Stack,
    tool: &'a Tool,
    rows: &'a Rows,
    database: &'a dyn Database,
}

/// One move of one connector, which has a table of its own.
struct Experiment<'a> {
    place: &'a Place,
    name: String,
    log: Log,
    /// The number of records in the connector's topic before the move.
    records: usize,
    /// The connector's offsets before the move.
    stood: Value,
    code: i32,
    said: String,
}

/// Runs the experiments of each database that is installed, and prints the expected and the actual result of each.
pub(super) fn run(stack: &Stack, programs: &Programs) -> Result<()> {
    let tool = Tool::on_worker(programs, stack);
    let rows = Rows::start(stack)?;
    let mut problems = Problems::default();
    problems.take(postgres::run(stack, &tool, &rows));
    problems.take(mysql::run(stack, &tool, &rows));
    problems.into_result()
}

/// Moves a connector to each position, and checks the results. Each position has a connector of its own.
fn all(scene: &Scene<'_>, places: &[Place]) -> Result<()> {
    let Scene {
        stack, database, ..
    } = scene;
    let prefix = database.prefix();
    let begin = |(index, place)| Experiment {
        place,
        name: format!("{prefix}{index}"),
        log: Log::default(),
        records: 0,
        stood: Value::Null,
        code: 0,
        said: String::new(),
    };
    let mut all: Vec<Experiment<'_>> = places.iter().enumerate().map(begin).collect();
    scene.prepare(&mut all)?;
    thread::scope(|scope| {
        let moves = all
            .iter_mut()
            .map(|one| scope.spawn(|| one.run(scene.tool)));
        let moves: Vec<_> = moves.collect();
        let panicked = |_| Err(problem("moving", "one of its threads panicked").into());
        let mut moves = moves.into_iter();
        moves.try_for_each(|moved| moved.join().unwrap_or_else(panicked))
    })?;
    for one in all.iter().filter(|one| one.place.course != Course::Running) {
        stack.worker.put(&one.name, "resume")?;
    }
    for one in &all {
        stack.until(&format!("{} has a task", one.name), LONG, || {
            let state = stack.worker.state(&one.name);
            state.is_ok_and(|(_, tasks)| !tasks.is_empty() && tasks[0] != "UNASSIGNED")
        })?;
        database.insert(scene.rows, &one.name, &[LAST])?;
    }
    let mut problems = Problems::default();
    let title = format!("{prefix}, moved to");
    println!("  {title:<52} {:<34} {:<34} the tool", "expected", "seen");
    for one in &all {
        problems.take(scene.judge(one));
    }
    problems.into_result()
}

impl Scene<'_> {
    /// Makes the connectors, writes the transactions, and stops the connectors where each experiment needs it.
    fn prepare(&self, all: &mut [Experiment<'_>]) -> Result<()> {
        let (worker, rows, database) = (self.stack.worker, self.rows, self.database);
        for one in &*all {
            let snapshot = one.place.course == Course::Snapshot;
            database.table(rows, &one.name, if snapshot { MANY } else { FEW })?;
            let mut config = database.config(&one.name, self.stack.broker);
            let slow = [
                ("snapshot.fetch.size", "50"),
                ("max.batch.size", "10"),
                ("max.queue.size", "20"),
                ("poll.interval.ms", "20"),
            ];
            let slow = slow.iter().filter(|_| snapshot);
            for (key, value) in one.place.config.iter().chain(slow) {
                config.insert((*key).to_owned(), (*value).to_owned());
            }
            worker.create(&one.name, &json!(config), "RUNNING")?;
        }
        let (snapshots, whole): (Vec<&Experiment<'_>>, Vec<_>) = all
            .iter()
            .partition(|one| one.place.course == Course::Snapshot);
        for one in snapshots {
            // While the snapshot runs, the stored offsets contain `snapshot`. The connector is stopped as soon as they do.
            let what = format!("{} takes a snapshot", one.name);
            let shows = || self.offsets(&one.name).to_string().contains("snapshot");
            self.stack.until(&what, LONG, shows)?;
            worker.put(&one.name, "stop")?;
        }
        for one in &whole {
            self.records(&one.name, 3)?;
        }
        let mut logs: BTreeMap<String, Log> = BTreeMap::new();
        let mut write = |one: &Experiment<'_>, transactions: &[&[i64]]| -> Result<()> {
            let log = logs.entry(one.name.clone()).or_default();
            for ids in transactions {
                log.transactions
                    .push(database.insert(rows, &one.name, ids)?);
            }
            Ok(())
        };
        for one in &whole {
            write(one, &READ)?;
        }
        for one in &whole {
            self.records(&one.name, 6)?;
        }
        // The connectors need time to store their offsets, and to report them to the replication slots.
        thread::sleep(Duration::from_secs(3));
        for one in whole
            .iter()
            .filter(|one| one.place.course == Course::Stopped)
        {
            worker.put(&one.name, "stop")?;
        }
        for one in all.iter().filter(|one| one.place.course != Course::Running) {
            super::session::await_state(self.stack, &one.name, "STOPPED")?;
        }
        for one in &whole {
            write(one, &UNREAD)?;
        }
        database.locate(rows, &mut logs)?;
        for one in all {
            if one.place.course == Course::Running {
                self.records(&one.name, 13)?;
                thread::sleep(Duration::from_secs(2));
            }
            one.records = rows.read(&database.topic(&one.name))?.len();
            one.stood = self.offsets(&one.name);
            one.log = logs.remove(&one.name).unwrap_or_default();
        }
        Ok(())
    }

    fn offsets(&self, name: &str) -> Value {
        let worker = &self.stack.worker;
        let reply = worker.get(&format!("/connectors/{name}/offsets"));
        reply.map_or(Value::Null, |reply| reply.json())
    }

    /// Waits until the topic of a connector has at least `count` records.
    fn records(&self, name: &str, count: usize) -> Result<()> {
        let topic = self.database.topic(name);
        let what = format!("{count} records in {topic}");
        let read = || self.rows.read(&topic);
        self.stack.until(&what, LONG, || {
            read().is_ok_and(|records| records.len() >= count)
        })
    }

    fn judge(&self, one: &Experiment<'_>) -> Result<()> {
        let Experiment {
            place, name, log, ..
        } = one;
        let topic = self.database.topic(name);
        let after = || -> Result<Vec<i64>> {
            let records = self.rows.read(&topic)?;
            let after = records.iter().skip(one.records);
            Ok(after.filter_map(|record| id(record)).collect())
        };
        let failed = || {
            let state = self.stack.worker.state(name);
            state.is_ok_and(|(_, tasks)| tasks.contains(&"FAILED".to_owned()))
        };
        let wanted = (place.wanted)(log);
        let quiet = matches!(&wanted, Wanted::Rows(ids) if ids.is_empty());
        // When no row is expected, 5 s without a row are taken as proof.
        let time = Duration::from_secs(if quiet { 5 } else { 45 });
        wait(time, || {
            failed() || after().is_ok_and(|ids| ids.contains(&LAST))
        });
        let seen = after()?;
        let refused = one.code == 2;
        let (expected, holds) = match wanted {
            Wanted::Refused => {
                let unread = [&UNREAD.concat()[..], &[LAST]].concat();
                ("the tool refuses".to_owned(), refused && seen == unread)
            }
            Wanted::Whole => {
                let all = MANY.chain([LAST]).all(|id| seen.contains(&id));
                let rows = format!("{} rows", MANY.count());
                (rows, !refused && !failed() && all)
            }
            Wanted::Fails => ("the task fails".to_owned(), !refused && failed()),
            Wanted::Rows(mut ids) => {
                ids.extend((!quiet).then_some(LAST));
                (short(&ids), !refused && !failed() && seen == ids)
            }
        };
        let shown = match failed() {
            true => "the task fails".to_owned(),
            false => short(&seen),
        };
        let said = place.said.is_none_or(|code| one.said.contains(code));
        let verdict = match (holds, said) {
            (true, true) => "ok",
            (false, _) => "DIFFERS",
            (true, false) => "NOT SAID",
        };
        let says = place
            .said
            .unwrap_or(if refused { "refuses" } else { "accepts" });
        let title = place.title;
        println!("  {title:<52} {expected:<34} {shown:<34} {says} {verdict}");
        if holds && said {
            return Ok(());
        }
        let message = format!(
            "expected: {expected}; seen: {shown}; offsets before: {}; the tool ended with exit code {}:\n{}",
            one.stood, one.code, one.said
        );
        let what = format!("{}: {title}", self.database.prefix());
        Err(problem(what, message).into())
    }
}

impl Experiment<'_> {
    /// Moves the connector with the tool.
    fn run(&mut self, tool: &Tool) -> Result<()> {
        for typed in (self.place.typed)(&self.log).split(';') {
            let (command, rest) = typed.split_once(' ').unwrap_or((typed, ""));
            let mut arguments = vec![command, &*self.name];
            arguments.extend(rest.split_whitespace().chain(["--yes"]));
            let (code, output) = tool.try_run(&arguments)?;
            self.code = code;
            self.said += &String::from_utf8_lossy(&output.stderr);
        }
        Ok(())
    }
}

/// The ids as text, or only their number and the first when there are more than 20.
fn short(ids: &[i64]) -> String {
    match ids {
        [] => "nothing".to_owned(),
        ids if ids.len() > 20 => format!("{} rows from {}", ids.len(), ids[0]),
        ids => ids.iter().map(i64::to_string).collect::<Vec<_>>().join(" "),
    }
}

/// The id of the row that a record is about.
fn id(record: &str) -> Option<i64> {
    let record: Value = serde_json::from_str(record).ok()?;
    record["after"]["id"].as_i64()
}
