//! A server tells an alias that somebody wrote even where it is the relation's own name.

/// The text without aliases that say nothing: `FROM sub.clean clean` is `FROM sub.clean`.
pub(super) fn without(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut last = "";
    let mut rest = text;
    while !rest.is_empty() {
        let (space, more) = rest.split_at(rest.len() - rest.trim_start().len());
        let (word, more) = more.split_at(word_length(more));
        let repeats = !word.is_empty()
            && last
                .strip_suffix(word)
                .is_some_and(|before| before.ends_with('.'));
        if !(repeats && space == " ") {
            kept.push_str(space);
            kept.push_str(word);
        }
        last = word;
        rest = more;
        if word.is_empty() {
            let mark = rest.chars().next().map_or(0, char::len_utf8);
            let (mark, more) = rest.split_at(mark);
            kept.push_str(mark);
            last = "";
            rest = more;
        }
    }
    kept
}

/// How long the name is that a text begins with, dots and quotes included.
fn word_length(text: &str) -> usize {
    let mut quoted = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            _ if quoted || letter.is_alphanumeric() || "_.$".contains(letter) => {}
            _ => return at,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_name_is_left_out() {
        assert_eq!(
            without("FROM sub.clean clean, b.c d"),
            "FROM sub.clean, b.c d"
        );
        let quoted = "FROM (marts.\"Über \"\"Tag\"\"\" \"Über \"\"Tag\"\"\" JOIN x.y z);";
        assert_eq!(
            without(quoted),
            "FROM (marts.\"Über \"\"Tag\"\"\" JOIN x.y z);"
        );
        for same in [
            "SELECT a.b AS b FROM s.t",
            "a.b\n b",
            "'x.y y",
            "WHERE a.b IS b",
            "",
        ] {
            assert_eq!(without(same), same.replace("x.y y", "x.y"));
        }
    }
}
