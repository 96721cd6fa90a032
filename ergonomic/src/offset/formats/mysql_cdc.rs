//! Offsets of the MySQL and MariaDB CDC sources.

use crate::finding::text::excerpt;
use crate::finding::{Code, Finding, ValidationError};
use crate::json::RawObject;
use crate::offset::binlog::{same_series, series};
use crate::offset::coordinate::Coordinate;
use crate::offset::debezium_members;
use crate::offset::facts::{ByGtids, Case, OffsetFormat};
use crate::offset::fields::Fields;
use crate::offset::findings::{advise, fails, note, warn};
use crate::offset::format::offset_format;
use crate::offset::gtid::GtidSet;
use crate::offset::moves::Move;
use crate::offset::position::{Order, Position, Unit};
use crate::offset::value::{Digits, Value, not_empty, not_negative};

offset_format! {
    /// The position of a MySQL CDC or MariaDB CDC source (Debezium) in the binary log.
    ///
    /// On a server with GTIDs, `gtids` override file and position and must not be left out. `row` and `event` count the
    /// rows and events that were read *after* the position, so they are valid for one position only.
    /// [`MysqlCdc::move_to`] and [`MysqlCdc::move_to_gtids`] follow both rules. Measured with Debezium 3.6.
    MysqlCdc: FORMAT
    required {
        /// The logical name of the server: the connector's topic prefix.
        partition "server" server: String as &str;
        /// The name of the binary log file. It must be present, but may be empty when there are `gtids`.
        offset "file" file: String as &str;
    }
    optional {
        /// The GTIDs of all transactions before the one in progress, in the server's notation. They override `file` and
        /// `pos`.
        offset "gtids" gtids: String as &str;
        /// The id of the server that wrote the event. It does not affect where the connector starts.
        offset "server_id" server_id: Digits as i64;
        /// The time of the event, in seconds since the Unix epoch. It does not affect where the connector starts.
        offset "ts_sec" ts_sec: Digits as i64;
        /// The position in the file, in bytes. Without it, or below 0, the file is read from its start.
        offset "pos" pos: Digits as i64;
        /// The number of rows, 0 or more, that were read from the event after the position.
        offset "row" row: Digits as i64;
        /// The number of events, 0 or more, that were read after the position.
        offset "event" event: Digits as i64;
    }
    moves {
        /// The same server at another file and position (in bytes, 0 or more), at which a transaction must begin.
        ///
        /// Removes `row` and `event`, which count from the old position. Refuses an entry with `gtids`, because the
        /// GTIDs override file and position: use [`move_to_gtids`](Self::move_to_gtids) for such an entry. Only on a
        /// server whose `gtid_mode` is off, use [`without_gtids`](Self::without_gtids) first. On any other server, the
        /// connector would fail without GTIDs, or read everything again.
        move_to(file: impl Into<String>, pos: i64) = Coordinate::Binlog { file: file.into(), pos };
        /// The same server at another position: `gtids` are the GTIDs of all transactions that count as read.
        ///
        /// Removes `row` and `event`, which count from the old position. `file` and `pos` stay as they are, because the
        /// GTIDs override them.
        move_to_gtids(gtids: impl Into<String>) = Coordinate::Gtids(gtids.into());
    }
}

impl MysqlCdc {
    /// An entry at the position `pos`, in bytes, 0 or more, in the binary log file `file`. `file` may be empty only
    /// when the entry gets GTIDs ([`with_gtids`](Self::with_gtids)).
    ///
    /// # Errors
    /// When `server` is empty or `pos` is negative.
    pub fn new(
        server: impl Into<String>,
        file: impl Into<String>,
        pos: i64,
    ) -> Result<Self, ValidationError> {
        Self::of(server.into(), String::new())?.move_to(file, pos)
    }

    /// The same entry with `gtids`, the GTIDs of all transactions that count as read.
    #[must_use]
    pub fn with_gtids(mut self, gtids: impl Into<String>) -> Self {
        let gtids = gtids.into();
        self.raw.offset.set_text("gtids", &gtids.write());
        self.gtids = Some(gtids);
        self
    }

