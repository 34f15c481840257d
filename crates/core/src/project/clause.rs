//! Finds the word of a clause that was meant at a mistake in a query.
//!
//! **A name is left alone:** `raw.orders` is no ORDER. Only a word that stands alone, where its
//! clause may begin, and that is one letter away is proposed.

use dormer_sql::Span;

use crate::diagnostic::suggest_within;

const CLAUSES: [&str; 13] = [
    "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "JOIN", "LEFT", "RIGHT",
    "INNER", "UNION", "WINDOW",
];

/// The word of a clause that the text at a mistake, or the word right before it, nearly spells, and the
/// place of that text.
pub(super) fn misspelled(text: &str, at: Span) -> Option<(&'static str, Span)> {
    let before = text.get(..at.start as usize)?.trim_end();
    let after = text.get(at.end as usize..)?;
    let start = word_start(before);
    let here = meant(text.get(..at.start as usize)?, at.slice(text), after);
    let earlier = || meant(before.get(..start)?, before.get(start..)?, at.slice(text));
    match here {
        Some(meant) => Some((meant, at)),
        None => Some((earlier()?, Span::of(start..before.len()))),
    }
}

fn meant(before: &str, word: &str, after: &str) -> Option<&'static str> {
    let alone = word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && !before.ends_with(['.', '"', '$'])
        && !after.starts_with(['.', '"']);
    let allowed = possible(before);
    let spelled = CLAUSES.iter().chain(allowed);
    let spelled = spelled
        .into_iter()
        .any(|known| known.eq_ignore_ascii_case(word));
    if !alone || word.len() < 3 || spelled {
        return None;
    }
    suggest_within(word, allowed.iter().copied(), 1)
}

/// The words that may follow a text.
fn possible(before: &str) -> &'static [&'static str] {
    let before = before.trim_end();
    let last = before.get(word_start(before)..).unwrap_or("");
    if last.is_empty() {
        // Behind a name in quotes, a literal, a parenthesis or a star a clause may follow.
        return if before.ends_with(['"', '\'', ')', '*', ']']) {
            &CLAUSES
        } else if before.is_empty() || before.ends_with('(') {
            &["SELECT"]
        } else {
            &[]
        };
    }
    match last.to_ascii_uppercase().as_str() {
        "AS" | "UNION" | "ALL" | "INTERSECT" | "EXCEPT" | "MINUS" => &["SELECT"],
        "SELECT" => &["DISTINCT"],
        "LEFT" | "RIGHT" | "FULL" | "INNER" | "OUTER" | "CROSS" | "NATURAL" => &["JOIN"],
        "FROM" | "JOIN" | "INTO" | "BY" | "ON" | "WHERE" | "HAVING" | "AND" | "OR" | "NOT"
        | "DISTINCT" | "VIEW" | "TABLE" | "IN" | "IS" | "LIKE" | "WHEN" | "THEN" | "ELSE"
        | "CASE" | "WITH" => &[],
        _ => &CLAUSES,
    }
}

/// Where the word begins that ends the text.
fn word_start(text: &str) -> usize {
    let other = |c: char| !c.is_alphanumeric() && c != '_';
    let found = text.char_indices().rfind(|(_, c)| other(*c));
    found.map_or(0, |(at, c)| at + c.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The proposal for the mistake that `|` stands before.
    fn meant_at(marked: &str) -> Option<&'static str> {
        let at = marked.find('|').unwrap();
        let text = marked.replace('|', "");
        let rest = text.get(at..).unwrap();
        let end = rest.find(' ').map_or(text.len(), |length| at + length);
        misspelled(&text, Span::of(at..end)).map(|(meant, _)| meant)
    }

    #[test]
    fn words_of_clauses_are_proposed_where_they_may_stand() {
        assert_eq!(meant_at("SELECT id FORM |raw.t"), Some("FROM"));
        assert_eq!(meant_at("SELECT * FORM |raw.t"), Some("FROM"));
        assert_eq!(meant_at("SELECT id FROM raw.t WHER |id = 1"), Some("WHERE"));
        assert_eq!(meant_at("SELECT id FROM t |GRUOP BY id"), Some("GROUP"));
        assert_eq!(
            meant_at("SELECT id FROM a LEFT |JION b ON true"),
            Some("JOIN")
        );
        assert_eq!(meant_at("SELCT |id FROM a"), Some("SELECT"));
        assert_eq!(meant_at("SELECT DISTNCT |id FROM a"), Some("DISTINCT"));
    }

    #[test]
    fn names_are_left_alone() {
        assert_eq!(meant_at("SELECT id FROM raw.orders |5"), None);
        assert_eq!(meant_at("SELECT id FROM orders |5"), None);
        assert_eq!(meant_at("SELECT id FROM new_orders |5"), None);
        assert_eq!(meant_at("SELECT id FROM t WHERE limits |= = 1"), None);
        assert_eq!(meant_at("SELECT id FROM t whatever |5"), None);
        assert_eq!(meant_at("SELECT id FROM t GROUP |id"), None);
        assert_eq!(meant_at("SELECT id, |groups.id FROM t"), None);
    }

    #[test]
    fn the_word_that_was_meant_otherwise_has_a_place() {
        let text = "SELECT id FORM raw.t";
        let (_, at) = misspelled(text, Span::of(15..18)).unwrap();
        assert_eq!(at.slice(text), "FORM");
    }
}
