//! A self-managed Kafka Connect in the place of Confluent Cloud.

use std::hash::{BuildHasher as _, RandomState};
use std::path::{Path, PathBuf};

use ccloud_connect_emulator::KafkaConnect;
use clap::Args;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::words::shown;

/// How to reach the workers, beside their addresses.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Workers {
    /// Kafka Connect: file with one line USER:PASSWORD, sent as HTTP Basic
    #[arg(long, value_name = "FILE")]
    pub(crate) connect_user_file: Option<PathBuf>,
    /// Kafka Connect: file with certificates that are trusted, too, in PEM form
    #[arg(long, value_name = "FILE")]
    pub(crate) connect_ca_file: Option<PathBuf>,
    /// Kafka Connect: folder for what was last asked of each connector [default: ccloud-offsets in the user's state directory]
    #[arg(long, value_name = "DIR")]
    pub(crate) connect_state_dir: Option<PathBuf>,
}

impl Workers {
    /// The cluster whose workers have these URLs.
    pub(crate) fn kafka_connect(&self, urls: &[String]) -> Result<KafkaConnect, Failure> {
        let (first, others) = urls
            .split_first()
            .ok_or_else(|| Failure::invalid("no worker of Kafka Connect is given"))?;
        let state = match &self.connect_state_dir {
            Some(folder) => folder.clone(),
            None => state_folder().ok_or_else(|| {
                Failure::invalid(
                    "there is no home directory for the state: give --connect-state-dir",
                )
            })?,
        };
        let mut connect = KafkaConnect::new(first, state);
        for url in others {
            connect = connect.worker(url);
        }
        if let Some(path) = &self.connect_user_file {
            let (user, password) = read_user(path)?;
            connect = connect.credentials(user, password.as_str());
        }
        if let Some(path) = &self.connect_ca_file {
            let pem = std::fs::read(path).map_err(|error| {
                Failure::invalid(format!("the certificates {} cannot be read", shown(path)))
                    .caused_by(&error)
            })?;
            connect = connect.ca_certificates(pem);
        }
        Ok(connect)
    }
}

/// No message repeats the line.
fn read_user(path: &Path) -> Result<(String, Zeroizing<String>), Failure> {
    let refuse = |reason: &str| {
        Failure::invalid(format!(
            "the file {} {reason}. Nothing was sent",
            shown(path)
        ))
    };
    let text = std::fs::read_to_string(path).map(Zeroizing::new);
    let text = text.map_err(|error| refuse("cannot be read").caused_by(&error))?;
    let line = text
        .trim_start_matches('\u{feff}')
        .trim_end_matches(['\r', '\n']);
    match line.split_once(':') {
        Some((user, password)) if !user.is_empty() && !line.contains('\n') => {
            Ok((user.to_owned(), Zeroizing::new(password.to_owned())))
        }
        _ => Err(refuse("has not the one line USER:PASSWORD")),
    }
}

/// Where programs of this user keep what they must not forget.
fn state_folder() -> Option<PathBuf> {
    let set = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let state = set("XDG_STATE_HOME")
        .or_else(|| Some(set("HOME")?.join(".local/state")))
        .or_else(|| set("LOCALAPPDATA"))?;
    Some(state.join("ccloud-offsets"))
}

/// A secret that nobody can guess, for a server that has the rights of this user at Kafka Connect.
pub(crate) fn secret() -> String {
    let random = || RandomState::new().hash_one(std::process::id());
    format!("{:016x}{:016x}", random(), random())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_file_holds_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("user");
        for (text, user) in [
            ("me:se:cret\n", Some("me")),
            ("me:", Some("me")),
            ("me", None),
            (":x", None),
            ("a:b\nc:d", None),
        ] {
            std::fs::write(&path, text).unwrap();
            let read = read_user(&path);
            assert_eq!(
                read.as_ref().ok().map(|(user, _)| user.as_str()),
                user,
                "{text:?}"
            );
            if let Err(failure) = read {
                assert!(!failure.details.message.contains("c:d"));
            }
        }
        assert_ne!(secret(), secret());
    }
}
