//! `watch`: shows the offsets and the phase of the latest alteration at an interval.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use ccloud_connect::{Connector, ConnectorOffsets, Phase, Timestamp};
use serde::Serialize;

use crate::args::{Format, KafkaArgs, Watch};
use crate::failure::interrupt;
use crate::failure::{Exit, Failure};
use crate::kafka::{self, Behind};
use crate::read::get::Offsets;
use crate::read::status::latest;
use crate::session::Session;
use crate::show::positions::positions;
use crate::show::state::{State, TRACE};
use crate::text::duration::{ago, moment, now, span};
use crate::text::partition::{in_order, show_offset, show_partition};
use crate::ui::{self, FAINT, STRONG, Ui};

/// One reading of one connector, printed as one line of JSON.
#[derive(Debug, Serialize)]
struct Look {
    at: Timestamp,
    #[serde(flatten)]
    view: Offsets,
    /// The phase of the latest alteration request; null when there was none.
    phase: Option<Phase>,
    /// The lag of each partition, when a key of the Kafka cluster is given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lag: Vec<Behind>,
}

/// The time at which the offsets were sampled, and the offset of each partition.
type Sample = (Option<Timestamp>, HashMap<String, i64>);

/// Reads until the count is reached or Ctrl-C is pressed. If the first reading of a connector fails, the watch ends with that
/// failure. A later reading that fails is only reported.
pub(crate) async fn watch(ui: &Ui, session: &Session, args: &Watch) -> Result<Exit, Failure> {
    let mut connectors = Vec::new();
    for name in &args.names.names {
        connectors.push(session.connector(name).await?);
    }
    let mut before: HashMap<usize, Sample> = HashMap::new();
    let mut ticks = tokio::time::interval(args.interval);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut looks = 0;
    // A key that Kafka refuses is not sent again, because Kafka may lock out a client that repeats it.
    let mut refused = None;
    loop {
        tokio::select! {
            biased;
            () = interrupt::asked() => return Ok(Exit::Done),
            _ = ticks.tick() => {}
        }
        let mut screen = String::new();
        let (mut warnings, mut failures) = (BTreeSet::new(), Vec::new());
        for (index, connector) in connectors.iter().enumerate() {
            let result = tokio::select! {
                biased;
                result = ui.busy("reading the offsets", look(session, connector, &args.kafka, &mut refused)) => result,
                () = interrupt::asked() => return Ok(Exit::Done),
            };
            match result {
                Ok((look, warning)) => {
                    warnings.extend(warning);
                    screen += &shown(ui, &look, before.get(&index))?;
                    before.insert(index, sample(&look.view.offsets));
                }
                Err(failure) if !before.contains_key(&index) => return Err(failure),
                // Earlier readings of this connector succeeded, so the next one may succeed: the failure does not end the
                // watch.
                Err(failure) => failures.push(failure),
            }
        }
        // The reader has closed the pipe, as `head` does when it has read enough.
        if !show(ui, &screen, args.interval)? {
            return Ok(Exit::Done);
        }
        // Warnings are shown after the screen, because redrawing the screen hides earlier text.
        warnings.iter().for_each(|warning| ui.warn(warning));
        failures.iter().for_each(|failure| ui.fail(failure));
        looks += 1;
        if args.count.is_some_and(|count| looks >= count) {
            return Ok(Exit::Done);
        }
    }
}

/// One reading of a connector, and a warning when its lag could not be found.
async fn look(
    session: &Session,
    connector: &Connector,
    kafka: &KafkaArgs,
    refused: &mut Option<String>,
) -> Result<(Look, Option<String>), Failure> {
    let path = connector.path();
    let (offsets, latest, state) = tokio::join!(
        connector.offsets(),
        latest(session, connector),
        State::of(connector)
    );
    let offsets = offsets.map_err(|error| session.explain(error.into(), path))?;
    let view = Offsets::new(path, offsets, state);
    // When the lag cannot be found, the offsets are shown without it.
    let (mut lag, mut warning) = (Vec::new(), refused.clone());
    if warning.is_none() {
        match kafka::lag_where_known(session, kafka, &view.offsets).await {
            Ok(known) => lag = known,
            Err(failure) => {
                warning = Some(failure.details.message);
                *refused = warning.clone().filter(|_| failure.exit == Exit::Denied);
            }
        }
    }
    let look = Look {
        at: now(),
        lag,
        view,
        phase: latest?.map(|latest| latest.phase),
    };
    Ok((look, warning))
}

