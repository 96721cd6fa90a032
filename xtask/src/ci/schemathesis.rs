//! The emulator against the description, and against that of its control, tried by schemathesis: a tool that makes up requests and holds every reply
//! against the schemas.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::pipeline::BUNDLE;
use crate::problem::{Problem, Result};

use super::{CONTROL, Outcome, cargo, succeed};

/// Pinned, so that a new release cannot fail a commit that has nothing to do with it.
const REQUIREMENT: &str = "schemathesis==4.32.5";
const STEP: &str = "schemathesis";
/// Where the configuration of each run is.
const CONFIGS: &str = "ergonomic/emulator/tests/it";
/// Requests made up per operation and phase.
const EXAMPLES: &str = "100";

/// Installs schemathesis into the target folder, starts the emulator, and runs the one against the other. Skipped where
/// Python or its package index cannot be had.
pub(super) fn run(root: &Path) -> Result<Outcome> {
    let folder = target_folder()?;
    let Some(tool) = install(&folder.join(STEP)) else {
        return Ok(Outcome::skipped(
            "python3 with venv, or the Python package index, is out of reach: the emulator was not tried",
        ));
    };
    let mut build = cargo(root);
    build.args(["build", "--package", "ccloud-offsets"]);
    succeed(STEP, "cargo build", &mut build)?;
    let emulator = Emulator::start(&folder.join("ccloud-offsets"))?;
    let (url, key) = (&emulator.url, &emulator.key);
    let control = format!("{url}/emulator/v1");
    for (page, url, config) in [
        (BUNDLE, url, "schemathesis.toml"),
        (CONTROL, &control, "schemathesis-control.toml"),
    ] {
        let mut run = Command::new(&tool);
        run.current_dir(root)
            .stdin(Stdio::null())
            .args(["--config-file", &format!("{CONFIGS}/{config}"), "run", page])
            .args(["--url", url, "--auth", key])
            // Of a Kafka cluster the built-in seed says nothing that could be asked for.
            .args(["--exclude-path-regex", "^/cmk/"])
            .args(["--max-examples", EXAMPLES, "--seed", "1", "--no-color"]);
        succeed(STEP, &format!("schemathesis run {page}"), &mut run)?;
    }
    Ok(Outcome::Done)
}

/// Where cargo put this program, and puts the emulator.
fn target_folder() -> Result<PathBuf> {
    let own = std::env::current_exe().map_err(|error| Problem::new(STEP, error.to_string()))?;
    Ok(own.parent().map(Path::to_path_buf).unwrap_or_default())
}

/// The installed program; `None` where it cannot be installed.
fn install(environment: &Path) -> Option<PathBuf> {
    let quiet = |command: &mut Command| command.status().is_ok_and(|status| status.success());
    let [python, tool] = ["bin/python", "bin/schemathesis"].map(|file| environment.join(file));
    let mut create = Command::new("python3");
    create.args(["-m", "venv"]).arg(environment);
    let mut install = Command::new(&python);
    install
        .args("-m pip install --quiet --disable-pip-version-check".split(' '))
        .arg(REQUIREMENT);
    ((python.exists() || quiet(&mut create)) && quiet(&mut install)).then_some(tool)
}

/// A running emulator; stops on drop.
struct Emulator {
    process: Child,
    url: String,
    /// Key and secret, known to everybody.
    key: String,
}

impl Emulator {
    /// So fast that no connector is ever busy, since the reply to a second alteration is not in the description.
    fn start(program: &Path) -> Result<Self> {
        let failed =
            |what: String| Problem::new(STEP, format!("the emulator does not start: {what}"));
        let mut process = Command::new(program)
            .args("emulator --listen 127.0.0.1:0 --speed 1000000 --quiet".split(' '))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        let output = process.stdout.take().map(BufReader::new);
        let lines = output
            .into_iter()
            .flat_map(BufRead::lines)
            .flatten()
            .take(3);
        // `export NAME=value`, in this order.
        let values = lines.filter_map(|line| Some(line.split_once('=')?.1.to_owned()));
        let [url, key, secret] = &values.collect::<Vec<_>>()[..] else {
            let _ = process.kill();
            return Err(failed("it does not say where it listens".to_owned()).into());
        };
        Ok(Self {
            process,
            url: url.clone(),
            key: format!("{key}:{secret}"),
        })
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
