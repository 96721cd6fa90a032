//! Tests of all help texts, completion scripts and manual pages.

use crate::tool::{bare, finish, golden, published, words};

/// The tool itself, whose name is empty here, and its commands.
const COMMANDS: &str = " get patch edit delete undo status wait watch list schema completions man emulator demo help version";

const REFERENCE: &str = "# Reference of `ccloud-offsets`\n\n\
    Written by `UPDATE_GOLDEN=1 cargo test -p ccloud-offsets --test cli help`.\n";

fn run(arguments: &[&str]) -> String {
    let ran = finish(bare().args(arguments), "");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{arguments:?}");
    ran.stdout
}

/// The help of a command; of the tool itself when the name is empty.
fn help_of(command: &str) -> String {
    run(&words(&format!("{command} --help")))
}

#[test]
fn help_of_every_command() {
    let mut all = String::from(REFERENCE);
    let section = |command: &str, title: &str, next: &str| {
        let help = help_of(command);
        let (_, rest) = help.split_once(&format!("{title}:\n")).unwrap();
        rest.split(&format!("\n\n{next}:"))
            .next()
            .unwrap()
            .to_owned()
    };
    let shared = section("", "Shared options", "Exit codes");
    let follow = section("patch", "How to make the change", "Shared options");
    for command in COMMANDS.split(' ') {
        let mut text = help_of(command);
        if !command.is_empty() {
            text = text.replace(&shared, "  as above");
        }
        if command != "patch" {
            text = text.replace(&follow, "  as above");
        }
        let title = format!("ccloud-offsets {command}");
        all += &format!("\n## `{}`\n\n```text\n{text}```\n", title.trim());
    }
    published("reference.md", &all);
    // All users of a machine can see its command lines, so an option must take a file with the secret, and never the secret.
    for line in all.lines() {
        let named = line.split_once("--");
        let named = named.filter(|_| line.trim().starts_with('-'));
        let option = named.map_or("", |(_, option)| option);
        let words = ["secret", "password", "key", "token"];
        if words
            .iter()
            .any(|word| option.split(' ').next().unwrap().contains(word))
        {
            let is_file = option.contains("-file <FILE>");
            assert!(is_file || option == "resume-token <TOKEN>", "{line}");
        }
    }
}

#[test]
fn every_command_is_listed_and_has_examples_before_its_options() {
    let all = run(&["--help"]);
    let listed = all.split("Commands:").nth(1).unwrap();
    let listed = listed.split("Options:").next().unwrap();
    let names = listed
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names: Vec<_> = names.filter(|name| !name.is_empty()).collect();
    assert_eq!(names.join(" "), COMMANDS.trim());
    for command in COMMANDS.split(' ') {
        let text = help_of(command);
        let (before, _) = text.split_once("Usage:").unwrap();
        let examples = before.split_once("Examples:").unwrap().1;
        let count = examples
            .lines()
            .filter(|line| line.starts_with("  #"))
            .count();
        assert!((1..=5).contains(&count), "{command}: {text}");
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{command}: {line}");
        }
    }
}

/// Every example in the help that calls the tool must be a valid command line.
#[test]
fn examples_are_accepted() {
    let mut checked = 0;
    for command in COMMANDS.split(' ') {
        let text = help_of(command);
        let examples = text.split_once("Usage:").unwrap().0;
        for line in examples
            .lines()
            .filter(|line| line.starts_with("  ccloud-offsets"))
        {
            let line = line.split(['|', '>']).next().unwrap();
            let line = line.trim().strip_prefix("ccloud-offsets").unwrap();
            // With an invalid environment, every command that is parsed ends before it does anything.
            let shell = format!("exec \"$0\" -e .. -k .. {line} </dev/null");
            let shell = match line.contains(" -e ") {
                true => shell.replace(" -e .. -k ..", ""),
                false => shell,
            };
            // The examples of these commands need no connector, so the invalid environment would not stop them.
            if ["demo", "emulator", "completions", "man"].contains(&command) {
                continue;
            }
            let ran = finish(
                std::process::Command::new("bash")
                    .args(["-c", &shell, env!("CARGO_BIN_EXE_ccloud-offsets")])
                    .env_clear()
                    .env("CONFLUENT_CLOUD_ENDPOINT", "http://127.0.0.1:9"),
                "",
            );
            // An error that mentions --help means that the example cannot be parsed, perhaps because the help breaks its line.
            assert!(!ran.stderr.contains("--help"), "{line}: {}", ran.stderr);
            checked += 1;
        }
    }
    assert!(checked > 25, "{checked}");
}

#[test]
fn help_and_version_are_commands_too() {
    assert_eq!(run(&["help"]), run(&["--help"]));
    assert_eq!(run(&["help", "patch"]), run(&["patch", "--help"]));
    assert_eq!(run(&["version"]), run(&["--version"]));
    let topics = run(&["help", "topics"]);
    for line in topics.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    finish(bare().args(words("help nonsense")), "").ends(2);
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
fn completion_scripts() {
    for (shell, expected) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef"),
        ("fish", "complete -c"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
    ] {
        let script = run(&["completions", shell]);
        assert!(script.contains(expected), "{shell}");
    }
}

#[test]
fn manual_pages() {
    assert!(run(&["man"]).contains("ccloud\\-offsets"));
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("man1");
    run(&["man", "--dir", path.to_str().unwrap()]);
    for command in COMMANDS.split(' ') {
        let name = format!("ccloud-offsets-{command}.1").replace("-.1", ".1");
        let page = std::fs::read_to_string(path.join(&name)).unwrap();
        for section in "SYNOPSIS,EXAMPLES,EXIT STATUS,ENVIRONMENT,FILES,SEE ALSO".split(',') {
            assert!(
                page.contains(&format!(".SH \"{section}\"")),
                "{name}: {section}"
            );
        }
        let title = page.lines().find(|line| line.starts_with(".TH")).unwrap();
        assert!(title.contains("ccloud-offsets 0."), "{title}");
        if command == "undo" {
            golden("man-undo.1", &page);
        }
    }
}
