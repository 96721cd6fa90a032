//! Positions in the notation of the system that a source reads: `--lsn`, `--scn`, `--binlog`, `--to-time` and others.

use std::time::Duration;

use ccloud_connect::finding::{Code, Finding, ValidationError};
use ccloud_connect::offset::{Coordinate, OffsetFormat};
use ccloud_connect::{Connector, ConnectorKind, ConnectorOffsets, ErrorKind, OffsetEntry};

use crate::args::{COORDINATES, Follow};
use crate::change::alter::in_time;
use crate::change::wait::{free_first, has_ended, shown_in_a_sample};
use crate::failure::{Exit, Failure};
use crate::session::Session;
use crate::text::partition::{PartitionArg, show_partition};
use crate::ui::Ui;

/// Whether the connector's settings say that it is a source; `false` when the settings cannot be read.
pub(crate) async fn is_source(connector: &Connector) -> bool {
    let config = connector.config().await;
    config.is_ok_and(|config| config.kind == ConnectorKind::Source)
}

/// The command-line options for the coordinates of a format, without the coordinate `other`. They are joined with "or".
fn options(format: &OffsetFormat, other: &str) -> String {
    let option = |name: &str| match name {
        "time" => Some("--to-time".to_owned()),
        name => COORDINATES.contains(&name).then(|| format!("--{name}")),
    };
    let names = format.coordinates().into_iter();
    let names = names.filter(|name| *name != other);
    let options: Vec<String> = names.filter_map(option).collect();
    options.join(" or ")
}

/// The offsets after the latest alteration, for a change that keeps members of the current position. With `--wait-if-busy`,
/// first waits for the end of another alteration; without it, an alteration in progress is an error.
pub(crate) async fn settled(
    ui: &Ui,
    session: &Session,
    connector: &Connector,
    options: &mut Follow,
) -> Result<ConnectorOffsets, Failure> {
    let path = connector.path();
    free_first(ui, session, connector, options).await?;
    let name = path.connector.as_str();
    let read = in_time(ui, name, options, async {
        Ok(connector.offsets_after_latest_request(Duration::ZERO).await)
    });
    match read.await? {
        Err(error) if error.kind() == ErrorKind::SampleTooOld => {}
        read => return read.map_err(|error| session.explain(error.into(), path)),
    }
    if has_ended(connector).await {
        return shown_in_a_sample(ui, session, connector, options.timeout).await;
    }
    let message = format!(
        "the latest alteration of {path} is not known to have ended, and the new position would keep members of the position before it"
    );
    let failure = Failure::new(Exit::Busy, "busy", message).about(path);
    Err(failure.next(session.command("wait", name, "")))
}

/// Parses the coordinate that was typed, before any request is sent.
pub(crate) fn parse(name: &str, text: &str) -> Result<Coordinate, Failure> {
    Coordinate::parse(name, text).map_err(|invalid| {
        Failure::invalid("the target position cannot be parsed").findings(invalid.report())
    })
}

fn refuse(session: &Session, connector: &Connector, what: String) -> Failure {
    let path = connector.path();
    let command = session.command("get", path.connector.as_str(), "");
    Failure::invalid(what).about(path).next(command)
}

/// Fails when the connector cannot be moved by the option for the coordinate `name`.
pub(crate) async fn refuse_unmovable(
    session: &Session,
    connector: &Connector,
    name: &str,
) -> Result<(), Failure> {
    let explain = |error: ccloud_connect::Error| session.explain(error.into(), connector.path());
    let current = connector.offsets().await.map_err(explain)?.entries;
    movable(session, connector, name, &current).await.map(drop)
}

