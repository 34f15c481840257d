//! The few colours and the columns that all views share; everything is readable without them.

use std::fmt::{self, Display};

use anstyle::{AnsiColor, Effects, Style};
use unicode_width::UnicodeWidthStr;

use crate::report::plain;

pub(crate) const ERROR: Style = AnsiColor::Red.on_default().effects(Effects::BOLD);
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().effects(Effects::BOLD);
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const HELP: Style = AnsiColor::Cyan.on_default().effects(Effects::BOLD);
/// Names of objects, headings.
pub(crate) const STRONG: Style = Style::new().effects(Effects::BOLD);
/// What is beside the point: places, defaults.
pub(crate) const FAINT: Style = Style::new().effects(Effects::DIMMED);

/// Gives a text a style.
pub(crate) fn paint(text: impl Display, style: Style) -> String {
    format!("{style}{text}{style:#}")
}

/// Counts things in words: `1 error`, `2 errors`, `no errors`.
pub(crate) fn count(n: usize, one: &str) -> String {
    match n {
        0 => format!("no {one}s"),
        1 => format!("1 {one}"),
        _ => format!("{n} {one}s"),
    }
}

/// Rows of cells that are printed in columns; the last cell of a row is never padded.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Vec<(String, Style)>>,
}

impl Table {
    /// Adds a row; what a cell says stays on its line and cannot drive a terminal.
    pub(crate) fn row<const N: usize>(&mut self, cells: [(&str, Style); N]) {
        let cell = |(text, style): (&str, Style)| (plain(text).replace(['\n', '\t'], " "), style);
        self.rows.push(cells.into_iter().map(cell).collect());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes the rows, each with the indent before it.
    pub(crate) fn write(&self, f: &mut fmt::Formatter<'_>, indent: usize) -> fmt::Result {
        let widths = self.widths();
        for row in &self.rows {
            let filled = row.iter().rposition(|(text, _)| !text.is_empty());
            write!(f, "{:indent$}", "")?;
            for (at, ((text, style), width)) in row.iter().zip(&widths).enumerate() {
                match filled {
                    Some(last) if at < last => {
                        let padding = width.saturating_sub(text.width()) + 2;
                        write!(f, "{}{:padding$}", paint(text, *style), "")?;
                    }
                    Some(last) if at == last => write!(f, "{}", paint(text, *style))?,
                    _ => {}
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths = Vec::new();
        for row in &self.rows {
            for (at, (text, _)) in row.iter().enumerate() {
                let width = text.width();
                match widths.get_mut(at) {
                    Some(known) => *known = width.max(*known),
                    None => widths.push(width),
                }
            }
        }
        widths
    }
}
