//! The members that every Debezium connector reads beside those of its own format.

/// Members of the position that all Debezium connectors read, with what they are for; `*` stands for any ending.
pub(crate) const MEMBERS: &[(&str, &str, &str)] = &[
    (
        "snapshot",
        "`INITIAL`, `BLOCKING`, `INCREMENTAL` or `true`",
        "The kind of the snapshot in progress, or of the one just ended. Anything else, also in lower case, makes the task fail.",
    ),
    (
        "snapshot_completed",
        "`true` or `false`, also as text",
        "Whether that snapshot is complete. Beside `INITIAL` or `true` and without it, the connector takes a whole new snapshot.",
    ),
    (
        "incremental_snapshot_*",
        "text",
        "The progress of an incremental snapshot. Without these members it ends, and the rest of its rows never comes.",
    ),
    (
        "transaction_*",
        "text and numbers",
        "Counters of transaction metadata; they do not matter for the position.",
    ),
];

/// Whether a member is one that all Debezium connectors read.
pub(crate) fn knows(key: &str) -> bool {
    MEMBERS
        .iter()
        .any(|(name, ..)| match name.strip_suffix('*') {
            Some(start) => key.starts_with(start),
            None => key == *name,
        })
}
