//! Deeds to statements of PostgreSQL. **Pure, and nothing is ever dropped with what reads it.**
//!
//! | deed | on | statements |
//! |---|---|---|
//! | build | a materialized view | with `WITH NO DATA`: the rows come by a refresh |
//! | fill, mark, analyze | a kind that has no such thing | none |
//! | options | | one to set, one to reset |
//! | audit | | the query inside of another that gives one row at most |
//!
//! - Names are quoted where they need it; texts are literals that mean the same under any setting.
//! - **What was written by others is one statement,** and ends with its last word: a comment behind
//!   it would swallow what follows. A text that is several is refused.
//! - What cannot stand in a transaction, such as CREATE INDEX CONCURRENTLY, is placed alone.

use std::collections::BTreeMap;

use dormer_core::engine::script::Part;
use dormer_core::engine::step::{
    Captured, Commented, Deed, Expect, Form, Physical, Privilege, Readers, Statement, Unsupported,
};
use dormer_core::engine::{Capabilities, Engine, EngineError, Marker};
use dormer_core::model::observed::grant::Holder;
use dormer_core::model::observed::relation::RelationKind;

use super::capabilities::{NEW_OPTIONS, NEW_PRIVILEGES, capabilities};
use super::session::script;
use text::Text;
use words::{keywords, literal, name, noun, option_name, quote};

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod tests;
mod text;
mod words;

/// PostgreSQL, as far as it is known without a session.
#[derive(Debug)]
pub(crate) struct Postgres {
    capabilities: Capabilities,
    /// None where nobody knows it: then every statement of the newest version is made.
    version: Option<u32>,
}

impl Postgres {
    /// The version is that of `server_version_num`.
    pub(crate) fn new(version: Option<u32>) -> Self {
        Self {
            capabilities: capabilities(version),
            version,
        }
    }

    /// Refuses what came with a later version.
    fn known<'a>(&self, what: &'a str, news: &[(&str, u32)]) -> Result<&'a str, Unsupported> {
        let since = news.iter().find(|(new, _)| what.eq_ignore_ascii_case(new));
        match (since, self.version) {
            (Some((new, since)), Some(version)) if version < *since => Err(cannot(format!(
                "has no {new} before version {}",
                since / 10_000
            ))),
            _ => Ok(what),
        }
    }

    fn options(&self, options: &BTreeMap<String, String>) -> Result<Option<String>, Unsupported> {
        if options.is_empty() {
            return Ok(None);
        }
        let pair = |(key, value): (&String, &String)| {
            let key = option_name(self.known(key, &NEW_OPTIONS)?)?;
            Ok(format!("{key} = {}", literal(value)))
        };
        let pairs: Result<Vec<String>, Unsupported> = options.iter().map(pair).collect();
        Ok(Some(pairs?.join(", ")))
    }

    fn captured(
        &self,
        verb: &str,
        relation: &Physical,
        captured: &Captured,
    ) -> Result<String, Unsupported> {
        let materialized = match relation.kind {
            RelationKind::View => false,
            RelationKind::MaterializedView => true,
            RelationKind::Table
            | RelationKind::PartitionedTable
            | RelationKind::Partition
            | RelationKind::ForeignTable
            | RelationKind::Sequence => {
                let kind = kind(relation.kind);
                return Err(cannot(format!("cannot make a {kind} of a query")));
            }
        };
        let mut sql = format!("{verb} {} {}", noun(relation.kind), name(&relation.name)?);
        if !captured.columns.is_empty() {
            let columns: Vec<String> = captured.columns.iter().map(|one| quote(one)).collect();
            sql.push_str(&format!(" ({})", columns.join(", ")));
        }
        if let Some(method) = captured.access_method.as_ref().filter(|_| materialized) {
            sql.push_str(&format!("\nUSING {}", quote(method)));
        }
        if let Some(options) = self.options(&captured.options)? {
            sql.push_str(&format!("\nWITH ({options})"));
        }
        if let Some(tablespace) = captured.tablespace.as_ref().filter(|_| materialized) {
            sql.push_str(&format!("\nTABLESPACE {}", quote(tablespace)));
        }
        sql.push_str(" AS\n");
        sql.push_str(Text::read(&captured.query)?.query()?);
        if materialized {
            sql.push_str("\nWITH NO DATA");
        }
        Ok(sql)
    }

    fn build(&self, relation: &Physical, form: &Form) -> Result<String, Unsupported> {
        match (form, relation.kind) {
            (Form::Captured(one), _) => self.captured("CREATE", relation, one),
            (Form::Written(sql), RelationKind::MaterializedView) => Text::read(sql)?.without_data(),
            (Form::Written(sql), _) => Ok(Text::read(sql)?.as_str().to_owned()),
        }
    }

    fn redefine(&self, relation: &Physical, form: &Form) -> Result<String, Unsupported> {
        if relation.kind != RelationKind::View {
            let kind = kind(relation.kind);
            return Err(cannot(format!("cannot give a {kind} another query")));
        }
        match form {
            Form::Captured(one) => self.captured("CREATE OR REPLACE", relation, one),
            Form::Written(sql) => Text::read(sql)?.or_replace(),
        }
    }

    /// `SELECT (net) ON marts.orders`, with what stands before the holder.
    fn privilege(&self, on: &Physical, privilege: &Privilege) -> Result<String, Unsupported> {
        let word = keywords(self.known(&privilege.privilege, &NEW_PRIVILEGES)?)?;
        let column = match &privilege.column {
            Some(column) => format!(" ({})", quote(column)),
            None => String::new(),
        };
        let noun = match on.kind {
            RelationKind::Sequence => "SEQUENCE ",
            RelationKind::Table
            | RelationKind::PartitionedTable
            | RelationKind::Partition
            | RelationKind::ForeignTable
            | RelationKind::View
            | RelationKind::MaterializedView => "",
        };
        Ok(format!("{word}{column} ON {noun}{}", name(&on.name)?))
    }

    fn grant(&self, on: &Physical, privilege: &Privilege) -> Result<String, Unsupported> {
        let what = self.privilege(on, privilege)?;
        let option = match (&privilege.holder, privilege.grantable) {
            (_, false) => "",
            (Holder::Role(_), true) => " WITH GRANT OPTION",
            (Holder::Public, true) => {
                return Err(cannot("cannot let everybody pass a privilege on"));
            }
        };
        let holder = holder(&privilege.holder);
        Ok(format!("GRANT {what} TO {holder}{option}"))
    }

    fn alter_options(
        &self,
        relation: &Physical,
        set: &BTreeMap<String, Option<String>>,
    ) -> Result<Vec<String>, Unsupported> {
        if matches!(
            relation.kind,
            RelationKind::ForeignTable | RelationKind::Sequence
        ) {
            let kind = kind(relation.kind);
            return Err(cannot(format!("has no options for a {kind}")));
        }
        let alter = alter(relation)?;
        let given = |(key, value): (&String, &Option<String>)| Some((key.clone(), value.clone()?));
        let given: BTreeMap<String, String> = set.iter().filter_map(given).collect();
        let mut statements = Vec::new();
        if let Some(options) = self.options(&given)? {
            statements.push(format!("{alter} SET ({options})"));
        }
        let gone = set.iter().filter(|(_, value)| value.is_none());
        let gone: Result<Vec<String>, _> = gone.map(|(key, _)| option_name(key)).collect();
        let gone = gone?;
        if !gone.is_empty() {
            statements.push(format!("{alter} RESET ({})", gone.join(", ")));
        }
        Ok(statements)
    }
}

