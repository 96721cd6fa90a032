//! Positions of MySQL: a file of the binary log and an offset in the file, or a set of GTIDs if the server uses GTIDs.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::database::{self, Database, find};
use super::place::{Course, Log, Place, Transaction, Wanted};
use super::{Scene, all};
use crate::problem::Result;
use crate::reality::install::{create, succeed, write};
use crate::reality::rows::Rows;
use crate::reality::stack::{Stack, free_ports, spawn};
use crate::reality::tool::Tool;
use crate::reality::{guard, problem};

/// A set of GTIDs that another server executed.
const OTHER_SERVER: &str = "36c612b7-dd2b-11ee-8a6c-0242ac110003:1-99";

fn at((file, pos): &(String, i64), ahead: i64) -> String {
    format!("patch --binlog {file}:{}", pos + ahead)
}

/// Requires the rows of the transaction that inserted the row `id`, and those of all later transactions.
fn since(log: &Log, id: i64) -> Wanted {
    let from = log.of(id).begin;
    log.rows(|transaction| transaction.begin >= from)
}

/// Requires the rows of all transactions after the one that inserted the row `id`.
fn after(log: &Log, id: i64) -> Wanted {
    let last = log.of(id).begin;
    log.rows(|transaction| transaction.begin > last)
}

fn gtid(set: &str) -> String {
    format!("patch --gtid {set}")
}

/// A position at which the task fails. The tool must show a note with the condition, because only the server can know it.
fn fails(title: &'static str, typed: fn(&Log) -> String) -> Place {
    Place::new(title, typed, |_| Wanted::Fails).says("the task fails if")
}

fn to(title: &'static str, typed: fn(&Log) -> String, wanted: fn(&Log) -> Wanted) -> Place {
    Place::new(title, typed, wanted)
}

fn refused(title: &'static str, typed: fn(&Log) -> String) -> Place {
    Place::new(title, typed, |_| Wanted::Refused)
}

fn by_position() -> Vec<Place> {
    vec![
        to(
            "the end of a transaction",
            |log| at(&log.of(23).begin, 0),
            |log| after(log, 22),
        ),
        to(
            "a transaction of three rows",
            |log| at(&log.of(31).begin, 0),
            |log| since(log, 31),
        ),
        to(
            "a transaction back",
            |log| at(&log.of(11).begin, 0),
            |log| since(log, 11),
        ),
        to(
            "the current position",
            |log| at(&log.of(21).begin, 0),
            |log| after(log, 13),
        ),
        fails("the inside of an event", |log| at(&log.of(22).begin, 7)),
        fails("a position beyond the end", |log| {
            at(&log.of(24).begin, 1_000_000)
        }),
        fails("a file that is gone", |_| {
            "patch --binlog mysql-bin.009999:4".to_owned()
        }),
        to(
            "a transaction back, then undo",
            |log| format!("{};undo", at(&log.of(11).begin, 0)),
            |log| after(log, 13),
        ),
        refused("GTIDs, while the server uses none", |_| gtid(OTHER_SERVER)),
        to(
            "a position, during a snapshot",
            |_| "patch --binlog mysql-bin.000001:4".to_owned(),
            |_| Wanted::Whole,
        )
        .says("snapshot")
        .in_course(Course::Snapshot),
    ]
}

fn by_gtids() -> Vec<Place> {
    vec![
        to(
            "all GTIDs up to a later transaction",
            |log| gtid(&log.of(22).gtids[1]),
            |log| after(log, 22),
        ),
        to(
            "these GTIDs in capital letters",
            |log| gtid(&log.of(22).gtids[1].to_uppercase()),
            |log| after(log, 22),
        ),
        to(
            "all GTIDs before one of three rows",
            |log| gtid(&log.of(31).gtids[0]),
            |log| since(log, 31),
        ),
        to(
            "all GTIDs before the first that was read",
            |log| gtid(&log.of(11).gtids[0]),
            |log| since(log, 11),
        ),
        fails("GTIDs of another server", |_| gtid(OTHER_SERVER)),
        fails("more GTIDs than the server has executed", |log| {
            format!("{}1", gtid(&log.of(24).gtids[1]))
        }),
        refused("a text that is no set of GTIDs", |_| gtid("foo")),
        refused("a file and a position", |log| at(&log.of(22).begin, 0)),
        to(
            "a transaction ahead, then undo",
            |log| format!("{};undo", gtid(&log.of(22).gtids[1])),
            |log| after(log, 13),
        ),
        to(
            "all GTIDs before the second, while it runs",
            |log| gtid(&log.of(12).gtids[0]),
            |log| since(log, 12),
        )
        .in_course(Course::Running),
    ]
}

