//! The published examples, performed against an embedded emulator over real HTTP.

use std::time::Duration;

use ccloud_connect::plan::Intent;
use ccloud_connect::{ApiKey, Client, Connector, OffsetEntry, WaitOptions};
use ccloud_connect_emulator::{self as emulator, Emulator};

use crate::change::follow::follow;
use crate::failure::{Exit, Failure};
use crate::read::get::{self, Offsets};
use crate::session::Session;
use crate::show::plan::shown;
use crate::show::state::State;
use crate::text::duration::moment;
use crate::ui::{self, FAINT, GOOD, NEXT, STRONG, Ui};

/// An alteration takes about a second instead of a minute.
const SPEED: f64 = 50.0;
const TIMEOUT: Duration = Duration::from_secs(30);

/// One published example.
struct Example {
    title: &'static str,
    connector: &'static str,
    /// The options that make the tool send it.
    options: &'static str,
    /// The entries to set; none resets everything.
    set: &'static [&'static str],
}

const EXAMPLES: [Example; 3] = [
    Example {
        title: "Move a sink back: it reads the records again",
        connector: emulator::MY_SINK,
        options: "--set topic_A:0=1000",
        set: &[
            r#"{"partition":{"kafka_partition":0,"kafka_topic":"topic_A"},"offset":{"kafka_offset":1000}}"#,
        ],
    },
    Example {
        title: "Move a source back: it reads the rows again",
        connector: emulator::MYSQL_SOURCE,
        options: "--file offsets.json",
        set: &[
            r#"{"partition":{"protocol":1,"table":"sourcedb.sourcetable"},"offset":{"timestamp_nanos":0,"incrementing":3,"timestamp":1699000000000}}"#,
        ],
    },
    Example {
        title: "Reset a source, as if it were new",
        connector: emulator::MY_SOURCE,
        options: "--all",
        set: &[],
    },
];

pub(crate) async fn demo(ui: &Ui) -> Result<Exit, Failure> {
    let server = Emulator::builder()
        .speed(SPEED)
        .start()
        .await
        .map_err(|error| unexpected(&error))?;
    let client = Client::builder()
        .endpoint(server.url())
        .credentials(ApiKey::new(emulator::API_KEY, emulator::API_SECRET))
        .build()
        .map_err(|error| unexpected(&error))?;
    let session = Session::new(
        client,
        emulator::ENVIRONMENT
            .parse()
            .map_err(|error| unexpected(&error))?,
        emulator::CLUSTER
            .parse()
            .map_err(|error| unexpected(&error))?,
    );
    let welcome = format!(
        "An embedded server that behaves like Confluent Cloud, {SPEED} times faster, listens on {}. The three examples of \
         the published API description follow, each over HTTP.",
        server.url()
    );
    ui.print_styled(&ui::folded(&welcome, ui::data_width()))?;
    for (number, example) in EXAMPLES.iter().enumerate() {
        ui.print_styled(&format!(
            "\n{STRONG}{}. {}{STRONG:#}\n",
            number + 1,
            example.title
        ))?;
        perform(ui, &session, example).await?;
    }
    server.shutdown().await;
    ui.print_styled(&format!(
        "\n{GOOD}All three alterations were applied.{GOOD:#}\nPlay with a server of your own: {NEXT}ccloud-offsets emulator{NEXT:#}\n"
    ))?;
    Ok(Exit::Done)
}

async fn perform(ui: &Ui, session: &Session, example: &Example) -> Result<(), Failure> {
    let name = example.connector;
    let connector = session.connector(name).await?;
    let prompt =
        |command: String| ui.print_styled(&format!("{FAINT}${FAINT:#} {NEXT}{command}{NEXT:#}\n"));

    prompt(session.command("get", name, ""))?;
    let intent = match example.set {
        [] => Intent::reset_all(),
        set => Intent::set(entries(set)?),
    };
    let planned = connector.plan(intent).await?;
    let view = Offsets::new(
        connector.path(),
        planned.offsets().clone(),
        State::of(&connector).await,
    );
    get::print(ui, &[view], true)?;

    let verb = if example.set.is_empty() {
        "delete"
    } else {
        "patch"
    };
    let options = format!("{} --yes --confirm", example.options);
    prompt(session.command(verb, name, &options))?;
    ui.print_styled(&format!("{}\n", shown(&planned, ui::data_width())))?;
    let body =
        serde_json::to_string(planned.plan().request()).map_err(|error| unexpected(&error))?;
    let mut request = String::new();
    let path = format!("POST …/connectors/{name}/offsets/request");
    ui::record(
        &mut request,
        (&path, FAINT),
        Some(&body),
        Vec::new(),
        ui::data_width(),
    );
    ui.print_styled(&request)?;
    let alteration = planned.apply().await?;
    ui.print_styled(&format!(
        "accepted at {}; the connector stops for a while\n",
        moment(alteration.requested_at())
    ))?;
    let options = WaitOptions::default()
        .first_interval(Duration::from_millis(200))
        .max_interval(Duration::from_millis(200))
        .confirm();
    let followed = follow(ui, session, &alteration, TIMEOUT, options, "accepted").await;
    if let Some(failure) = followed.failure {
        return Err(failure);
    }
    ui.print_styled("applied, and a later sample of the offsets shows it:\n")?;

    prompt(session.command("get", name, ""))?;
    show_after(ui, &connector).await
}

async fn show_after(ui: &Ui, connector: &Connector) -> Result<(), Failure> {
    let after = connector.offsets().await?;
    let view = Offsets::new(connector.path(), after, State::of(connector).await);
    get::print(ui, &[view], true)
}

fn entries(set: &[&str]) -> Result<Vec<OffsetEntry>, Failure> {
    let entry = |text: &&str| serde_json::from_str(text).map_err(|error| unexpected(&error));
    set.iter().map(entry).collect()
}

fn unexpected(error: &dyn std::error::Error) -> Failure {
    Failure::new(Exit::Unexpected, "unexpected", error.to_string()).caused_by(error)
}