impl Engine for Postgres {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn script(&self, part: &Part<'_>) -> Result<Vec<Statement>, EngineError> {
        script::script(part)
    }

    fn lower(&self, deed: &Deed) -> Result<Vec<Statement>, Unsupported> {
        let sql = match deed {
            Deed::CreateSchema { schema } => {
                format!("CREATE SCHEMA IF NOT EXISTS {}", quote(schema))
            }
            Deed::Build { relation, form } => self.build(relation, form)?,
            Deed::Fill { relation } => match relation.kind {
                RelationKind::MaterializedView => {
                    format!("REFRESH MATERIALIZED VIEW {}", name(&relation.name)?)
                }
                // They have their rows since they were made.
                RelationKind::Table
                | RelationKind::PartitionedTable
                | RelationKind::Partition
                | RelationKind::ForeignTable
                | RelationKind::View
                | RelationKind::Sequence => return Ok(Vec::new()),
            },
            Deed::Refresh { relation, readers } => {
                let concurrently = match readers {
                    Readers::GoOn => "CONCURRENTLY ",
                    Readers::Wait => "",
                };
                let name = name(&relation.name)?;
                // What the session counted before is no part of what this one writes.
                let counted = format!(
                    "SELECT pg_catalog.set_config('dormer.counted', pg_catalog.concat_ws(' ', \
                     pg_catalog.pg_stat_get_xact_tuples_inserted(c), \
                     pg_catalog.pg_stat_get_xact_tuples_deleted(c)), true) \
                     FROM pg_catalog.to_regclass({}) c",
                    literal(&name)
                );
                let refresh = format!("REFRESH MATERIALIZED VIEW {concurrently}{name}");
                return Ok(vec![
                    Statement::together(counted),
                    Statement::together(refresh),
                ]);
            }
            Deed::Index { sql, .. } | Deed::Rebind { sql, .. } | Deed::Verbatim { sql, .. } => {
                let text = Text::read(sql)?;
                text.refuse_cascade()?;
                return Ok(vec![Statement {
                    placement: text.placement(),
                    ..Statement::together(text.as_str())
                }]);
            }
            Deed::DropIndex { index, .. } => format!("DROP INDEX {}", name(index)?),
            Deed::Comment { on, text, .. } => {
                let text = text.as_deref().map_or("NULL".to_owned(), literal);
                format!("COMMENT ON {} IS {text}", commented(on)?)
            }
            Deed::Mark {
                relation, marker, ..
            } => match relation.kind {
                RelationKind::View | RelationKind::MaterializedView => mark(relation, marker)?,
                // They have no rule that a marker could stand on: the journal knows.
                RelationKind::Table
                | RelationKind::PartitionedTable
                | RelationKind::Partition
                | RelationKind::ForeignTable
                | RelationKind::Sequence => return Ok(Vec::new()),
            },
            Deed::Grant { on, privilege } => self.grant(on, privilege)?,
            Deed::Revoke { on, privilege } => {
                let what = self.privilege(on, privilege)?;
                format!("REVOKE {what} FROM {}", holder(&privilege.holder))
            }
            Deed::Owner { relation, role, .. } => {
                format!("{} OWNER TO {}", alter(relation)?, quote(role))
            }
            Deed::Options { relation, set, .. } => {
                let statements = self.alter_options(relation, set)?;
                return Ok(statements.into_iter().map(Statement::together).collect());
            }
            Deed::AddColumn { table, sql, .. } => {
                let table = name(table)?;
                let sql = format!("ALTER TABLE {table} ADD COLUMN {sql}");
                let text = Text::read(&sql)?;
                text.refuse_second_action()?;
                text.as_str().to_owned()
            }
            Deed::Analyze { relation } => match relation.kind {
                RelationKind::View | RelationKind::Sequence => return Ok(Vec::new()),
                RelationKind::Table
                | RelationKind::PartitionedTable
                | RelationKind::Partition
                | RelationKind::ForeignTable
                | RelationKind::MaterializedView => {
                    format!("ANALYZE {}", name(&relation.name)?)
                }
            },
            Deed::Audit { sql, .. } => {
                return Ok(vec![Statement {
                    expect: Expect::NoRow,
                    ..Statement::together(first_rows(sql, 1)?)
                }]);
            }
            Deed::Rename { relation, to } => {
                format!("{} RENAME TO {}", alter(relation)?, quote(to))
            }
            Deed::RenameIndex { index, to } => {
                format!("ALTER INDEX {} RENAME TO {}", name(index)?, quote(to))
            }
            Deed::Redefine { relation, form, .. } => self.redefine(relation, form)?,
            Deed::Drop { relation } => {
                format!("DROP {} {}", noun(relation.kind), name(&relation.name)?)
            }
        };
        Ok(vec![Statement::together(sql)])
    }
}

