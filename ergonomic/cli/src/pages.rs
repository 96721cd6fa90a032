//! Shell completions, manual pages, and the schema of the offsets file.

use std::fs;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::{Cli, Man};
use crate::failure::{Exit, Failure};
use crate::offsets_file;
use crate::ui::Ui;
use crate::words::shown;

/// The JSON Schema of the file that `patch --file` reads.
pub(crate) fn schema(ui: &Ui) -> Result<Exit, Failure> {
    let schema = offsets_file::json_schema();
    let text = serde_json::to_string_pretty(&schema).map_err(|error| unexpected(&error))?;
    ui.print(&(text + "\n"))?;
    Ok(Exit::Done)
}

/// The manual page of the tool, or a folder with one page for each command.
pub(crate) fn man(ui: &Ui, args: &Man) -> Result<Exit, Failure> {
    let command = Cli::command();
    match &args.dir {
        None => {
            let mut page = Vec::new();
            let rendered = clap_mangen::Man::new(command).render(&mut page);
            rendered.map_err(|error| unexpected(&error))?;
            ui.print(&String::from_utf8_lossy(&page))?;
        }
        Some(directory) => fs::create_dir_all(directory)
            .and_then(|()| clap_mangen::generate_to(command, directory))
            .map_err(|error| {
                let message = format!("the folder {} cannot be written", shown(directory));
                Failure::new(Exit::Unexpected, "output", message).caused_by(&error)
            })?,
    }
    Ok(Exit::Done)
}

fn unexpected(error: &dyn std::error::Error) -> Failure {
    Failure::new(Exit::Unexpected, "unexpected", error.to_string())
}

/// A completion script that also completes the names of connectors, by listing them.
pub(crate) fn completions(ui: &Ui, shell: Shell) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "ccloud-offsets", &mut script);
    let script = String::from_utf8_lossy(&script);
    ui.print(&with_names(shell, &script))?;
    Ok(Exit::Done)
}

fn with_names(shell: Shell, script: &str) -> String {
    match shell {
        Shell::Bash => {
            let generated = script
                .lines()
                .find_map(|line| line.trim().strip_prefix("complete -F ")?.split(' ').next())
                .unwrap_or_default();
            script.to_owned() + &BASH.replace("GENERATED", generated)
        }
        Shell::Fish => format!("{script}{FISH}"),
        // The generated script says what completes a NAME; without names that is a file.
        Shell::Zsh => {
            let names: String = script
                .split_inclusive('\n')
                .map(|line| {
                    if line.contains("lcc-… id") {
                        line.replace(":_default'", ":_ccloud-offsets_names'")
                    } else {
                        line.to_owned()
                    }
                })
                .collect();
            names.replacen(
                "\n_ccloud-offsets() {",
                &format!("\n{ZSH}\n_ccloud-offsets() {{"),
                1,
            )
        }
        _ => script.to_owned(),
    }
}

const BASH: &str = r#"
_ccloud_offsets_with_names() {
    GENERATED "$@"
    local current="${COMP_WORDS[COMP_CWORD]}" command="${COMP_WORDS[1]}"
    case "$command:$current" in
        get:-*|patch:-*|delete:-*|undo:-*|status:-*|wait:-*) ;;
        get:*|patch:*|delete:*|undo:*|status:*|wait:*)
            case "$3" in
                -*) ;;
                *)
                    local name
                    COMPREPLY=()
                    while IFS= read -r name; do
                        # A name is data, whatever it looks like: it is compared and quoted, never expanded.
                        [[ "$name" == "$current"* ]] && COMPREPLY+=("$(printf %q "$name")")
                    done < <(ccloud-offsets list --names 2>/dev/null </dev/null) ;;
            esac ;;
    esac
}
complete -F _ccloud_offsets_with_names -o bashdefault -o default ccloud-offsets
"#;

const FISH: &str = r#"
complete -c ccloud-offsets -n "__fish_seen_subcommand_from get patch delete undo status wait" -f -a "(ccloud-offsets list --names 2>/dev/null </dev/null)"
"#;

const ZSH: &str = r#"_ccloud-offsets_names() {
    local -a names
    names=("${(@f)$(ccloud-offsets list --names 2>/dev/null </dev/null)}")
    compadd -a names
}"#;
