//! The few colours and the columns that all views share; everything is readable without them.

use std::fmt::{self, Display};

use anstyle::{AnsiColor, Effects, Style};
use unicode_width::UnicodeWidthStr;

use super::grid::middle;
use crate::output;
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

/// The least room that a text is broken into.
const NARROWEST: usize = 30;

/// A name is cut to no less.
const SHORTEST: usize = 20;

/// Breaks a text between words where a terminal would break it anywhere.
pub(crate) fn flowing(text: &str) -> String {
    if output::is_terminal() {
        broken(text, output::width()).join("\n")
    } else {
        text.to_owned()
    }
}

/// Breaks a text between words into lines of at most so many columns; a longer word has its own.
pub(crate) fn broken(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut column = 0;
    for word in text.split(' ') {
        let needed = word.width();
        if column > 0 && column + 1 + needed > width {
            lines.push(String::new());
            column = 0;
        }
        if let Some(line) = lines.last_mut() {
            if column > 0 {
                line.push(' ');
                column += 1;
            }
            line.push_str(word);
            column += needed;
        }
    }
    lines
}

/// Rows of cells that are printed in columns; the last cell of a row is never padded.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Vec<(String, Style)>>,
    signs: bool,
}

impl Table {
    /// A table whose first column are signs, which stand close to the second.
    pub(crate) const fn with_signs() -> Self {
        Self {
            rows: Vec::new(),
            signs: true,
        }
    }

    /// The room behind a column.
    const fn gap(&self, column: usize) -> usize {
        if self.signs && column == 0 { 1 } else { 2 }
    }

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
                        let padding = width.saturating_sub(text.width()) + self.gap(at);
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

    /// Writes the rows so that no line is longer than `width` where words can be broken: what does
    /// not fit of the last cell goes below its beginning. On a terminal the widest of the columns before
    /// it is cut in the middle where that makes room.
    pub(crate) fn write_within(
        &self,
        f: &mut fmt::Formatter<'_>,
        indent: usize,
        width: usize,
    ) -> fmt::Result {
        let mut widths = self.widths();
        if output::is_terminal() {
            self.make_room(&mut widths, width.saturating_sub(indent));
        }
        for row in &self.rows {
            let Some(last) = row.iter().rposition(|(text, _)| !text.is_empty()) else {
                writeln!(f)?;
                continue;
            };
            let columns = widths.iter().take(last).enumerate();
            let before: usize = columns.map(|(at, width)| width + self.gap(at)).sum();
            let before = before + indent;
            write!(f, "{:indent$}", "")?;
            for (at, ((text, style), width)) in row.iter().zip(&widths).take(last).enumerate() {
                let text = middle(text, *width);
                let padding = width.saturating_sub(text.width()) + self.gap(at);
                write!(f, "{}{:padding$}", paint(text, *style), "")?;
            }
            let Some((text, style)) = row.get(last) else {
                continue;
            };
            // Where there is hardly room beside the other cells, a line is longer than the terminal.
            let room = width.saturating_sub(before).max(NARROWEST);
            for (at, line) in broken(text, room).into_iter().enumerate() {
                if at > 0 {
                    write!(f, "{:before$}", "")?;
                }
                writeln!(f, "{}", paint(line, *style))?;
            }
        }
        Ok(())
    }

    /// Takes from the widest column before the last what the line is too long for.
    fn make_room(&self, widths: &mut [usize], width: usize) {
        let gaps: usize = (1..widths.len()).map(|at| self.gap(at - 1)).sum();
        let Some((last, before)) = widths.split_last_mut() else {
            return;
        };
        let needed = gaps + before.iter().sum::<usize>() + (*last).min(NARROWEST);
        let excess = needed.saturating_sub(width);
        if let Some(widest) = before.iter_mut().max() {
            *widest = widest.saturating_sub(excess).max(SHORTEST.min(*widest));
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_column_makes_room_for_the_last() {
        let table = Table::with_signs();
        let room = |mut widths: Vec<usize>, width| {
            table.make_room(&mut widths, width);
            widths
        };
        assert_eq!(room(vec![1, 61, 6, 17], 78), [1, 49, 6, 17]);
        assert_eq!(room(vec![1, 61, 6, 90], 30), [1, 20, 6, 90]);
        assert_eq!(room(vec![1, 12, 6, 17], 78), [1, 12, 6, 17]);
        assert_eq!(room(vec![], 78), Vec::<usize>::new());
    }

    #[test]
    fn long_texts_are_broken_between_words() {
        assert_eq!(broken("reads a, reads b", 8), ["reads a,", "reads b"]);
        assert_eq!(broken("unbreakable it", 4), ["unbreakable", "it"]);
        assert_eq!(broken("", 4), [""]);
    }
}
