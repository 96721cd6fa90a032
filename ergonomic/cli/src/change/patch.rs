//! `patch` and `delete`: from what is typed to a change.

use ccloud_connect::OffsetEntry;
use ccloud_connect::offset::Coordinate;
use ccloud_connect::plan::Intent;

use crate::args::{Delete, Patch};
use crate::change::alter::{Change, perform, permitted};
use crate::change::coordinate;
use crate::change::file;
use crate::failure::{Exit, Failure};
use crate::kafka;
use crate::session::Session;
use crate::show::findings;
use crate::text::duration::now;
use crate::text::partition::PartitionArg;
use crate::ui::Ui;

pub(crate) async fn patch(ui: &Ui, session: &Session, args: Patch) -> Result<Exit, Failure> {
    permitted(ui, &args.name, &args.follow)?;
    // clap does not check this where another option excludes --file.
    if args.base.is_some() && args.file.is_none() {
        return Err(Failure::invalid(
            "--base can be used with --file only. Nothing was sent",
        ));
    }
    let given = args.to.given();
    let mut to = given
        .map(|(name, text)| coordinate::parse(name, text))
        .transpose()?;
    if to.is_some() || args.to_time.is_some() {
        let connector = session.connector(&args.name).await?;
        // For a sink, Kafka finds the offsets at a time; for a source, its own format does.
        if let Some(moment) = &args.to_time
            && coordinate::is_source(&connector).await
        {
            let meant = moment.meant(now()).map_err(Failure::invalid)?;
            ui.note(&format!("to {}", meant.told));
            to = Some(Coordinate::Time(meant.time));
        }
        if let Some(to) = to {
            let entries = coordinate::go(session, &connector, &to, &args.partition).await?;
            let change = Change::new(Intent::set(entries));
            return perform(ui, session, &connector, change, &args.follow).await;
        }
    }
    let mut source = None;
    let mut entries = Vec::new();
    let mut intent = if let Some(path) = &args.file {
        let offsets = source.insert(file::read(path)?);
        if let Some(base) = &args.base {
            offsets.keep_edited(&file::read(base)?)?;
        }
        entries.clone_from(&offsets.offsets);
        Intent::set(entries.clone())
    } else if let Some(records) = args.shift_by {
        Intent::shift_by(records)
    } else if args.to_earliest {
        Intent::to_earliest()
    } else {
        entries.extend(args.set.into_iter().map(|set| set.0));
        Intent::set(entries.clone())
    };
    let connector = session.connector(&args.name).await?;
    let asked = kafka::Move {
        kafka: &args.kafka,
        to_time: args.to_time.as_ref(),
        to_latest: args.to_latest,
        to_earliest: args.to_earliest,
        shift_by: args.shift_by,
        topics: &args.topic,
        partitions: &args.partition,
        entries: &entries,
    };
    let hint;
    (intent, hint) = kafka::intent(ui, session, &connector, intent, asked).await?;
    if !args.partition.is_empty() {
        intent = intent.only(partitions(&args.partition));
    }
    let mut change = Change::new(intent);
    change.hint = hint;
    change.is_relative = args.shift_by.is_some();
    if let Some(source) = source {
        let mut found = source.warnings.clone();
        found.extend(source.compare(connector.path(), &args.name));
        change.findings = findings::heed("the file", found, &args.follow)?;
        change.sample = source.observed_at.filter(|_| args.base.is_none());
    }
    perform(ui, session, &connector, change, &args.follow).await
}

pub(crate) async fn delete(ui: &Ui, session: &Session, args: Delete) -> Result<Exit, Failure> {
    let intent = if args.all {
        Intent::reset_all()
    } else {
        Intent::reset(partitions(&args.partition))
    };
    let change = Change::new(intent);
    permitted(ui, &args.name, &args.follow)?;
    let connector = session.connector(&args.name).await?;
    perform(ui, session, &connector, change, &args.follow).await
}

fn partitions(args: &[PartitionArg]) -> impl Iterator<Item = OffsetEntry> {
    args.iter().map(|arg| OffsetEntry::partition_only(&arg.0))
}
