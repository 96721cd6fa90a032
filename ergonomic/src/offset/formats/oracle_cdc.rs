//! Offsets of the Oracle CDC source.

use crate::finding::text::excerpt;
use crate::finding::{Code, Finding, ValidationError};
use crate::offset::format::offset_format;
use crate::offset::value::{Value, not_empty};

offset_format! {
    /// The position of an Oracle CDC source (Debezium) in the redo log.
    ///
    /// System change numbers (SCN) are **strings** of digits: they outgrow int64, and the connector fails on numbers.
    /// The format is taken from the connector's source code in its LogMiner form; that the XStream form is the same is
    /// *assumed*.
    OracleCdc
    required {
        /// The logical name of the server: the connector's topic prefix.
        partition "server" server: String as &str;
        /// The system change number, as digits.
        offset "scn" scn: String as &str;
    }
    optional {
        /// The place in the XStream of logical change records.
        offset "lcr_position" lcr_position with_lcr_position(impl Into<String>): String as &str;
        /// The id of the transaction.
        offset "txId" tx_id with_tx_id(impl Into<String>): String as &str;
        /// The system change numbers of the last commits; newer connectors append more than digits.
        offset "commit_scn" commit_scn with_commit_scn(impl Into<String>): String as &str;
    }
    checked {
        /// The system change number of the snapshot, as digits.
        offset "snapshot_scn" snapshot_scn with_snapshot_scn(impl Into<String>): String as &str;
    }
}

impl OracleCdc {
    /// A position: `scn` as digits.
    ///
    /// # Errors
    /// When the name is empty or `scn` is not made of digits.
    pub fn new(server: impl Into<String>, scn: impl Into<String>) -> Result<Self, ValidationError> {
        Self::of(server.into(), scn.into()).checked()
    }

    /// The same server at another system change number.
    ///
    /// Drops `commit_scn`, `lcr_position`, `txId` and `txSeq`, which belong to the old position and would let the
    /// connector skip what lies before them; that it starts without them is *assumed*.
    ///
    /// # Errors
    /// When `scn` is not made of digits.
    pub fn move_to(mut self, scn: impl Into<String>) -> Result<Self, ValidationError> {
        self.scn = scn.into();
        self.raw.offset.set_text("scn", &self.scn.write());
        for key in ["commit_scn", "lcr_position", "txId", "txSeq"] {
            self.raw.offset.remove(key);
        }
        self.commit_scn = None;
        self.lcr_position = None;
        self.tx_id = None;
        self.checked()
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.server", &self.server, out);
        let numbers = [
            ("offset.scn", Some(&self.scn)),
            ("offset.snapshot_scn", self.snapshot_scn.as_ref()),
        ];
        for (path, scn) in numbers {
            let bad = |scn: &&String| scn.is_empty() || !scn.bytes().all(|b| b.is_ascii_digit());
            if let Some(scn) = scn.filter(bad) {
                out.push(Finding::error(
                    path.to_owned(),
                    Code::FormatTrap,
                    format!(
                        "must be a system change number as digits, but is \"{}\"",
                        excerpt(scn)
                    ),
                ));
            }
        }
    }
}
