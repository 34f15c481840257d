//! Statements with other names in them: the text stays as somebody wrote it, byte for byte, but for
//! the names of what is made and of what is read.

use std::collections::BTreeMap;

use dormer_sql::ident::quote;
use dormer_sql::query::Query;
use dormer_sql::rewrite::{Edit, rewrite};
use dormer_sql::statement::{CreateIndex, HeadOption, OptionKind, StatementKind};
use dormer_sql::{Dialect, QualifiedName, Span};

use crate::model::name::ObjectName;
use crate::model::object::{Audit, Object};
use crate::model::observed::relation::{Relation, RelationKind};

/// Which name stands for which while a plan is carried out: public names to those of shadows.
pub type Names = BTreeMap<ObjectName, ObjectName>;

/// A statement that cannot be given other names without changing what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotRenamed {
    /// A lowercase fragment.
    pub why: String,
}

/// A name as SQL writes it.
#[must_use]
pub fn sql_name(name: &ObjectName) -> String {
    format!("{}.{}", quote(&name.schema), quote(&name.name))
}

/// The CREATE statement of an object under another name and reading others: without OR REPLACE,
/// IF NOT EXISTS and WITH DATA, which the engine says.
///
/// # Errors
///
/// When a name cannot be replaced without a change of meaning.
pub fn create(object: &Object, name: &ObjectName, names: &Names) -> Result<String, NotRenamed> {
    let text = &object.source.text;
    let statement = &object.definition.statement;
    let mut edits: Vec<Edit> = dropped(&object.definition.options, statement.span, text);
    edits.push(Edit {
        span: object.written.span,
        replacement: sql_name(name),
    });
    if let Some(query) = &object.definition.query {
        edits.extend(reading(query, text, names)?);
    }
    finish(text, statement.span, &edits)
}

/// The query of an object, reading others.
///
/// # Errors
///
/// When the object has none, or a name cannot be replaced without a change of meaning.
pub fn query(object: &Object, names: &Names) -> Result<String, NotRenamed> {
    let text = &object.source.text;
    let definition = &object.definition;
    let (Some(query), Some(span)) = (&definition.query, definition.query_span) else {
        return Err(not("it has no query"));
    };
    finish(text, span, &reading(query, text, names)?)
}

/// A query that has the columns of a CREATE TABLE and no row to speak of; none for what has no columns
/// of its own.
#[must_use]
pub fn columns_as_query(object: &Object) -> Option<String> {
    let StatementKind::CreateTable(table) = &object.definition.statement.kind else {
        return None;
    };
    if table.columns.is_empty() {
        return None;
    }
    let text = &object.source.text;
    let columns = table.columns.iter().map(|column| {
        let written = column.type_name.slice(text);
        // These are no types but a type and a sequence.
        let type_name = match written.trim().to_ascii_lowercase().as_str() {
            "serial" | "serial4" => "integer",
            "bigserial" | "serial8" => "bigint",
            "smallserial" | "serial2" => "smallint",
            _ => written,
        };
        format!("CAST(NULL AS {type_name}) AS {}", quote(&column.name.value))
    });
    let columns: Vec<String> = columns.collect();
    Some(format!("SELECT {}", columns.join(", ")))
}

/// A view or materialized view as a CREATE statement: its columns by name, and the query as the target
/// tells it; none for what has no query.
#[must_use]
pub fn told(name: &ObjectName, relation: &Relation) -> Option<String> {
    let what = match relation.kind {
        RelationKind::View => "VIEW",
        RelationKind::MaterializedView => "MATERIALIZED VIEW",
        _ => return None,
    };
    let query = relation.definition.as_ref()?.trim().trim_end_matches(';');
    let columns = relation.columns.iter().map(|column| quote(&column.name));
    let columns: Vec<String> = columns.collect();
    Some(format!(
        "CREATE {what} {} ({}) AS\n{query}",
        sql_name(name),
        columns.join(", ")
    ))
}

