//! `patch --to-time`, `--to-latest`, `--to-earliest`, `--shift-by` and `--topic`: Kafka's answers become part of the plan.

use std::collections::BTreeSet;

use ccloud_connect::plan::{Intent, Target, TopicBounds};
use ccloud_connect::{Connector, OffsetEntry};
use ccloud_connect_kafka::{Brokers, TopicOffsets};

use super::access::{failure, failures, key_adds, key_needed};
use super::{place, position};
use crate::args::Patch;
use crate::failure::{Exit, Failure, interrupt};
use crate::session::Session;
use crate::text::duration::now;
use crate::ui::Ui;

/// The option that cannot work without Kafka, if one is given.
fn needing(args: &Patch) -> Option<&'static str> {
    let needing = [
        ("--to-time", args.to_time.is_some()),
        ("--to-latest", args.to_latest),
        ("--topic", !args.topic.is_empty()),
    ];
    let mut given = needing.into_iter().filter(|(_, is_given)| *is_given);
    given.next().map(|(option, _)| option)
}

/// Whether an option that needs Kafka is given, but no key of the Kafka cluster.
pub(crate) fn lacks_key(args: &Patch) -> Result<bool, Failure> {
    Ok(needing(args).is_some() && args.kafka.key()?.is_none())
}

/// The intent with Kafka's answers about the topics. The intent is `plain` when there is no key of the Kafka cluster, or when
/// Kafka does not answer and no option needs it. `entries` are the positions that the command line or a file gives. The
/// second value is a line about what a key would add, when there is no key.
pub(crate) async fn intent(
    ui: &Ui,
    session: &Session,
    connector: &Connector,
    plain: Intent,
    args: &Patch,
    entries: &[OffsetEntry],
) -> Result<(Intent, Option<String>), Failure> {
    let target = match &args.to_time {
        Some(moment) => {
            let meant = moment
                .meant(now())
                .map_err(|error| Failure::invalid(format!("--to-time: {error}")))?;
            let future = if meant.time > now() {
                ", which lies in the future"
            } else {
                ""
            };
            ui.note(&format!(
                "to the first records since {}{future}",
                meant.told
            ));
            Some(Target::Time(meant.time))
        }
        None if args.to_latest => Some(Target::Latest),
        None if args.to_earliest => Some(Target::Earliest),
        None => args.shift_by.map(Target::ShiftBy),
    };
    let needed = needing(args);
    let is_sink = target.is_some() || entries.iter().any(|entry| position(entry).is_some());
    if !is_sink {
        return Ok((plain, None));
    }
    let key = match (args.kafka.key()?, needed) {
        (Some(key), _) => key,
        (None, Some(option)) => {
            // When the connector has no positions in topics, a key would not help. So this check comes before the error
            // about the missing key.
            if target.is_some() && args.topic.is_empty() {
                of_connector(connector, session).await?;
            }
            return Err(key_needed(session, option));
        }
        (None, None) => {
            let hint = key_adds("a plan also checks where the topics begin and end");
            return Ok((plain, Some(hint)));
        }
    };
    let bounds = async {
        let brokers = args.kafka.brokers(session, key).await?;
        bounds(ui, session, connector, &brokers, target, (args, entries)).await
    };
    let bounds = interrupt::unless("Kafka was being asked", bounds).await?;
    match (bounds, target) {
        (Ok(bounds), Some(target)) => Ok((Intent::move_to(target, bounds), None)),
        (Ok(bounds), None) => Ok((plain.within(bounds), None)),
        // `NotFound` stops the change in any case: with a partition that does not exist the alteration would fail, and might
        // move other partitions first.
        (Err(failure), _) if needed.is_some() || failure.exit == Exit::NotFound => Err(failure),
        (Err(failure), _) => {
            ui.warn(&format!(
                "the plan is made without the bounds of the topics: {}",
                failure.details.message
            ));
            Ok((plain, None))
        }
    }
}

/// The bounds of the partitions that the change is about.
async fn bounds(
    ui: &Ui,
    session: &Session,
    connector: &Connector,
    brokers: &Brokers,
    target: Option<Target>,
    (args, entries): (&Patch, &[OffsetEntry]),
) -> Result<TopicBounds, Failure> {
    let whole: BTreeSet<String> = args.topic.iter().cloned().collect();
    let mut places = BTreeSet::new();
    if whole.is_empty() {
        places = if target.is_none() {
            entries
                .iter()
                .filter_map(position)
                .map(|(place, _)| place)
                .collect()
        } else if args.partition.is_empty() {
            of_connector(connector, session).await?
        } else {
            args.partition
                .iter()
                .filter_map(|arg| place(&arg.0))
                .collect()
        };
    }
    let topics: BTreeSet<String> = if whole.is_empty() {
        places.iter().map(|(topic, _)| topic.clone()).collect()
    } else {
        whole.clone()
    };
    let time = match target {
        Some(Target::Time(time)) => Some(time),
        _ => None,
    };
    let TopicOffsets {
        mut partitions,
        errors,
        ..
    } = brokers
        .offsets(topics, time)
        .await
        .map_err(|error| failure(&error))?;
    let is_meant = |topic: &str, partition: Option<i32>| {
        whole.contains(topic)
            || places
                .iter()
                .any(|(name, number)| name == topic && partition.is_none_or(|p| p == *number))
    };
    let errors: Vec<_> = errors
        .iter()
        .filter(|error| {
            error
                .topic()
                .is_none_or(|topic| is_meant(topic, error.partition()))
        })
        .collect();
    if let Some(failure) = failures(&errors) {
        return Err(failure);
    }
    let missing: Vec<_> = places
        .iter()
        .filter(|place| !partitions.contains_key(*place))
        .map(|(topic, number)| {
            let count = partitions.keys().filter(|(name, _)| name == topic).count();
            format!("{topic}:{number} does not exist (number of partitions in the topic: {count})")
        })
        .collect();
    let is_named = target.is_none() || !args.partition.is_empty();
    if is_named && !missing.is_empty() {
        let message = missing.join("; ");
        return Err(Failure::new(Exit::NotFound, "kafka-not-found", message));
    }
    for missing in missing {
        ui.warn(&format!("{missing}; it is not moved"));
    }
    partitions.retain(|(topic, number), _| is_meant(topic, Some(*number)));
    Ok(partitions)
}

/// The partitions that the connector has positions for.
async fn of_connector(
    connector: &Connector,
    session: &Session,
) -> Result<BTreeSet<(String, i32)>, Failure> {
    let path = connector.path();
    let offsets = connector
        .offsets()
        .await
        .map_err(|error| session.explain(error.into(), path))?;
    let places: BTreeSet<_> = offsets
        .entries
        .iter()
        .filter_map(position)
        .filter(|(_, offset)| offset.is_some())
        .map(|(place, _)| place)
        .collect();
    if places.is_empty() {
        let what = if offsets.entries.is_empty() {
            "has no positions yet; name its topics with --topic"
        } else {
            "has no positions in topics; only a sink can be moved by the records of its topics"
        };
        let message = format!("{:?} {what}", path.connector.as_str());
        return Err(Failure::invalid(message).about(path));
    }
    Ok(places)
}
