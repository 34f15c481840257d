//! What the server says of a view, what Dormer says of its text, and where they differ.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use dormer_sql::query::{self, RelationPath};
use dormer_sql::{Dialect, Ident, Name, Span};

use super::catalog::{Catalog, DATABASE, SEARCH_PATH};
use super::corpus::{Body, folder};
use crate::server::{self, Binaries};

/// What counts as read: composite types and indexes are no relations, and a sequence is only where
/// one of its columns is; else a constant such as `nextval('s')` names it.
const COUNTS: &str =
    "(c.relkind IN ('r', 'v', 'm', 'f', 'p') OR c.relkind = 'S' AND a.attname IS NOT NULL)";

/// What one side says that a body reads and returns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Columns by relation; a relation without columns is read as a whole or for its rows alone.
    pub reads: BTreeMap<String, BTreeSet<String>>,
    pub outputs: Vec<String>,
    /// Relations read as whole rows, for which the server keeps no columns.
    pub whole_rows: BTreeSet<String>,
}

impl Verdict {
    /// Asks Dormer.
    #[must_use]
    pub fn of_text(body: &Body, catalog: &Catalog) -> (Self, query::Query, query::Lineage) {
        let parsed = query::parse(&body.text, Span::of(0..body.text.len()), Dialect::Postgres);
        let lineage = parsed.lineage(catalog);
        let mut verdict = Self::default();
        for reference in parsed.references() {
            let name = catalog.full_name(&RelationPath::of(&reference.name));
            // The server pins its own catalog and records no dependency on it.
            if !(name.starts_with("pg_catalog.") || name.starts_with("pg_")) {
                verdict.reads.entry(name).or_default();
            }
        }
        for read in &lineage.reads {
            let name = catalog.full_name(&read.relation);
            if let Some(columns) = verdict.reads.get_mut(&name) {
                columns.insert(read.column.to_string());
            }
        }
        verdict.whole_rows = lineage
            .whole_rows
            .iter()
            .map(|p| catalog.full_name(p))
            .collect();
        verdict.outputs = lineage
            .outputs
            .iter()
            .map(|output| output.name.to_string())
            .collect();
        for (at, name) in body.columns.iter().enumerate() {
            if let Some(output) = verdict.outputs.get_mut(at) {
                *output = Ident::parse(name, Span::default(), Dialect::Postgres)
                    .value
                    .into();
            }
        }
        (verdict, parsed, lineage)
    }

    /// Tells where Dormer (`self`) and the server differ; empty where they agree.
    #[must_use]
    pub fn differences(&self, server: &Self) -> String {
        let mut text = String::new();
        let names: BTreeSet<&String> = self.reads.keys().chain(server.reads.keys()).collect();
        for name in names {
            match (self.reads.get(name), server.reads.get(name)) {
                (Some(_), None) => {
                    let _ = writeln!(text, "  reads {name}: the server says no");
                }
                (None, Some(columns)) => {
                    let _ = writeln!(text, "  does not read {name}: the server says {columns:?}");
                }
                (Some(mine), Some(theirs)) => {
                    let missing: Vec<_> = theirs.difference(mine).collect();
                    let extra: Vec<_> = mine.difference(theirs).collect();
                    if !missing.is_empty() {
                        let _ = writeln!(text, "  {name}: misses {missing:?}");
                    }
                    if !extra.is_empty() && !self.whole_rows.contains(name) {
                        let _ = writeln!(text, "  {name}: adds {extra:?}");
                    }
                }
                (None, None) => {}
            }
        }
        if self.outputs != server.outputs {
            let _ = writeln!(text, "  outputs {:?}", self.outputs);
            let _ = writeln!(text, "  server  {:?}", server.outputs);
        }
        text
    }
}

/// A server with the fixture on it.
pub struct Server {
    // The session ends before the server does.
    session: postgres::Client,
    server: server::Server,
    views: usize,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

type Failure = Box<dyn std::error::Error>;

impl Server {
    /// Starts a server and loads the fixture.
    ///
    /// # Errors
    /// When the server does not start or refuses the fixture.
    pub fn start(binaries: &Binaries) -> Result<Self, Failure> {
        let server = server::Server::start(binaries)?;
        server
            .connect()?
            .batch_execute(&format!("CREATE DATABASE {DATABASE}"))?;
        let mut session = server.connect_to(DATABASE)?;
        session.batch_execute(&fs::read_to_string(folder().join("schema.sql"))?)?;
        if server.major() >= 14 {
            session.batch_execute(&fs::read_to_string(folder().join("schema.14.sql"))?)?;
        }
        let path = SEARCH_PATH.join(", ");
        session.batch_execute(&format!(
            "CREATE SCHEMA oracle_views; SET search_path = {path}"
        ))?;
        Ok(Self {
            session,
            server,
            views: 0,
        })
    }

