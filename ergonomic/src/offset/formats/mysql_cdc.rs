//! Offsets of the MySQL and MariaDB CDC sources.

use crate::OffsetEntry;
use crate::finding::text::excerpt;
use crate::finding::{Code, Finding, ValidationError};
use crate::offset::binlog::{same_series, series};
use crate::offset::coordinate::Coordinate;
use crate::offset::debezium_members;
use crate::offset::facts::{Case, OffsetFormat, advise, fails, faults, warn};
use crate::offset::fields::Fields;
use crate::offset::format::offset_format;
use crate::offset::gtid::GtidSet;
use crate::offset::position::{Order, Position, Unit};
use crate::offset::value::{Digits, not_empty, not_negative};

offset_format! {
    /// The position of a MySQL CDC or MariaDB CDC source (Debezium) in the binary log.
    ///
    /// On a server with GTIDs, `gtids` win over file and position and must not be left out. `row` and `event` count what
    /// was read *after* the position, so they belong to one position only. [`MysqlCdc::move_to`] and
    /// [`MysqlCdc::move_to_gtids`] take care of both (measured with Debezium 3.6).
    MysqlCdc
    required {
        /// The logical name of the server: the connector's topic prefix.
        partition "server" server: String as &str;
        /// The name of the binary log file. It must be there, but may be empty beside `gtids`.
        offset "file" file: String as &str;
    }
    optional {
        /// The transactions before the one in progress, as the server writes them. They win over file and position.
        offset "gtids" gtids with_gtids(impl Into<String>): String as &str;
        /// The id of the server that wrote the event. It does not matter for the start.
        offset "server_id" server_id with_server_id(i64): Digits as i64;
        /// The time of the event, in seconds since the Unix epoch. It does not matter for the start.
        offset "ts_sec" ts_sec with_ts_sec(i64): Digits as i64;
    }
    checked {
        /// The position in the file, in bytes. Without it, or below 0, the file is read from its start.
        offset "pos" pos with_pos(i64): Digits as i64;
        /// The number of rows that were read of the event after the position, 0 or more.
        offset "row" row with_row(i64): Digits as i64;
        /// The number of events that were read after the position, 0 or more.
        offset "event" event with_event(i64): Digits as i64;
    }
}

impl MysqlCdc {
    /// An entry at `pos` in bytes, 0 or more. An empty `file` at position 0 means the oldest binary log.
    ///
    /// # Errors
    /// When the name of the server is empty or `pos` is negative.
    pub fn new(
        server: impl Into<String>,
        file: impl Into<String>,
        pos: i64,
    ) -> Result<Self, ValidationError> {
        let mut findings = Vec::new();
        not_negative("offset.pos", Some(pos), &mut findings);
        ValidationError::unless_empty(findings)?;
        Self::of(server.into(), file.into()).with_pos(pos)
    }

    /// The same server at another file and position (in bytes, 0 or more), at which a transaction must begin.
    ///
    /// Removes `row` and `event`, which count from the old position.
    ///
    /// # Errors
    /// When `pos` is negative; and when the entry has `gtids`, which take precedence over file and position, and
    /// without which the connector fails or reads everything again. For such an entry, use
    /// [`move_to_gtids`](Self::move_to_gtids). On a server whose `gtid_mode` is off, and only there, use
    /// [`without_gtids`](Self::without_gtids) first.
    pub fn move_to(mut self, file: impl Into<String>, pos: i64) -> Result<Self, ValidationError> {
        if self.gtids.as_ref().is_some_and(|gtids| !gtids.is_empty()) {
            let finding = Finding::error(
                "offset.gtids".to_owned(),
                Code::WrongCoordinate,
                "is there, so file and position are ignored",
            );
            let advice =
                "move by GTIDs; only on MySQL whose gtid_mode is off, remove `gtids` first";
            return Err(ValidationError::new(vec![finding.suggest(advice)]));
        }
        let mut findings = Vec::new();
        not_negative("offset.pos", Some(pos), &mut findings);
        ValidationError::unless_empty(findings)?;
        self.file = file.into();
        let text = serde_json::Value::from(self.file.as_str()).to_string();
        self.raw.offset.set_text("file", &text);
        self.forget_progress();
        self.with_pos(pos)
    }

