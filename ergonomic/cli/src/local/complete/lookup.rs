//! Names, partitions and profiles, as the options that were typed so far reach them.

use std::ffi::OsString;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ccloud_connect::ConnectorOffsets;
use ccloud_connect::finding::Code;

use crate::args::Workers;
use crate::args::{Format, Shared, When};
use crate::local::help;
use crate::session::Session;
use crate::session::profile;
use crate::text::partition::{show_offset, show_partition};

/// A shell stands still meanwhile.
const AT_MOST: Duration = Duration::from_millis(1200);

type Candidates = Vec<(String, String)>;

/// What was typed before the word under the cursor.
pub(super) struct Typed {
    shared: Shared,
    names: Vec<String>,
}

impl Typed {
    /// Reads what can be read of a command line that is not finished.
    pub(super) fn new(words: &[OsString]) -> Self {
        let parsed = help::command()
            .ignore_errors(true)
            .try_get_matches_from(words);
        let matches = parsed.unwrap_or_default();
        let nested = matches.subcommand().map(|(_, nested)| nested);
        let text = |id: &str| -> Option<String> {
            let of = |matches: &clap::ArgMatches| {
                matches.try_get_one::<String>(id).ok().flatten().cloned()
            };
            nested.and_then(of).or_else(|| of(&matches))
        };
        let file = |id: &str| -> Option<PathBuf> {
            let of = |matches: &clap::ArgMatches| {
                matches.try_get_one::<PathBuf>(id).ok().flatten().cloned()
            };
            nested.and_then(of).or_else(|| of(&matches))
        };
        let names = nested.and_then(|nested| {
            let names = nested.try_get_many::<String>("names").ok().flatten()?;
            Some(names.cloned().collect())
        });
        let name = nested.and_then(|nested| nested.try_get_one::<String>("name").ok().flatten());
        Self {
            names: names
                .or_else(|| Some(vec![name?.clone()]))
                .unwrap_or_default(),
            shared: Shared {
                profile: text("profile"),
                environment: text("environment"),
                cluster: text("cluster"),
                endpoint: text("endpoint"),
                api_key_file: file("api_key_file"),
                ca_file: file("ca_file"),
                // Names of connectors elsewhere are not looked up: that would start a server for a key.
                connect: Vec::new(),
                workers: Workers::default(),
                connect_key: None,
                request_timeout: None,
                output: Format::Table,
                quiet: true,
                verbose: 0,
                color: When::Never,
            },
        }
    }

    /// The connectors that are not named yet.
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

    /// `TOPIC:PARTITION=` for `--set`; after the equals sign, the present offset to start from.
    pub(super) fn settings(&self, current: &str) -> Candidates {
        let offsets = self.positions().into_iter();
        let sinks = offsets.filter(|(partition, _)| !partition.starts_with('{'));
        sinks
            .map(|(partition, offset)| match current.contains('=') {
                true => (
                    format!("{partition}={offset}"),
                    "the present offset".to_owned(),
                ),
                false => (format!("{partition}="), format!("now at {offset}")),
            })
            .collect()
    }

    /// The partitions of the connector that is named.
    pub(super) fn partitions(&self, _: &str) -> Candidates {
        let offsets = self.positions().into_iter();
        offsets
            .map(|(partition, offset)| (partition, format!("now at {offset}")))
            .collect()
    }

    /// The names of the profiles.
    #[expect(clippy::unused_self, reason = "all look-ups have one form")]
    pub(super) fn profiles(&self, _: &str) -> Candidates {
        let names = profile::names().into_iter();
        names.map(|name| (name, String::new())).collect()
    }

    /// The codes of findings.
    #[expect(clippy::unused_self, reason = "all look-ups have one form")]
    pub(super) fn codes(&self, _: &str) -> Candidates {
        let codes = Code::ALL.iter().filter(|code| code.is_judgement());
        codes
            .map(|code| (code.as_str().to_owned(), String::new()))
            .collect()
    }

    /// What `help` knows.
    #[expect(clippy::unused_self, reason = "all look-ups have one form")]
    pub(super) fn pages(&self, _: &str) -> Candidates {
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

    /// Partitions and positions of the connector that is named.
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

    /// Asks the service, on a thread of its own because this one waits.
    fn ask<T: Send, F: Future<Output = Option<T>>>(
        &self,
        question: impl FnOnce(Session) -> F + Send,
    ) -> Option<T> {
        // Standard input belongs to the shell.
        if self.shared.api_key_file.as_deref() == Some(Path::new("-")) {
            return None;
        }
        std::thread::scope(|scope| {
            let asking = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .ok()?;
                let session = Session::open(&self.shared, None).ok()?;
                let answer = runtime
                    .block_on(async { tokio::time::timeout(AT_MOST, question(session)).await });
                // A look-up of a host name must not hold the shell up either.
                runtime.shutdown_background();
                answer.ok()?
            });
            asking.join().ok()?
        })
    }
}
