//! Positions of PostgreSQL, which are log sequence numbers.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::database::{self, Database, find, folder_of, run_as};
use super::place::{Course, Log, Place, Transaction, Wanted};
use super::{Scene, all};
use crate::problem::Result;
use crate::reality::guard::Process;
use crate::reality::install::succeed;
use crate::reality::problem;
use crate::reality::rows::Rows;
use crate::reality::stack::{Stack, free_ports, spawn};
use crate::reality::tool::Tool;

/// The setting that keeps the replication slot at its position, so that the connector can go back.
const KEEP: &[(&str, &str)] = &[("lsn.flush.mode", "manual")];

/// Requires the rows of all transactions that commit after a position. The connector reads each of these transactions as a
/// whole, unless the slot is at a later position.
fn after(log: &Log, lsn: i64) -> Wanted {
    log.rows(|transaction| transaction.commit > lsn)
}

fn lsn(lsn: i64) -> String {
    format!("{:X}/{:X}", lsn >> 32, lsn & 0xffff_ffff)
}

fn patch(to: i64) -> String {
    format!("patch --lsn {}", lsn(to))
}

/// A position from which the connector must emit every transaction that commits after the position.
fn at(title: &'static str, position: fn(&Log) -> i64) -> Place {
    let wanted = move |log: &Log| after(log, position(log));
    Place::new(title, move |log| patch(position(log)), wanted)
}

fn places() -> Vec<Place> {
    let slot = |log: &Log| after(log, log.slot);
    // A new snapshot emits the rows in the order in which they were inserted.
    let all = |log: &Log| {
        let written = log.transactions.iter().flat_map(|one| one.ids.clone());
        Wanted::Rows([1, 2, 3].into_iter().chain(written).collect())
    };
    let nothing = |_: &Log| Wanted::Rows(Vec::new());
    vec![
        at("the current position", |log| log.of(13).commit),
        at("a commit ahead", |log| log.of(22).commit),
        at("a change ahead", |log| log.row(22)),
        at("between two changes", |log| log.row(22) + 8),
        at("the inside of a transaction", |log| log.row(32)),
        at("a commit back", |log| log.of(11).commit).config(KEEP),
        at("a change back", |log| log.row(11)).config(KEEP),
        Place::new(
            "a change back, before the slot's confirmed_flush_lsn",
            |log| patch(log.row(11)),
            slot,
        )
        .says("confirmed_flush_lsn"),
        Place::new(
            "a position before the slot's restart_lsn",
            |log| patch(log.row(11) - (1 << 20)),
            slot,
        )
        .says("restart_lsn"),
        Place::new(
            "a position ahead of the log's end",
            |log| patch(log.row(24) + (1 << 40)),
            nothing,
        )
        .says("nothing is emitted"),
        Place::new(
            "a commit ahead, then undo",
            |log| format!("{};undo", patch(log.of(22).commit)),
            |log| after(log, log.of(13).commit),
        )
        .config(KEEP),
        Place::new(
            "the beginning, by a reset",
            |_| "delete --all".to_owned(),
            all,
        ),
        at("a commit back, while it runs", |log| log.of(12).commit)
            .config(KEEP)
            .in_course(Course::Running),
        Place::new(
            "a position, during a snapshot",
            |_| patch(1 << 32),
            |_| Wanted::Whole,
        )
        .says("snapshot")
        .in_course(Course::Snapshot),
    ]
}

