//! Reads and writes files below the root of the workspace, with errors that name the file.

use std::io::Read;
use std::path::Path;
use std::{fs, io};

use crate::problem::{Problem, Result};

/// Reads a text file of at most `limit` bytes.
pub(crate) fn read(root: &Path, place: &str, limit: usize) -> Result<String> {
    let problem = |error: io::Error| Problem::new(place, format!("cannot be read: {error}"));
    let mut bytes = Vec::new();
    fs::File::open(root.join(place))
        .and_then(|file| file.take(limit as u64 + 1).read_to_end(&mut bytes))
        .map_err(problem)?;
    if bytes.len() > limit {
        return Err(Problem::new(place, format!("larger than the {limit} bytes allowed")).into());
    }
    String::from_utf8(bytes)
        .map_err(|error| Problem::new(place, format!("not UTF-8 text: {error}")).into())
}

/// The files of a folder, as sorted paths relative to the root.
pub(crate) fn list(root: &Path, folder: &str) -> Result<Vec<String>> {
    let problem = |error: io::Error| Problem::new(folder, format!("cannot be listed: {error}"));
    let mut found = Vec::new();
    for entry in fs::read_dir(root.join(folder)).map_err(problem)? {
        let name = entry.map_err(problem)?.file_name();
        found.push(format!("{folder}/{}", name.to_string_lossy()));
    }
    found.sort();
    Ok(found)
}

/// Writes a text file without a backup, because git has the earlier text. The file is replaced as a whole, so that after an
/// interruption it contains either the old text or the new one.
pub(crate) fn write(root: &Path, place: &str, text: &str) -> Result<()> {
    let new = root.join(".xtask.new");
    fs::write(&new, text)
        .and_then(|()| fs::rename(&new, root.join(place)))
        .map_err(|error| Problem::new(place, format!("cannot be written: {error}")).into())
}