pub(super) fn run(stack: &Stack, tool: &Tool, rows: &Rows) -> Result<()> {
    let Some(mysqld) = find("mysqld", "") else {
        println!(
            "!! SKIPPED reality debezium on MySQL: mysqld is not installed (on Ubuntu: apt-get install mysql-server-core-8.0)"
        );
        return Ok(());
    };
    let [port] = free_ports()?;
    let folder = stack.folder.path().join("mysql");
    create(&folder)?;
    let settings = format!(
        "[mysqld]\ndatadir={0}/data\nsocket={0}/socket\npid-file={0}/pid\nport={port}\nbind-address=127.0.0.1\nmysqlx=0\nserver-id=1\nuser=root\nlog-bin=mysql-bin\nsecure_file_priv=\ngtid_mode=OFF\nenforce_gtid_consistency=ON\ninnodb_buffer_pool_size=64M\n",
        folder.display()
    );
    let file = folder.join("my.cnf");
    write(&file, &settings)?;
    let server = || {
        let mut server = std::process::Command::new(&mysqld);
        server.arg(format!("--defaults-file={}", file.display()));
        server
    };
    succeed(server().arg("--initialize-insecure"))?;
    let _server: guard::Process = spawn(stack.folder.path(), "mysql", &mut server())?;
    let url = format!(
        "jdbc:mysql://127.0.0.1:{port}/?user=root&allowPublicKeyRetrieval=true&sslMode=DISABLED"
    );
    stack.until("MySQL answers", Duration::from_secs(60), || {
        rows.sql(&url, "select 1").is_ok()
    })?;
    rows.sql(&url, "create user dbz identified by 'dbz'")?;
    rows.sql(&url, "grant all on *.* to dbz")?;
    let run = |prefix, places: &[Place]| {
        let url = url.clone();
        let database = &MySql { url, port, prefix };
        let scene = Scene {
            stack,
            tool,
            rows,
            database,
        };
        all(&scene, places)
    };
    run("binlog", &by_position())?;
    for mode in ["OFF_PERMISSIVE", "ON_PERMISSIVE", "ON"] {
        rows.sql(&url, &format!("set global gtid_mode={mode}"))?;
    }
    rows.sql(&url, "flush binary logs")?;
    run("gtid", &by_gtids())
}

struct MySql {
    url: String,
    port: u16,
    prefix: &'static str,
}

impl MySql {
    /// The file and position at the end of the log, and the GTIDs that the server has executed.
    fn end(&self, rows: &Rows) -> Result<((String, i64), String)> {
        let local = |member: &str| format!("json_unquote(json_extract(local, '$.{member}'))");
        let members = ["binary_log_file", "binary_log_position", "gtid_executed"].map(local);
        // This table has the same name in all versions. The statements that show the position are named differently in MySQL 8.0
        // and in later versions.
        let status = format!(
            "select {} from performance_schema.log_status",
            members.join(", ")
        );
        let status = rows.sql(&self.url, &status)?.concat();
        let mut columns = status.split('\t').map(str::to_owned);
        let mut next = || columns.next().unwrap_or_default();
        let (file, pos, gtids) = (next(), next(), next());
        let pos = pos
            .parse()
            .map_err(|_| problem("MySQL", format!("the end of its log: {status}")))?;
        Ok(((file, pos), gtids))
    }
}

impl Database for MySql {
    fn prefix(&self) -> &'static str {
        self.prefix
    }

    fn table(&self, rows: &Rows, name: &str, ids: RangeInclusive<i64>) -> Result<()> {
        let (from, to) = ids.into_inner();
        for statement in [
            format!("create database {name}"),
            format!("create table {name}.t(id int primary key, v varchar(100))"),
            "set session cte_max_recursion_depth=1000000".to_owned(),
            format!(
                "insert into {name}.t with recursive s(i) as (select {from} union all select i+1 from s where i<{to}) select i, 'x' from s"
            ),
        ] {
            rows.sql(&self.url, &statement)?;
        }
        Ok(())
    }

    fn config(&self, name: &str, broker: u16) -> BTreeMap<String, String> {
        // MySQL sees each connector as a replica, which needs an id that no other replica has.
        let add = |id: u32, byte| id.wrapping_mul(31) + u32::from(byte);
        let id = name.bytes().fold(7, add) % 100_000 + 10;
        let broker = format!("127.0.0.1:{broker}");
        let class = "io.debezium.connector.mysql.MySqlConnector";
        database::config(&[
            ("connector.class", class),
            ("database.port", &self.port.to_string()),
            ("database.user", "dbz"),
            ("database.password", "dbz"),
            ("database.server.id", &id.to_string()),
            ("topic.prefix", name),
            ("database.include.list", name),
            ("schema.history.internal.kafka.bootstrap.servers", &broker),
            (
                "schema.history.internal.kafka.topic",
                &format!("history-{name}"),
            ),
            ("include.schema.changes", "false"),
        ])
    }

    fn topic(&self, name: &str) -> String {
        format!("{name}.{name}.t")
    }

    fn insert(&self, rows: &Rows, name: &str, ids: &[i64]) -> Result<Transaction> {
        let (begin, before) = self.end(rows)?;
        rows.sql(&self.url, &database::insert(&format!("{name}.t"), ids))?;
        let (_, after) = self.end(rows)?;
        Ok(Transaction {
            ids: ids.to_vec(),
            begin,
            gtids: [before, after],
            ..Transaction::default()
        })
    }

    fn locate(&self, _: &Rows, _: &mut BTreeMap<String, Log>) -> Result<()> {
        Ok(())
    }
}
