//! The whole help tree, completions, manual pages and schema.

use crate::tool::{bare, finish, published};

const COMMANDS: [&str; 13] = [
    "",
    "get",
    "patch",
    "delete",
    "undo",
    "status",
    "wait",
    "list",
    "schema",
    "completions",
    "man",
    "emulator",
    "demo",
];

const REFERENCE: &str = "# Reference of `ccloud-offsets`\n\n\
    Written by `UPDATE_GOLDEN=1 cargo test -p ccloud-offsets --test cli help`, as are the completions and the manual pages beside it.\n";

fn run(arguments: &[&str]) -> String {
    let ran = finish(bare().args(arguments), "");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{arguments:?}");
    ran.stdout
}

#[test]
fn help_of_every_command() {
    let mut all = String::from(REFERENCE);
    for command in COMMANDS {
        let arguments: Vec<_> = [command, "--help"]
            .into_iter()
            .filter(|argument| !argument.is_empty())
            .collect();
        let text = run(&arguments);
        let title = format!("ccloud-offsets {command}");
        all += &format!("\n## `{}`\n\n```text\n{text}```\n", title.trim());
    }
    published("reference.md", &all);
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
    for (shell, file, expected) in [
        (
            "bash",
            "ccloud-offsets.bash",
            "complete -F _ccloud_offsets_with_names",
        ),
        ("zsh", "_ccloud-offsets", "connector:_ccloud-offsets_names'"),
        (
            "fish",
            "ccloud-offsets.fish",
            "(ccloud-offsets list --names",
        ),
        (
            "powershell",
            "ccloud-offsets.ps1",
            "Register-ArgumentCompleter",
        ),
        ("elvish", "ccloud-offsets.elv", "edit:completion"),
    ] {
        let script = run(&["completions", shell]);
        assert!(script.contains(expected), "{shell}");
        assert!(!script.contains("GENERATED"));
        published(&format!("completions/{file}"), &script);
    }
}

#[test]
fn manual_pages() {
    assert!(run(&["man"]).contains("ccloud\\-offsets"));
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("man1");
    run(&["man", "--dir", path.to_str().unwrap()]);
    for command in COMMANDS {
        let name = format!("ccloud-offsets-{command}.1").replace("-.1", ".1");
        let page = std::fs::read_to_string(path.join(&name)).unwrap();
        published(&format!("man/{name}"), &page);
    }
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
