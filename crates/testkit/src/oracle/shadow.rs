//! Views that read copies of the fixture's relations, which then take the names of the originals:
//! their definitions beside those of the same views made from the text as it is.

use std::collections::{BTreeMap, BTreeSet};

use dormer_sql::ident::{QualifiedName, quote};
use dormer_sql::query::{self, Query, RelationPath};
use dormer_sql::rewrite::rewrite;
use dormer_sql::{Dialect, Span};

use super::catalog::Catalog;
use super::corpus::Body;
use super::verdict::Server;

type Failure = Box<dyn std::error::Error>;

/// The name of a body and what became of it; why its text cannot be renamed, where it cannot.
pub type Told = (String, Result<Swapped, String>);

/// What stands behind the name of a copy.
const MARK: &str = "__abcdefgh";

/// The longest name of a relation that leaves room for the mark.
const ROOM: usize = 63 - MARK.len();

/// What became of a body whose relations were exchanged beneath it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swapped {
    /// The text that reads the copies.
    pub text: String,
    pub how: How,
    /// What the server calls the view made from the body itself.
    pub built: Definition,
    /// What it calls the view of the text above in the end; an error where it refuses that text, or
    /// the body itself.
    pub swapped: Result<Definition, String>,
}

/// Whether the text that reads the copies calls them by their old names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    WithAlias,
    WithoutAlias,
}

/// A view as the server shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Definition {
    pub text: String,
    pub columns: Vec<String>,
}

/// Exchanges the relations of the fixture beneath a view of each body that reads any of them, in
/// the order of the bodies.
///
/// # Errors
/// When the server does not answer or refuses a copy.
pub fn swap(server: &mut Server, bodies: &[Body], catalog: &Catalog) -> Result<Vec<Told>, Failure> {
    let mut plans = Vec::new();
    let mut read = BTreeSet::new();
    for body in bodies {
        let span = Span::of(0..body.text.len());
        let query = query::parse(&body.text, span, Dialect::Postgres);
        let names = query.references().iter();
        let known: BTreeSet<String> = names.filter_map(|r| own_name(&r.name, catalog)).collect();
        if !known.is_empty() {
            plans.push((body, renamed(&query, &body.text, catalog)));
            read.extend(known);
        }
    }
    let session = server.session();
    let mut refused = BTreeMap::new();
    for name in &read {
        let (original, copy) = (quoted(name), quoted(&format!("{}{MARK}", cut(name))));
        let row = session.query_one(
            "SELECT relkind = 'S' FROM pg_class WHERE oid = $1::text::regclass",
            &[&original],
        )?;
        session.batch_execute(&match row.get(0) {
            true => format!("CREATE SEQUENCE {copy}"),
            false => format!("CREATE TABLE {copy} (LIKE {original} INCLUDING ALL)"),
        })?;
    }
    for (at, (body, text)) in plans.iter().enumerate() {
        if let Err(error) = session.batch_execute(&create("built", at, body, &body.text)) {
            refused.insert(at, format!("the original: {}", words_of(&error)));
            continue;
        }
        if let Ok((text, _)) = text
            && let Err(error) = session.batch_execute(&create("swapped", at, body, text))
        {
            refused.insert(at, words_of(&error));
        }
    }
    let mut built = definitions(session, "built")?;
    for name in &read {
        let last = name.split_once('.').map_or("", |(_, last)| last);
        let retired = quote(&format!("{}__retired", cut(last)));
        let copy = quoted(&format!("{}{MARK}", cut(name)));
        let (original, last) = (quoted(name), quote(last));
        session.batch_execute(&format!(
            "ALTER TABLE {original} RENAME TO {retired}; ALTER TABLE {copy} RENAME TO {last}"
        ))?;
    }
    let mut swapped = definitions(session, "swapped")?;
    let told = plans.into_iter().enumerate().map(|(at, (body, text))| {
        let told = text.map(|(text, how)| Swapped {
            text,
            how,
            built: built.remove(&format!("built{at}")).unwrap_or_default(),
            swapped: match refused.remove(&at) {
                Some(error) => Err(error),
                None => Ok(swapped.remove(&format!("swapped{at}")).unwrap_or_default()),
            },
        });
        (body.name.clone(), told)
    });
    Ok(told.collect())
}

/// The full name of a relation of the fixture; none for those of the server itself.
fn own_name(name: &QualifiedName, catalog: &Catalog) -> Option<String> {
    let name = catalog.full_name(&RelationPath::of(name));
    let own = !name.starts_with("pg_") && !name.starts_with("information_schema.");
    (own && catalog.relations.contains_key(&name)).then_some(name)
}

/// The text with the copies in place of the relations.
fn renamed(query: &Query, text: &str, catalog: &Catalog) -> Result<(String, How), String> {
    let span = Span::of(0..text.len());
    let new_name = |name: &QualifiedName| {
        own_name(name, catalog)?;
        let mut parts: Vec<String> = name.parts.iter().map(|p| p.value.to_string()).collect();
        let last = parts.last_mut()?;
        *last = format!("{}{MARK}", cut(last));
        Some(parts)
    };
    let edits = query.rename(text, &new_name);
    let edits = edits.map_err(|error| error.to_string())?;
    // Only an alias is put where nothing stood.
    let aliased = edits.iter().any(|edit| edit.span.start == edit.span.end);
    let how = if aliased {
        How::WithAlias
    } else {
        How::WithoutAlias
    };
    let text = rewrite(text, span, &edits).map_err(|error| error.to_string())?;
    Ok((text, how))
}

fn words_of(error: &postgres::Error) -> String {
    let said = error.as_db_error().map(ToString::to_string);
    said.unwrap_or_else(|| error.to_string())
}

fn create(prefix: &str, at: usize, body: &Body, text: &str) -> String {
    let columns = match body.columns.as_slice() {
        [] => String::new(),
        columns => format!("({})", columns.join(", ")),
    };
    // On a line of its own: a body may end in a comment.
    format!("CREATE VIEW oracle_views.{prefix}{at} {columns} AS {text}\n")
}

fn definitions(
    session: &mut postgres::Client,
    prefix: &str,
) -> Result<BTreeMap<String, Definition>, Failure> {
    let rows = session.query(
        "SELECT c.relname::text, pg_get_viewdef(c.oid),
                ARRAY(SELECT a.attname::text FROM pg_attribute a
                      WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum)
         FROM pg_class c WHERE c.relnamespace = 'oracle_views'::regnamespace AND c.relkind = 'v'
          AND starts_with(c.relname::text, $1)",
        &[&prefix],
    )?;
    let definition = |row: &postgres::Row| Definition {
        text: row.get(1),
        columns: row.get(2),
    };
    let told = rows.iter().map(|row| (row.get(0), definition(row)));
    Ok(told.collect())
}

fn quoted(name: &str) -> String {
    let (schema, name) = name.split_once('.').unwrap_or_default();
    format!("{}.{}", quote(schema), quote(name))
}

/// A name, with or without schema, short enough for the mark.
fn cut(name: &str) -> &str {
    let start = name.rfind('.').map_or(0, |dot| dot + 1);
    let longest = (start + ROOM).min(name.len());
    let end = (0..=longest).rev().find(|at| name.is_char_boundary(*at));
    name.get(..end.unwrap_or(0)).unwrap_or(name)
}
