//! Reads and writes `openapi/vendor.lock`, which records the source of each vendored file, and the digest of its bytes.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::openapi::{files, parse};
use crate::problem::{Problem, Problems, Result};

pub(crate) const LOCK: &str = "openapi/vendor.lock";
pub(crate) const VENDOR_DIR: &str = "openapi/vendor";

const HEADER: &str = "# What openapi/vendor/ holds and where it came from. Checked before anything is read; see README.md.\n";

/// Who wrote the text of a vendored file: the publisher or the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Origin {
    /// The text of the source page, byte for byte.
    Published,
    /// A text that the project wrote from the facts on the source page.
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

impl Lock {
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let text = files::read(root, LOCK, parse::MAX_TEXT)?;
        toml::from_str(&text)
            .map_err(|error| Problem::new(LOCK, error.to_string().trim_end()).into())
    }

    /// The text of the lock's file.
    pub(crate) fn render(&self) -> Result<String> {
        let body = toml::to_string(self).map_err(|error| Problem::new(LOCK, error))?;
        Ok(format!("{HEADER}\n{body}"))
    }

    /// The path and text of every vendored file, in the order of their names. A file that differs from the lock is an error.
    pub(crate) fn verified(&self, root: &Path) -> Result<BTreeMap<String, String>> {
        let mut problems = Problems::default();
        let mut vendored = BTreeMap::new();
        for entry in &self.entries {
            let place = entry.place();
            if entry.file.contains(['/', '\\']) || vendored.contains_key(&place) {
                let what = format!("{:?} is listed twice or is no file name", entry.file);
                problems.push(Problem::new(LOCK, what));
                continue;
            }
            let Some(text) = problems.take(files::read(root, &place, parse::MAX_TEXT)) else {
                continue;
            };
            let found = sha256(text.as_bytes());
            if found != entry.sha256 {
                let help = "restore the file with git; to change it, run `cargo xtask vendor` for a published text, or for a transcription write the new digest and date into the lock";
                let said = &entry.sha256;
                let what = format!(
                    "changed since it was vendored: {LOCK} has sha256 {said}, the file has {found}"
                );
                problems.add(&place, what, help);
            }
            vendored.insert(place, text);
        }
        for place in files::list(root, VENDOR_DIR)? {
            if !vendored.contains_key(&place) {
                let help = "vendor it with `cargo xtask vendor`, or remove the file";
                problems.add(&place, format!("not listed in {LOCK}"), help);
            }
        }
        problems.into_result()?;
        Ok(vendored)
    }
}

impl Entry {
    /// The page that the file comes from, without the part after the `#`, which only selects one operation of the page.
    pub(crate) fn page(&self) -> &str {
        self.source.split('#').next().unwrap_or_default()
    }

    pub(crate) fn place(&self) -> String {
        format!("{VENDOR_DIR}/{}", self.file)
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
