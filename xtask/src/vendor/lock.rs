//! `openapi/vendor.lock`: where each vendored file came from, and the digest that proves it is unchanged.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::openapi::{files, parse};
use crate::problem::{Problem, Problems, Result};

pub(crate) const LOCK: &str = "openapi/vendor.lock";
pub(crate) const VENDOR_DIR: &str = "openapi/vendor";

const HEADER: &str =
    "# What openapi/vendor/ holds and where it came from. Checked before anything is read; see README.md.\n";

/// Whether the text of a file is the publisher's or ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Origin {
    /// Byte for byte what the source page shows.
    Published,
    /// Written by us from the facts on the source page.
    Transcribed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) file: String,
    pub(crate) source: String,
    pub(crate) origin: Origin,
    pub(crate) retrieved: String,
    pub(crate) sha256: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lock {
    #[serde(default, rename = "vendored")]
    pub(crate) entries: Vec<Entry>,
}

/// A vendored text whose digest matches the lock.
#[derive(Clone, Debug)]
pub(crate) struct Vendored {
    /// Relative to the workspace, for errors.
    pub(crate) place: String,
    pub(crate) text: String,
}

impl Lock {
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let text = files::read(root, LOCK, parse::MAX_TEXT)?;
        toml::from_str(&text).map_err(|error| Problem::new(LOCK, error.to_string().trim_end()).into())
    }

    /// The lock as text, as it is written to the file.
    pub(crate) fn render(&self) -> Result<String> {
        let body = toml::to_string(self).map_err(|error| Problem::new(LOCK, error))?;
        Ok(format!("{HEADER}\n{body}"))
    }

    /// Reads every vendored file and compares it with the lock, in the order of file names.
    pub(crate) fn verified(&self, root: &Path) -> Result<Vec<Vendored>> {
        let mut problems = Problems::default();
        let mut vendored = BTreeMap::new();
        for entry in &self.entries {
            let Some(text) = problems.take(entry.verified(root)) else {
                continue;
            };
            let place = entry.place();
            if vendored.insert(place.clone(), text).is_some() {
                problems.push(Problem::new(LOCK, format!("{place} is listed twice")));
            }
        }
        let listed: BTreeSet<_> = self.entries.iter().map(Entry::place).collect();
        for place in problems.take(files::list(root, VENDOR_DIR)).unwrap_or_default() {
            if !listed.contains(&place) {
                problems.add(
                    &place,
                    format!("not listed in {LOCK}"),
                    "vendor it with `cargo xtask vendor`, or remove the file",
                );
            }
        }
        problems.into_result()?;
        Ok(vendored.into_iter().map(|(place, text)| Vendored { place, text }).collect())
    }
}

impl Entry {
    pub(crate) fn place(&self) -> String {
        format!("{VENDOR_DIR}/{}", self.file)
    }

    fn verified(&self, root: &Path) -> Result<String> {
        if self.file.contains(['/', '\\']) {
            return Err(Problem::new(LOCK, format!("{:?} is not a plain file name", self.file)).into());
        }
        let place = self.place();
        let text = files::read(root, &place, parse::MAX_TEXT)?;
        let found = sha256(text.as_bytes());
        if found != self.sha256 {
            let help = match self.origin {
                Origin::Published => "restore the file with git; a new published text comes in by `cargo xtask vendor`",
                Origin::Transcribed => {
                    "if the edit is meant, put the new digest and date into the lock; otherwise restore the file"
                }
            };
            return Err(Problem::new(
                &place,
                format!("changed since it was vendored: {LOCK} has sha256 {}, the file has {found}", self.sha256),
            )
            .help(help)
            .into());
        }
        Ok(text)
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
