//! Manual pages, and the schemas of files.

use std::fs;

use ccloud_connect_emulator::Seed;

use crate::args::Man;
use crate::failure::{Exit, Failure};
use crate::local::help;
use crate::offsets_file;
use crate::text::words::shown;
use crate::ui::Ui;

/// Prints the JSON Schema of the file that `patch --file` reads, or of a seed for the emulator.
pub(crate) fn schema(ui: &Ui, seed: bool) -> Result<Exit, Failure> {
    let schema = if seed {
        Seed::json_schema().to_value()
    } else {
        offsets_file::json_schema()
    };
    let text = serde_json::to_string_pretty(&schema).map_err(Failure::unexpected)?;
    ui.print(&(text + "\n"))?;
    Ok(Exit::Done)
}

/// Prints the manual page of the tool, or writes one page for each command into a folder.
pub(crate) fn man(ui: &Ui, args: &Man) -> Result<Exit, Failure> {
    let Some(directory) = &args.dir else {
        ui.print(&help::page().map_err(Failure::unexpected)?)?;
        ui.note_at_terminal(
            "This is the source of the page. To read it: ccloud-offsets man | man -l -",
        );
        return Ok(Exit::Done);
    };
    let pages = help::pages().map_err(Failure::unexpected)?;
    let write = || {
        fs::create_dir_all(directory)?;
        pages
            .iter()
            .try_for_each(|(name, page)| fs::write(directory.join(name), page))
    };
    write().map_err(|error| {
        let message = format!("the folder {} cannot be written", shown(directory));
        Failure::new(Exit::Unexpected, "output", message).caused_by(&error)
    })?;
    Ok(Exit::Done)
}