    /// The same server at other GTIDs: those of the transactions that have already been read.
    ///
    /// Removes `row` and `event`, which count from the old position. File and position stay; the GTIDs take precedence
    /// over them.
    #[must_use]
    pub fn move_to_gtids(mut self, gtids: impl Into<String>) -> Self {
        self.forget_progress();
        self.with_gtids(gtids)
    }

    /// The same entry without `gtids`, for a server whose `gtid_mode` is off. On a server with GTIDs, the connector
    /// then fails, or reads everything again from the oldest log on.
    #[must_use]
    pub fn without_gtids(mut self) -> Self {
        self.raw.offset.remove("gtids");
        self.gtids = None;
        self
    }

    fn forget_progress(&mut self) {
        self.raw.offset.remove("row");
        self.raw.offset.remove("event");
        self.row = None;
        self.event = None;
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.server", &self.server, out);
        for (path, number) in [("offset.row", self.row), ("offset.event", self.event)] {
            not_negative(path, number.map(|number| number.0), out);
        }
    }
}

/// What is known about the format.
pub(crate) static FORMAT: OffsetFormat = OffsetFormat {
    name: "mysql-cdc",
    title: "MySQL CDC and MariaDB CDC (Debezium)",
    managed: &["MySqlCdcSourceV2", "MySqlCdcSource", "MariaDbCdcSource"],
    self_managed: &[
        "io.debezium.connector.mysql.MySqlConnector",
        "io.debezium.connector.mariadb.MariaDbConnector",
        "io.debezium.connector.v2.mysql.MySqlConnectorV2",
        "io.debezium.connector.v2.mariadb.MariaDbConnector",
    ],
    evidence: "measured with Debezium 3.6.1 on MySQL 9.7; MariaDB's entries with Debezium 2.7.4, its starts by the source code",
    members: MysqlCdc::members,
    debezium: debezium_members::MEMBERS,
    partitions: &[&["server"]],
    signature: &["file", "pos", "gtids"],
    faults: faults::<MysqlCdc>,
    lenient: &["server_id", "ts_sec"],
    fixed: Some(("server", &["topic.prefix", "database.server.name"])),
    recorded_at: Some("ts_sec"),
    check,
    without_position: (
        Code::TaskWouldFail,
        "has no `file`; the task fails, even where `gtids` are given",
    ),
    position,
    before_start: Some(
        "goes back to {}; the task fails if the server has purged what follows it, if there is no such file, or if no event begins at the position",
    ),
    past_end: Some(
        "goes ahead to {}; the task fails if the server has not got there, if there is no such file, or if no transaction begins at the position",
    ),
    queries: &[
        (
            "the present position",
            "SHOW BINARY LOG STATUS; -- before MySQL 8.4 and on MariaDB: SHOW MASTER STATUS;",
        ),
        ("the files that there are", "SHOW BINARY LOGS;"),
        (
            "what begins at a position",
            "SHOW BINLOG EVENTS IN 'mysql-bin.000042' FROM 4 LIMIT 3;",
        ),
        (
            "GTIDs that were executed, and that were purged",
            "SELECT @@gtid_mode, @@gtid_executed, @@gtid_purged; -- MariaDB: SELECT @@gtid_current_pos;",
        ),
    ],
    wins: &[
        "With `gtid_mode=ON`, `gtids` win over `file` and `pos`, which need only be present. Without `gtids`, or with empty ones, the task fails, or everything since the oldest log comes again.",
        "With `gtid_mode=OFF`, any `gtids` that the connector did not write itself make the task fail.",
        "`row` and `event` skip that many rows and events after the position, in both modes: old values skip the first rows after a new position.",
        "Without `pos`, the file is read from its start. `server_id` and `ts_sec` do not matter.",
    ],
    going: &[
        "With GTIDs: set `gtids` to all transactions that count as read, from the first one on, and remove `row` and `event`.",
        "Without GTIDs: set `file` and `pos` to where a transaction begins, and remove `row` and `event`.",
    ],
    coordinates: &["binlog", "gtid"],
    mover,
    ..OffsetFormat::PLAIN
};

