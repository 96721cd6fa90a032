//! The manual pages: clap's description of a command, and the sections that people expect in a manual.

use std::io::{self, Write};

use clap::Command;
use clap_mangen::Man;

use super::examples;
use super::topics::{EXIT_CODES, VARIABLES, entries};

/// The manual page of the tool itself.
pub(crate) fn page() -> io::Result<String> {
    let mut command = super::command();
    command.build();
    render(&command, "")
}

/// The manual pages of the tool and of each command, each with the name of its file.
pub(crate) fn pages() -> io::Result<Vec<(String, String)>> {
    let mut command = super::command();
    command.build();
    let shown = |command: &&Command| !command.is_hide_set();
    let mut pages = vec![("ccloud-offsets.1".to_owned(), render(&command, "")?)];
    for nested in command.get_subcommands().filter(shown) {
        let name = nested.get_name();
        pages.push((format!("ccloud-offsets-{name}.1"), render(nested, name)?));
    }
    Ok(pages)
}

/// Renders one manual page. The parts of `--help` for which the page has sections of its own are left out.
fn render(command: &Command, name: &str) -> io::Result<String> {
    let full = match name {
        "" => "ccloud-offsets".to_owned(),
        name => format!("ccloud-offsets-{name}"),
    };
    let usage = command.clone().render_usage().to_string();
    let mut page = Vec::new();
    let man = Man::new(
        command
            .clone()
            .name(full.clone())
            .display_name(full.clone()),
    );
    // The title has no date, so that the same version always has the same pages.
    let title = full.to_uppercase();
    let version = env!("CARGO_PKG_VERSION");
    writeln!(
        page,
        r#".TH "{title}" "1" "" "ccloud-offsets {version}" "User Commands""#
    )?;
    man.render_name_section(&mut page)?;
    heading(&mut page, "SYNOPSIS")?;
    writeln!(page, "{}", escaped(usage.trim_start_matches("Usage: ")))?;
    man.render_description_section(&mut page)?;
    heading(&mut page, "EXAMPLES")?;
    for (what, command) in examples(name) {
        writeln!(
            page,
            ".PP\n{}:\n.PP\n.RS 4\n.nf\n{}\n.fi\n.RE",
            escaped(what),
            escaped(command)
        )?;
    }
    man.render_options_section(&mut page)?;
    if name.is_empty() {
        man.render_subcommands_section(&mut page)?;
    }
    heading(&mut page, "EXIT STATUS")?;
    for (exit, meaning) in entries(EXIT_CODES) {
        writeln!(page, ".TP\n{exit}\n{}", escaped(&meaning))?;
    }
    heading(&mut page, "ENVIRONMENT")?;
    for (variable, meaning) in entries(VARIABLES) {
        writeln!(
            page,
            ".TP\n\\fB{}\\fR\n{}",
            escaped(variable),
            escaped(&meaning)
        )?;
    }
    heading(&mut page, "FILES")?;
    writeln!(
        page,
        ".TP\n\\fIccloud\\-offsets/profiles.yaml\\fR\nProfiles, in the configuration directory of the platform; see \\fBccloud\\-offsets help topics\\fR"
    )?;
    heading(&mut page, "SEE ALSO")?;
    let others = super::command();
    let others = others
        .get_subcommands()
        .filter(|other| !other.is_hide_set());
    let mut pages = vec!["ccloud-offsets".to_owned()];
    pages.extend(others.map(|other| format!("ccloud-offsets-{}", other.get_name())));
    pages.retain(|page| *page != full);
    let pages: Vec<String> = pages
        .iter()
        .map(|page| format!("\\fB{}\\fR(1)", escaped(page)))
        .collect();
    writeln!(page, "{}", pages.join(", "))?;
    String::from_utf8(page).map_err(io::Error::other)
}

fn heading(page: &mut Vec<u8>, title: &str) -> io::Result<()> {
    writeln!(page, ".SH {title:?}")
}

/// Escapes a text for roff, so that it does not begin with a roff request and a hyphen stays an ASCII hyphen.
fn escaped(text: &str) -> String {
    let text = text
        .replace('\\', "\\e")
        .replace('-', "\\-")
        .replace('\'', "\\(aq");
    if text.starts_with('.') {
        format!("\\&{text}")
    } else {
        text
    }
}