fn cannot(what: impl std::fmt::Display) -> Unsupported {
    Unsupported {
        message: format!("postgres {what}"),
    }
}

/// The kind, for people.
fn kind(kind: RelationKind) -> String {
    kind.as_str().replace('-', " ")
}

fn alter(relation: &Physical) -> Result<String, Unsupported> {
    let (noun, name) = (noun(relation.kind), name(&relation.name)?);
    Ok(format!("ALTER {noun} {name}"))
}

fn holder(holder: &Holder) -> String {
    match holder {
        Holder::Public => "PUBLIC".to_owned(),
        Holder::Role(role) => quote(role),
    }
}

fn commented(on: &Commented) -> Result<String, Unsupported> {
    Ok(match on {
        Commented::Relation(relation) => {
            format!("{} {}", noun(relation.kind), name(&relation.name)?)
        }
        Commented::Column { of, column } => format!("COLUMN {}.{}", name(of)?, quote(column)),
        Commented::Index(index) => format!("INDEX {}", name(index)?),
    })
}

/// The rule is the query itself: its comment survives renames, refreshes and OR REPLACE.
fn mark(relation: &Physical, marker: &Option<Marker>) -> Result<String, Unsupported> {
    let text = match marker {
        Some(marker) => literal(&marker.to_string()),
        None => "NULL".to_owned(),
    };
    Ok(format!(
        "COMMENT ON RULE \"_RETURN\" ON {} IS {text}",
        name(&relation.name)?
    ))
}

/// The first rows of an audit.
pub(super) fn first_rows(query: &str, limit: u32) -> Result<String, Unsupported> {
    let query = Text::read(query)?;
    Ok(format!(
        "SELECT * FROM (\n{}\n) AS audit LIMIT {limit}",
        query.query()?
    ))
}
