//! Queries made from a stream of choices over relations whose columns are known.
//!
//! Every value is cast to text, so that any two can be compared, joined and united; what is left
//! to get wrong is what the oracle is about: names, scopes and columns.

use std::fmt::Write as _;

use super::Catalog;

/// How deep queries stand in queries.
const DEEPEST: usize = 3;

/// Makes a query out of the choices; the same choices make the same query.
#[must_use]
pub fn query(choices: &[u8], catalog: &Catalog) -> String {
    let plain = |name: &&String| {
        let (schema, relation) = name.split_once('.').unwrap_or_default();
        matches!(schema, "shop" | "crm" | "public") && relation.chars().all(is_plain)
    };
    let relations = catalog.relations.iter().filter(|(name, _)| plain(name));
    let relations = relations.filter(|(name, columns)| {
        // A sequence is no table, and this one is not on every server.
        !columns.is_empty() && !matches!(name.as_str(), "shop.invoice_no" | "shop.closures")
    });
    let tables: Vec<Table> = relations
        .map(|(name, columns)| table(name, columns))
        .collect();
    let mut maker = Maker {
        choices: choices.iter(),
        tables,
        ctes: Vec::new(),
        aliases: 0,
        depth: 0,
    };
    maker.query(3, &[])
}

fn is_plain(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'
}

/// A relation under the name it is written with, and its columns, quoted where needed.
#[derive(Debug, Clone)]
struct Table {
    name: String,
    columns: Vec<String>,
}

fn table(name: &str, columns: &[dormer_sql::Name]) -> Table {
    let columns = columns
        .iter()
        .map(|column| dormer_sql::ident::quote(column))
        .collect();
    Table {
        name: name.to_owned(),
        columns,
    }
}

struct Maker<'a> {
    choices: std::slice::Iter<'a, u8>,
    tables: Vec<Table>,
    ctes: Vec<Table>,
    aliases: usize,
    depth: usize,
}