pub(super) fn run(stack: &Stack, tool: &Tool, rows: &Rows) -> Result<()> {
    let programs = ["initdb", "postgres"].map(|program| find(program, "/usr/lib/postgresql"));
    let [Some(initdb), Some(postgres)] = programs else {
        println!(
            "!! SKIPPED reality debezium on PostgreSQL: initdb and postgres are not installed (apt-get install postgresql)"
        );
        return Ok(());
    };
    let [port] = free_ports()?;
    let folder = stack.folder.path().join("postgres");
    folder_of("postgres", &folder)?;
    let data = folder.join("data");
    let mut init = run_as("postgres", &initdb);
    init.args(["--username=postgres", "--auth=trust", "--no-sync", "-D"]);
    succeed(init.arg(&data))?;
    let mut server = run_as("postgres", &postgres);
    server.arg("-D").arg(&data).arg("-k").arg(&folder);
    let settings = format!(
        "-p {port} -c listen_addresses=127.0.0.1 -c wal_level=logical -c max_wal_senders=30 -c max_replication_slots=30 -c shared_buffers=32MB -c fsync=off"
    );
    server.args(settings.split(' '));
    let _server: Process = spawn(stack.folder.path(), "postgres", &mut server)?;
    let database = Postgres {
        url: format!("jdbc:postgresql://127.0.0.1:{port}/postgres?user=postgres"),
        port,
    };
    stack.until("PostgreSQL answers", Duration::from_secs(30), || {
        rows.sql(&database.url, "select 1").is_ok()
    })?;
    rows.sql(
        &database.url,
        "select pg_create_logical_replication_slot('probe', 'test_decoding')",
    )?;
    let database = &database;
    let scene = Scene {
        stack,
        tool,
        rows,
        database,
    };
    all(&scene, &places())
}

struct Postgres {
    url: String,
    port: u16,
}

impl Database for Postgres {
    fn prefix(&self) -> &'static str {
        "postgres"
    }

    fn table(&self, rows: &Rows, name: &str, ids: RangeInclusive<i64>) -> Result<()> {
        let create = format!("create table {name}(id int primary key, v text)");
        rows.sql(&self.url, &create)?;
        let (from, to) = ids.into_inner();
        let fill = format!("insert into {name} select i, 'x' from generate_series({from}, {to}) i");
        rows.sql(&self.url, &fill).map(drop)
    }

    fn config(&self, name: &str, _: u16) -> BTreeMap<String, String> {
        let class = "io.debezium.connector.postgresql.PostgresConnector";
        database::config(&[
            ("connector.class", class),
            ("database.port", &self.port.to_string()),
            ("database.user", "postgres"),
            ("database.dbname", "postgres"),
            ("topic.prefix", name),
            ("slot.name", name),
            ("publication.name", name),
            ("plugin.name", "pgoutput"),
            ("table.include.list", &format!("public.{name}")),
            ("publication.autocreate.mode", "filtered"),
        ])
    }

    fn topic(&self, name: &str) -> String {
        format!("{name}.public.{name}")
    }

    fn insert(&self, rows: &Rows, name: &str, ids: &[i64]) -> Result<Transaction> {
        rows.sql(&self.url, &database::insert(name, ids))?;
        Ok(Transaction {
            ids: ids.to_vec(),
            ..Transaction::default()
        })
    }

    /// Reads the position of each change from the slot `probe`, which no connector uses.
    fn locate(&self, rows: &Rows, logs: &mut BTreeMap<String, Log>) -> Result<()> {
        let query =
            "select lsn - '0/0', data from pg_logical_slot_peek_changes('probe', null, null)";
        let mut open: Vec<(String, i64, i64)> = Vec::new();
        for change in rows.sql(&self.url, query)? {
            let Some((lsn, data)) = change.split_once('\t') else {
                continue;
            };
            let lsn: i64 = lsn.parse().map_err(|error| problem(&change, error))?;
            if data.starts_with("COMMIT") {
                for (name, id, row) in open.drain(..) {
                    let Some(log) = logs.get_mut(&name) else {
                        continue;
                    };
                    let mut all = log.transactions.iter_mut();
                    if let Some(transaction) = all.find(|one| one.ids.contains(&id)) {
                        transaction.rows.push(row);
                        transaction.commit = lsn;
                    }
                }
            } else if let Some((table, values)) = data
                .strip_prefix("table public.")
                .and_then(|rest| rest.split_once(": INSERT: id[integer]:"))
            {
                let id = values.split(' ').next().and_then(|id| id.parse().ok());
                open.extend(id.map(|id| (table.to_owned(), id, lsn)));
            }
        }
        let slots = "select slot_name, confirmed_flush_lsn - '0/0' from pg_replication_slots";
        for slot in rows.sql(&self.url, slots)? {
            if let Some((name, lsn)) = slot.split_once('\t')
                && let Some(log) = logs.get_mut(name)
            {
                log.slot = lsn.parse().map_err(|error| problem(&slot, error))?;
            }
        }
        Ok(())
    }
}