/// A query as the target told it, reading others.
///
/// # Errors
///
/// When it is no query that Dormer can read as a whole.
pub fn captured(text: &str, names: &Names, dialect: Dialect) -> Result<String, NotRenamed> {
    let text = text.trim().trim_end_matches(';');
    let span = Span::of(0..text.len());
    let query = dormer_sql::query::parse(text, span, dialect);
    finish(text, span, &reading(&query, text, names)?)
}

/// What an index is called, and what it is on, in another place.
#[derive(Debug, Clone, Copy)]
pub struct IndexPlace<'a> {
    pub name: &'a str,
    pub on: &'a ObjectName,
}

/// A CREATE INDEX statement for another name and another relation: without IF NOT EXISTS and
/// CONCURRENTLY, which nothing needs that nobody reads yet.
///
/// # Errors
///
/// When it is no CREATE INDEX that Dormer can read.
pub fn index(text: &str, place: IndexPlace<'_>, dialect: Dialect) -> Result<String, NotRenamed> {
    let text = text.trim().trim_end_matches(';');
    let statement = single(text, dialect).ok_or_else(|| not("it is no single statement"))?;
    let StatementKind::CreateIndex(index) = &statement.kind else {
        return Err(not("it is no CREATE INDEX"));
    };
    let mut edits = vec![Edit {
        span: index.on.span,
        replacement: sql_name(place.on),
    }];
    let named = quote(place.name);
    match &index.name {
        Some(name) => edits.push(Edit {
            span: name.span,
            replacement: named,
        }),
        None => edits.push(before_on(text, index, &named)?),
    }
    let words = significant(text, statement.span, dialect);
    let until = index.name.as_ref().map_or(index.on.span, |name| name.span);
    edits.extend(without(text, &words, until));
    finish(text, statement.span, &edits)
}

/// Which of several equal words is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    First,
    Last,
}

/// Another name where a statement of the target has one after a word: `ON` of a trigger, `TO` of a rule.
/// The target's own way of quoting does not matter.
///
/// # Errors
///
/// When no name stands there.
pub(super) fn named_after(
    text: &str,
    (word, which): (&str, Which),
    name: &ObjectName,
    dialect: Dialect,
) -> Result<String, NotRenamed> {
    let text = text.trim().trim_end_matches(';');
    let whole = Span::of(0..text.len());
    let spans = significant(text, whole, dialect);
    let is = |span: &Span| span.slice(text).eq_ignore_ascii_case(word);
    let at = match which {
        Which::First => spans.iter().position(is),
        Which::Last => spans.iter().rposition(is),
    };
    let after = at.map(|at| spans.iter().skip(at.saturating_add(1)));
    let mut after = after
        .ok_or_else(|| not(format!("it has no {word}")))?
        .peekable();
    let mut span = *after
        .next()
        .ok_or_else(|| not(format!("nothing stands after {word}")))?;
    while after.next_if(|dot| dot.slice(text) == ".").is_some() {
        if let Some(part) = after.next() {
            span = Span::new(span.start, part.end);
        }
    }
    let edit = Edit {
        span,
        replacement: sql_name(name),
    };
    finish(text, whole, &[edit])
}

/// Reads a CREATE INDEX; its spans are those of the text.
#[must_use]
pub fn parse_index(text: &str, dialect: Dialect) -> Option<CreateIndex> {
    match single(text.trim().trim_end_matches(';'), dialect)?.kind {
        StatementKind::CreateIndex(index) => Some(index),
        _ => None,
    }
}

/// The query of an audit, reading others.
///
/// # Errors
///
/// When a name cannot be replaced without a change of meaning.
pub fn audit(object: &Object, audit: &Audit, names: &Names) -> Result<String, NotRenamed> {
    let text = &object.source.text;
    finish(text, audit.span, &reading(&audit.query, text, names)?)
}

/// What an audit reads beside its own object.
pub(in crate::plan) fn audit_reads(object: &Object, audit: &Audit) -> Vec<ObjectName> {
    let references = audit.query.references().iter();
    let mut reads: Vec<ObjectName> = references
        .map(|reference| ObjectName::of(&reference.name))
        .filter(|name| *name != object.name)
        .collect();
    reads.sort();
    reads.dedup();
    reads
}

