//! Reads the files with keys and the file with certificates to trust.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use zeroize::Zeroizing;

use crate::failure::{Exit, Failure};
use crate::text::decoded;
use crate::text::words::shown;

/// The PEM text of a file with CA certificates. The library checks it.
pub(crate) fn read_certificate(path: &Path) -> Result<String, Failure> {
    decoded::read(path).map_err(|error| {
        let shown = shown(path);
        Failure::invalid(format!("the CA file {shown} cannot be read")).caused_by(&error)
    })
}

/// A warning about a key file that other users of this machine can access.
#[cfg(unix)]
pub(crate) fn exposure(path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt as _;

    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    let mode = metadata.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then(|| {
        let shown = shown(path);
        format!("other users can access the API key file {shown} (mode {mode:04o}); to prevent this: chmod 600 {shown}")
    })
}

/// Always `None`. On a platform without file modes, it is not known who can access a file.
#[cfg(not(unix))]
pub(crate) fn exposure(_: &Path) -> Option<String> {
    None
}

/// A sentence about an API key and its origin, for the message that the service refused the key. The sentence does not contain
/// the secret. It says whether the key or the secret contains a blank, a control character or a quote, which a real one never
/// does.
pub(crate) fn origin(key: &str, secret: &str, place: &str) -> String {
    let is_odd = |text: &str| {
        let odd = |c: char| c.is_whitespace() || c.is_control() || "\"'".contains(c);
        text.trim_end().contains(odd)
    };
    let odd = match (is_odd(key), is_odd(secret)) {
        (false, false) => "the key may be mistyped or revoked",
        (true, _) => "the key contains a blank, a control character or a quote",
        (false, true) => "its secret contains a blank, a control character or a quote",
    };
    format!("The key {:?} comes from {place}; {odd}", key.trim_end())
}

/// Reads a key and its secret from a file, or from standard input when the path is `-`. No message repeats the file's content.
///
/// The file has one of three forms:
///
/// - lines `NAME=…`, where `key` and `secret` are the names, with or without `export` and quotes, as in shells and env files;
///   the last line with a name counts;
/// - the text that Confluent Cloud's console downloads, with the lines `API key:` and `API secret:` above the values;
/// - the JSON of `confluent api-key create -o json`, with `api_key` and `api_secret`.
pub(crate) fn read_pair(
    path: &Path,
    key: &str,
    secret: &str,
) -> Result<(String, Zeroizing<String>), Failure> {
    let denied = |reason: String| {
        Failure::new(
            Exit::Denied,
            "credentials",
            format!("the API key file {} {reason}", shown(path)),
        )
    };
    let text = decoded::read(path).map(Zeroizing::new);
    let text = text.map_err(|error| denied("cannot be read".to_owned()).caused_by(&error))?;
    let text = text.trim_start_matches('\u{feff}');
    let value = |name: &str, title: &str| {
        assigned(text, name)
            .or_else(|| below(text, title))
            .or_else(|| member(text, title))
            .map(Zeroizing::new)
    };
    match (value(key, "API key:"), value(secret, "API secret:")) {
        (Some(key), Some(secret)) => Ok((key.to_string(), secret)),
        (None, _) => Err(denied(format!("has no line {key}=…"))),
        (_, None) => Err(denied(format!("has no line {secret}=…"))),
    }
}

/// The value of the last line `NAME=…`, as in a shell.
fn assigned(text: &str, name: &str) -> Option<String> {
    text.lines().rev().find_map(|line| {
        let line = line.trim();
        let line = line.strip_prefix("export ").map_or(line, str::trim_start);
        let value = line.strip_prefix(name)?.strip_prefix('=')?.trim();
        let quotes = ['"', '\''].into_iter();
        let bare = quotes
            .filter_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote))
            .next();
        // A value without quotes ends at the first space or tab, after which a comment may follow.
        let plain = || value.split([' ', '\t']).next().unwrap_or_default();
        let value = bare.unwrap_or_else(plain);
        (!value.is_empty()).then(|| value.to_owned())
    })
}

/// The first non-empty line below a title; `None` when that line is the next title.
fn below(text: &str, title: &str) -> Option<String> {
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| line.eq_ignore_ascii_case(title))?;
    let value = lines.find(|line| !line.is_empty())?;
    (!value.ends_with(':')).then(|| value.to_owned())
}

/// The member of a JSON object that corresponds to a title, such as `api_key` to `API key:`.
fn member(text: &str, title: &str) -> Option<String> {
    let name = title.to_lowercase().replace(' ', "_");
    let mut members: HashMap<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    match members.remove(name.trim_end_matches(':'))? {
        serde_json::Value::String(value) if !value.is_empty() => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use ccloud_connect::env;

    use super::*;

    fn read(path: &Path) -> Result<(String, Zeroizing<String>), Failure> {
        read_pair(path, env::API_KEY, env::API_SECRET)
    }

    #[test]
    fn env_file_forms() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key.env");
        for text in [
            "CONFLUENT_CLOUD_API_KEY=K\nCONFLUENT_CLOUD_API_SECRET=S\n",
            "\u{feff}CONFLUENT_CLOUD_API_KEY=old\nCONFLUENT_CLOUD_API_KEY=K # since May\nCONFLUENT_CLOUD_API_SECRET=\"S\"",
            "=== Confluent Cloud API key ===\r\n\r\nAPI key:\r\nK\r\n\r\nAPI secret:\r\nS\r\n\r\nResource:\r\n",
            r#"{"api_key": "K", "api_secret": "S"}"#,
            "# mine\r\nexport CONFLUENT_CLOUD_API_SECRET='S'\r\n  export CONFLUENT_CLOUD_API_KEY=\"K\"\r\nOTHER=1",
        ] {
            fs::write(&path, text).unwrap();
            let (key, secret) = read(&path).unwrap();
            assert_eq!((key.as_str(), secret.as_str()), ("K", "S"));
        }
        fs::write(
            &path,
            "CONFLUENT_CLOUD_API_KEY=K\nCONFLUENT_CLOUD_API_SECRET=",
        )
        .unwrap();
        let message = read(&path).unwrap_err().details.message;
        assert!(
            message.contains("has no line CONFLUENT_CLOUD_API_SECRET=…"),
            "{message}"
        );
        fs::write(&path, [0xff]).unwrap();
        assert_eq!(read(&path).unwrap_err().exit, Exit::Denied);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_without_an_end_is_refused_and_an_open_one_warned_of() {
        use std::os::unix::fs::PermissionsExt as _;

        let error = read(Path::new("/dev/zero")).unwrap_err();
        assert_eq!(error.exit, Exit::Denied);
        assert_eq!(exposure(Path::new("/dev/zero")), None);

        let file = tempfile::NamedTempFile::new().unwrap();
        for (mode, warned) in [(0o600, false), (0o640, true), (0o666, true)] {
            fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(exposure(file.path()).is_some(), warned, "{mode:o}");
        }
    }
}
