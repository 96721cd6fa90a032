//! What the experiments need of a database. The database runs on loopback, with its data in a folder of the run.

use std::collections::BTreeMap;
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::place::{Log, Transaction};
use crate::problem::Result;
use crate::reality::rows::Rows;

/// The operations of a database that the experiments need.
pub(super) trait Database {
    /// The prefix of the names of connectors and tables.
    fn prefix(&self) -> &'static str;

    /// Makes the table of a connector, with one row for each of `ids`.
    fn table(&self, rows: &Rows, name: &str, ids: RangeInclusive<i64>) -> Result<()>;

    fn config(&self, name: &str, broker: u16) -> BTreeMap<String, String>;

    fn topic(&self, name: &str) -> String;

    /// Inserts rows in one transaction of one statement.
    fn insert(&self, rows: &Rows, name: &str, ids: &[i64]) -> Result<Transaction>;

    /// Adds to `logs` the positions of the transactions, if [`insert`](Self::insert) did not return these positions.
    fn locate(&self, rows: &Rows, logs: &mut BTreeMap<String, Log>) -> Result<()>;
}

/// A statement that inserts one row for each of `ids`.
pub(super) fn insert(table: &str, ids: &[i64]) -> String {
    let values: Vec<String> = ids.iter().map(|id| format!("({id},'x')")).collect();
    format!("insert into {table} values {}", values.join(","))
}

/// The configuration of a Debezium connector: the settings that all connectors share, and `own`.
pub(super) fn config(own: &[(&str, &str)]) -> BTreeMap<String, String> {
    let all = [
        ("tasks.max", "1"),
        ("database.hostname", "127.0.0.1"),
        ("poll.interval.ms", "50"),
        ("errors.max.retries", "0"),
        ("topic.creation.default.partitions", "1"),
        ("topic.creation.default.replication.factor", "1"),
        ("tombstones.on.delete", "false"),
    ];
    all.iter()
        .chain(own)
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

/// Finds a program in `PATH`, or else its newest version in folders such as `/usr/lib/postgresql/15/bin`.
pub(super) fn find(program: &str, versions: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file());
    let mut newest: Vec<PathBuf> = fs::read_dir(versions)
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin").join(program))
        .filter(|path| path.is_file())
        .collect();
    newest.sort();
    on_path.or_else(|| newest.pop())
}

/// Makes a folder for the database. When this process runs as root, the folder is given to `user`: the database refuses to run
/// as root, so it runs as that user, who must be able to reach the folder.
pub(super) fn folder_of(user: &str, folder: &Path) -> Result<()> {
    crate::reality::install::create(folder)?;
    if !is_root() {
        return Ok(());
    }
    let open = Command::new("chmod")
        .arg("711")
        .args(folder.parent())
        .status();
    open.map_err(|error| crate::reality::problem(folder.display(), error))?;
    crate::reality::install::succeed(Command::new("chown").arg(user).arg(folder))
}

/// A command that runs as another user when this process runs as root.
pub(super) fn run_as(user: &str, program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid", user, "--regid", user, "--clear-groups"])
        .arg(program);
    command
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
