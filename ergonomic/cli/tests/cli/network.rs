//! The tool and the network: how often it sends requests, how long it waits, which certificates it trusts.

use std::time::{Duration, Instant};

use ccloud_connect_emulator::{Fault, Operation};

use crate::tool::{Server, bare, finish, tool, words};

#[test]
fn ids_are_looked_up_in_one_listing_of_a_run() {
    let server = Server::quick();
    server
        .run("get lcc-21sdda lcc-as341 lcc-nope lcc-21sdda")
        .ends(4);
    let requests = server.emulator.requests();
    let lists = requests
        .iter()
        .filter(|request| request.operation == Some(Operation::ListConnectors));
    assert_eq!(lists.count(), 1);
}

#[test]
fn a_request_takes_no_longer_than_asked_for() {
    let server = Server::quick();
    server.fault(Operation::ReadOffsets, Fault::hang().times(9));
    let started = Instant::now();
    let ran = server
        .run("get MySinkConnector --request-timeout 200ms")
        .ends(6);
    assert!(started.elapsed() < Duration::from_secs(20));
    let said = format!(
        "no complete answer came in time from {}; one attempt may take 0.2 s (4 attempts",
        server.emulator.url()
    );
    ran.says(&said);
}

#[test]
fn a_connection_error_names_the_endpoint_and_the_proxy() {
    let mut command = tool("https://connect.example");
    command.env("HTTPS_PROXY", "http://user:hunter2@127.0.0.1:9");
    let ran = finish(command.args(words("get sink -o json")), "").ends(6);
    let said = "no connection could be made to https://connect.example through the proxy http://127.0.0.1:9: Connection refused";
    ran.says(said);
    assert!(!ran.stderr.contains("hunter2"), "{}", ran.stderr);

    let mut command = tool("https://connect.example");
    command.env("HTTPS_PROXY", "ftp://user:hunter2@127.0.0.1");
    let ran = finish(command.args(words("get sink")), "").ends(2);
    ran.says("the proxy in HTTPS_PROXY cannot be used");
    assert!(!ran.stderr.contains("hunter2"), "{}", ran.stderr);
}

#[test]
fn a_path_in_the_endpoint_is_suspected_when_nothing_is_found() {
    let server = Server::quick();
    let url = server.emulator.url();
    for (endpoint, suspected) in [
        (format!("{url}/connect/v1"), true),
        (format!("{url}/"), false),
    ] {
        for line in ["get nope", "list -k lkc-demo1"] {
            let ran = finish(tool(&endpoint).args(words(line)), "");
            let said = ran
                .stderr
                .contains("the path /connect/v1, to which the tool adds /connect/v1");
            assert_eq!(said, suspected, "{line}: {}", ran.stderr);
        }
    }
}

#[test]
fn a_service_that_speaks_no_tls_is_asked_once() {
    let server = Server::quick();
    let url = server.emulator.url().replace("http://", "https://");
    let ran = finish(tool(&url).args(words("get sink")), "").ends(1);
    ran.says("does not use TLS; it may use plain http");
    assert!(!ran.stderr.contains("attempts"), "{}", ran.stderr);
}

#[test]
fn a_ca_file_that_cannot_be_used_is_told_before_anything_is_sent() {
    let server = Server::quick();
    let folder = tempfile::tempdir().unwrap();
    let junk = folder.path().join("junk.pem");
    std::fs::write(&junk, "junk").unwrap();
    let none = folder.path().join("none.pem");
    for (path, said) in [
        (
            junk,
            "the CA certificate cannot be used: it has no section -----BEGIN CERTIFICATE-----",
        ),
        (none, "cannot be read"),
    ] {
        server
            .refused(&format!("list --ca-file {}", path.display()))
            .says(said);
    }
    assert!(server.emulator.requests().is_empty());
}

/// A secret store may add a newline to a secret, which must be ignored. An empty key, and a secret that is not Unicode text, must
/// be reported.
#[test]
fn keys_from_the_environment() {
    let server = Server::quick();
    let mut command = tool(&server.emulator.url());
    let secret = format!("{}\n", ccloud_connect_emulator::API_SECRET);
    command.env("CONFLUENT_CLOUD_API_SECRET", secret);
    assert_eq!(finish(command.arg("list"), "").code, 0);

    let mut command = bare();
    command.args(words("list -e env-1 -k lkc-1"));
    command.env("CONFLUENT_CLOUD_API_KEY", "");
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        let odd = std::ffi::OsStr::from_bytes(b"\xff");
        command.env("CONFLUENT_CLOUD_API_SECRET", odd);
    }
    let ran = finish(&mut command, "").ends(3);
    ran.says("CONFLUENT_CLOUD_API_KEY is set, but empty");
    #[cfg(unix)]
    ran.says("CONFLUENT_CLOUD_API_SECRET is set, but not to Unicode text");
}

#[test]
fn a_wait_without_a_status_does_not_say_that_nothing_was_changed() {
    let mut command = tool("http://127.0.0.1:9");
    let ran = finish(
        command.args(words("wait MySinkConnector -o json --timeout 1s")),
        "",
    )
    .ends(6);
    let error = ran.error();
    assert_eq!(error["error"]["changed"], "unknown", "{}", ran.stderr);
}

/// `--timeout` must limit a whole command that only reads, and everything that another command does before its request.
#[test]
fn a_command_ends_with_its_time() {
    use Operation::{ConnectorStatus, ListConnectors, ReadOffsets, RequestStatus};
    let hang = || Fault::hang().times(1_000);
    for (hung, arguments) in [
        (RequestStatus, "wait MySinkConnector"),
        (ListConnectors, "wait lcc-abc123"),
        (ReadOffsets, "get MySinkConnector --max-age 0"),
        (ReadOffsets, "patch MySinkConnector --set topic_A:0=5 --yes"),
        (
            ConnectorStatus,
            "patch MySinkConnector --set topic_A:0=5 --yes",
        ),
        (ListConnectors, "patch lcc-abc123 --set topic_A:0=5 --yes"),
        (ListConnectors, "delete lcc-abc123 --all --yes"),
        (ReadOffsets, "edit MySinkConnector --yes"),
        (RequestStatus, "undo MySinkConnector --yes"),
    ] {
        let arguments = format!("{arguments} --timeout 2s");
        let server = Server::quick();
        server.fault(hung, hang());
        let began = Instant::now();
        let mut command = tool(&server.emulator.url());
        let ran = finish(command.args(words(&arguments)).env("EDITOR", "true"), "");
        // Without this limit, a single attempt could take 30 s.
        assert!(began.elapsed() < Duration::from_secs(15), "{arguments:?}");
        assert_eq!(ran.code, 6, "{arguments:?}: {}", ran.stderr);
        assert_eq!(server.accepted("MySinkConnector"), 0);
    }
}
