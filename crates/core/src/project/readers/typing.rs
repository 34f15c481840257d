//! Statements that begin with a mistyped word: `CREAT VIEW`, `CREATE VEIW`.
//!
//! **A typing mistake never takes an object out of the project in silence.** What begins with no
//! verb of any engine is a mistake; what a CREATE makes is one when a kind of object is that near.

use crate::diagnostic::suggest;

/// What statements begin with, of all engines, for PostgreSQL and its relatives.
const VERBS: &[&str] = &[
    "ABORT",
    "ALTER",
    "ANALYSE",
    "ANALYZE",
    "ATTACH",
    "BACKUP",
    "BEGIN",
    "CALL",
    "CANCEL",
    "CHECKPOINT",
    "CLOSE",
    "CLUSTER",
    "COMMENT",
    "COMMIT",
    "COPY",
    "CREATE",
    "DEALLOCATE",
    "DECLARE",
    "DELETE",
    "DESC",
    "DESCRIBE",
    "DETACH",
    "DISCARD",
    "DO",
    "DROP",
    "END",
    "EXECUTE",
    "EXPLAIN",
    "FETCH",
    "FLUSH",
    "GRANT",
    "IMPORT",
    "INSERT",
    "INSPECT",
    "KILL",
    "LISTEN",
    "LOAD",
    "LOCK",
    "MERGE",
    "MOVE",
    "NOTIFY",
    "PREPARE",
    "RAISE",
    "REASSIGN",
    "RECOVER",
    "REFRESH",
    "REINDEX",
    "RELEASE",
    "REPACK",
    "REPLACE",
    "RESET",
    "RESTORE",
    "REVOKE",
    "ROLLBACK",
    "SAVEPOINT",
    "SECURITY",
    "SELECT",
    "SET",
    "SHOW",
    "START",
    "SUBSCRIBE",
    "TABLE",
    "TAIL",
    "TRUNCATE",
    "UNLISTEN",
    "UNLOAD",
    "UPDATE",
    "USE",
    "VACUUM",
    "VALIDATE",
    "VALUES",
    "WAIT",
    "WITH",
];

/// The kinds whose absence would change the project.
const KINDS: &[&str] = &[
    "FUNCTION",
    "INDEX",
    "MATERIALIZED",
    "SCHEMA",
    "SINK",
    "SOURCE",
    "SUBSCRIPTION",
    "TABLE",
    "VIEW",
];

/// Kinds that look like one of [`KINDS`] and are none.
const OTHER_KINDS: &[&str] = &["SINKS", "TABLESPACE"];

/// A word that was mistyped.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mistyped<'a> {
    pub(super) word: &'a str,
    pub(super) meant: Option<&'static str>,
}

/// Finds the mistyped word among the first words of a statement, which are in capitals.
pub(super) fn mistyped(words: &str) -> Option<Mistyped<'_>> {
    let mut words = words.split(' ');
    let verb = words.next().filter(|verb| !verb.is_empty())?;
    if !VERBS.contains(&verb) {
        let meant = suggest(verb, VERBS.iter().copied());
        return Some(Mistyped { word: verb, meant });
    }
    let word = words.next().filter(|_| verb == "CREATE")?;
    if KINDS.contains(&word) || OTHER_KINDS.contains(&word) {
        return None;
    }
    let meant = Some(suggest(word, KINDS.iter().copied())?);
    Some(Mistyped { word, meant })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(words: &str) -> Option<&'static str> {
        mistyped(words)?.meant
    }

    #[test]
    fn a_mistyped_word_is_found_with_what_was_meant() {
        assert_eq!(meant("CREAT"), Some("CREATE"));
        assert_eq!(meant("CREATE VEIW"), Some("VIEW"));
        assert_eq!(meant("CREATE MATERIALISED"), Some("MATERIALIZED"));
        assert_eq!(meant("GRNAT"), Some("GRANT"));
        let alone = mistyped("HELLO").unwrap();
        assert_eq!((alone.word, alone.meant), ("HELLO", None));
    }

    #[test]
    fn what_engines_know_is_no_mistake() {
        for words in [
            "CREATE POLICY",
            "CREATE SECRET",
            "CREATE TABLESPACE",
            "COPY",
            "CREATE",
        ] {
            assert_eq!(mistyped(words), None, "{words}");
        }
        assert!(VERBS.is_sorted() && KINDS.is_sorted());
    }
}
