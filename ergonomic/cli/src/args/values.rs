//! Parsers for the values of several options.

/// Accepts a text that is not empty. An empty value usually comes from a shell variable that is not set. If it counted as
/// "not given", the tool could work on the wrong connector.
pub(super) fn not_empty(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("it is empty; perhaps a shell variable is not set".to_owned());
    }
    Ok(text.to_owned())
}

/// Parses a number of records to move by.
pub(super) fn records(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| {
        "expected a whole number of records, such as -1000 (back) or 5 (ahead)".to_owned()
    })
}
