//! Changes the values of one column and looks at which columns of which views change: lineage, asked of the data.
//!
//! The fixture's tables get four rows each. **A column that lineage names neither among the sources of an output nor
//! among what decides the rows must not be able to change that output.** Every change is rolled back.

use std::collections::BTreeMap;

use dormer_sql::Name;

use super::Server;

type Failure = Box<dyn std::error::Error>;

/// Keeps quiet about bodies that fail over these values.
const FINGERPRINT: &str = "\
CREATE FUNCTION oracle_views.fingerprint(query text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE found text[];
BEGIN
    EXECUTE query INTO found;
    RETURN found;
EXCEPTION WHEN OTHERS THEN
    RETURN NULL;
END $$";

/// One column of a table that can be changed, with the value that it changes to.
#[derive(Debug, Clone)]
pub struct Mutation {
    /// The table as `schema.table`, not quoted.
    pub relation: String,
    pub column: Name,
    update: String,
}

/// Outputs of one view to be looked at.
#[derive(Debug, Clone)]
pub struct Question {
    /// The number of the view in the order in which the server judged its body.
    pub view: usize,
    pub outputs: Vec<String>,
}

/// What the outputs of a question are: one hash each, or nothing where the query fails.
pub type Answer = Option<Vec<String>>;

/// Fills the tables and finds what can be changed.
///
/// # Errors
/// When the server refuses.
pub fn fill(server: &mut Server) -> Result<Vec<Mutation>, Failure> {
    let session = server.session();
    session.batch_execute(FINGERPRINT)?;
    session.batch_execute("SET session_replication_role = replica")?;
    let rows = session.query(
        "SELECT n.nspname || '.' || c.relname, c.oid::regclass::text, a.attname::text,
                format_type(coalesce(nullif(t.typbasetype, 0), t.oid), NULL), t.typtype = 'e',
                c.relkind = 'r' AND NOT EXISTS
                    (SELECT FROM pg_inherits i WHERE c.oid IN (i.inhrelid, i.inhparent))
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         JOIN pg_type t ON t.oid = a.atttypid
         WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
          AND n.nspname IN ('shop', 'crm', 'public', 'Odd Schema') ORDER BY 1, a.attnum",
        &[],
    )?;
    let mut filled: BTreeMap<String, (Vec<String>, Vec<String>)> = BTreeMap::new();
    let mut mutations = Vec::new();
    for row in rows {
        let (table, name): (String, String) = (row.get(1), row.get(2));
        let Some((value, changed)) = values(&name, row.get(3), row.get(4)) else {
            continue;
        };
        let column = dormer_sql::ident::quote(&Name::new(&name));
        if row.get(5) {
            let changed = changed.replace("{c}", &column);
            mutations.push(Mutation {
                relation: row.get(0),
                column: Name::new(&name),
                update: format!("UPDATE {table} SET {column} = {changed}"),
            });
        }
        let (columns, values) = filled.entry(table).or_default();
        columns.push(column);
        values.push(value);
    }
    for (table, (columns, values)) in filled {
        let (columns, values) = (columns.join(", "), values.join(", "));
        session.batch_execute(&format!(
            "INSERT INTO {table} ({columns}) SELECT {values} FROM generate_series(1, 4) AS g"
        ))?;
    }
    Ok(mutations)
}

/// The value of a row by its number `g`, and what becomes of a value `{c}`; nothing for types that stay empty.
fn values(name: &str, kind: &str, is_enum: bool) -> Option<(String, String)> {
    if is_enum {
        let last = "CASE {c} WHEN enum_first({c}) THEN enum_last({c}) ELSE enum_first({c}) END";
        return Some((
            format!("(enum_range(NULL::{kind}))[1 + g % 2]"),
            last.to_owned(),
        ));
    }
    let (value, changed) = match kind {
        // No row is above itself: recursion ends.
        "integer" if matches!(name, "parent_id" | "manager_id") => ("nullif(g - 1, 0)", "{c} + 50"),
        "integer" | "bigint" | "numeric" | "double precision" => ("g", "{c} + 50"),
        "text" => ("'a' || g || '@'", "{c} || 'z'"),
        "date" => ("date '2024-01-01' + g", "{c} + 50"),
        "timestamp with time zone" | "timestamp without time zone" => (
            "timestamptz '2024-01-01 00:00+00' + g * interval '1 day'",
            "{c} + interval '50 days'",
        ),
        "time without time zone" => (
            "time '01:00' + g * interval '1 hour'",
            "{c} + interval '7 hours'",
        ),
        "uuid" => ("md5(g::text)::uuid", "md5({c}::text)::uuid"),
        "jsonb" => ("jsonb_build_object('a', g)", "jsonb_build_object('a', 'z')"),
        "json" => ("json_build_object('a', g)", "json_build_object('a', 'z')"),
        "text[]" => ("ARRAY['a' || g]", "{c} || {c}"),
        "integer[]" | "numeric[]" => ("ARRAY[g]", "{c} || {c}"),
        _ => return None,
    };
    Some((value.to_owned(), changed.to_owned()))
}

/// Asks for the outputs after a change, or as they are without one.
///
/// # Errors
/// When the server refuses the change.
pub fn ask(
    server: &mut Server,
    mutation: Option<&Mutation>,
    questions: &[Question],
) -> Result<Vec<Answer>, Failure> {
    let queries: Vec<String> = questions.iter().map(query).collect();
    let mut transaction = server.session().transaction()?;
    if let Some(mutation) = mutation {
        transaction.batch_execute(&mutation.update)?;
    }
    let rows = transaction.query(
        "SELECT oracle_views.fingerprint(q.text)
         FROM unnest($1::text[]) WITH ORDINALITY AS q (text, at) ORDER BY at",
        &[&queries],
    )?;
    transaction.rollback()?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Each output by itself, so that the order of rows does not count.
fn query(question: &Question) -> String {
    let output = |name: &String| {
        let name = dormer_sql::ident::quote(&Name::new(name));
        format!(
            "(SELECT count(*) || ' ' || md5(coalesce(string_agg(x, '|' ORDER BY x COLLATE \"C\"), ''))
              FROM (SELECT coalesce({name}::text, 'null') FROM oracle_views.v{}) AS r (x))",
            question.view
        )
    };
    let outputs: Vec<String> = question.outputs.iter().map(output).collect();
    format!("SELECT ARRAY[{}]", outputs.join(", "))
}
