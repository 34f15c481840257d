//! What a database holds, as sorted lines that can be compared: a second opinion, by SQL of its own.
//!
//! - **Nothing of Dormer's inspection is used**, so that what inspection does not see is still missed here.
//! - The schema `dormer` and the comments on rules `_RETURN` that begin with `dormer` are no part of it.
//! - A privilege list that nobody set equals the default one, and who granted is not asked: both change
//!   nothing for anybody.
//! - An alias that is the relation's own name says nothing, and is left out: `FROM sub.clean clean`.
//! - Names are qualified, and nothing has a number that two databases could not share.

use std::collections::BTreeMap;
use std::fmt;

use postgres::Client;

mod aliases;
mod queries;

/// All lines of a database: the key names the thing, the value says how it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dump {
    pub lines: BTreeMap<String, String>,
}

/// Which parts of a database are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looking {
    /// Definitions and companions.
    Catalog,
    /// The same, and a hash of the rows of every relation.
    CatalogAndRows,
}

impl Dump {
    /// Looks at everything that a user made in a database.
    ///
    /// # Errors
    ///
    /// When a query fails: a relation that cannot be read is an error where rows are asked.
    pub fn of(session: &mut Client, looking: Looking) -> Result<Self, postgres::Error> {
        let mut transaction = session.transaction()?;
        transaction.batch_execute("SET LOCAL search_path = ''")?;
        let mut lines = BTreeMap::new();
        for (kind, query) in queries::ALL {
            for row in transaction.query(*query, &[])? {
                let (name, part, text): (String, String, Option<String>) =
                    (row.get(0), row.get(1), row.get(2));
                let key = format!("{name}: {kind} {part}").trim_end().to_owned();
                lines.insert(key, aliases::without(&text.unwrap_or_default()));
            }
        }
        if looking == Looking::CatalogAndRows {
            for row in transaction.query(queries::READABLE, &[])? {
                let (name, quoted): (String, String) = (row.get(0), row.get(1));
                let query = format!(
                    "SELECT count(*) || ' rows, ' || \
                     coalesce(md5(string_agg(one, '|' ORDER BY one COLLATE \"C\")), 'none') \
                     FROM (SELECT t::text AS one FROM {quoted} AS t) AS every"
                );
                let text: String = transaction.query_one(&query, &[])?.get(0);
                lines.insert(format!("{name}: rows"), text);
            }
        }
        transaction.rollback()?;
        Ok(Self { lines })
    }

    /// Leaves out what `unwanted` names by a line's key.
    #[must_use]
    pub fn without(mut self, unwanted: impl Fn(&str) -> bool) -> Self {
        self.lines.retain(|key, _| !unwanted(key));
        self
    }

    /// What is here and not there, and the other way round; empty when both are equal.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Differences {
        let mut lines = Vec::new();
        for (key, text) in &self.lines {
            match other.lines.get(key) {
                Some(same) if same == text => {}
                Some(there) => {
                    lines.push(format!("- {key} = {text}"));
                    lines.push(format!("+ {key} = {there}"));
                }
                None => lines.push(format!("- {key} = {text}")),
            }
        }
        for (key, text) in &other.lines {
            if !self.lines.contains_key(key) {
                lines.push(format!("+ {key} = {text}"));
            }
        }
        Differences { lines }
    }

    /// The relations of a kind, by the name that SQL reads.
    ///
    /// # Errors
    ///
    /// When the query fails.
    pub fn relations(session: &mut Client, kinds: &str) -> Result<Vec<String>, postgres::Error> {
        let rows = session.query(queries::READABLE, &[])?;
        let wanted = rows.iter().filter(|row| {
            let kind: String = row.get(2);
            kinds.contains(&kind)
        });
        Ok(wanted.map(|row| row.get(1)).collect())
    }

    /// Materialized views whose rows are not those of their query.
    ///
    /// # Errors
    ///
    /// When one cannot be read.
    pub fn stale(session: &mut Client) -> Result<Vec<String>, postgres::Error> {
        let mut stale = Vec::new();
        for row in session.query(queries::MATERIALIZED, &[])? {
            let (name, query): (String, String) = (row.get(0), row.get(1));
            let query = query.trim_end().trim_end_matches(';');
            let text = format!(
                "SELECT count(*) FROM (\
                   (SELECT t::text FROM {name} AS t EXCEPT ALL SELECT q::text FROM ({query}) AS q) \
                   UNION ALL \
                   (SELECT q::text FROM ({query}) AS q EXCEPT ALL SELECT t::text FROM {name} AS t)\
                 ) AS other"
            );
            let other: i64 = session.query_one(&text, &[])?.get(0);
            if other != 0 {
                stale.push(format!("{name} differs from its query in {other} rows"));
            }
        }
        Ok(stale)
    }
}