/// The name that an index without one gets, put before ON.
fn before_on(text: &str, index: &CreateIndex, named: &str) -> Result<Edit, NotRenamed> {
    let head = text.get(..index.on.span.start as usize).unwrap_or_default();
    let upper = head.to_ascii_uppercase();
    let on = upper.rfind("ON").ok_or_else(|| not("it has no ON"))?;
    let at = Span::of(on..on);
    Ok(Edit {
        span: at,
        replacement: format!("{named} "),
    })
}

/// Leaves out CONCURRENTLY and IF NOT EXISTS before the name.
fn without(text: &str, words: &[Span], until: Span) -> Vec<Edit> {
    let head = words.iter().filter(|span| span.end <= until.start);
    let said = |span: &&Span| {
        let word = span.slice(text).to_ascii_uppercase();
        matches!(word.as_str(), "CONCURRENTLY" | "IF" | "NOT" | "EXISTS")
    };
    head.filter(said)
        .map(|span| Edit {
            span: *span,
            replacement: String::new(),
        })
        .collect()
}

/// Tells whether two definitions are the same as the target spells them. A shadow reads others under
/// their public name as an alias, so `marts.orders orders` says no more than `marts.orders`.
#[must_use]
pub fn same_definition(one: &str, other: &str, dialect: Dialect) -> bool {
    one == other || plain(one, dialect) == plain(other, dialect)
}

/// The words of a definition without aliases that repeat the name before them.
fn plain(text: &str, dialect: Dialect) -> Vec<&str> {
    let text = text.trim().trim_end_matches(';');
    let mut words: Vec<&str> = Vec::new();
    for span in significant(text, Span::of(0..text.len()), dialect) {
        let word = span.slice(text);
        let repeats = match words.as_slice() {
            [.., dot, last] => *dot == "." && *last == word,
            _ => false,
        };
        if !repeats {
            words.push(word);
        }
    }
    words
}

/// The only statement of a text.
fn single(text: &str, dialect: Dialect) -> Option<dormer_sql::statement::Statement> {
    let split = dormer_sql::split::split(text, dialect);
    match split.pieces.as_slice() {
        [piece] => Some(dormer_sql::parse::parse(text, &split, piece, dialect).0),
        _ => None,
    }
}

/// The places of all tokens but spaces and comments.
fn significant(text: &str, within: Span, dialect: Dialect) -> Vec<Span> {
    let tokens = dormer_sql::lex::lex(text, dialect);
    let significant = tokens
        .iter()
        .filter(|token| !token.kind.is_trivia() && within.contains(token.span));
    significant.map(|token| token.span).collect()
}

fn reading(query: &Query, text: &str, names: &Names) -> Result<Vec<Edit>, NotRenamed> {
    let new_name = |name: &QualifiedName| {
        let new = names.get(&ObjectName::of(name))?;
        Some(vec![new.schema.to_string(), new.name.to_string()])
    };
    if let Some(partial) = query.partial().first() {
        let read = query.references().iter();
        if read
            .clone()
            .any(|reference| new_name(&reference.name).is_some())
        {
            let place = partial.span.slice(text);
            return Err(not(format!("a part of it cannot be read: {place}")));
        }
    }
    query
        .rename(text, &new_name)
        .map_err(|captured| not(captured.to_string()))
}

/// Leaves out the words that an engine says for itself.
fn dropped(options: &[HeadOption], within: Span, text: &str) -> Vec<Edit> {
    let said = options.iter().filter(|option| {
        matches!(
            option.kind,
            OptionKind::OrReplace
                | OptionKind::IfNotExists
                | OptionKind::WithData
                | OptionKind::WithNoData
        ) && within.contains(option.span)
    });
    said.map(|option| {
        // The space before goes with it.
        let before = text.get(..option.span.start as usize).unwrap_or_default();
        let start = before.trim_end_matches(' ').len();
        Edit {
            span: Span::new(Span::of(start..start).start, option.span.end),
            replacement: String::new(),
        }
    })
    .collect()
}

