//! The members that Debezium connectors share: connectors read them in addition to the members of their own format.

/// The key of a member, the type of its value, and its meaning. A `*` at the end of a key stands for any text.
pub(crate) type Shared = (&'static str, &'static str, &'static str);

/// The members of the position that most Debezium connectors share.
pub(crate) const MEMBERS: &[Shared] = &[
    (
        "snapshot",
        "`INITIAL`, `BLOCKING`, `INCREMENTAL` or `true`",
        "The kind of the snapshot that is in progress or has just ended. Every other value makes the task fail, also one of these words in another letter case.",
    ),
    (
        "snapshot_completed",
        "`true` or `false`, also as text",
        "Whether the snapshot that the member `snapshot` names is complete. When `snapshot` is `INITIAL` or `true` and this member is absent, the connector takes a whole new snapshot.",
    ),
    INCREMENTAL[0],
    (
        "transaction_*",
        "text and numbers",
        "The id of the transaction in progress, as text, and its counters, as whole numbers. They do not affect the position, but \
         the task fails on a value of another type.",
    ),
];

/// The shared members of a connector that has only the members about incremental snapshots.
pub(crate) const INCREMENTAL: &[Shared] = &[(
    "incremental_snapshot_*",
    "text",
    "The progress of an incremental snapshot. Without its list of tables (`…_collections`) the snapshot ends, and the rest of its rows is never read. Without the last key (`…_primary_key`) the snapshot reads its current table again from the beginning.",
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
