//! The page `help topics`, and the tables that it shares with the manual pages.

use std::fmt::Write as _;

use ccloud_connect::env;

use crate::failure::Exit;
use crate::text::words::wrapped;

/// The documented exit codes.
pub(super) const EXIT_CODES: [(Exit, &str); 13] = [
    (Exit::Done, "done"),
    (Exit::Unexpected, "unexpected failure"),
    (Exit::Invalid, "invalid input; nothing was changed"),
    (Exit::Denied, "not authenticated, or not allowed"),
    (Exit::NotFound, "not found"),
    (
        Exit::Busy,
        "busy: another alteration is in progress, or the connector moved past the plan",
    ),
    (
        Exit::Unavailable,
        "unavailable or rate limited, after retries",
    ),
    (Exit::Failed, "the alteration failed (FAILED)"),
    (
        Exit::Pending,
        "still pending after --timeout, or with --confirm not confirmed",
    ),
    (
        Exit::Unknown,
        "outcome unknown: read the status before sending again",
    ),
    (
        Exit::NotAsPlanned,
        "applied, but not as planned: a task failed, or the positions are others",
    ),
    (
        Exit::WouldChange,
        "--dry-run --exit-code: the plan would change something",
    ),
    (
        Exit::Interrupted,
        "interrupted, or the answer to the question was no; 143 by SIGTERM, 129 by SIGHUP",
    ),
];

/// The environment variables.
pub(super) const VARIABLES: [(&str, &str); 11] = [
    (env::API_KEY, "the Cloud API key"),
    (env::API_SECRET, "its secret"),
    (env::ENDPOINT, "base URL of the service, as --endpoint"),
    (env::ENVIRONMENT, "environment id, as --environment"),
    (env::CLUSTER, "Kafka cluster id, as --cluster"),
    (
        "CCLOUD_OFFSETS_PROFILE",
        "name of the profile, as --profile",
    ),
    (
        "HTTPS_PROXY, ALL_PROXY, NO_PROXY",
        "proxy, and the hosts that are reached without it; never used for loopback",
    ),
    (
        "SSL_CERT_FILE, SSL_CERT_DIR",
        "certificates to trust instead of the system's",
    ),
    (
        "KAFKA_API_KEY, KAFKA_API_SECRET",
        "key of the Kafka cluster, for times, ends and lag",
    ),
    ("VISUAL, EDITOR", "the editor of edit"),
    (
        "NO_COLOR, CLICOLOR_FORCE, TERM",
        "colours and moving lines, unless --color says otherwise",
    ),
];

const FILES: [(&str, &str); 3] = [
    (
        "offsets (patch --file)",
        "JSON or YAML, as get -o json and get -o yaml write it: an object with offsets, or the bare list. Keep numbers \
         exact: edit as YAML, or use jq 1.7 or later, because older ones round what is beyond 2^53. The form: \
         ccloud-offsets schema",
    ),
    (
        "API key (--api-key-file)",
        "lines CONFLUENT_CLOUD_API_KEY=… and CONFLUENT_CLOUD_API_SECRET=…, or what the console downloads, or what \
         confluent api-key create -o json prints; readable by you alone; - is standard input",
    ),
    (
        "profiles",
        "ccloud-offsets/profiles.yaml in the configuration directory of the platform: ~/.config on Linux, \
         ~/Library/Application Support on macOS, %APPDATA% on Windows. An option beats the environment, the environment \
         the profile:",
    ),
];

const PROFILE: [&str; 5] = [
    "prod:",
    "  environment: env-abc12",
    "  cluster: lkc-9x8y7",
    "  api_key_file: /home/me/keys/prod.env",
    "  endpoint: https://api.confluent.cloud",
];

const TIMES: [(&str, &str); 3] = [
    (
        "durations",
        "500ms, 90s, 10m, 1h30m, 2d; a bare number counts seconds",
    ),
    (
        "moments",
        "2024-02-20T15:14:19Z, as status prints them; for --to-time also 08:00 (today, in the zone of this machine) and -2h",
    ),
    (
        "in tables",
        "UTC, to the second; JSON and YAML have all digits",
    ),
];

/// The exit codes as help shows them.
pub(super) fn exit_codes() -> String {
    let mut out = String::from("Exit codes:\n");
    for (exit, meaning) in EXIT_CODES {
        // Writing to a string cannot fail.
        let lines = wrapped(meaning, 0, 73).join("\n       ");
        let _ = writeln!(out, "  {:>3}  {lines}", exit as u8);
    }
    out
}

/// The whole page, at most 80 columns wide.
pub(super) fn page() -> String {
    let mut out = exit_codes();
    section(&mut out, "Environment variables", &VARIABLES);
    section(&mut out, "Files", &FILES);
    for line in PROFILE {
        let _ = writeln!(out, "          {line}");
    }
    section(&mut out, "Forms of time", &TIMES);
    out
}

fn section(out: &mut String, title: &str, rows: &[(&str, &str)]) {
    let _ = writeln!(out, "\n{title}:");
    for (name, meaning) in rows {
        let _ = writeln!(out, "  {name}");
        for line in wrapped(meaning, 0, 74) {
            let _ = writeln!(out, "      {line}");
        }
    }
}
