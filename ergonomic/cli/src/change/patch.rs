//! `patch` and `delete`: make a change from the options of the command line.

use ccloud_connect::finding::Code;
use ccloud_connect::offset::Coordinate;
use ccloud_connect::plan::Intent;
use ccloud_connect::{Connector, OffsetEntry};

use crate::args::{Delete, Patch};
use crate::change::alter::{Change, in_time, perform, permitted};
use crate::change::coordinate;
use crate::change::file;
use crate::failure::{Exit, Failure};
use crate::kafka;
use crate::offsets_file::OffsetsFile;
use crate::session::Session;
use crate::show::findings;
use crate::text::duration::now;
use crate::text::partition::PartitionArg;
use crate::ui::Ui;

pub(crate) async fn patch(ui: &Ui, session: &Session, mut args: Patch) -> Result<Exit, Failure> {
    // A missing key of the Kafka cluster is a more useful error than a missing `--yes`, so it is reported first.
    let is_permitted = permitted(ui, &args.name, &args.follow);
    if !kafka::lacks_key(&args)? {
        is_permitted?;
    }
    // clap does not check that --base needs --file when another option excludes --file.
    if args.base.is_some() && args.file.is_none() {
        return Err(Failure::invalid("--base can be used with --file only"));
    }
    let mut source = args.file.as_deref().map(file::read).transpose()?;
    if let (Some(source), Some(base)) = (&mut source, &args.base) {
        source.keep_edited(file::read(base)?)?;
    }
    let given = args.to.given();
    let mut to = given
        .map(|(name, text)| coordinate::parse(name, text))
        .transpose()?;
    let connector = in_time(ui, &args.name, &args.follow, session.connector(&args.name)).await?;
    if let Some(moment) = &args.to_time {
        let is_source = async { Ok(coordinate::is_source(&connector).await) };
        if in_time(ui, &args.name, &args.follow, is_source).await? {
            let meant = moment.meant(now()).map_err(Failure::invalid)?;
            ui.note(&format!("to {}", meant.told));
            to = Some(Coordinate::Time(meant.time));
        }
    }
    // A coordinate replaces some members of the current position. The remaining members must have their values after the
    // latest alteration.
    let current = match &to {
        Some(_) => {
            coordinate::settled(ui, session, &connector, &mut args.follow)
                .await?
                .entries
        }
        None => Vec::new(),
    };
    let change = change(ui, session, &connector, &args, to, source, &current);
    let change = in_time(ui, &args.name, &args.follow, change).await?;
    permitted(ui, &args.name, &args.follow)?;
    let done = perform(ui, session, &connector, change, &args.follow).await;
    let is_mixed = |failure: &Failure| {
        let mut findings = failure.details.findings.iter();
        findings.any(|finding| finding.code == Code::MixedKinds)
    };
    if !args.set.is_empty() && done.as_ref().is_err_and(is_mixed) {
        coordinate::refuse_unmovable(session, &connector, "set").await?;
    }
    done
}

/// The change that the command line describes. `to` is the position in a source, `source` has the offsets of `--file`, and
/// `current` those of a source that moves to a coordinate.
async fn change(
    ui: &Ui,
    session: &Session,
    connector: &Connector,
    args: &Patch,
    to: Option<Coordinate>,
    source: Option<OffsetsFile>,
    current: &[OffsetEntry],
) -> Result<Change, Failure> {
    // These options are for sinks. A source is refused with an error that names the options for its offset format.
    let for_sinks = match () {
        () if args.to_earliest => Some("to-earliest"),
        () if args.shift_by.is_some() => Some("shift-by"),
        () => None,
    };
    if let Some(name) = for_sinks
        && coordinate::is_source(connector).await
    {
        let tip = "the command delete resets a source, which then starts as if it were new and usually emits everything again";
        let reset = session.command(
            "delete",
            connector.path().connector.as_str(),
            "--all --dry-run",
        );
        let refused = coordinate::refuse_unmovable(session, connector, name).await;
        refused.map_err(|failure| match args.to_earliest {
            true => failure.tip(Some(tip.to_owned())).next(reset),
            false => failure,
        })?;
    }
    if let Some(to) = to {
        let entries = coordinate::go(session, connector, &to, &args.partition, current).await?;
        return Ok(Change::new(Intent::set(entries)));
    }
    let entries = match &source {
        Some(source) => source.offsets.clone(),
        None => args.set.iter().map(|set| set.0.clone()).collect(),
    };
    let plain = match args.shift_by {
        Some(records) => Intent::shift_by(records),
        None if args.to_earliest => Intent::to_earliest(),
        None => Intent::set(entries.clone()),
    };
    let intent = kafka::intent(ui, session, connector, plain, args, &entries);
    let (mut intent, hint) = intent.await?;
    if !args.partition.is_empty() {
        intent = intent.only(partitions(&args.partition));
    }
    let mut change = Change::new(intent);
    change.hint = hint;
    change.is_relative = args.shift_by.is_some();
    if let Some(source) = source {
        let mut found = source.warnings.clone();
        for (what, file) in [("file", Some(&source)), ("base", source.base.as_deref())] {
            let compare = |file: &OffsetsFile| file.compare(what, connector.path(), &args.name);
            found.extend(file.and_then(compare));
        }
        change.findings = findings::heed("the file", found, &args.follow)?;
        change.plan = source.plan;
        change.sample = source.observed_at.filter(|_| args.base.is_none());
    }
    Ok(change)
}

pub(crate) async fn delete(ui: &Ui, session: &Session, args: Delete) -> Result<Exit, Failure> {
    let intent = if args.all {
        Intent::reset_all()
    } else {
        Intent::reset(partitions(&args.partition))
    };
    let change = Change::new(intent);
    permitted(ui, &args.name, &args.follow)?;
    let connector = in_time(ui, &args.name, &args.follow, session.connector(&args.name)).await?;
    perform(ui, session, &connector, change, &args.follow).await
}

fn partitions(args: &[PartitionArg]) -> impl Iterator<Item = OffsetEntry> {
    args.iter().map(|arg| OffsetEntry::partition_only(&arg.0))
}
