//! Looks that are repeated: a page that is drawn anew, or one JSON object a line, until Ctrl-C.

use std::time::Duration;

use crate::args::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Output};
use crate::views::{self, View};

/// How often `--watch` looks.
const EVERY: Duration = Duration::from_secs(2);
/// Clears a terminal and goes to its upper left corner.
const CLEAR: &str = "\u{1b}[2J\u{1b}[H";

/// Whether to look again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    Yes,
    /// Somebody pressed Ctrl-C: the look that is shown is the last.
    No,
}

/// Prints one look of several.
///
/// # Errors
///
/// When it cannot be written, or has no JSON form.
pub(crate) fn show(
    view: &dyn View,
    (command, global): (&str, &Global),
    first: bool,
) -> Result<(), Failure> {
    let output = Output::new(global);
    let text = if global.json {
        let fields = view.fields().map_err(|error| {
            Failure::new(Exit::Error, "the result has no JSON form").because(&error)
        })?;
        views::line(Some(command), fields)
    } else if output::is_terminal() {
        format!("{CLEAR}{}", view.text())
    } else if first {
        view.text()
    } else {
        format!("\n{}", view.text())
    };
    output.data(&text).map_err(|error| {
        Failure::new(Exit::Error, "cannot write to standard output").because(&error)
    })
}

/// Waits until it is time to look again, or somebody has seen enough.
pub(crate) async fn rest() -> Again {
    tokio::select! {
        () = tokio::time::sleep(EVERY) => Again::Yes,
        // Where the signal cannot be heard, it ends the process.
        Ok(()) = tokio::signal::ctrl_c() => Again::No,
    }
}