    /// The same entry without `gtids`, for a server whose `gtid_mode` is off. On a server with GTIDs, the connector
    /// would fail without them, or read everything again from the oldest log on.
    #[must_use]
    pub fn without_gtids(mut self) -> Self {
        self.raw.offset.remove("gtids");
        self.gtids = None;
        self
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.server", &self.server, out);
        for (path, number) in [("offset.row", self.row), ("offset.event", self.event)] {
            not_negative(path, number.map(|number| number.0), out);
        }
    }
}

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
    evidence: "measured with Debezium 3.6.1 on MySQL 9.7; the entries of MariaDB measured with Debezium 2.7.4; where the connector starts on MariaDB: source code",
    debezium: debezium_members::MEMBERS,
    partitions: &[&["server"]],
    signature: &["file", "pos", "gtids"],
    lenient: &["server_id", "ts_sec"],
    fixed: Some(("server", &["topic.prefix", "database.server.name"])),
    recorded_at: Some("ts_sec"),
    check,
    unplaced: Code::TaskWouldFail,
    without_position: "has no `file`; the task fails, even when `gtids` are given",
    after_reset: "takes a new snapshot, as `snapshot.mode` says",
    position,
    before_start: "goes back to {}; the task fails if the server has purged the log after this position, if there is no such file, or if no event begins at the position",
    past_end: "goes ahead to {}; the task fails if the server's log has not reached the position, if there is no such file, or if no transaction begins at the position",
    by_gtids: Some(ByGtids {
        before_start: "goes back to the GTIDs {}; the task fails if the server has purged a transaction that these GTIDs leave out",
        past_end: "goes ahead to the GTIDs {}; the task fails if these GTIDs include a transaction that the server has not executed",
        query: 3,
    }),
    queries: &[
        (
            "the current position",
            "SHOW BINARY LOG STATUS; -- before MySQL 8.4 and on MariaDB: SHOW MASTER STATUS;",
        ),
        ("the binary log files on the server", "SHOW BINARY LOGS;"),
        (
            "the events from a position on",
            "SHOW BINLOG EVENTS IN 'mysql-bin.000042' FROM 4 LIMIT 3;",
        ),
        (
            "the GTIDs that were executed, and those that were purged",
            "SELECT @@gtid_mode, @@gtid_executed, @@gtid_purged; -- MariaDB: SELECT @@gtid_current_pos;",
        ),
    ],
    rules: &[
        "With `gtid_mode=ON`, `gtids` override `file` and `pos`. `file` must be present nevertheless, but may be empty. Without `gtids`, or with empty ones, the task fails, or everything since the oldest log is emitted again.",
        "With `gtid_mode=OFF`, any `gtids` that the connector did not write itself make the task fail.",
        "In both modes, the connector skips as many rows and events after the position as `row` and `event` count: with old values, it skips the first rows after a new position.",
        "With `gtid.ignore.on.recovery=true`, `file` and `pos` are used and `gtids` are ignored (source code); with Debezium 3.6.1 the task failed even with unchanged offsets (measured).",
        "Without `pos`, the file is read from its start. `server_id` and `ts_sec` are ignored.",
    ],
    going: &[
        "With GTIDs: set `gtids` to all transactions that count as read, from the first one on, and remove `row` and `event`.",
        "Without GTIDs: set `file` and `pos` to where a transaction begins, and remove `row` and `event`.",
    ],
    moves: &[
        Move {
            removes: &["row", "event"],
            adjust: |offset, to| {
                if has_gtids(offset) {
                    let ignored = "is present, so the connector ignores file and position";
                    let path = "offset.gtids".to_owned();
                    let finding = Finding::error(path, Code::WrongCoordinate, ignored);
                    let advice = "move by gtid; only on a MySQL server with gtid_mode=OFF, you can remove `gtids` and move by binlog";
                    return Err(ValidationError::of(finding.suggest(advice)));
                }
                let Coordinate::Binlog { pos, .. } = to else {
                    return Ok(());
                };
                offset.set_text("pos", &pos.write());
                let mut findings = Vec::new();
                not_negative("offset.pos", Some(*pos), &mut findings);
                ValidationError::unless_empty(findings)
            },
            ..Move::of("binlog", "file")
        },
        Move {
            removes: &["row", "event"],
            adjust: |offset, to| match to {
                _ if !has_gtids(offset) => Err(to.refused(
                    "does not fit, because the connector stores no GTIDs; move by binlog",
                )),
                Coordinate::Gtids(text) if GtidSet::parse(text).is_none() => Err(to.refused(
                    "is not a set of GTIDs such as 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-23",
                )),
                _ => Ok(()),
            },
            ..Move::of("gtid", "gtids")
        },
    ],
    ..MysqlCdc::FACTS
};

