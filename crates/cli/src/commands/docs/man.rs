//! Man pages: one for the program, one for each command, made of what `--help` says.

use std::fs;
use std::path::Path;

use clap_mangen::Man;

use crate::commands::Outcome;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::help;
use crate::views::docs::Page;

/// Writes the pages into a folder, which is made where it does not exist.
///
/// # Errors
///
/// When the folder or a page cannot be written.
pub(super) fn write(into: &Path) -> Result<Outcome, Failure> {
    let failed = |error: std::io::Error| {
        let message = format!("cannot write man pages into {}", into.display());
        Failure::new(Exit::Error, message).because(&error)
    };
    fs::create_dir_all(into).map_err(failed)?;
    let mut root = help::command();
    root.build();
    let shown = root
        .get_subcommands()
        .filter(|command| !command.is_hide_set());
    // Building gives each command the name of its page: `dormer-plan`.
    let commands = shown.map(|command| {
        let name = command.get_display_name().unwrap_or(command.get_name());
        (name.to_owned(), command.clone())
    });
    let mut text = String::new();
    for (name, command) in std::iter::once(("dormer".to_owned(), root.clone())).chain(commands) {
        let path = into.join(format!("{name}.1"));
        let mut page = Vec::new();
        Man::new(command)
            .title(name)
            .render(&mut page)
            .map_err(failed)?;
        fs::write(&path, page).map_err(failed)?;
        text.push_str(&format!("{}\n", path.display()));
    }
    Ok(Outcome::new(Page { text }))
}
