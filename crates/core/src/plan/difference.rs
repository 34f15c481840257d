//! Two texts beside each other, line by line: what only one of them has, with a line around it.
//!
//! Spaces at both ends of a line say nothing, and are kept as the text has them.

/// One line of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub side: Side,
    pub text: String,
}

/// Who has a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Only the text before.
    Before,
    /// Only the text after.
    After,
    Both,
    /// Lines of both that are left out.
    Gap,
}

impl Side {
    /// What stands before such a line.
    #[must_use]
    pub const fn sign(self) -> char {
        match self {
            Self::Before => '-',
            Self::After => '+',
            Self::Both | Self::Gap => ' ',
        }
    }
}

/// So many lines of each text are compared one by one; what is between the equal ends of longer texts is
/// told as a whole.
const COMPARED: usize = 2_000;

/// Compares two texts; nothing where they have the same lines.
#[must_use]
pub fn lines(before: &str, after: &str) -> Vec<Line> {
    let (before, after): (Vec<&str>, Vec<&str>) = (
        before.trim().lines().collect(),
        after.trim().lines().collect(),
    );
    let same = |(one, other): &(&&str, &&str)| one.trim() == other.trim();
    let head = before.iter().zip(&after).take_while(same).count();
    let (left, right) = (
        before.get(head..).unwrap_or(&[]),
        after.get(head..).unwrap_or(&[]),
    );
    let tail = left
        .iter()
        .rev()
        .zip(right.iter().rev())
        .take_while(same)
        .count();
    let (left, end) = left.split_at(left.len().saturating_sub(tail));
    let (right, _) = right.split_at(right.len().saturating_sub(tail));
    if left.is_empty() && right.is_empty() {
        return Vec::new();
    }
    let mut all = Vec::new();
    let side = |side, lines: &[&str]| -> Vec<Line> {
        let lines = lines.iter();
        lines
            .map(|line| Line {
                side,
                text: line.trim_end().to_owned(),
            })
            .collect()
    };
    all.extend(side(Side::Both, before.get(..head).unwrap_or(&[])));
    if left.len().max(right.len()) > COMPARED {
        all.extend(side(Side::Before, left));
        all.extend(side(Side::After, right));
    } else {
        all.extend(between(left, right));
    }
    all.extend(side(Side::Both, end));
    around(all)
}

/// The longest lines in common stay; the others belong to one side.
fn between(before: &[&str], after: &[&str]) -> Vec<Line> {
    let width = after.len() + 1;
    let mut common = vec![0_u32; (before.len() + 1) * width];
    let at = |row: usize, column: usize| row * width + column;
    let get = |common: &[u32], row, column| common.get(at(row, column)).copied().unwrap_or(0);
    for (row, one) in before.iter().enumerate().rev() {
        for (column, other) in after.iter().enumerate().rev() {
            let longest = if one.trim() == other.trim() {
                get(&common, row + 1, column + 1) + 1
            } else {
                get(&common, row + 1, column).max(get(&common, row, column + 1))
            };
            if let Some(cell) = common.get_mut(at(row, column)) {
                *cell = longest;
            }
        }
    }
    let (mut row, mut column) = (0, 0);
    let mut found = Vec::new();
    let mut push = |side, text: &str| {
        found.push(Line {
            side,
            text: text.trim_end().to_owned(),
        });
    };
    loop {
        match (before.get(row), after.get(column)) {
            (Some(one), Some(other)) if one.trim() == other.trim() => {
                push(Side::Both, other);
                (row, column) = (row + 1, column + 1);
            }
            (Some(one), other) => {
                let takes = get(&common, row + 1, column) >= get(&common, row, column + 1);
                match other {
                    Some(other) if !takes => {
                        push(Side::After, other);
                        column += 1;
                    }
                    Some(_) | None => {
                        push(Side::Before, one);
                        row += 1;
                    }
                }
            }
            (None, Some(other)) => {
                push(Side::After, other);
                column += 1;
            }
            (None, None) => return found,
        }
    }
}

/// Leaves out what both have, but for one line before and behind what differs.
fn around(all: Vec<Line>) -> Vec<Line> {
    let differs: Vec<bool> = all.iter().map(|line| line.side != Side::Both).collect();
    let near = |at: usize| {
        let from = at.saturating_sub(1);
        differs
            .iter()
            .skip(from)
            .take(at - from + 2)
            .any(|differs| *differs)
    };
    let mut kept: Vec<Line> = Vec::new();
    for (at, line) in all.into_iter().enumerate() {
        if near(at) {
            kept.push(line);
        } else if kept.last().is_none_or(|last| last.side != Side::Gap) {
            kept.push(Line {
                side: Side::Gap,
                text: "..".to_owned(),
            });
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(before: &str, after: &str) -> String {
        let lines = lines(before, after);
        let lines = lines.iter();
        lines
            .map(|line| format!("{} {}\n", line.side.sign(), line.text))
            .collect()
    }

    #[test]
    fn what_differs_has_a_line_around_it() {
        let before = "SELECT a,\n    b,\n    c,\n    d\n   FROM t\n  WHERE a > 1;";
        let after = " SELECT a,\n    b,\n    x AS c,\n    d\n   FROM t\n  WHERE a > 1;";
        assert_eq!(
            told(before, after),
            "  ..\n      b,\n-     c,\n+     x AS c,\n      d\n  ..\n"
        );
    }

    #[test]
    fn lines_in_common_stay_between_those_that_differ() {
        assert_eq!(
            told("a\nb\nc\nd", "b\nx\nd\ne"),
            "- a\n  b\n- c\n+ x\n  d\n+ e\n"
        );
        assert_eq!(told("", "a"), "+ a\n");
        assert_eq!(told("a", ""), "- a\n");
    }

    #[test]
    fn equal_texts_differ_nowhere() {
        assert_eq!(told("SELECT 1;\n", " SELECT 1;"), "");
    }
}
