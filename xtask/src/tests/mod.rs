//! Tests of the whole pipeline, on copies of the real sources.

mod diff;
mod floors;
mod full_size;
mod habits;
mod hostile;
mod pipeline;
mod progenitor;
mod public_api;
mod vendor;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::spec::lock;
use crate::{generate, spec};

/// The checked-in workspace.
fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A copy of the sources and generated files, to be broken.
struct Copy(TempDir);

const PUBLISHED: &str = "openapi/vendor/alter-connector-offsets-request.yaml";

impl Copy {
    fn new() -> Self {
        let copy = Self(TempDir::new().unwrap());
        for folder in ["openapi/vendor", "generated-client/src"] {
            fs::create_dir_all(copy.path(folder)).unwrap();
        }
        let fixed = [
            spec::BASE,
            spec::OVERLAY,
            spec::BUNDLE,
            lock::LOCK,
            crate::public_api::LISTING,
        ];
        let mut places = fixed.map(str::to_owned).to_vec();
        for folder in ["openapi/vendor", "generated-client/src"] {
            places.extend(spec::files::list(workspace(), folder).unwrap());
        }
        for place in places {
            fs::copy(workspace().join(&place), copy.path(&place)).unwrap();
        }
        copy
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn path(&self, place: &str) -> PathBuf {
        self.0.path().join(place)
    }

    fn read(&self, place: &str) -> String {
        fs::read_to_string(self.path(place)).unwrap()
    }

    fn write(&self, place: &str, text: &str) {
        fs::write(self.path(place), text).unwrap();
    }

    /// Replaces the first occurrence, which must exist.
    fn edit(&self, place: &str, from: &str, to: &str) {
        let text = self.read(place);
        assert!(text.contains(from), "{place} does not contain {from:?}");
        self.write(place, &text.replacen(from, to, 1));
    }

    /// Makes the lock agree with the present vendored files, as if they had been vendored like that.
    fn relock(&self) {
        let digests: Vec<(String, String)> = spec::files::list(self.root(), "openapi/vendor")
            .unwrap()
            .iter()
            .map(|place| {
                (
                    place.rsplit('/').next().unwrap().to_owned(),
                    spec::lock::sha256(self.read(place).as_bytes()),
                )
            })
            .collect();
        let mut file = String::new();
        let lines = self.read("openapi/vendor.lock");
        let lines = lines.lines().map(|line| {
            if let Some(name) = line.strip_prefix("file = ") {
                file = name.trim_matches('"').to_owned();
            }
            match digests.iter().find(|(name, _)| *name == file) {
                Some((_, digest)) if line.starts_with("sha256 = ") => {
                    format!("sha256 = \"{digest}\"")
                }
                _ => line.to_owned(),
            }
        });
        let text: Vec<_> = lines.collect();
        self.write("openapi/vendor.lock", &(text.join("\n") + "\n"));
    }

    /// The message of a failing `generate`, having made sure that it wrote nothing.
    fn refused(&self) -> String {
        let before = (self.read(spec::BUNDLE), self.read(generate::CLIENT));
        let error = crate::commands::generate(self.root(), false, false)
            .unwrap_err()
            .to_string();
        assert_eq!(
            before,
            (self.read(spec::BUNDLE), self.read(generate::CLIENT))
        );
        let files = spec::files::list(self.root(), "openapi").unwrap();
        assert!(
            files.iter().all(|file| !file.ends_with(".tmp")),
            "{files:?}"
        );
        error
    }
}

/// Asserts that the text contains every needle.
#[track_caller]
fn mentions(text: &str, needles: &[&str]) {
    for needle in needles {
        assert!(text.contains(needle), "expected {needle:?} in:\n{text}");
    }
}
