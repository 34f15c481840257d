//! Two texts, line by line: what goes, what comes, and a little of what stays around it.

use super::style::{ERROR, FAINT, GOOD, paint};
use crate::report::plain;

/// So many equal lines are shown around a difference.
const AROUND: usize = 2;
/// Longer texts are shown as a whole, one after the other.
const LONGEST: usize = 600;

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stays,
    Goes,
    Comes,
}

/// The lines with `-` before those that go and `+` before those that come, each indented so far.
pub(crate) fn lines(before: &str, after: &str, indent: usize) -> String {
    let before: Vec<&str> = before.lines().collect();
    let after: Vec<&str> = after.lines().collect();
    let all = compared(&before, &after);
    let near = |at: usize| {
        let from = at.saturating_sub(AROUND);
        let around = all.iter().skip(from).take(at - from + AROUND + 1);
        around.into_iter().any(|(fate, _)| *fate != Fate::Stays)
    };
    let mut out = String::new();
    let mut skipped = false;
    for (at, (fate, line)) in all.iter().enumerate() {
        if *fate == Fate::Stays && !near(at) {
            if !skipped {
                out.push_str(&format!("{:indent$}{}\n", "", paint("..", FAINT)));
            }
            skipped = true;
            continue;
        }
        skipped = false;
        let (sign, style) = match fate {
            Fate::Stays => (' ', FAINT),
            Fate::Goes => ('-', ERROR),
            Fate::Comes => ('+', GOOD),
        };
        let line = format!("{sign} {}", plain(line.trim_end()));
        out.push_str(&format!(
            "{:indent$}{}\n",
            "",
            paint(line.trim_end(), style)
        ));
    }
    out
}

fn compared<'t>(before: &[&'t str], after: &[&'t str]) -> Vec<(Fate, &'t str)> {
    if before.len().max(after.len()) > LONGEST {
        let goes = before.iter().map(|line| (Fate::Goes, *line));
        return goes
            .chain(after.iter().map(|line| (Fate::Comes, *line)))
            .collect();
    }
    // How many lines are in common from each pair of places on.
    let width = after.len() + 1;
    let mut common = vec![0_u32; (before.len() + 1) * width];
    let get = |common: &[u32], i: usize, j: usize| common.get(i * width + j).copied().unwrap_or(0);
    let same = |i: usize, j: usize| match (before.get(i), after.get(j)) {
        (Some(one), Some(other)) => one.trim() == other.trim(),
        _ => false,
    };
    for i in (0..before.len()).rev() {
        for j in (0..after.len()).rev() {
            let best = if same(i, j) {
                get(&common, i + 1, j + 1) + 1
            } else {
                get(&common, i + 1, j).max(get(&common, i, j + 1))
            };
            if let Some(place) = common.get_mut(i * width + j) {
                *place = best;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut found = Vec::new();
    loop {
        match (before.get(i), after.get(j)) {
            (Some(line), Some(_)) if same(i, j) => {
                found.push((Fate::Stays, *line));
                (i, j) = (i + 1, j + 1);
            }
            (Some(line), other)
                if other.is_none() || get(&common, i + 1, j) >= get(&common, i, j + 1) =>
            {
                found.push((Fate::Goes, *line));
                i += 1;
            }
            (_, Some(line)) => {
                found.push((Fate::Comes, *line));
                j += 1;
            }
            // What is left of one side alone has come or gone by now.
            (Some(_) | None, None) => return found,
        }
    }
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;

    use super::*;

    #[test]
    fn differing_lines_are_shown_with_little_around() {
        let before = "SELECT a,\n    b,\n    c\n   FROM t\n  WHERE a > 0\n  ORDER BY a;";
        let after = "SELECT a,\n    b,\n    c\n   FROM t\n  WHERE a > 1\n  ORDER BY a;";
        let told = strip_str(&lines(before, after, 2)).to_string();
        assert_eq!(
            told,
            "  ..\n        c\n       FROM t\n  -   WHERE a > 0\n  +   WHERE a > 1\n      ORDER BY a;\n"
        );
    }

    #[test]
    fn lines_that_only_come_or_go_are_said() {
        let told = |before, after| strip_str(&lines(before, after, 0)).to_string();
        assert_eq!(told("", "a\nb"), "+ a\n+ b\n");
        assert_eq!(told("a\nb", ""), "- a\n- b\n");
        assert_eq!(told("a\nb", "b\nc"), "- a\n  b\n+ c\n");
    }
}