impl Maker<'_> {
    /// The next choice below `of`; 0, the simplest, when the stream has ended.
    fn pick(&mut self, of: usize) -> usize {
        self.choices
            .next()
            .map_or(0, |choice| usize::from(*choice) % of.max(1))
    }

    fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("r{}", self.aliases)
    }

    /// A query with `width` columns named c1, c2, ..; it sees the relations outside.
    fn query(&mut self, width: usize, outer: &[Table]) -> String {
        self.depth += 1;
        let visible = self.ctes.len();
        let mut sql = String::new();
        if self.depth < DEEPEST && self.pick(4) == 1 {
            let name = if self.pick(3) == 0 {
                "orders".to_owned()
            } else {
                self.alias()
            };
            let inner = self.query(2, &[]);
            let _ = write!(sql, "WITH {name} AS ({inner}) ");
            let columns = vec!["c1".to_owned(), "c2".to_owned()];
            self.ctes.push(Table { name, columns });
        }
        sql += &self.select(width, outer);
        if self.depth < DEEPEST && self.pick(5) == 1 {
            let op = ["UNION", "UNION ALL", "INTERSECT", "EXCEPT"];
            let op = op.get(self.pick(4)).copied().unwrap_or("UNION");
            let other = self.select(width, outer);
            let _ = write!(sql, " {op} {other}");
            if self.pick(3) == 1 {
                sql += " ORDER BY c1 LIMIT 5";
            }
        }
        self.ctes.truncate(visible);
        self.depth -= 1;
        sql
    }

    fn select(&mut self, width: usize, outer: &[Table]) -> String {
        let (from, mut scope) = self.from(outer);
        let own = scope.len();
        scope.extend_from_slice(outer);
        if own == 1 && width == 2 && self.pick(6) == 1 && from.starts_with('(') {
            return format!("SELECT * FROM {from}");
        }
        let distinct = if self.pick(6) == 1 { "DISTINCT " } else { "" };
        let mut targets = Vec::new();
        for column in 1..=width {
            let value = self.value(&scope);
            targets.push(format!("{value} AS c{column}"));
        }
        let mut sql = format!("SELECT {distinct}{} FROM {from}", targets.join(", "));
        if self.pick(2) == 1 {
            let condition = self.condition(&scope);
            let _ = write!(sql, " WHERE {condition}");
        }
        sql
    }

    fn from(&mut self, outer: &[Table]) -> (String, Vec<Table>) {
        let (mut sql, first) = self.item(outer);
        let mut scope = vec![first];
        for _ in 0..self.pick(3) {
            let (item, table) = self.item(outer);
            let shared = scope
                .iter()
                .all(|left| left.columns.contains(&"id".to_owned()));
            let using = shared && scope.len() == 1 && table.columns.contains(&"id".to_owned());
            match self.pick(6) {
                0 => {
                    let _ = write!(sql, ", {item}");
                }
                1 => {
                    let _ = write!(sql, " CROSS JOIN {item}");
                }
                2 if using => {
                    let _ = write!(sql, " LEFT JOIN {item} USING (id)");
                }
                kind => {
                    let join = ["JOIN", "LEFT JOIN", "FULL JOIN"];
                    let join = join.get(kind % 3).copied().unwrap_or("JOIN");
                    let mut both = scope.clone();
                    both.push(table.clone());
                    // Behind a comma, ON sees the item before it only.
                    let seen = if sql.contains(", ") {
                        vec![table.clone()]
                    } else {
                        both
                    };
                    let (left, right) = (self.column(&seen), self.column(&seen));
                    let _ = write!(sql, " {join} {item} ON {left} = {right}");
                }
            }
            scope.push(table);
        }
        (sql, scope)
    }

    fn item(&mut self, outer: &[Table]) -> (String, Table) {
        let alias = self.alias();
        let named = |columns: &[String]| Table {
            name: alias.clone(),
            columns: columns.to_vec(),
        };
        let two = ["c1".to_owned(), "c2".to_owned()];
        match self.pick(8) {
            1 if self.depth < DEEPEST => {
                let inner = self.query(2, outer);
                // A plain subquery sees what is outside the whole FROM, as its scope says.
                (format!("({inner}) AS {alias}"), named(&two))
            }
            2 if self.depth < DEEPEST => {
                let inner = self.query(2, &[]);
                let columns = ["x".to_owned(), "y".to_owned()];
                (format!("({inner}) {alias} (x, y)"), named(&columns))
            }
            3 => (
                format!("(VALUES ('a', 1::text), ('b', '2')) AS {alias} (v, n)"),
                named(&["v".to_owned(), "n".to_owned()]),
            ),
            4 => (
                format!("generate_series(1, 3) WITH ORDINALITY AS {alias} (n, at)"),
                named(&["n".to_owned(), "at".to_owned()]),
            ),
            5 | 6 if !self.ctes.is_empty() => {
                let at = self.pick(self.ctes.len());
                let cte = self.ctes.get(at).cloned();
                cte.map_or_else(
                    || ("shop.bare".to_owned(), named(&[])),
                    |cte| (format!("{} {alias}", cte.name), named(&cte.columns)),
                )
            }
            _ => {
                let at = self.pick(self.tables.len());
                let found = self.tables.get(at).cloned();
                found.map_or_else(
                    || ("shop.bare".to_owned(), named(&[])),
                    |found| (format!("{} AS {alias}", found.name), named(&found.columns)),
                )
            }
        }
    }

    /// A column of the scope as text.
    fn column(&mut self, scope: &[Table]) -> String {
        let at = self.pick(scope.len());
        let Some(table) = scope.get(at).filter(|table| !table.columns.is_empty()) else {
            return "'none'".to_owned();
        };
        let at = self.pick(table.columns.len());
        let column = table.columns.get(at).map_or("c1", String::as_str);
        let alone = scope
            .iter()
            .filter(|other| other.columns.iter().any(|c| c == column))
            .count();
        if alone == 1 && self.pick(2) == 1 {
            return format!("{column}::text");
        }
        format!("{}.{column}::text", table.name)
    }

    fn value(&mut self, scope: &[Table]) -> String {
        match self.pick(10) {
            1 => format!("upper({})", self.column(scope)),
            2 => format!("coalesce({}, {})", self.column(scope), self.column(scope)),
            3 => {
                let condition = self.condition(scope);
                let (yes, no) = (self.column(scope), self.column(scope));
                format!("CASE WHEN {condition} THEN {yes} ELSE {no} END")
            }
            4 if self.depth < DEEPEST => {
                let inner = self.query(1, scope);
                format!("(SELECT max(q.c1) FROM ({inner}) AS q)")
            }
            5 => {
                let (by, order) = (self.column(scope), self.column(scope));
                format!("(count(*) OVER (PARTITION BY {by} ORDER BY {order}))::text")
            }
            6 => format!("({} || {})", self.column(scope), self.column(scope)),
            7 => "'orders o'".to_owned(),
            _ => self.column(scope),
        }
    }

    fn condition(&mut self, scope: &[Table]) -> String {
        match self.pick(6) {
            1 if self.depth < DEEPEST => format!("EXISTS ({})", self.query(1, scope)),
            2 if self.depth < DEEPEST => {
                let value = self.column(scope);
                format!("{value} IN ({})", self.query(1, scope))
            }
            3 => format!(
                "{} IS NOT NULL /* FROM shop.payments */",
                self.column(scope)
            ),
            4 => format!("{} LIKE 'from shop.orders%'", self.column(scope)),
            _ => format!("{} = {}", self.column(scope), self.column(scope)),
        }
    }
}
