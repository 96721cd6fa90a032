//! The members that every Debezium connector reads in addition to those of its own format.

/// A member, its type, and its purpose; `*` stands for any ending.
pub(crate) type Shared = (&'static str, &'static str, &'static str);

/// Members of the position that Debezium connectors read.
pub(crate) const MEMBERS: &[Shared] = &[
    (
        "snapshot",
        "`INITIAL`, `BLOCKING`, `INCREMENTAL` or `true`",
        "The kind of the snapshot in progress, or of the one just ended. Anything else, also in lower case, makes the task fail.",
    ),
    (
        "snapshot_completed",
        "`true` or `false`, also as text",
        "Whether that snapshot is complete. Without this member, and with `INITIAL` or `true` in `snapshot`, the connector takes a whole new snapshot.",
    ),
    INCREMENTAL[0],
    (
        "transaction_*",
        "text and numbers",
        "The transaction in progress, as text, and its counters, as whole numbers; they do not matter for the position, but the \
         task fails on another type.",
    ),
];

/// The shared members of a connector that writes only those of incremental snapshots.
pub(crate) const INCREMENTAL: &[Shared] = &[(
    "incremental_snapshot_*",
    "text",
    "The progress of an incremental snapshot. Without its list of tables (`…_collections`) the snapshot ends, and the rest of its rows is never read; without the last key (`…_primary_key`) it reads the present table again from its beginning.",
)];

/// Whether `members` contains this key.
pub(crate) fn knows(members: &[Shared], key: &str) -> bool {
    members
        .iter()
        .any(|(name, ..)| match name.strip_suffix('*') {
            Some(start) => key.starts_with(start),
            None => key == *name,
        })
}