/// The GTIDs of the entry; `None` when the entry has none, or only an empty text.
fn gtids(fields: &Fields<'_>) -> Option<String> {
    let text = fields.text("gtids")?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn has_gtids(offset: &RawObject) -> bool {
    gtids(&Fields::of_texts("{}", offset.as_str())).is_some()
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
    let (given, stored) = (gtids(case.asked), case.own.and_then(gtids));
    let ignores = case.setting("gtid.ignore.on.recovery") == Some("true");
    if ignores && (given.is_some() || stored.is_some()) {
        let ignored = "is ignored, because the setting gtid.ignore.on.recovery is true: the connector starts at file and position; with Debezium 3.6.1 its task fails with this setting, whatever the offset";
        warn(out, "gtids", Code::TaskWouldFail, ignored);
    }
    let set = given.as_deref().and_then(GtidSet::parse);
    if given.is_some() && set.is_none() && !case.kept("gtids") {
        fails(out, "gtids", "is not a set of GTIDs; the task fails");
    }
    if given.is_none() || ignores {
        check_place(case, out);
    }
    // An empty `file` is normal beside GTIDs, so it does not count as a change of file and position.
    let place_changed = (case.changed("file") || case.changed("pos"))
        && case.asked.text("file").is_none_or(|file| !file.is_empty());
    match (&stored, &given) {
        _ if ignores || case.own.is_none() => {}
        (Some(_), None) => {
            let effect = "is left out or empty; on MariaDB, and on MySQL with gtid_mode=ON, file and position are ignored, and the task fails or reads everything since the oldest log again";
            let advice = "set `gtids` to the transactions that count as read";
            advise(out, "gtids", Code::GtidsMissing, effect, advice);
        }
        (None, Some(_)) => {
            let effect = "is not a member that this connector has stored; on MySQL with gtid_mode=OFF its task fails";
            let advice = "remove it, and set `file` and `pos`";
            advise(out, "gtids", Code::TaskWouldFail, effect, advice);
        }
        (Some(_), Some(_)) if case.kept("gtids") && place_changed => {
            let effect = "is unchanged; on MariaDB and on MySQL with gtid_mode=ON it overrides file and position, and the connector starts at its old position";
            let advice =
                "set `gtids` to the transactions before the new position; do not remove it";
            advise(out, "gtids", Code::StaleMember, effect, advice);
        }
        _ => {}
    }
    let stored = stored.as_deref().and_then(GtidSet::parse);
    let is_other_set = set.is_none() || set != stored;
    if let (Some(set), Some(stored), false) = (&set, stored, ignores) {
        check_set(set, &stored, out);
    }
    let moved = match given {
        Some(_) if !ignores => case.changed("gtids") && is_other_set,
        _ => place_changed,
    };
    check_progress(case, moved, out);
}

/// Checks file and position when no GTIDs override them.
fn check_place(case: &Case<'_>, out: &mut Vec<Finding>) {
    /// The greatest position in a file: a position has 32 bits in MySQL's protocol.
    const LAST: i64 = u32::MAX as i64;
    if !case.kept("file") {
        match case.asked.text("file") {
            Some(file) if file.is_empty() => {
                fails(out, "file", "is empty; without `gtids` the task fails");
            }
            Some(file) if file.trim() != file => {
                let effect =
                    "begins or ends with white space, which no file name does; the task fails";
                fails(out, "file", effect);
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
            "has another form than the connector's own file, {}; the task fails if there is no such file",
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
        // The first event of a file begins at byte 4. For a smaller number, the connector's client starts there too. 0
        // gets no warning, because it means the start of the file.
        Some(pos) if pos < 4 && pos != 0 => {
            let below = format!("is {pos}; the file is read from its start");
            warn(out, "pos", Code::StartsOver, below);
        }
        Some(pos) if pos > LAST && !case.kept("pos") => {
            let effect =
                format!("is {pos}, which is not a valid position in a file; the task fails");
            fails(out, "pos", effect);
        }
        _ => {}
    }
}

/// Checks new GTIDs against those that the connector has stored.
fn check_set(set: &GtidSet, stored: &GtidSet, out: &mut Vec<Finding>) {
    if set.is_mariadb() != stored.is_mariadb() {
        let (given, own) = match set.is_mariadb() {
            true => ("MariaDB", "MySQL"),
            false => ("MySQL", "MariaDB"),
        };
        let other = format!(
            "is a set of GTIDs of {given}, but the connector stores GTIDs of {own}; the task fails"
        );
        return fails(out, "gtids", other);
    }
    for source in stored.lacks(set) {
        let new = format!(
            "names the source {source}, from which the connector has never read; the task fails if the server has no transactions of this source"
        );
        warn(out, "gtids", Code::TaskWouldFail, new);
    }
    let again = "are emitted again, or the task fails if the server has purged them";
    for source in set.lacks(stored) {
        let left = format!("leaves out the source {source}, so all its transactions {again}");
        warn(out, "gtids", Code::StartsOver, left);
    }
    if let Some(gap) = set.gap(stored) {
        let effect = format!("leaves out {gap}; these transactions {again}");
        warn(out, "gtids", Code::StartsOver, effect);
    }
}

/// Checks `row` and `event`, which are valid for one position only.
fn check_progress(case: &Case<'_>, moved: bool, out: &mut Vec<Finding>) {
    let read = |fields: &Fields<'_>, key| fields.whole(key).unwrap_or_default().max(0);
    let place = |fields: &Fields<'_>| (read(fields, "event"), read(fields, "row"));
    for key in ["row", "event"] {
        let count = read(case.asked, key);
        let own = case.own.map(|own| read(own, key)).unwrap_or_default();
        if count == 0 || case.is_recorded() || !(moved || count > own) {
            continue;
        }
        let unchanged = if case.changed(key) { "" } else { " as before" };
        let skipped = match count {
            1 => format!("first {key}"),
            count => format!("first {count} {key}s"),
        };
        let effect = format!(
            "is {count}{unchanged}, so the connector skips the {skipped} after the position"
        );
        let advice = "remove it, unless it was recorded together with this position";
        advise(out, key, Code::SkipsRecords, effect, advice);
    }
    if !moved && case.own.is_some_and(|own| place(case.asked) < place(own)) {
        let again = "is lower than the connector's own value, so the connector reads a part of the transaction at the position again";
        note(out, "event", Code::DeliveredAgain, again, "");
    }
}