fn mover(current: &OffsetEntry, to: &Coordinate) -> Result<OffsetEntry, ValidationError> {
    let entry = MysqlCdc::try_from(current)?;
    match to {
        Coordinate::Binlog { file, pos } => Ok(entry.move_to(file.as_str(), *pos)?.to_entry()),
        Coordinate::Gtids(_) if entry.gtids().unwrap_or_default().is_empty() => {
            Err(to.refused("does not fit: the connector stores no GTIDs; it moves by binlog"))
        }
        Coordinate::Gtids(text) if GtidSet::parse(text).is_none() => {
            Err(to
                .refused("is not a set of GTIDs such as 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-23"))
        }
        Coordinate::Gtids(text) => Ok(entry.move_to_gtids(text.as_str()).to_entry()),
        _ => Err(to.refused("does not fit")),
    }
}

/// The GTIDs of the entry; `None` when it has none or they are empty.
fn gtids(fields: &Fields<'_>) -> Option<String> {
    let text = fields.text("gtids")?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn position(fields: &Fields<'_>) -> Option<Position> {
    if let Some(text) = gtids(fields) {
        let order = Order::Gtids(GtidSet::parse(&text)?);
        return Some(Position { order, shown: text });
    }
    let file = fields.text("file")?;
    let pos = fields.whole("pos").unwrap_or_default().max(0);
    let (base, width, number) = series(&file)?;
    let keys = [(number, Some(Unit::Files)), (pos.into(), Some(Unit::Bytes))];
    Some(Position::within(
        format!("{base} {width}"),
        keys,
        format!("{file}:{pos}"),
    ))
}

fn check(case: &Case<'_>, out: &mut Vec<Finding>) {
    let asked = case.asked;
    let given = gtids(asked);
    let set = given.as_deref().and_then(GtidSet::parse);
    if given.is_some() && set.is_none() && !case.kept("gtids") {
        fails(out, "gtids", "is not a set of GTIDs; the task fails");
    }
    if given.is_none() {
        check_place(case, out);
    }
    let Some(own) = case.own else { return };
    let stored = gtids(own);
    let place_changed = case.changed("file") || case.changed("pos");
    match (&stored, &given) {
        (Some(_), None) => advise(
            out,
            "gtids",
            Code::GtidsMissing,
            "is left out or empty; on MariaDB, and on MySQL with gtid_mode=ON, file and position are ignored, and the task fails or reads everything since the oldest log again",
            "set `gtids` to the transactions that count as read",
        ),
        (None, Some(_)) => advise(
            out,
            "gtids",
            Code::TaskWouldFail,
            "is new to this connector; on MySQL with gtid_mode=OFF its task fails",
            "remove it, and set `file` and `pos`",
        ),
        (Some(_), Some(_)) if case.kept("gtids") && place_changed => advise(
            out,
            "gtids",
            Code::StaleMember,
            "is unchanged and wins on MariaDB and on MySQL with gtid_mode=ON: file and position are ignored, and the connector starts where it stood",
            "set `gtids` to the transactions before the new position; do not remove it",
        ),
        _ => {}
    }
    if let (Some(set), Some(stored)) = (&set, stored.as_deref().and_then(GtidSet::parse)) {
        check_set(set, &stored, out);
    }
    check_progress(case, place_changed, out);
}

/// Checks file and position when no GTIDs take precedence over them.
fn check_place(case: &Case<'_>, out: &mut Vec<Finding>) {
    /// Positions have 32 bits in the protocol.
    const LAST: i64 = u32::MAX as i64;
    if !case.kept("file") {
        match case.asked.text("file") {
            Some(file) if file.is_empty() => {
                fails(out, "file", "is empty; without `gtids` the task fails");
            }
            Some(file) if file.trim() != file => {
                fails(
                    out,
                    "file",
                    "begins or ends with white space, as no file does; the task fails",
                );
            }
            _ => {}
        }
    }
    let file = |fields: &Fields<'_>| {
        Some(fields.text("file")?.into_owned()).filter(|file| !file.is_empty())
    };
    if let (Some(own), Some(asked)) = (case.own.and_then(file), file(case.asked))
        && !same_series(&own, &asked)
    {
        let message = format!(
            "is written in another form than the present {}; when no such file exists the task fails",
            excerpt(&own)
        );
        warn(out, "file", Code::TaskWouldFail, message);
    }
    match case.asked.whole("pos") {
        None if case.asked.has("pos") => {}
        None if case.asked.has("file") && case.own.is_none_or(|own| own.has("pos")) => {
            let missing = "is missing; the file is read from its start";
            warn(out, "pos", Code::StartsOver, missing);
        }
        // The first event of a file begins at 4, and the connector's client starts there for any smaller number.
        Some(pos) if pos < 4 && pos != 0 => {
            let below = format!("is {pos}; the file is read from its start");
            warn(out, "pos", Code::StartsOver, below);
        }
        Some(pos) if pos > LAST && !case.kept("pos") => fails(
            out,
            "pos",
            format!("is {pos}, which is not a valid position in a file; the task fails"),
        ),
        _ => {}
    }
}

