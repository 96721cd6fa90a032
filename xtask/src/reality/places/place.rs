//! Places in the log of a database, and what they imply.

/// A place to which a connector is moved.
pub(super) struct Place {
    pub(super) title: &'static str,
    /// Of the connector, beside what all have.
    pub(super) config: &'static [(&'static str, &'static str)],
    pub(super) course: Course,
    /// Arguments of the tool, without those that all commands have; several commands are separated by `;`.
    pub(super) typed: fn(&Log) -> String,
    pub(super) wanted: fn(&Log) -> Wanted,
    /// A finding that the tool must have shown, by its code.
    pub(super) said: Option<&'static str>,
}

impl Place {
    /// Where a stopped connector without further settings is moved.
    pub(super) fn new(
        title: &'static str,
        typed: fn(&Log) -> String,
        wanted: fn(&Log) -> Wanted,
    ) -> Self {
        Self {
            title,
            config: &[],
            course: Course::Stopped,
            typed,
            wanted,
            said: None,
        }
    }
}

/// How the connector comes to be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    /// It is stopped, has not read the last transactions, and is resumed afterwards.
    Stopped,
    /// It runs, and has read everything.
    Running,
    /// It was stopped in the middle of its snapshot.
    Snapshot,
}

/// What must come of it.
pub(super) enum Wanted {
    /// These rows, in this order.
    Rows(Vec<i64>),
    /// All rows of a table whose snapshot was not finished, in any order, and not one less.
    Whole,
    /// The tool sends nothing.
    Refused,
    /// The task fails.
    Fails,
}

/// Where the transactions of one table stand.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    pub(super) transactions: Vec<Transaction>,
    /// Of PostgreSQL, where the slot stands.
    pub(super) slot: i64,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Transaction {
    pub(super) ids: Vec<i64>,
    /// Of PostgreSQL: the place of each row, and the end of the transaction.
    pub(super) rows: Vec<i64>,
    pub(super) commit: i64,
    /// Of MySQL: file and position where it begins, and the GTIDs executed before and after.
    pub(super) begin: (String, i64),
    pub(super) gtids: [String; 2],
}

impl Log {
    /// The transaction that holds a row.
    pub(super) fn of(&self, id: i64) -> Transaction {
        let found = self
            .transactions
            .iter()
            .find(|transaction| transaction.ids.contains(&id));
        found.cloned().unwrap_or_default()
    }

    /// The place of a row's change in PostgreSQL's log.
    pub(super) fn row(&self, id: i64) -> i64 {
        let of = self.of(id);
        let rows = of.ids.iter().zip(&of.rows);
        rows.into_iter()
            .find(|(known, _)| **known == id)
            .map_or(0, |(_, row)| *row)
    }

    /// The rows of the transactions of which something holds.
    pub(super) fn rows(&self, holds: impl Fn(&Transaction) -> bool) -> Wanted {
        let chosen = self
            .transactions
            .iter()
            .filter(|transaction| holds(transaction));
        Wanted::Rows(
            chosen
                .flat_map(|transaction| transaction.ids.clone())
                .collect(),
        )
    }
}
