//! Tests of the sessions in the README and in the pages of `docs/`: each command runs, and its output is compared with the page.
//!
//! A session is a block of `console` after the line `<!-- session -->`. Its commands are the lines that begin with `$ `. A
//! command whose exit code is not 0 must be followed by `$ echo $?`. The sessions of a page share a server and a folder.
//!
//! `UPDATE_GOLDEN=1 cargo test -p ccloud-offsets --test docs` writes the output into the pages.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ccloud_connect_emulator::{Emulator, Seed, Timing};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::fake::{Fake, KEY, Partition, SECRET};
use crate::root;
use crate::tool::{Server, bare, runtime, steady, tool, updating};
use crate::worker::Worker;

const BEGIN: &str = "<!-- session -->\n```console\n";
const END: &str = "\n```\n";
/// 2026-01-01T08:00:00Z, in milliseconds since 1970.
const EIGHT: i64 = 1_767_254_400_000;

/// What the commands of a page use: an emulator, the brokers of its Kafka cluster, a self-managed Kafka Connect, and a folder.
struct Stage {
    server: Server,
    _brokers: Fake,
    worker: Worker,
    folder: TempDir,
    _runtime: Runtime,
}

impl Stage {
    fn new(mut seed: Seed) -> Self {
        let runtime = runtime();
        let (brokers, worker) =
            runtime.block_on(async { (Fake::start(1).await, Worker::start().await) });
        // Each partition has 3,600 records before its end, one for each second from 08:00.
        let partition = |latest: i64| Partition {
            leader: 0,
            earliest: latest - 3600,
            latest,
            open: 0,
            records: (0..3600)
                .map(|n| (latest - 3600 + n, EIGHT + n * 1000))
                .collect(),
        };
        brokers.topic("orders", [42_500, 41_200, 43_100].map(partition).into());
        let entries = [42_000, 41_000, 43_000].into_iter().enumerate();
        let entries = entries.map(|(partition, offset)| entry(partition, offset));
        let self_managed = ("RUNNING", entries.collect());
        let mut state = worker.state.lock().unwrap();
        state
            .connectors
            .insert("orders-sink".to_owned(), self_managed);
        drop(state);
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("ca.pem"), &brokers.authority).unwrap();
        let key = format!("KAFKA_API_KEY={KEY}\nKAFKA_API_SECRET={SECRET}\n");
        fs::write(folder.path().join("kafka.env"), key).unwrap();
        // The service gives the address of a Kafka cluster in this form.
        let bootstrap = format!("SASL_SSL://{}", brokers.address(0));
        seed.environments[0].clusters[0].bootstrap = Some(bootstrap);
        let server = Server::start(Emulator::builder().timing(Timing::instant()).seed(seed));
        Self {
            server,
            _brokers: brokers,
            worker,
            folder,
            _runtime: runtime,
        }
    }

    /// Runs a line in a shell. Returns standard output and standard error together, in the order in which they were written, and
    /// the exit code.
    fn run(&self, line: &str) -> (String, i32) {
        let binary = Path::new(bare().get_program()).parent().unwrap().to_owned();
        let printed = self.folder.path().join(".printed");
        let output = File::create(&printed).unwrap();
        let mut shell = Command::new("sh");
        shell.env_clear().envs(
            tool(&self.server.emulator.url())
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        shell
            .env("PATH", format!("{}:/usr/bin:/bin", binary.display()))
            .env("HOME", self.folder.path())
            .env("TZ", "UTC")
            .env("CONNECT_URL", self.worker.url())
            .env("SSL_CERT_FILE", self.folder.path().join("ca.pem"));
        let status = shell
            .args(["-c", line])
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stderr(output.try_clone().unwrap())
            .stdout(output)
            .status();
        (
            fs::read_to_string(printed).unwrap(),
            status.unwrap().code().unwrap(),
        )
    }

    /// Runs the commands of a session. Returns the session with their current output.
    fn perform(&self, page: &Path, session: &str) -> String {
        let mut shown = String::new();
        let mut commands = session.lines().peekable();
        let mut code = 0;
        while let Some(line) = commands.next() {
            let Some(first) = line.strip_prefix("$ ") else {
                continue;
            };
            let mut command = first.to_owned();
            while command.ends_with('\\') {
                command += "\n";
                command += commands.next().unwrap();
            }
            let printed = match command.as_str() {
                "echo $?" => format!("{}\n", std::mem::take(&mut code)),
                _ => {
                    assert_eq!(code, 0, "{}: before {command}:\n{shown}", page.display());
                    let (printed, ended) = self.run(&command);
                    code = ended;
                    printed
                }
            };
            shown += &format!("$ {command}\n{printed}");
        }
        assert_eq!(code, 0, "{}:\n{shown}", page.display());
        assert!(!shown.contains(SECRET), "{}", page.display());
        shown
    }
}

