//! A table with a head that fits the terminal: long names are cut in the middle, columns that matter less
//! are left out, what is said last is cut at its end. **Nothing is cut where nobody looks:** in a pipe, a
//! line is as long as it must be.

use std::fmt;

use anstyle::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::style::{FAINT, paint};
use crate::report::plain;

/// What stands for what is left out.
const CUT: &str = "\u{2026}";
/// Between two columns.
const GAP: usize = 2;

/// One column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) head: &'static str,
    pub(crate) side: Side,
    pub(crate) fit: Fit,
}

/// Where the cells of a column stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// What becomes of a column where there is little room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    Whole,
    /// Its cells are cut in the middle, to no less than this.
    Middle(usize),
    /// Its cells are cut at their ends, to no less than this.
    End(usize),
    /// It is left out, those with the smallest number first.
    Out(u8),
}

/// The rows.
#[derive(Debug)]
pub(crate) struct Grid<const N: usize> {
    columns: [Column; N],
    rows: Vec<[(String, Style); N]>,
}

impl<const N: usize> Grid<N> {
    pub(crate) const fn new(columns: [Column; N]) -> Self {
        Self {
            columns,
            rows: Vec::new(),
        }
    }

    /// Adds a row; what a cell says stays on its line and cannot drive a terminal.
    pub(crate) fn row(&mut self, cells: [(String, Style); N]) {
        let cell =
            |(text, style): (String, Style)| (plain(&text).replace(['\n', '\t'], " "), style);
        self.rows.push(cells.map(cell));
    }

    /// Writes head and rows; in so many columns where a width is given. A column without a word in it is
    /// left out.
    pub(crate) fn write(&self, f: &mut fmt::Formatter<'_>, width: Option<usize>) -> fmt::Result {
        let widths = self.fitting(width);
        let cells = |f: &mut fmt::Formatter<'_>, cells: &[(String, Style)]| {
            let shown = cells.iter().zip(&widths);
            let said = |((text, _), width): (&(String, Style), &Option<usize>)| {
                width.is_some() && !text.is_empty()
            };
            // Nothing stands behind the last word of a line.
            let last = shown.map(said).collect::<Vec<_>>();
            let last = last.iter().rposition(|said| *said).unwrap_or(0);
            for (at, ((text, style), width)) in cells.iter().zip(&widths).enumerate() {
                let (Some(width), Some(column)) = (width, self.columns.get(at)) else {
                    continue;
                };
                if at > last {
                    break;
                }
                let text = match column.fit {
                    Fit::Middle(_) => middle(text, *width),
                    Fit::Whole | Fit::End(_) | Fit::Out(_) => end(text, *width),
                };
                let padding = width.saturating_sub(text.width());
                match (column.side, at == last) {
                    (Side::Right, _) => write!(f, "{:padding$}{}", "", paint(&text, *style))?,
                    (Side::Left, true) => write!(f, "{}", paint(&text, *style))?,
                    (Side::Left, false) => write!(f, "{}{:padding$}", paint(&text, *style), "")?,
                }
                if at < last {
                    write!(f, "{:GAP$}", "")?;
                }
            }
            writeln!(f)
        };
        let heads = self.columns.map(|column| (column.head.to_owned(), FAINT));
        cells(f, &heads)?;
        for row in &self.rows {
            cells(f, row)?;
        }
        Ok(())
    }

    /// The width of each column; none for what is left out.
    fn fitting(&self, width: Option<usize>) -> Vec<Option<usize>> {
        let mut widths: Vec<Option<usize>> = Vec::with_capacity(N);
        for (at, column) in self.columns.iter().enumerate() {
            let cells = self.rows.iter().filter_map(|row| row.get(at));
            let longest = cells.map(|(text, _)| text.width()).max().unwrap_or(0);
            widths.push((longest > 0).then(|| longest.max(column.head.width())));
        }
        let Some(room) = width else { return widths };
        let taken = |widths: &[Option<usize>]| -> usize {
            let shown = widths.iter().flatten();
            shown
                .map(|width| width + GAP)
                .sum::<usize>()
                .saturating_sub(GAP)
        };
        let shrink = |widths: &mut Vec<Option<usize>>, least: fn(Fit) -> Option<usize>| {
            for (at, column) in self.columns.iter().enumerate() {
                let over = taken(widths).saturating_sub(room);
                if let (Some(least), Some(Some(width))) = (least(column.fit), widths.get_mut(at)) {
                    *width = width.saturating_sub(over).max(least.min(*width));
                }
            }
        };
        shrink(&mut widths, |fit| match fit {
            Fit::Middle(least) | Fit::End(least) => Some(least),
            Fit::Whole | Fit::Out(_) => None,
        });
        let mut order: Vec<(u8, usize)> = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            if let Fit::Out(place) = column.fit {
                order.push((place, at));
            }
        }
        order.sort_unstable();
        for (_, at) in order {
            if taken(&widths) <= room {
                break;
            }
            if let Some(width) = widths.get_mut(at) {
                *width = None;
            }
        }
        // What became free goes to what is said last.
        let free = room.saturating_sub(taken(&widths));
        for (at, column) in self.columns.iter().enumerate() {
            if let (Fit::End(_), Some(Some(width))) = (column.fit, widths.get_mut(at)) {
                let cells = self.rows.iter().filter_map(|row| row.get(at));
                let longest = cells.map(|(text, _)| text.width()).max().unwrap_or(0);
                *width = (*width + free).min(longest.max(column.head.width()));
            }
        }
        widths
    }
}

