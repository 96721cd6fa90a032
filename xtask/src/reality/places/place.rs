//! The positions in the log of a database to which connectors are moved, and the result that each must have.

/// A position to which a connector is moved, how it is moved there, and the result that is required.
pub(super) struct Place {
    pub(super) title: &'static str,
    /// Settings of the connector, in addition to those of all connectors.
    pub(super) config: &'static [(&'static str, &'static str)],
    pub(super) course: Course,
    /// The commands of the tool, separated by `;`, without the connector's name and `--yes`.
    pub(super) typed: Box<dyn Fn(&Log) -> String + Sync>,
    pub(super) wanted: Box<dyn Fn(&Log) -> Wanted + Sync>,
    /// A text that the tool must have shown, such as a part of a finding.
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

/// The state of the connector when it is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    /// The connector is stopped, and has not read the last transactions. It is resumed after the move.
    Stopped,
    /// The connector runs, and has read everything.
    Running,
    /// The connector was stopped in the middle of its snapshot.
    Snapshot,
}

/// The result that a move must have.
pub(super) enum Wanted {
    /// The connector must emit these rows, in this order.
    Rows(Vec<i64>),
    /// The connector must emit all rows of the table, in any order, because its snapshot was not finished.
    Whole,
    /// The tool must refuse the position and send nothing.
    Refused,
    /// The connector's task must fail.
    Fails,
}

/// The positions of the transactions of one table.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    pub(super) transactions: Vec<Transaction>,
    /// The position of the replication slot. Only for PostgreSQL.
    pub(super) slot: i64,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Transaction {
    pub(super) ids: Vec<i64>,
    /// The position of the change of each row. Only for PostgreSQL.
    pub(super) rows: Vec<i64>,
    /// The position of the commit. Only for PostgreSQL.
    pub(super) commit: i64,
    /// The binary log file, and the position in it, at which the transaction begins. Only for MySQL.
    pub(super) begin: (String, i64),
    /// The GTIDs that the server had executed before and after the transaction. Only for MySQL.
    pub(super) gtids: [String; 2],
}

impl Log {
    /// The transaction that inserted the row `id`.
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

    /// The rows of all transactions for which `holds` is true, as the result that is required.
    pub(super) fn rows(&self, holds: impl Fn(&Transaction) -> bool) -> Wanted {
        let chosen = self.transactions.iter().filter(|one| holds(one));
        Wanted::Rows(chosen.flat_map(|one| one.ids.clone()).collect())
    }
}