impl fmt::Display for Dump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (key, text) in &self.lines {
            writeln!(f, "{key} = {text}")?;
        }
        Ok(())
    }
}

/// Lines of the first with `-`, of the second with `+`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Differences {
    pub lines: Vec<String>,
}

impl Differences {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            writeln!(f, "    {line}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::{Binaries, Server};

    const FIRST: &str = "
        CREATE SCHEMA dormer; CREATE TABLE dormer.runs (id int);
        CREATE SCHEMA marts; CREATE TABLE marts.t (a int PRIMARY KEY, b text DEFAULT 'x');
        INSERT INTO marts.t VALUES (1), (2);
        CREATE MATERIALIZED VIEW marts.m AS SELECT a, b FROM marts.t;
        CREATE VIEW marts.v WITH (security_barrier) AS SELECT a FROM marts.m;
        COMMENT ON RULE \"_RETURN\" ON marts.m IS 'dormer:v1:x';";

    #[test]
    fn equal_databases_have_equal_dumps_and_every_companion_counts() {
        for binaries in Binaries::all().unwrap() {
            let server = Server::start(&binaries).unwrap();
            let mut session = server.connect().unwrap();
            session.batch_execute(FIRST).unwrap();
            let look = |session: &mut Client| Dump::of(session, Looking::CatalogAndRows).unwrap();
            let before = look(&mut session);
            assert!(
                before.lines.keys().all(|key| !key.contains("dormer")),
                "{before}"
            );
            assert!(
                before.to_string().contains("marts.m: rows = 2 rows"),
                "{before}"
            );
            for (change, part) in [
                (
                    "COMMENT ON MATERIALIZED VIEW marts.m IS 'x'",
                    "marts.m: comment",
                ),
                ("COMMENT ON COLUMN marts.m.a IS 'x'", "comment"),
                ("GRANT SELECT ON marts.m TO PUBLIC", "privilege"),
                ("GRANT SELECT (a) ON marts.m TO PUBLIC", "privilege"),
                ("CREATE INDEX by_a ON marts.m (a)", "by_a"),
                (
                    "ALTER MATERIALIZED VIEW marts.m SET (fillfactor = 70)",
                    "marts.m: relation",
                ),
                (
                    "ALTER MATERIALIZED VIEW marts.m ALTER a SET STATISTICS 7",
                    "marts.m: column",
                ),
                (
                    "ALTER VIEW marts.v RESET (security_barrier)",
                    "marts.v: relation",
                ),
                (
                    "CREATE OR REPLACE VIEW marts.v AS SELECT a + 0 AS a FROM marts.m",
                    "marts.v: definition",
                ),
                ("CREATE STATISTICS marts.s ON a, b FROM marts.t", "marts.s"),
                ("INSERT INTO marts.t VALUES (3)", "marts.t: rows"),
                ("CREATE POLICY p ON marts.t USING (a > 0)", "policy"),
                (
                    "CREATE FUNCTION marts.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                    "marts.f",
                ),
                (
                    "ALTER DEFAULT PRIVILEGES IN SCHEMA marts GRANT SELECT ON TABLES TO PUBLIC",
                    "default",
                ),
                (
                    "CREATE RULE r AS ON UPDATE TO marts.v DO INSTEAD NOTHING",
                    "rule",
                ),
            ] {
                let mut transaction = session.transaction().unwrap();
                transaction.batch_execute(change).unwrap();
                transaction.commit().unwrap();
                let after = look(&mut session);
                let differs = before.differences(&after).to_string();
                assert!(differs.contains(part), "{change}: {differs}");
            }
            assert!(Dump::stale(&mut session).unwrap()[0].contains("marts.m"));
            session
                .batch_execute("REFRESH MATERIALIZED VIEW marts.m")
                .unwrap();
            assert!(Dump::stale(&mut session).unwrap().is_empty());
        }
    }
}