fn finish(text: &str, span: Span, edits: &[Edit]) -> Result<String, NotRenamed> {
    rewrite(text, span, edits).map_err(|error| not(error.to_string()))
}

fn not(why: impl Into<String>) -> NotRenamed {
    NotRenamed { why: why.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::FilePath;
    use crate::model::object::SourceText;
    use crate::project::compile::Parsed;
    use crate::project::readers::sql;
    use std::sync::Arc;

    /// The only object that a text declares.
    fn object(text: &str) -> Object {
        let source = Arc::new(SourceText {
            file: FilePath::new("a.sql"),
            text: text.into(),
            origin: Vec::new(),
        });
        let parsed = Parsed::of(&source.text, Dialect::Postgres);
        let contents = sql::read(&source, &parsed, Dialect::Postgres);
        contents.objects.into_iter().next().unwrap().object
    }

    fn names(pairs: &[(&str, &str)]) -> Names {
        let name = |text: &str| ObjectName::parse(text, Dialect::Postgres).unwrap();
        pairs
            .iter()
            .map(|(old, new)| (name(old), name(new)))
            .collect()
    }

    #[test]
    fn a_shadow_reads_shadows_and_means_the_same() {
        let object = object(
            "CREATE OR REPLACE MATERIALIZED VIEW IF NOT EXISTS marts.b (x) AS\n  SELECT a.x -- why\n  FROM marts.a WITH NO DATA;",
        );
        let name = ObjectName::new("marts", "b__g");
        let text = create(&object, &name, &names(&[("marts.a", "marts.a__g")])).unwrap();
        assert_eq!(
            text,
            "CREATE MATERIALIZED VIEW marts.b__g (x) AS\n  SELECT a__g.x -- why\n  FROM marts.a__g"
        );
    }

    #[test]
    fn an_index_is_made_elsewhere() {
        let on = ObjectName::new("marts", "a__g");
        let place = IndexPlace {
            name: "i__g",
            on: &on,
        };
        let made = |text: &str| index(text, place, Dialect::Postgres).unwrap();
        assert_eq!(
            made("CREATE UNIQUE INDEX i ON ONLY marts.a USING btree (x) WHERE (x > 0)"),
            "CREATE UNIQUE INDEX i__g ON ONLY marts.a__g USING btree (x) WHERE (x > 0)"
        );
        assert_eq!(
            made("CREATE INDEX CONCURRENTLY IF NOT EXISTS \"I x\" ON marts.a (lower(x));"),
            "CREATE INDEX     i__g ON marts.a__g (lower(x))"
        );
        assert_eq!(
            made("CREATE INDEX ON marts.a (x)"),
            "CREATE INDEX i__g ON marts.a__g (x)"
        );
    }

    #[test]
    fn what_hangs_on_a_relation_is_hung_on_another() {
        let name = ObjectName::new("marts", "a__g");
        let named = |text: &str, after| named_after(text, after, &name, Dialect::Postgres).unwrap();
        assert_eq!(
            named(
                "CREATE TRIGGER \"on\" BEFORE UPDATE OF x ON marts.snapshot FOR EACH ROW",
                ("ON", Which::First)
            ),
            "CREATE TRIGGER \"on\" BEFORE UPDATE OF x ON marts.a__g FOR EACH ROW"
        );
        assert_eq!(
            named(
                "CREATE STATISTICS s ON EXTRACT(day FROM x), y FROM \"Marts\".\"a b\"",
                ("FROM", Which::Last)
            ),
            "CREATE STATISTICS s ON EXTRACT(day FROM x), y FROM marts.a__g"
        );
    }

    #[test]
    fn an_alias_that_repeats_the_name_says_nothing() {
        let same = |one, other| same_definition(one, other, Dialect::Postgres);
        assert!(same(
            " SELECT a.x\n   FROM marts.a;",
            "SELECT a.x FROM marts.a a;"
        ));
        assert!(!same(
            "SELECT x FROM marts.a a;",
            "SELECT x FROM marts.a b;"
        ));
        assert!(!same("SELECT 'a  b'", "SELECT 'a b'"));
    }
}
