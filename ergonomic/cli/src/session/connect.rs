//! `--connect`: the tool works on a self-managed Kafka Connect instead of Confluent Cloud.

use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::time::Duration;

use ccloud_connect_emulator::{self as emulator, Emulator, KafkaConnect};
use zeroize::Zeroizing;

use crate::args::{Command, ConnectKey, Shared};
use crate::failure::interrupt;
use crate::failure::{Exit, Failure};
use crate::session::secrets;
use crate::text::decoded;
use crate::text::words::shown;
use crate::ui::Ui;

/// With `--connect`, starts a server in this process, and sets the shared options so that the client uses this server. The
/// server offers Confluent Cloud's API for the connectors of the workers.
pub(crate) async fn begin(
    shared: &mut Shared,
    command: &Command,
) -> Result<Option<Emulator>, Failure> {
    if shared.connect.is_empty() {
        return Ok(None);
    }
    for (option, given) in [
        ("--environment", shared.environment.is_some()),
        ("--cluster", shared.cluster.is_some()),
        ("--endpoint", shared.endpoint.is_some()),
        ("--api-key-file", shared.api_key_file.is_some()),
        ("--profile", shared.profile.is_some()),
    ] {
        if given {
            return Err(Failure::invalid(format!(
                "{option} cannot be used with --connect"
            )));
        }
    }
    if command.follow().is_some_and(|follow| follow.no_wait) {
        return Err(Failure::invalid(
            "--no-wait cannot be used with --connect, because this process must run until it has resumed the connector",
        ));
    }
    let key = ConnectKey(secret());
    let server = Emulator::builder()
        .credentials(emulator::API_KEY, &*key.0)
        .request_log(0)
        .kafka_connect(kafka_connect(&shared.connect, shared)?);
    let server = server.start().await;
    let server = server.map_err(|error| match error.is_invalid() {
        true => Failure::invalid(error.to_string()),
        false => Failure::new(Exit::Unavailable, "unavailable", error.to_string()),
    })?;
    let (environment, cluster) = server.self_managed().unwrap_or_default();
    shared.environment = Some(environment.to_owned());
    shared.cluster = Some(cluster.to_owned());
    shared.endpoint = Some(server.url());
    shared.connect_key = Some(key);
    Ok(Some(server))
}

/// How long the tool goes on restoring the states of connectors after an interruption.
const AFTER_INTERRUPTION: Duration = Duration::from_secs(5);

/// Ends the server as soon as every connector is back in its earlier state, or [`AFTER_INTERRUPTION`] after an interruption.
/// Warns of each connector whose state the person must restore.
pub(crate) async fn end(ui: &Ui, server: Option<Emulator>) {
    let Some(server) = server else {
        return;
    };
    if !server.unfinished().is_empty() {
        ui.note("Waiting until the stopped connectors are back in their earlier state");
    }
    let interrupted = async {
        interrupt::asked().await;
        tokio::time::sleep(AFTER_INTERRUPTION).await;
    };
    tokio::select! {
        () = server.finish() => {}
        () = interrupted => {}
    }
    for left in server.unfinished() {
        // The warning is shown also with --quiet, because a person has to restore the connector's state.
        ui.say(&format!("warning: {left}"));
    }
}

/// The Kafka Connect cluster whose workers have these base URLs, with the options for reaching it.
pub(crate) fn kafka_connect(urls: &[String], shared: &Shared) -> Result<KafkaConnect, Failure> {
    let (first, others) = urls
        .split_first()
        .ok_or_else(|| Failure::invalid("no URL of a Kafka Connect worker was given"))?;
    let state = match &shared.workers.connect_state_dir {
        Some(folder) => folder.clone(),
        None => dirs::state_dir()
            .or_else(dirs::data_local_dir)
            .map(|state| state.join("ccloud-offsets"))
            .ok_or_else(|| {
                let what = "there is no home directory in which to record the latest requests: give --connect-state-dir";
                Failure::invalid(what)
            })?,
    };
    let mut connect = KafkaConnect::new(first, state);
    for url in others {
        connect = connect.worker(url);
    }
    if let Some(path) = &shared.workers.connect_user_file {
        let (user, password) = read_user(path)?;
        connect = connect.credentials(user, password.as_str());
    }
    if let Some(path) = &shared.ca_file {
        connect = connect.ca_certificates(secrets::read_certificate(path)?);
    }
    Ok(connect)
}

/// Reads the user and the password from a file. No message repeats the line, because it contains the password.
fn read_user(path: &Path) -> Result<(String, Zeroizing<String>), Failure> {
    let refuse = |reason: &str| Failure::invalid(format!("the file {} {reason}", shown(path)));
    let text = decoded::read(path).map(Zeroizing::new);
    let text = text.map_err(|error| refuse("cannot be read").caused_by(&error))?;
    let line = text
        .trim_start_matches('\u{feff}')
        .trim_end_matches(['\r', '\n']);
    match line.split_once(':') {
        Some((user, password)) if !user.is_empty() && !line.contains('\n') => {
            Ok((user.to_owned(), Zeroizing::new(password.to_owned())))
        }
        _ => Err(refuse("must have exactly one line USER:PASSWORD")),
    }
}

/// A random secret for a server that sends requests to Kafka Connect with this user's rights.
pub(crate) fn secret() -> String {
    let random = || RandomState::new().hash_one(std::process::id());
    format!("{:016x}{:016x}", random(), random())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_file_holds_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("user");
        for (text, user) in [
            ("me:se:cret\n", Some("me")),
            ("me:", Some("me")),
            ("me", None),
            (":x", None),
            ("a:b\nc:d", None),
        ] {
            std::fs::write(&path, text).unwrap();
            let read = read_user(&path);
            assert_eq!(
                read.as_ref().ok().map(|(user, _)| user.as_str()),
                user,
                "{text:?}"
            );
            if let Err(failure) = read {
                assert!(!failure.details.message.contains("c:d"));
            }
        }
        assert_ne!(secret(), secret());
    }
}