/// Cuts a text in its middle, so that beginning and end are seen.
pub(crate) fn middle(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(1);
    let (head, tail) = (room / 2, room - room / 2);
    let letters: Vec<char> = text.chars().collect();
    let first = taking(letters.iter().copied(), head);
    let last = taking(letters.iter().rev().copied(), tail);
    let last: String = last.chars().rev().collect();
    format!("{first}{CUT}{last}")
}

/// Cuts a text at its end.
fn end(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let kept = taking(text.chars(), width.saturating_sub(1));
    format!("{}{CUT}", kept.trim_end())
}

/// As many letters as fit.
fn taking(letters: impl Iterator<Item = char>, width: usize) -> String {
    let mut taken = 0;
    letters
        .take_while(|letter| {
            taken += letter.width().unwrap_or(0);
            taken <= width
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;

    use super::*;

    struct Shown(Option<usize>);

    impl fmt::Display for Shown {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let left = |head, fit| Column {
                head,
                side: Side::Left,
                fit,
            };
            let rows = Column {
                head: "rows",
                side: Side::Right,
                fit: Fit::Whole,
            };
            let mut grid = Grid::new([
                left("object", Fit::Middle(12)),
                left("kind", Fit::Out(1)),
                rows,
                left("none", Fit::Whole),
                left("problem", Fit::End(10)),
            ]);
            let mut row = |cells: [&str; 5]| {
                grid.row(cells.map(|text| (text.to_owned(), Style::new())));
            };
            row([
                "marts.customers_monthly",
                "materialized view",
                "12",
                "",
                "index customers_monthly_key missing",
            ]);
            row(["bi.top", "view", "1.2k", "", ""]);
            grid.write(f, self.0)
        }
    }

    fn shown(width: Option<usize>) -> String {
        strip_str(&Shown(width).to_string()).to_string()
    }

    #[test]
    fn nothing_is_cut_without_a_width() {
        assert_eq!(
            shown(None),
            "\
object                   kind               rows  problem
marts.customers_monthly  materialized view    12  index customers_monthly_key missing
bi.top                   view               1.2k\n"
        );
    }

    #[test]
    fn what_does_not_fit_is_cut_and_what_matters_least_goes() {
        let text = shown(Some(44));
        assert_eq!(
            text,
            "\
object        rows  problem
marts\u{2026}onthly    12  index customers_monthly\u{2026}
bi.top        1.2k\n"
        );
        assert!(text.lines().all(|line| line.width() <= 44), "{text}");
    }

    #[test]
    fn wide_letters_are_cut_by_their_width() {
        assert_eq!(
            middle("\u{8868}\u{8868}\u{8868}\u{8868}", 5),
            "\u{8868}\u{2026}\u{8868}"
        );
        assert_eq!(middle("abc", 3), "abc");
        assert_eq!(end("ab cd", 4), "ab\u{2026}");
    }
}
