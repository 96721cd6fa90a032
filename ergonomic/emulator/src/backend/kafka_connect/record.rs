//! The records of alterations: for each connector one small file about its latest alteration. When a process was killed, the
//! file tells the next process what was requested, how far the alteration had come, and that the connector is stopped.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use ccloud_connect_types::{AlterationType, OffsetEntry, Timestamp};
use serde::{Deserialize, Serialize};

/// The record of a connector's latest alteration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) connector: String,
    pub(super) kind: AlterationType,
    /// The entries of the request, byte for byte as the client sent them.
    pub(super) offsets: Vec<OffsetEntry>,
    pub(super) requested_at: Timestamp,
    /// The connector's state before the alteration stopped it. The alteration restores this state at its end.
    pub(super) before: Before,
    pub(super) stage: Stage,
    /// The offsets before the alteration; `None` until they have been read.
    pub(super) previous: Option<Vec<OffsetEntry>>,
    pub(super) outcome: Option<Outcome>,
}

/// The state of a connector before an alteration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Before {
    Running,
    Paused,
    /// The connector was stopped before the alteration, and stays stopped after it.
    Stopped,
}

impl Before {
    /// The state with this name in Kafka Connect; `None` while the workers are rebalancing and the state is unknown.
    pub(super) fn of(state: &str) -> Option<Self> {
        match state {
            "PAUSED" => Some(Self::Paused),
            "STOPPED" => Some(Self::Stopped),
            "UNASSIGNED" => None,
            _ => Some(Self::Running),
        }
    }

    /// The request to Kafka Connect that restores this state; `None` when the stopped connector already has it.
    pub(super) fn verb(self) -> Option<&'static str> {
        match self {
            Self::Running => Some("resume"),
            Self::Paused => Some("pause"),
            Self::Stopped => None,
        }
    }
}

/// The stage of an alteration at Kafka Connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Stage {
    /// The connector is being stopped. The offsets are unchanged.
    Stopping,
    /// The offsets may have been altered.
    Altering,
    /// The outcome is known, and the connector's state is being restored.
    Restoring,
    Done,
}

/// The end of an alteration: APPLIED or FAILED, with a message and the time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Outcome {
    pub(super) applied: bool,
    pub(super) message: String,
    pub(super) at: Timestamp,
}

/// The folder with the alteration records of one Kafka cluster's connectors.
#[derive(Debug)]
pub(super) struct Records {
    folder: PathBuf,
}

/// The lock on one connector, which excludes all other processes that use the same folder. Dropping the value releases the
/// lock.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Records {
    pub(super) fn open(state: &Path, cluster: &str) -> io::Result<Self> {
        let folder = state.join(file_name(cluster));
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder)?;
        Ok(Self { folder })
    }

    /// The names of the connectors whose alteration records can be read.
    pub(super) fn connectors(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let is_record = path
                .extension()
                .is_some_and(|extension| extension == "json");
            // A record that cannot be read is left out here. A request about its connector gets an error reply that describes
            // the problem.
            if is_record && let Ok(Some(record)) = read(&path) {
                names.push(record.connector);
            }
        }
        Ok(names)
    }

    /// Reads the record of a connector's latest alteration; `None` when there is no record.
    pub(super) fn read(&self, connector: &str) -> io::Result<Option<Record>> {
        read(&self.path(connector, "json"))
    }

    /// Replaces the record of a connector's latest alteration atomically.
    pub(super) fn write(&self, record: &Record, _lock: &Lock) -> io::Result<()> {
        let path = self.path(&record.connector, "json");
        let new = self.path(&record.connector, "new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        // Offsets may contain data that other users of this machine must not read.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&new)?;
        file.write_all(&serde_json::to_vec_pretty(record)?)?;
        file.sync_all()?;
        fs::rename(&new, &path)
    }

    /// Takes the lock on a connector; `None` while another process, or another task of this process, has the lock.
    pub(super) fn lock(&self, connector: &str) -> io::Result<Option<Lock>> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        let file = options.open(self.path(connector, "lock"))?;
        match fs4::FileExt::try_lock(&file) {
            Ok(()) => Ok(Some(Lock { _file: file })),
            Err(fs4::TryLockError::WouldBlock) => Ok(None),
            Err(fs4::TryLockError::Error(error)) => Err(error),
        }
    }

    fn path(&self, connector: &str, extension: &str) -> PathBuf {
        self.folder
            .join(format!("{}.{extension}", file_name(connector)))
    }
}

fn read(path: &Path) -> io::Result<Option<Record>> {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| {
            let message = format!(
                "{} is no record of an alteration: {error}. See whether its connector is STOPPED, resume it if so, and delete \
                 the file",
                path.display()
            );
            io::Error::new(io::ErrorKind::InvalidData, message)
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes a file name from any text. Letters, digits, `-` and `_` stay; each byte of all other characters is written as `%` and
/// two hexadecimal digits.
fn file_name(text: &str) -> String {
    let mut name = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') {
            name.push(char::from(byte));
        } else {
            name.push_str(&format!("%{byte:02x}"));
        }
    }
    // A long name is cut off, and gets a hash so that it differs from other names with the same beginning.
    if name.len() > 150 {
        let sum = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
            (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        name.truncate(150);
        name.push_str(&format!("-{sum:016x}"));
    }
    name
}

/// The current time of the system's clock.
pub(super) fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_told_apart() {
        assert_eq!(file_name("My-Sink_1"), "My-Sink_1");
        assert_eq!(file_name("../a b"), "%2e%2e%2fa%20b");
        let long = |end: &str| file_name(&format!("{}{end}", "x".repeat(300)));
        assert_ne!(long("a"), long("b"));
        assert!(long("a").len() < 200);
    }
}