/// Checks new GTIDs against those that the connector has stored.
fn check_set(set: &GtidSet, stored: &GtidSet, out: &mut Vec<Finding>) {
    if set.is_mariadb() != stored.is_mariadb() {
        let other =
            "has the form of another database's GTIDs than the connector stores; the task fails";
        return fails(out, "gtids", other);
    }
    for source in stored.lacks(set) {
        warn(
            out,
            "gtids",
            Code::TaskWouldFail,
            format!(
                "names {source}, which the connector has never read from; the task fails if the server does not know it"
            ),
        );
    }
    let again = "come again, or the task fails if the server has purged them";
    for source in set.lacks(stored) {
        let left = format!("leaves out {source}, so that all transactions of it {again}");
        warn(out, "gtids", Code::StartsOver, left);
    }
    if let Some(gap) = set.gap(stored) {
        warn(
            out,
            "gtids",
            Code::StartsOver,
            format!("leaves out {gap}; these transactions {again}"),
        );
    }
}

/// Checks `row` and `event`, which count from one position only.
fn check_progress(case: &Case<'_>, place_changed: bool, out: &mut Vec<Finding>) {
    let gtids_changed = case.changed("gtids");
    let has_gtids = gtids(case.asked).is_some();
    let moved = if has_gtids {
        gtids_changed
    } else {
        place_changed
    };
    let mut repeats = false;
    for key in ["row", "event"] {
        let read = |fields: &Fields<'_>| fields.whole(key).unwrap_or_default().max(0);
        let (count, own) = (read(case.asked), case.own.map(read).unwrap_or_default());
        if !moved && count < own {
            repeats = true;
            continue;
        }
        if count == 0 || case.is_recorded() || !(moved || count > own) {
            continue;
        }
        let what = if case.changed(key) {
            ""
        } else {
            "is unchanged, but "
        };
        advise(
            out,
            key,
            Code::SkipsRecords,
            format!(
                "{what}counts from the position: the first {key} after it is skipped, up to number {count}"
            ),
            "remove it, unless it was recorded together with this position",
        );
    }
    if repeats {
        let again =
            "counts less than was read of the transaction at the position, which comes again";
        let path = "offset.event".to_owned();
        out.push(Finding::note(path, Code::DeliveredAgain, again));
    }
}
