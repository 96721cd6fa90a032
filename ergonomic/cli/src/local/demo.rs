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

/// How many times faster than reality the emulator runs: an alteration takes about a second instead of a minute.
const SPEED: f64 = 50.0;
const TIMEOUT: Duration = Duration::from_secs(30);

/// A title, the connector, the options with which the tool would send the same request, and the entries to set as JSON. An
/// empty list of entries resets every partition.
type Example = (&'static str, &'static str, &'static str, &'static str);

const EXAMPLES: [Example; 3] = [
    (
        "Move a sink back: it reads the records again",
        emulator::MY_SINK,
        "--set topic_A:0=1000",
        r#"[{"partition":{"kafka_partition":0,"kafka_topic":"topic_A"},"offset":{"kafka_offset":1000}}]"#,
    ),
    (
        "Move a source back: it reads the rows again",
        emulator::MYSQL_SOURCE,
        "--file offsets.json",
        r#"[{"partition":{"protocol":1,"table":"sourcedb.sourcetable"},"offset":{"timestamp_nanos":0,"incrementing":3,"timestamp":1699000000000}}]"#,
    ),
    (
        "Reset a source, as if it were new",
        emulator::MY_SOURCE,
        "--all",
        "[]",
    ),
];

pub(crate) async fn demo(ui: &Ui) -> Result<Exit, Failure> {
    let server = Emulator::builder().speed(SPEED).start().await;
    let server = server.map_err(Failure::unexpected)?;
    let client = Client::builder()
        .endpoint(server.url())
        .credentials(ApiKey::new(emulator::API_KEY, emulator::API_SECRET))
        .build()
        .map_err(Failure::unexpected)?;
    let environment = emulator::ENVIRONMENT.parse().map_err(Failure::unexpected)?;
    let cluster = emulator::CLUSTER.parse().map_err(Failure::unexpected)?;
    let session = Session::new(client, environment, cluster);
    let url = server.url();
    let welcome = format!(
        "An embedded server that behaves like Confluent Cloud, {SPEED} times faster, listens on {url}. The three examples of \
         the published API description follow, each over HTTP."
    );
    ui.print_styled(&ui::folded(&welcome, ui::data_width()))?;
    for (index, example) in EXAMPLES.iter().enumerate() {
        let number = index + 1;
        ui.print_styled(&format!("\n{STRONG}{number}. {}{STRONG:#}\n", example.0))?;
        perform(ui, &session, example).await?;
    }
    server.shutdown().await;
    ui.print_styled(&format!(
        "\n{GOOD}All three alterations were applied.{GOOD:#}\nTo try the tool on a server of your own: {NEXT}ccloud-offsets emulator{NEXT:#}\n"
    ))?;
    Ok(Exit::Done)
}

async fn perform(
    ui: &Ui,
    session: &Session,
    (_, name, options, entries): &Example,
) -> Result<(), Failure> {
    let connector = session.connector(name).await?;
    get(ui, session, &connector).await?;

    let entries: Vec<OffsetEntry> = serde_json::from_str(entries).map_err(Failure::unexpected)?;
    let (verb, intent) = match entries.is_empty() {
        true => ("delete", Intent::reset_all()),
        false => ("patch", Intent::set(entries)),
    };
    let planned = connector.plan(intent).await?;
    let body = serde_json::to_string(planned.plan().request()).map_err(Failure::unexpected)?;
    prompt(
        ui,
        session,
        verb,
        name,
        &format!("{options} --yes --confirm"),
    )?;
    let mut told = format!("{}\n", shown(&planned, ui::data_width()));
    let path = format!("POST …/connectors/{name}/offsets/request");
    ui::record(
        &mut told,
        (&path, FAINT),
        Some(&body),
        Vec::new(),
        ui::data_width(),
    );
    ui.print_styled(&told)?;
    let alteration = planned.apply().await?;
    ui.print_styled(&format!(
        "accepted at {}; the connector stops for a while\n",
        moment(alteration.requested_at())
    ))?;
    let pace = Duration::from_millis(200);
    let options = WaitOptions::default()
        .first_interval(pace)
        .max_interval(pace);
    let options = options.confirm();
    let wait = (options, "waiting for a later sample of the offsets");
    let followed = follow(ui, session, &alteration, TIMEOUT, wait, Some("accepted")).await;
    if let Some(failure) = followed.failure {
        return Err(failure);
    }
    ui.print_styled("applied, and a later sample of the offsets shows the change:\n")?;
    get(ui, session, &connector).await
}

/// Shows a command as if it had been typed.
fn prompt(ui: &Ui, session: &Session, verb: &str, name: &str, rest: &str) -> Result<(), Failure> {
    let command = session.command(verb, name, rest);
    ui.print_styled(&format!("{FAINT}${FAINT:#} {NEXT}{command}{NEXT:#}\n"))?;
    Ok(())
}

async fn get(ui: &Ui, session: &Session, connector: &Connector) -> Result<(), Failure> {
    let path = connector.path();
    prompt(ui, session, "get", path.connector.as_str(), "")?;
    let offsets = connector.offsets().await?;
    let view = Offsets::new(path, offsets, State::of(connector).await);
    get::print(ui, &[view], true)
}
