//! Commands that people can paste into a shell, for hints.

use crate::args::Global;

/// Quotes a word for a shell where it needs quotes.
pub(crate) fn quoted(word: &str) -> String {
    let harmless = |c: char| c.is_alphanumeric() || "/._-+:".contains(c);
    if !word.is_empty() && word.chars().all(harmless) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A command for the project and the target that the command line names.
pub(crate) fn command(global: &Global, words: &str) -> String {
    let mut command = format!("dormer {words}");
    if let Some(directory) = &global.directory {
        command.push_str(" -C ");
        command.push_str(&quoted(&directory.display().to_string()));
    }
    if let Some(target) = &global.target {
        command.push_str(" -t ");
        command.push_str(&quoted(target));
    }
    command
}
