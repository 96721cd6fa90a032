//! Looks up names, partitions and profiles, with the options that were typed so far.

use std::ffi::OsString;
use std::future::Future;
use std::path::Path;
use std::time::Duration;

use ccloud_connect::ConnectorOffsets;
use ccloud_connect::finding::Code;
use clap::FromArgMatches as _;

use crate::args::Shared;
use crate::local::help;
use crate::session::Session;
use crate::session::profile;
use crate::text::partition::{show_offset, show_partition};

/// The longest time for a look-up. The shell does nothing else in this time.
const AT_MOST: Duration = Duration::from_millis(1200);

type Candidates = Vec<(String, String)>;

/// What was typed before the word under the cursor.
pub(super) struct Typed {
    shared: Option<Shared>,
    names: Vec<String>,
}

impl Typed {
    /// Reads as much as possible of an unfinished command line.
    pub(super) fn new(words: &[OsString]) -> Self {
        let parsed = help::command()
            .ignore_errors(true)
            .try_get_matches_from(words);
        let matches = parsed.unwrap_or_default();
        let nested = matches.subcommand().map_or(&matches, |(_, nested)| nested);
        let shared = Shared::from_arg_matches(nested).ok();
        let all = |id: &str| nested.try_get_many::<String>(id).ok().flatten();
        let names = all("names").or_else(|| all("name")).into_iter().flatten();
        Self {
            names: names.cloned().collect(),
            // With --connect nothing is looked up, because each press of TAB would start a server.
            shared: shared.filter(|shared| shared.connect.is_empty()),
        }
    }

    /// The names of the connectors that were not typed yet.
    pub(super) fn names(&self, _: &str) -> Candidates {
        let connectors =
            self.ask(async |session: Session| session.connectors().await.ok().map(<[_]>::to_vec));
        let connectors = connectors.unwrap_or_default().into_iter();
        connectors
            .filter(|connector| !self.names.contains(&connector.name))
            .map(|connector| {
                let help = format!("{} {}", connector.kind.as_str(), connector.state.as_str());
                (connector.name, help)
            })
            .collect()
    }

    /// The candidates for `--set`: `TOPIC:PARTITION=` and, after the equals sign, the current offset, which can be edited.
    pub(super) fn settings(&self, current: &str) -> Candidates {
        let offsets = self.positions().into_iter();
        let sinks = offsets.filter(|(partition, _)| !partition.starts_with('{'));
        sinks
            .map(|(partition, offset)| match current.contains('=') {
                true => (
                    format!("{partition}={offset}"),
                    "the current offset".to_owned(),
                ),
                false => (format!("{partition}="), format!("now at {offset}")),
            })
            .collect()
    }

    /// The partitions of the connector whose name was typed.
    pub(super) fn partitions(&self, _: &str) -> Candidates {
        let offsets = self.positions().into_iter();
        offsets
            .map(|(partition, offset)| (partition, format!("now at {offset}")))
            .collect()
    }

    /// The names of the profiles.
    pub(super) fn profiles(_: &Self, _: &str) -> Candidates {
        let names = profile::names().into_iter();
        names.map(|name| (name, String::new())).collect()
    }

    /// The codes of the findings that `--accept` accepts.
    pub(super) fn codes(_: &Self, _: &str) -> Candidates {
        let codes = Code::ALL.iter().filter(|code| code.is_judgement());
        codes
            .map(|code| (code.as_str().to_owned(), String::new()))
            .collect()
    }

    /// The pages of `help`.
    pub(super) fn pages(_: &Self, _: &str) -> Candidates {
        let command = help::command();
        let shown = command
            .get_subcommands()
            .filter(|command| !command.is_hide_set());
        let mut pages: Candidates = shown
            .map(|command| {
                let about = command.get_about().map(ToString::to_string);
                (command.get_name().to_owned(), about.unwrap_or_default())
            })
            .collect();
        let topics = "Exit codes, environment variables, files, forms of time";
        pages.push(("topics".to_owned(), topics.to_owned()));
        pages
    }

    /// The partitions and positions of the connector whose name was typed.
    fn positions(&self) -> Candidates {
        let Some(name) = self.names.first() else {
            return Vec::new();
        };
        let offsets: Option<ConnectorOffsets> = self.ask(async |session: Session| {
            let connector = session.connector(name).await.ok()?;
            connector.offsets().await.ok()
        });
        let entries = offsets.map(|offsets| offsets.entries).unwrap_or_default();
        let shown = entries.iter().map(|entry| {
            let partition = show_partition(entry.partition().as_ref());
            (partition, show_offset(entry.offset().as_ref()))
        });
        shown.collect()
    }

    /// Asks the service on another thread, because this thread already runs an async runtime, and waits for the answer.
    fn ask<T: Send, F: Future<Output = Option<T>>>(
        &self,
        question: impl FnOnce(Session) -> F + Send,
    ) -> Option<T> {
        // A key file on standard input is not read, because standard input belongs to the shell.
        let shared = self.shared.as_ref()?;
        if shared.api_key_file.as_deref() == Some(Path::new("-")) {
            return None;
        }
        std::thread::scope(|scope| {
            let asking = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .ok()?;
                let session = Session::open(shared, None).ok()?;
                let answer = runtime
                    .block_on(async { tokio::time::timeout(AT_MOST, question(session)).await });
                // This call does not wait for a DNS look-up that is still running.
                runtime.shutdown_background();
                answer.ok()?
            });
            asking.join().ok()?
        })
    }
}
