//! What differs from run to run in what the binary prints, made the same: ids of runs, generations, times,
//! processes, the machine.

/// The letters of ids.
const LETTERS: &str = "0123456789abcdefghjkmnpqrstvwxyz";

/// Makes a text the same everywhere; whatever was replaced leaves two spaces where there were more.
pub(crate) fn steady(text: &str) -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = host.trim();
    let mut out = String::new();
    for line in text.lines() {
        let line = moments(line);
        let line = line.replace(&format!("@{host}"), "@[HOST]");
        let line = line.replace(&format!(" on {host} has"), " on [HOST] has");
        out.push_str(&words(&line));
        out.push('\n');
    }
    out
}

/// `2026-11-20 19:30:41 UTC`
fn moments(line: &str) -> String {
    let mut out = line.to_owned();
    while let Some(at) = out.find(" UTC") {
        let from = at.checked_sub(19).unwrap();
        out.replace_range(from..at + 4, "[MOMENT]");
    }
    out
}

fn words(line: &str) -> String {
    let mut out = String::new();
    let mut before = String::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        if !first.is_ascii_alphanumeric() {
            out.push(first);
            rest = rest.strip_prefix(first).unwrap();
            continue;
        }
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        if let Some(after) = length(word, after) {
            out.push_str("[TIME]");
            rest = gap(after);
        } else if is_run(word) && (out.trim().is_empty() || RUN_FOLLOWS.contains(&&*before)) {
            out.push_str("[RUN]");
            rest = gap(after);
        } else if is_process(word, &before) {
            out.push_str("[PID]");
        } else if let Some((name, _)) = word.rsplit_once("__").filter(|(_, id)| is_id(id, 8..=8)) {
            out.push_str(name);
            out.push_str("__[GEN]");
            rest = gap(after);
        } else {
            out.push_str(word);
        }
        word.clone_into(&mut before);
    }
    out.replace("< [TIME]", "[TIME]")
}

/// The words that an id of a run stands behind.
const RUN_FOLLOWS: [&str; 7] = ["run", "Run", "rollback", "history", "resume", "id", "ago"];

fn is_id(word: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&word.len()) && word.chars().all(|c| LETTERS.contains(c))
}

/// An id of this century's thirties begins with a digit, as no word does.
fn is_run(word: &str) -> bool {
    is_id(word, 4..=10) && word.starts_with(|c: char| c.is_ascii_digit())
}

fn is_process(word: &str, before: &str) -> bool {
    let number = word.chars().all(|c| c.is_ascii_digit());
    number && ["pid", "for", "pg_terminate_backend"].contains(&before) && word.len() > 1
}

/// What stands behind a length of time: `12 ms`, `1.2 s`, `3 min 4 s`, `1 d 2 h`.
fn length<'a>(word: &str, after: &'a str) -> Option<&'a str> {
    if !word.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let mut rest = unit(after)?;
    // Its smaller part.
    while let Some(more) = rest.strip_prefix(' ').and_then(unit) {
        rest = more;
    }
    Some(rest)
}

/// What stands behind the rest of a number and its unit of time.
fn unit(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let units = [" ms", " s", " min", " h", " d"];
    units.into_iter().find_map(|unit| {
        let behind = rest.strip_prefix(unit)?;
        let whole = !behind.starts_with(|c: char| c.is_ascii_alphanumeric());
        whole.then_some(behind)
    })
}

/// Two spaces where there were more.
fn gap(after: &str) -> &str {
    let spaces = after.len() - after.trim_start_matches(' ').len();
    after.split_at(spaces.saturating_sub(2)).1
}

#[test]
fn what_differs_is_made_the_same() {
    assert_eq!(
        steady("6ae0n  apply  done  2026-11-20 19:30:41 UTC  < 1 s   anna  2 of 9 took 1.2 s."),
        "[RUN]  apply  done  [MOMENT]  [TIME]  anna  2 of 9 took [TIME].\n"
    );
    assert_eq!(
        steady("1 d 0 h left, 23 h 59 min left, 3 min 4 s"),
        "[TIME] left, [TIME] left, [TIME]\n"
    );
    assert_eq!(
        steady("hint: dormer rollback 6ae0n -t prod; marts.a__0gqz8wx1    drop; pid 4242"),
        "hint: dormer rollback [RUN] -t prod; marts.a__[GEN]  drop; pid [PID]\n"
    );
}