fn entry(partition: usize, offset: i64) -> Value {
    let partition = json!({"kafka_topic": "orders", "kafka_partition": partition});
    json!({"partition": partition, "offset": {"kafka_offset": offset}})
}

/// The lines of a text with single spaces between words, because times of different lengths change the width of columns.
fn words(text: &str) -> Vec<String> {
    let lines = text.lines();
    let lines = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.map(|line| steady(&line)).collect()
}

/// Runs every session of a page, and compares its output with the page; with `UPDATE_GOLDEN=1`, writes the page.
fn check(page: &Path, seed: Seed) {
    let text = fs::read_to_string(page).unwrap();
    let stage = Stage::new(seed);
    let mut pieces = text.split(BEGIN);
    let mut now = pieces.next().unwrap().to_owned();
    let mut sessions = 0;
    for piece in pieces {
        let (session, rest) = piece.split_once(END).unwrap();
        let performed = stage.perform(page, session);
        let same = words(session) == words(&performed);
        assert!(
            same || updating(),
            "{} is out of date; if this is right, run the test again with UPDATE_GOLDEN=1\n{}",
            page.display(),
            similar::TextDiff::from_lines(session, performed.trim_end()).unified_diff()
        );
        let session = if same { session } else { performed.trim_end() };
        now += &format!("{BEGIN}{session}{END}{rest}");
        sessions += 1;
    }
    assert!(sessions > 0, "{} has no session", page.display());
    if now != text {
        fs::write(page, now).unwrap();
    }
}

#[test]
fn the_readme() {
    check(&root().join("README.md"), Seed::built_in());
}

/// README.md must contain the example of the library's README, because only the example in the library's README is compiled.
#[test]
fn the_readme_shows_the_example_that_is_compiled() {
    let text = |place: &str| fs::read_to_string(root().join(place)).unwrap();
    let package = text("ergonomic/README.md");
    let (_, rest) = package.split_once("```rust,no_run\n").unwrap();
    let (example, _) = rest.split_once("```\n").unwrap();
    assert!(
        text("README.md").contains(example),
        "the example in README.md is not that of ergonomic/README.md"
    );
}

#[test]
fn the_pages_of_jobs() {
    let folder = root().join("docs");
    let seed = fs::read_to_string(folder.join("rehearsal.yaml")).unwrap();
    let files = fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let mut pages: Vec<PathBuf> = files
        .filter(|file| file.extension().is_some_and(|kind| kind == "md"))
        .filter(|file| {
            !file.ends_with("README.md") && !file.ends_with("test-against-the-emulator.md")
        })
        .collect();
    pages.sort();
    let index = fs::read_to_string(folder.join("README.md")).unwrap();
    // The tool watches each alteration for some seconds, so all pages run at the same time to make the test shorter.
    std::thread::scope(|threads| {
        for page in &pages {
            let name = page.file_name().unwrap().to_str().unwrap();
            assert!(
                index.contains(&format!("]({name})")),
                "{name} is not in the index"
            );
            let seed = Seed::from_yaml(&seed).unwrap();
            threads.spawn(|| check(page, seed));
        }
    });
}
