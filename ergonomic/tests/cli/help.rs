//! The whole help tree, completions, manual pages and schema.

use crate::tool::{bare, finish, golden};

const COMMANDS: [&str; 12] = [
    "get",
    "patch",
    "delete",
    "status",
    "wait",
    "list",
    "schema",
    "completions",
    "man",
    "emulator",
    "demo",
    "",
];

fn run(arguments: &[&str]) -> String {
    let ran = finish(bare().args(arguments), "");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{arguments:?}");
    ran.stdout
}

#[test]
fn help_of_every_command() {
    let mut all = String::new();
    for command in COMMANDS {
        let arguments: Vec<_> = [command, "--help"]
            .into_iter()
            .filter(|argument| !argument.is_empty())
            .collect();
        let text = run(&arguments);
        all += &format!("$ ccloud-offsets {}\n{text}\n", arguments.join(" "));
    }
    golden("help.txt", &all);
    let listed = run(&["--help"]);
    let listed = listed.split("Commands:").nth(1).unwrap();
    let listed = listed.split("Options:").next().unwrap();
    assert_eq!(listed.trim().lines().count(), COMMANDS.len() - 1);
}

#[test]
fn a_secret_in_the_environment_is_not_shown() {
    let ran = finish(
        bare()
            .arg("--help")
            .env("CONFLUENT_CLOUD_API_SECRET", "hunter2")
            .env(
                "CONFLUENT_CLOUD_ENDPOINT",
                "https://user:hunter2@example.com",
            ),
        "",
    );
    assert!(!ran.stdout.contains("hunter2"));
}

#[test]
fn completions_know_connectors() {
    for (shell, expected) in [
        ("bash", "complete -F _ccloud_offsets_with_names"),
        ("zsh", "connector:_ccloud-offsets_names'"),
        ("fish", "(ccloud-offsets list --names"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
    ] {
        let script = run(&["completions", shell]);
        assert!(script.contains(expected), "{shell}");
        assert!(!script.contains("GENERATED"));
    }
}

#[test]
fn manual_pages() {
    assert!(run(&["man"]).contains("ccloud\\-offsets"));
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("man1");
    run(&["man", "--dir", path.to_str().unwrap()]);
    let page = std::fs::read_to_string(path.join("ccloud-offsets-patch.1")).unwrap();
    assert!(page.contains("shift"));
}

#[test]
fn schema_is_a_json_schema() {
    let schema: serde_json::Value = serde_json::from_str(&run(&["schema"])).unwrap();
    assert!(
        schema["$schema"]
            .as_str()
            .unwrap()
            .contains("json-schema.org")
    );
}