/// Redraws the screen on a terminal; elsewhere prints one reading after the other. `false` when the reader has closed the pipe.
fn show(ui: &Ui, screen: &str, interval: Duration) -> Result<bool, Failure> {
    if ui.format != Format::Table {
        return ui.print(screen);
    }
    if ui::data_width().is_some() && ui.is_live() {
        let foot = format!("{FAINT}every {}; Ctrl-C ends{FAINT:#}\n", span(interval));
        let screen = fitting(screen, ui::data_height());
        return ui.print_styled(&format!("\u{1b}[H\u{1b}[J{screen}{foot}"));
    }
    ui.print_styled(&format!("{screen}\n"))
}

/// Shortens a screen that is higher than the terminal, because the terminal would otherwise scroll its beginning away.
fn fitting(screen: &str, height: Option<usize>) -> String {
    // Two lines stay free: one for the text about the interval, and one for the cursor.
    let room = height.unwrap_or(usize::MAX).saturating_sub(2).max(2);
    let lines = screen.lines().count();
    if lines <= room {
        return screen.to_owned();
    }
    let first = screen.split_inclusive('\n').take(room - 1);
    let left = lines + 1 - room;
    format!(
        "{}{FAINT}… {left} more lines; `ccloud-offsets get` shows all{FAINT:#}\n",
        first.collect::<String>()
    )
}

fn shown(ui: &Ui, look: &Look, before: Option<&Sample>) -> Result<String, Failure> {
    match ui.format {
        Format::Table => Ok(block(look, before)),
        Format::Json => Ok(ui::json_line(look)?),
        Format::Yaml => Ok(format!("---\n{}", ui.text(look)?)),
    }
}

fn block(look: &Look, before: Option<&Sample>) -> String {
    let offsets = &look.view.offsets;
    let name = ui::cell(offsets.name.as_deref().unwrap_or_default());
    let phase = match &look.phase {
        None => "no alteration shown".to_owned(),
        Some(phase) => format!("latest alteration {}", ui::cell(phase.as_str())),
    };
    let sampled = offsets
        .observed_at
        .map_or("at an unknown time".to_owned(), |at| ago(at, now()));
    let head = format!(
        "{STRONG}{name}{STRONG:#}  {}\n{FAINT}{}, sampled {sampled}; {phase}{FAINT:#}",
        look.view.state.words(),
        moment(look.at)
    );
    let mut out = ui::folded(&head, ui::data_width());
    out += &look.view.state.traces("", TRACE, ui::data_width());
    let (at, numbers) = sample(offsets);
    if numbers.len() != offsets.entries.len() {
        return out + &positions(&offsets.entries, ui::data_width());
    }
    // The seconds between the earlier sample and this one, for the column RATE; 0 when there is no earlier sample.
    let seconds = match (at, before) {
        (Some(at), Some((Some(then), _))) if at > *then => at.since(*then).as_secs_f64(),
        _ => 0.0,
    };
    let mut rows: Vec<[String; 5]> = offsets
        .entries
        .iter()
        .map(|entry| {
            let partition = show_partition(entry.partition().as_ref());
            let number = numbers.get(&partition);
            let then = before.and_then(|(_, numbers)| numbers.get(&partition));
            let moved = number
                .zip(then)
                .and_then(|(now, then)| now.checked_sub(*then));
            let rate = moved
                .filter(|_| seconds > 0.0)
                .map(|moved| moved as f64 / seconds);
            let is_it = |lag: &&Behind| format!("{}:{}", lag.topic, lag.partition) == partition;
            let lag = look.lag.iter().find(is_it).and_then(|lag| lag.lag);
            [
                partition.clone(),
                show_offset(entry.offset().as_ref()),
                moved.map_or(String::new(), |moved| format!("{moved:+}")),
                rate.map_or(String::new(), |rate| format!("{rate:.1}/s")),
                lag.map_or(String::new(), |lag| lag.to_string()),
            ]
        })
        .collect();
    in_order(&mut rows, 0);
    let head = ["PARTITION", "OFFSET", "MOVED", "RATE", "LAG"];
    out + &ui::table(head, &[1, 2, 3, 4], &rows, ui::data_width())
}

fn sample(offsets: &ConnectorOffsets) -> Sample {
    let number = |entry: &ccloud_connect::OffsetEntry| {
        let offset = show_offset(entry.offset().as_ref()).parse().ok()?;
        Some((show_partition(entry.partition().as_ref()), offset))
    };
    let numbers = offsets.entries.iter().filter_map(number).collect();
    (offsets.observed_at, numbers)
}
