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

/// An option of all commands that takes a value: how it is written short and long.
pub(crate) struct Named {
    short: &'static str,
    long: Option<&'static str>,
}

/// The folder of the project.
pub(crate) const DIRECTORY: Named = Named {
    short: "-C",
    long: None,
};

/// The target.
pub(crate) const TARGET: Named = Named {
    short: "-t",
    long: Some("--target"),
};

/// The command as it was written, but for one option that gets another value.
pub(crate) fn again(option: &Named, value: &str) -> String {
    rewritten(std::env::args().skip(1), option, value)
}

fn rewritten(written: impl Iterator<Item = String>, option: &Named, value: &str) -> String {
    let mut words = vec!["dormer".to_owned()];
    let mut written = written;
    while let Some(word) = written.next() {
        let long = option.long.and_then(|long| word.strip_prefix(long));
        if word == option.short || long == Some("") {
            // Its value goes with it.
            drop(written.next());
        } else if !word.starts_with(option.short) && !long.is_some_and(|rest| rest.starts_with('='))
        {
            words.push(quoted(&word));
        }
    }
    words.push(option.short.to_owned());
    words.push(quoted(value));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_gets_another_value_however_it_was_written() {
        let again = |words: &str, option| {
            rewritten(words.split(' ').map(str::to_owned), option, "two words")
        };
        for words in [
            "plan -t prd -q",
            "plan --target prd -q",
            "plan --target=prd -q",
            "-tprd plan -q",
        ] {
            assert_eq!(again(words, &TARGET), "dormer plan -q -t 'two words'");
        }
        assert_eq!(again("plan", &DIRECTORY), "dormer plan -C 'two words'");
    }
}