/// The format of the connector's current entries. Fails when entries of this format cannot be moved by the coordinate `name`.
async fn movable(
    session: &Session,
    connector: &Connector,
    name: &str,
    current: &[OffsetEntry],
) -> Result<&'static OffsetFormat, Failure> {
    let path = connector.path();
    let config = connector.config().await;
    let refuse = |what| refuse(session, connector, what);
    let is_sink = config
        .as_ref()
        .is_ok_and(|config| config.kind == ConnectorKind::Sink);
    let asked = match name {
        "time" => "--to-time".to_owned(),
        name => format!("--{name}"),
    };
    // The connector's class determines the format. When the class is not known, the format is guessed from the current
    // entries.
    let class = config
        .ok()
        .and_then(|config| config.class().map(str::to_owned));
    let format = class.as_deref().and_then(OffsetFormat::of_class);
    let format = format.or_else(|| current.iter().find_map(OffsetFormat::guess));
    let Some(format) = format else {
        let class = class.unwrap_or_else(|| "unknown".to_owned());
        return Err(refuse(format!(
            "the format of the offsets of {path} is not known (class {class}), so the connector cannot be moved by {asked}"
        )));
    };
    if !format.coordinates().contains(&name) {
        let others = match options(format, name) {
            none if none.is_empty() && is_sink => {
                "--set, --shift-by, --to-earliest, --to-latest or --to-time".to_owned()
            }
            none if none.is_empty() => {
                "a file (--file) or the editor (`ccloud-offsets edit`)".to_owned()
            }
            others => others,
        };
        return Err(refuse(format!(
            "{path} cannot be moved by {asked}. To move the offsets of {}, use {others}",
            format.title()
        )));
    }
    Ok(format)
}

/// Moves the entries of `partitions` in `current` to a coordinate. When `partitions` is empty, moves the connector's only entry.
pub(crate) async fn go(
    session: &Session,
    connector: &Connector,
    to: &Coordinate,
    partitions: &[PartitionArg],
    current: &[OffsetEntry],
) -> Result<Vec<OffsetEntry>, Failure> {
    let format = movable(session, connector, to.name(), current).await?;
    let refuse = |what| refuse(session, connector, what);
    let chosen = choose(current, partitions).map_err(refuse)?;
    let mut findings: Vec<Finding> = Vec::new();
    let mut moved = Vec::new();
    for entry in chosen {
        match format.move_to(entry, to) {
            Ok(entry) => moved.push(entry),
            Err(invalid) => findings.extend(invalid.into_report().into_findings()),
        }
    }
    if findings.is_empty() {
        return Ok(moved);
    }
    // An error whose path begins with `offset.` is about a stored member: these offsets cannot be moved by this kind of
    // coordinate, but perhaps by another kind.
    let is_stored = |f: &Finding| f.code == Code::WrongCoordinate && f.path.starts_with("offset.");
    let others = options(format, to.name());
    let tip = (findings.iter().any(is_stored) && !others.is_empty())
        .then(|| format!("move this connector by {others}"));
    let invalid = ValidationError::new(findings);
    let what = format!("{} cannot be moved to this position", connector.path());
    Err(refuse(what).findings(invalid.report()).tip(tip))
}

/// The entries of `partitions`; when `partitions` is empty, the connector's only entry.
fn choose<'a>(
    current: &'a [OffsetEntry],
    partitions: &[PartitionArg],
) -> Result<Vec<&'a OffsetEntry>, String> {
    if partitions.is_empty() {
        return match current {
            [] => Err("the connector has no offsets, so there is nothing to start from".to_owned()),
            [entry] => Ok(vec![entry]),
            several => {
                let names = several
                    .iter()
                    .map(|entry| show_partition(entry.partition().as_ref()));
                let names: Vec<String> = names.take(5).collect();
                Err(format!(
                    "the connector has {} partitions; choose one with --partition, such as {}",
                    several.len(),
                    names.join(" or ")
                ))
            }
        };
    }
    let find = |wanted: &PartitionArg| {
        let wanted = OffsetEntry::partition_only(&wanted.0);
        let same = |entry: &&OffsetEntry| entry.partition() == wanted.partition();
        let shown = || show_partition(wanted.partition().as_ref());
        current
            .iter()
            .find(same)
            .ok_or_else(|| format!("the connector has no partition {}", shown()))
    };
    partitions.iter().map(find).collect()
}
