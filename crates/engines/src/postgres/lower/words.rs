//! Names, nouns and literals, written so that PostgreSQL reads exactly these.

use dormer_core::engine::step::Unsupported;
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::relation::RelationKind;
use dormer_sql::ident;

use super::cannot;

/// A name as the engine reads it. The word CASCADE stands in no statement bare, not even as a name.
pub(super) fn quote(value: &str) -> String {
    if value == "cascade" {
        format!("\"{value}\"")
    } else {
        ident::quote(value)
    }
}

/// `marts.orders`, quoted where it must be.
pub(super) fn name(name: &ObjectName) -> Result<String, Unsupported> {
    if name.database.is_some() {
        return Err(cannot(format!(
            "cannot reach {name}, which is in another database"
        )));
    }
    Ok(format!("{}.{}", quote(&name.schema), quote(&name.name)))
}

/// The noun of ALTER, DROP and COMMENT ON.
pub(super) const fn noun(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::Table | RelationKind::PartitionedTable | RelationKind::Partition => "TABLE",
        RelationKind::ForeignTable => "FOREIGN TABLE",
        RelationKind::View => "VIEW",
        RelationKind::MaterializedView => "MATERIALIZED VIEW",
        RelationKind::Sequence => "SEQUENCE",
    }
}

/// A text in quotes. Backslashes are doubled in an `E''`, which means the same whatever
/// `standard_conforming_strings` says.
pub(super) fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!("E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

/// The name of an option: `fillfactor`, `toast.autovacuum_enabled`.
pub(super) fn option_name(option: &str) -> Result<String, Unsupported> {
    let parts: Vec<String> = option.split('.').map(quote).collect();
    if parts.len() > 2 || option.split('.').any(str::is_empty) {
        return Err(cannot(format!("has no option {option:?}")));
    }
    Ok(parts.join("."))
}

/// Words of the grammar, such as a privilege: letters alone, so that nothing else hides in them.
pub(super) fn keywords(words: &str) -> Result<&str, Unsupported> {
    let plain =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    if words.split(' ').all(plain) {
        Ok(words)
    } else {
        Err(cannot(format!("has no privilege {words:?}")))
    }
}
