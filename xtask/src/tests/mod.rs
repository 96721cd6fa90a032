//! Tests of the whole pipeline, on copies of the real sources and on small documents with one feature each.

mod cases;
mod compiled;
mod drift;
mod hostile;
mod promises;
mod vendor;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::openapi::{files, parse};
use crate::pipeline::{self, Outcome, examples, listing, sources, write};
use crate::problem::Result;
use crate::vendor::lock::{self, LOCK, Lock, VENDOR_DIR};

/// The root of the workspace.
fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The rows of a YAML table in the folder of these tests.
fn rows<T: serde::de::DeserializeOwned>(file: &str) -> Vec<T> {
    let text = fs::read_to_string(workspace().join("xtask/src/tests").join(file)).unwrap();
    serde_json::from_value(parse::parse(file, &text).unwrap()).unwrap()
}

/// Asserts that the text contains every needle.
#[track_caller]
pub(crate) fn mentions(text: &str, needles: &[&str]) {
    for needle in needles {
        assert!(text.contains(needle), "expected {needle:?} in:\n{text}");
    }
}

/// Asserts that the result is an error whose message contains every needle, and returns the message.
#[track_caller]
fn fails<T>(result: Result<T>, needles: &[&str]) -> String {
    let message = result.err().expect("it fails").to_string();
    mentions(&message, needles);
    message
}

/// The vendored file that is a published definition. The other vendored files are transcriptions.
const PUBLISHED: &str = "openapi/vendor/alter-connector-offsets-request.yaml";

/// A copy of the sources and generated files, which a test may change.
struct Copy(TempDir);

impl Copy {
    fn new() -> Self {
        let copy = Self(TempDir::new().unwrap());
        for folder in ["openapi", VENDOR_DIR, listing::SOURCE, "generated-client"] {
            fs::create_dir_all(copy.path(folder)).unwrap();
            let mut places = files::list(workspace(), folder).unwrap();
            places.retain(|place| workspace().join(place).is_file());
            for place in places {
                fs::copy(workspace().join(&place), copy.path(&place)).unwrap();
            }
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

    /// Writes a file and returns its path as text.
    fn write(&self, place: &str, text: &str) -> String {
        fs::write(self.path(place), text).unwrap();
        self.path(place).display().to_string()
    }

    /// Replaces the first occurrence of `from`, which must exist.
    #[track_caller]
    fn edit(&self, place: &str, from: &str, to: &str) {
        let text = self.read(place);
        assert!(text.contains(from), "{place} does not contain {from:?}");
        self.write(place, &text.replacen(from, to, 1));
    }

    /// Writes the digests of the vendored files, which the test has changed, into the lock.
    fn relock(&self) {
        let mut lock = Lock::read(self.root()).unwrap();
        for entry in &mut lock.entries {
            entry.sha256 = lock::sha256(self.read(&entry.place()).as_bytes());
        }
        self.write(LOCK, &lock.render().unwrap());
    }

    fn run<T>(&self, end: impl FnOnce(Outcome) -> Result<T>) -> Result<T> {
        pipeline::run(sources::read(self.root()), end)
    }

    fn generate(&self) -> Result<()> {
        self.run(|outcome| write::write(self.root(), outcome, |_, _| Ok(())))
    }

    fn verify(&self) -> Result<()> {
        self.run(|outcome| examples::check(&outcome.document))
    }

    /// The texts of all generated files, joined.
    fn generated(&self) -> String {
        let places = [pipeline::BUNDLE, pipeline::client::CLIENT, listing::LISTING];
        places.map(|place| self.read(place)).concat()
    }
}
