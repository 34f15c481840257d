//! The one room that prints: data to standard output, talk to standard error.
//!
//! Texts arrive with their colours; **this room takes the colours out** where nobody wants them.
//! A reader that goes away ends the printing quietly: the exit code is that of the work.

use std::io::{self, ErrorKind, IsTerminal, Write};

use anstream::adapter::strip_str;

use crate::args::{Global, When};

/// The width of a line where there is no terminal to ask.
const WIDTH_WITHOUT_TERMINAL: usize = 120;

/// Where a text goes and how it looks there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    colour_on_stdout: bool,
    colour_on_stderr: bool,
    quiet: bool,
    verbose: bool,
}

impl Output {
    /// Decides colours once, from the command line, the environment and the terminals.
    pub(crate) fn new(global: &Global) -> Self {
        Self {
            colour_on_stdout: coloured(global.color, io::stdout().is_terminal()),
            colour_on_stderr: coloured(global.color, io::stderr().is_terminal()),
            quiet: global.quiet,
            verbose: global.verbose,
        }
    }

    /// What is used before the command line is understood.
    pub(crate) fn before_arguments() -> Self {
        Self {
            colour_on_stdout: coloured(When::Auto, io::stdout().is_terminal()),
            colour_on_stderr: coloured(When::Auto, io::stderr().is_terminal()),
            quiet: false,
            verbose: false,
        }
    }

    /// Whether nothing but the result is wanted.
    pub(crate) const fn is_quiet(self) -> bool {
        self.quiet
    }

    /// Whether more than the usual is wanted.
    pub(crate) const fn is_verbose(self) -> bool {
        self.verbose
    }

    /// Whether talk can be drawn over.
    pub(crate) fn is_live(self) -> bool {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        io::stderr().is_terminal() && !dumb
    }

    /// Prints a result.
    ///
    /// # Errors
    ///
    /// When it cannot be written, unless the reader has gone away.
    pub(crate) fn data(self, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        quietly(write(&mut out, text, self.colour_on_stdout))
    }

    /// Says something beside the result; `--quiet` silences it.
    pub(crate) fn talk(self, text: &str) {
        if !self.quiet {
            self.complain(text);
        }
    }

    /// Says something that only `--verbose` wants to hear.
    pub(crate) fn detail(self, text: &str) {
        if self.verbose {
            self.complain(text);
        }
    }

    /// Says what nothing silences: why there is no result.
    pub(crate) fn complain(self, text: &str) {
        let mut out = io::stderr().lock();
        // Nobody is left to hear that standard error is gone.
        let _ = write(&mut out, text, self.colour_on_stderr);
    }
}

/// Whether somebody looks at the result, so that it need not be kept.
pub(crate) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// The width for cutting what does not fit: of the terminal, else what COLUMNS says.
pub(crate) fn width() -> usize {
    let of_terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let said = || std::env::var("COLUMNS").ok()?.parse().ok();
    of_terminal
        .or_else(said)
        .unwrap_or(WIDTH_WITHOUT_TERMINAL)
        .max(40)
}

fn coloured(when: When, terminal: bool) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto => {
            let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
            terminal && !dumb && !set("NO_COLOR")
        }
    }
}

fn write(out: &mut dyn Write, text: &str, colour: bool) -> io::Result<()> {
    if colour {
        out.write_all(text.as_bytes())?;
    } else {
        for piece in strip_str(text) {
            out.write_all(piece.as_bytes())?;
        }
    }
    out.flush()
}

fn quietly(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