    #[must_use]
    pub fn major(&self) -> u16 {
        self.server.major()
    }

    /// The session that made the views, for what else is to be asked of them.
    pub(super) fn session(&mut self) -> &mut postgres::Client {
        &mut self.session
    }

    /// Completes the catalog by what the fixture's functions return: names of OUT and TABLE
    /// arguments, or the columns of the row type.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn functions(&mut self) -> Result<BTreeMap<String, Vec<Name>>, Failure> {
        let rows = self.session.query(
            "SELECT n.nspname || '.' || p.proname,
                    CASE WHEN p.proargmodes IS NOT NULL AND p.proargmodes && '{o,t,b}'
                         THEN (SELECT array_agg(a.name ORDER BY a.at)
                               FROM unnest(p.proargnames, p.proargmodes) WITH ORDINALITY
                                    AS a(name, mode, at) WHERE a.mode IN ('o', 't', 'b'))
                         WHEN t.typrelid <> 0
                         THEN (SELECT array_agg(a.attname::text ORDER BY a.attnum)
                               FROM pg_attribute a WHERE a.attrelid = t.typrelid
                                AND a.attnum > 0 AND NOT a.attisdropped)
                    END
             FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             JOIN pg_type t ON t.oid = p.prorettype
             WHERE n.nspname IN ('shop', 'crm', 'public')",
            &[],
        )?;
        let mut functions = BTreeMap::new();
        for row in rows {
            let columns: Option<Vec<String>> = row.get(1);
            if let Some(columns) = columns {
                functions.insert(row.get(0), columns.iter().map(Name::new).collect());
            }
        }
        Ok(functions)
    }

    /// Creates a view for each body and asks the server what each reads and returns, in the order
    /// of the bodies; an error where the server refuses the body.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn judge(&mut self, bodies: &[Body]) -> Result<Vec<Result<Verdict, String>>, Failure> {
        let first = self.views;
        let mut refused = BTreeMap::new();
        for (at, body) in bodies.iter().enumerate() {
            let columns = match body.columns.as_slice() {
                [] => String::new(),
                columns => format!("({})", columns.join(", ")),
            };
            let number = first + at;
            // On a line of its own: a body may end in a comment.
            let sql = format!(
                "CREATE VIEW oracle_views.v{number} {columns} AS {}\n",
                body.text
            );
            if let Err(error) = self.session.batch_execute(&sql) {
                let error = error
                    .as_db_error()
                    .map_or_else(|| error.to_string(), ToString::to_string);
                refused.insert(at, error);
            }
        }
        self.views += bodies.len();
        let mut verdicts = self.verdicts()?;
        let verdict = |at: usize| match refused.remove(&at) {
            Some(error) => Err(error),
            None => Ok(verdicts
                .remove(&format!("v{}", first + at))
                .unwrap_or_default()),
        };
        let judged = (0..bodies.len()).map(verdict).collect();
        Ok(judged)
    }

    fn verdicts(&mut self) -> Result<BTreeMap<String, Verdict>, Failure> {
        let mut verdicts: BTreeMap<String, Verdict> = BTreeMap::new();
        let reads = self.session.query(
            &format!(
                "SELECT DISTINCT v.relname::text, n.nspname || '.' || c.relname, a.attname::text
                 FROM pg_class v JOIN pg_rewrite r ON r.ev_class = v.oid
                 JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                  AND d.refclassid = 'pg_class'::regclass
                 JOIN pg_class c ON c.oid = d.refobjid AND c.oid <> v.oid
                 JOIN pg_namespace n ON n.oid = c.relnamespace
                 LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
                  AND a.attnum > 0
                 WHERE v.relnamespace = 'oracle_views'::regnamespace AND {COUNTS}
                 ORDER BY 1, 2, 3"
            ),
            &[],
        )?;
        for row in reads {
            let verdict = verdicts.entry(row.get(0)).or_default();
            let columns = verdict.reads.entry(row.get(1)).or_default();
            columns.extend(row.get::<_, Option<String>>(2));
        }
        let outputs = self.session.query(
            "SELECT v.relname::text, a.attname::text
             FROM pg_class v JOIN pg_attribute a ON a.attrelid = v.oid AND a.attnum > 0
             WHERE v.relnamespace = 'oracle_views'::regnamespace ORDER BY v.relname, a.attnum",
            &[],
        )?;
        for row in outputs {
            verdicts
                .entry(row.get(0))
                .or_default()
                .outputs
                .push(row.get(1));
        }
        Ok(verdicts)
    }
}
