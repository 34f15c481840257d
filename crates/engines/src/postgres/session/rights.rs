//! The statements that would give a right that was missing, for whoever may run them.
//!
//! **A hint, never more:** where the server cannot be asked, or nothing is found to be missing, what
//! was said before stays.

use dormer_core::engine::{EngineError, ErrorKind};
use tokio_postgres::types::{ToSql, Type};

use crate::wire::connect::Wire;

const RIGHTS: &str = include_str!("rights.sql");
const REFRESH: &str = "REFRESH MATERIALIZED VIEW ";

/// Names the rights that a failed statement lacked. Nothing may be open in the session.
pub(super) async fn named(
    wire: &Wire,
    mut error: EngineError,
    statement: Option<&str>,
) -> EngineError {
    if error.kind != ErrorKind::Permission {
        return error;
    }
    let Some((kind, name)) = refused(&error.message) else {
        return error;
    };
    let making = kind == "schema" && statement.is_some_and(|sql| makes_in(sql, name));
    let kind = if making { "making" } else { kind };
    let refreshed = statement.and_then(refreshed).unwrap_or_default();
    let parameters: [(&(dyn ToSql + Sync), Type); 3] = [
        (&kind, Type::TEXT),
        (&name, Type::TEXT),
        (&refreshed, Type::TEXT),
    ];
    let rows = wire.session.query_typed(RIGHTS, &parameters).await;
    let grants: Vec<String> = rows
        .iter()
        .flatten()
        .filter_map(|row| row.try_get(0).ok())
        .collect();
    // Of several relations of one name it is not known which was meant.
    if kind != "relation" && !grants.is_empty() || grants.len() == 1 {
        error.hint = Some(grants.join("; "));
    }
    error
}

/// What a refusal is about: `permission denied for materialized view a`.
fn refused(message: &str) -> Option<(&'static str, &str)> {
    let about = message.strip_prefix("permission denied for ")?;
    let kinds = [
        ("schema ", "schema"),
        ("database ", "database"),
        ("table ", "relation"),
        ("view ", "relation"),
        ("materialized view ", "relation"),
        ("foreign table ", "relation"),
    ];
    kinds
        .iter()
        .find_map(|(words, kind)| Some((*kind, about.strip_prefix(words)?)))
}

/// Whether a statement makes something in a schema: it is named before the query.
fn makes_in(statement: &str, schema: &str) -> bool {
    let head = statement.split_whitespace();
    let mut head = head.take_while(|word| !word.eq_ignore_ascii_case("as"));
    let create = head.next();
    create.is_some_and(|word| word.eq_ignore_ascii_case("create"))
        && head.any(|word| {
            let named = word.split_once('.').map(|(schema, _)| schema);
            named.is_some_and(|named| named.trim_matches('"') == schema)
        })
}

/// The relation that a statement refreshes.
fn refreshed(statement: &str) -> Option<&str> {
    let name = statement.strip_prefix(REFRESH)?;
    let name = name.strip_prefix("CONCURRENTLY ").unwrap_or(name);
    let name = name.trim_end_matches(';').trim();
    Some(name.strip_suffix(" WITH DATA").unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_say_what_they_are_about() {
        assert_eq!(
            refused("permission denied for materialized view a b"),
            Some(("relation", "a b"))
        );
        assert_eq!(
            refused("permission denied for schema marts"),
            Some(("schema", "marts"))
        );
        assert_eq!(refused("must be owner of table a"), None);
    }

    #[test]
    fn what_is_made_is_told_from_what_is_read() {
        let sql = "create materialized view m.a as select a from r.t";
        assert!(makes_in(sql, "m"));
        assert!(!makes_in(sql, "r"));
        assert!(!makes_in("COMMENT ON VIEW m.a IS 'x'", "m"));
    }

    #[test]
    fn refreshes_name_their_relation() {
        assert_eq!(
            refreshed("REFRESH MATERIALIZED VIEW CONCURRENTLY m.\"a b\""),
            Some("m.\"a b\"")
        );
        assert_eq!(
            refreshed("REFRESH MATERIALIZED VIEW m.a WITH DATA;"),
            Some("m.a")
        );
        assert_eq!(refreshed("CREATE VIEW m.a AS SELECT 1"), None);
    }
}
