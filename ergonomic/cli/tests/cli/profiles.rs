//! Profiles: the options that they set, and what takes precedence over them.

use std::path::Path;
use std::process::Command;

use ccloud_connect_emulator::{API_KEY, API_SECRET};

use crate::tool::{Ran, Server, bare, finish, words};

/// A configuration directory with two profiles: `demo` for the server, and `empty` without options.
fn configured(url: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let text =
        format!("CONFLUENT_CLOUD_API_KEY={API_KEY}\nCONFLUENT_CLOUD_API_SECRET={API_SECRET}\n");
    std::fs::write(directory.path().join("key.env"), text).unwrap();
    let own = directory.path().join("ccloud-offsets");
    std::fs::create_dir(&own).unwrap();
    let profiles = format!(
        "demo:\n  endpoint: {url}\n  environment: env-demo1\n  cluster: lkc-demo1\n  api_key_file: ~/key.env\nempty: {{}}\n"
    );
    std::fs::write(own.join("profiles.yaml"), profiles).unwrap();
    directory
}

fn tool(directory: &Path) -> Command {
    let mut command = bare();
    command
        .env("XDG_CONFIG_HOME", directory)
        .env("HOME", directory);
    command
}

fn run(directory: &Path, line: &str) -> Ran {
    finish(tool(directory).args(words(line)), "")
}

#[cfg(target_os = "linux")]
#[test]
fn a_profile_fills_in_what_is_not_given() {
    let server = Server::quick();
    let url = server.emulator.url();
    let directory = configured(&url);
    let directory = directory.path();
    run(directory, "get MysqlSinkConnector --profile demo -o json").ends(0);
    // An environment variable can name the profile too.
    let mut command = tool(directory);
    command.env("CCLOUD_OFFSETS_PROFILE", "demo");
    finish(command.args(words("get MysqlSinkConnector")), "").ends(0);
    // The command that the error suggests must name the profile.
    let ran = run(directory, "--profile demo get nope");
    ran.says("next: ccloud-offsets list --profile demo\n");
    // There is no default profile, so without a profile the environment is missing.
    run(directory, "get MysqlSinkConnector").ends(2);
}

#[cfg(target_os = "linux")]
#[test]
fn an_option_beats_the_environment_and_that_the_profile() {
    let server = Server::quick();
    let directory = configured(&server.emulator.url());
    let get = |options: &str, variable: &str| {
        let mut command = tool(directory.path());
        command.args(words(&format!(
            "get MysqlSinkConnector --profile demo -o json {options}"
        )));
        command.env("CONFLUENT_ENVIRONMENT_ID", variable);
        finish(&mut command, "")
    };
    assert_eq!(get("", "").code, 0);
    let ran = get("", "env-variable");
    ran.says("env-variable/lkc-demo1");
    ran.says("warning: the profile \"demo\" has other values than CONFLUENT_ENVIRONMENT_ID, and the variables override the profile\n");
    for (options, variable) in [("", "env-demo1"), ("-e env-option", "env-variable")] {
        assert!(!get(options, variable).stderr.contains("other values"));
    }
    get("-e env-option", "env-variable").says("env-option/lkc-demo1");
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_wrong_with_a_profile_is_said() {
    let directory = configured("http://127.0.0.1:9");
    let get = |name: &str| {
        let line = format!("get MysqlSinkConnector --profile {name}");
        run(directory.path(), &line).ends(2)
    };
    get("prod").says(r#"no profile "prod""#);
    get("prod").says("the file has demo, empty");
    get("empty").says("no environment given");
    let file = directory.path().join("ccloud-offsets/profiles.yaml");
    std::fs::write(&file, "prod: {enviroment: env-1}\nempty: {}\n").unwrap();
    get("prod").says(r#"the profile "prod" in "#);
    get("prod").says("enviroment");
    get("empty").says("no environment given");
    std::fs::write(&file, "prod: 5\n").unwrap();
    get("prod").says("cause: invalid type: integer `5`, expected the options of a profile\n");
    std::fs::write(&file, b"\xff\xfep\0").unwrap();
    get("prod").says("UTF-16");
    std::fs::remove_file(&file).unwrap();
    get("prod").says("cannot be read");
}
