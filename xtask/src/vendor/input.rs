//! Where definitions come from: a file, standard input, or a URL.

use std::io::Read;
use std::path::Path;
use std::process::Command;

use crate::openapi::{files, parse};
use crate::problem::{Problem, Result};

/// Reads all text of `from`, which is a path, `-`, or an http(s) URL.
pub(crate) fn read(from: &str) -> Result<String> {
    if from.starts_with("http://") || from.starts_with("https://") {
        return fetch(from);
    }
    if from == "-" {
        let mut bytes = Vec::new();
        let read = std::io::stdin()
            .take(parse::MAX_TEXT as u64 + 1)
            .read_to_end(&mut bytes);
        read.map_err(|error| Problem::new("standard input", error))?;
        return String::from_utf8(bytes)
            .map_err(|error| Problem::new("standard input", error).into());
    }
    files::read(Path::new(""), from, parse::MAX_TEXT)
}

/// Downloads with curl, which every CI image and desktop has; an HTTP library here would be built by everyone who only
/// wants to generate.
fn fetch(url: &str) -> Result<String> {
    let output = Command::new("curl")
        .args([
            "--fail",
            "--silent",
            "--show-error",
            "--location",
            "--max-time",
            "60",
        ])
        .args([
            "--max-filesize",
            &parse::MAX_TEXT.to_string(),
            "--proto",
            "=http,https",
            "--",
            url,
        ])
        .output()
        .map_err(|error| {
            Problem::new(url, format!("curl does not start: {error}"))
                .help("install curl, or download the page and give its file name")
        })?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(
            Problem::new(url, format!("cannot be downloaded: {}", message.trim()))
                .help("open the page in a browser, save it, and give its file name")
                .into(),
        );
    }
    String::from_utf8(output.stdout)
        .map_err(|error| Problem::new(url, format!("not UTF-8 text: {error}")).into())
}
