//! Positions in the log of a database, and the results that they must have.

/// A position to which a connector is moved.
pub(super) struct Place {
    pub(super) title: &'static str,
    /// The connector's configuration beyond the common one.
    pub(super) config: &'static [(&'static str, &'static str)],
    pub(super) course: Course,
    /// Arguments of the tool, without those of every command; several commands are separated by `;`.
    pub(super) typed: Box<dyn Fn(&Log) -> String + Sync>,
    pub(super) wanted: Box<dyn Fn(&Log) -> Wanted + Sync>,
    /// The code of a finding that the tool must have shown.
    pub(super) said: Option<&'static str>,
}

impl Place {
    /// A position for a stopped connector without further configuration.
    pub(super) fn new(
        title: &'static str,
        typed: impl Fn(&Log) -> String + Sync + 'static,
        wanted: impl Fn(&Log) -> Wanted + Sync + 'static,
    ) -> Self {
        Self {
            title,
            config: &[],
            course: Course::Stopped,
            typed: Box::new(typed),
            wanted: Box::new(wanted),
            said: None,
        }
    }

    pub(super) fn config(self, config: &'static [(&'static str, &'static str)]) -> Self {
        Self { config, ..self }
    }

    pub(super) fn in_course(self, course: Course) -> Self {
        Self { course, ..self }
    }

    pub(super) fn says(self, said: &'static str) -> Self {
        let said = Some(said);
        Self { said, ..self }
    }
}

/// The state in which the connector is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    /// The connector is stopped, has not read the last transactions, and is resumed afterwards.
    Stopped,
    /// The connector runs, and has read everything.
    Running,
    /// The connector was stopped in the middle of its snapshot.
    Snapshot,
}

/// The result that is required.
pub(super) enum Wanted {
    /// The connector must emit these rows, in this order.
    Rows(Vec<i64>),
    /// All rows of a table whose snapshot was not finished, in any order.
    Whole,
    /// The tool sends nothing.
    Refused,
    /// The task fails.
    Fails,
}

/// The positions of the transactions of one table.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    pub(super) transactions: Vec<Transaction>,
    /// PostgreSQL: the position of the replication slot.
    pub(super) slot: i64,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Transaction {
    pub(super) ids: Vec<i64>,
    /// PostgreSQL: the position of each row, and the end of the transaction.
    pub(super) rows: Vec<i64>,
    pub(super) commit: i64,
    /// MySQL: file and position of its beginning, and the GTIDs executed before and after it.
    pub(super) begin: (String, i64),
    pub(super) gtids: [String; 2],
}

impl Log {
    /// The transaction that holds a row.
    pub(super) fn of(&self, id: i64) -> Transaction {
        let mut all = self.transactions.iter();
        let found = all.find(|transaction| transaction.ids.contains(&id));
        found.cloned().unwrap_or_default()
    }

    /// The position of a row's change in PostgreSQL's log.
    pub(super) fn row(&self, id: i64) -> i64 {
        let of = self.of(id);
        let mut rows = of.ids.iter().zip(&of.rows);
        rows.find(|(known, _)| **known == id)
            .map_or(0, |(_, row)| *row)
    }

    /// The rows of the transactions that meet a condition.
    pub(super) fn rows(&self, holds: impl Fn(&Transaction) -> bool) -> Wanted {
        let chosen = self.transactions.iter().filter(|one| holds(one));
        Wanted::Rows(chosen.flat_map(|one| one.ids.clone()).collect())
    }
}
