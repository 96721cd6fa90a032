//! Reads definitions from a file or a URL.

use std::path::Path;
use std::process::Command;

use crate::openapi::{files, parse};
use crate::problem::{Problem, Result};

/// The arguments of curl, which allow only http(s), and limit time and size. The size follows as the next argument.
const CURL: &str =
    "--fail --silent --show-error --location --max-time 60 --proto =http,https --max-filesize";

/// Reads the whole text of `from`, which is a path or an http(s) URL.
///
/// A URL is downloaded with curl, which CI images and desktops have, so that xtask does not need to compile an HTTP library.
pub(crate) fn read(from: &str) -> Result<String> {
    if !from.starts_with("http://") && !from.starts_with("https://") {
        return files::read(Path::new(""), from, parse::MAX_TEXT);
    }
    let failed = |message: String| {
        Problem::new(from, format!("cannot be downloaded: {}", message.trim()))
            .help("open the page in a browser, save it, and give its file name")
    };
    let output = Command::new("curl")
        .args(CURL.split(' '))
        .args([&parse::MAX_TEXT.to_string(), "--", from])
        .output()
        .map_err(|error| failed(format!("curl does not start: {error}")))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()).into());
    }
    String::from_utf8(output.stdout).map_err(|error| failed(error.to_string()).into())
}
