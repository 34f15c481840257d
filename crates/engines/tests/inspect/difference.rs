//! How two texts differ, line by line: `-` for what only the first has, `+` for the second.

/// Only the lines that differ, each with the nearest unindented line above it.
pub(crate) fn difference(first: &str, second: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (first.lines().collect(), second.lines().collect());
    let mut common = vec![vec![0_u32; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i][j] = if a[i] == b[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let (mut heading, mut told) = ("", "");
    let mut out = String::new();
    while i < a.len() || j < b.len() {
        let same = i < a.len() && j < b.len() && a[i] == b[j];
        let gone = !same && i < a.len() && (j == b.len() || common[i + 1][j] >= common[i][j + 1]);
        let here = if same || gone { a[i] } else { b[j] };
        if !here.starts_with(' ') {
            heading = here;
        } else if !same && heading != told {
            out.push_str(&format!("  {heading}\n"));
            told = heading;
        }
        if !same {
            out.push_str(&format!("{} {here}\n", if gone { '-' } else { '+' }));
        }
        i += usize::from(same || gone);
        j += usize::from(!gone);
    }
    out
}
