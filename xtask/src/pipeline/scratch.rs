//! Compiles a new client and the library in a copy of the workspace, before any file of the workspace itself changes.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use super::client::{CLIENT, type_at};
use crate::ci;
use crate::problem::{Problem, Problems, Result};

/// The folder of the copy. It is always the same, so that cargo finds the earlier build of the copy.
pub(crate) const FOLDER: &str = "target/scratch";
/// The folder in the copy for tests of the client.
pub(crate) const TESTS: &str = "generated-client/tests";

pub(crate) fn compile(root: &Path, client: &str) -> Result<()> {
    let folder = root.join(FOLDER);
    let failed = |error: io::Error| Problem::new(FOLDER, format!("cannot be written: {error}"));
    let tests = folder.join(TESTS);
    mirror(root, &folder)
        .and_then(|()| fs::write(folder.join(CLIENT), client))
        .and_then(|()| fs::create_dir_all(&tests))
        .and_then(|()| fs::write(tests.join("empty.rs"), "//! Nothing."))
        .map_err(failed)?;
    // The program `downstream` uses the library. Because a test is checked too, cargo uses the same features of dependencies as
    // for the tests of the workspace, and does not compile the dependencies again.
    let line = "check --quiet --message-format short --workspace --all-features --bin downstream --test empty";
    let output = cargo(root)
        .args(line.split(' '))
        .output()
        .map_err(|error| Problem::new(FOLDER, format!("cargo does not start: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    Err(problems(client, &String::from_utf8_lossy(&output.stderr)))
}

/// A command that runs cargo in the copy of the workspace, but with the workspace's own target folder.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut cargo = ci::cargo(&root.join(FOLDER));
    cargo.stdin(Stdio::null()).env("CARGO_NET_OFFLINE", "true");
    cargo.env("CARGO_TARGET_DIR", root.join("target"));
    cargo
}

/// The compiler's messages as problems, each with the schema or operation whose code it is about.
pub(crate) fn problems(client: &str, messages: &str) -> Problems {
    let mut problems = Problems::default();
    for message in messages.lines().filter(|line| line.contains(": error")) {
        let line = message
            .strip_prefix(CLIENT)
            .and_then(|rest| rest.split(':').nth(1));
        let item = line.and_then(|line| type_at(client, line.parse().ok()?));
        let (what, help) = match item {
            Some(_) => (
                "the code that is generated for it",
                "simplify the schema or operation by an action in openapi/overlay.yaml",
            ),
            None => (
                "the code that uses it",
                "keep the names by actions in openapi/overlay.yaml, or change the code",
            ),
        };
        let place = item.unwrap_or("the new client".to_owned());
        let what = format!("{what} does not compile: {message}");
        problems.add(place, what, format!("{help}; no file was changed"));
    }
    if problems.is_empty() {
        problems.push(Problem::new("the new client", messages.trim()));
    }
    problems
}

/// Makes the folder a copy of the workspace. Copied files keep their times, because cargo would compile newer files again.
fn mirror(root: &Path, folder: &Path) -> io::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let mut entries = fs::read_dir(root)?.collect::<io::Result<Vec<_>>>()?;
    entries.retain(|entry| entry.file_name() != "target" && entry.file_name() != ".git");
    let entries = entries.iter().map(fs::DirEntry::path);
    let mut copy = Command::new("cp");
    match copy.arg("-rp").args(entries).arg(folder).status()? {
        status if status.success() => Ok(()),
        status => Err(io::Error::other(format!("cp ends with {status}"))),
    }
}
