//! References and lineage by example: one JSON object a line in `cases/`.
//!
//! A lineage case says where the values of its column `col` come from (`up`) and, where it has
//! `rows`, which columns decide which rows there are. Tables of the lineage cases: a(id, x, y,
//! email), b(id, z, a_id, email), s.u(uid, name, ssn).

#![expect(clippy::unwrap_used, reason = "a broken case is a failed test")]

use std::collections::{BTreeMap, BTreeSet};

use dormer_sql::lex::lex;
use dormer_sql::query::{BaseColumn, ColumnSet, Columns, Query, RelationPath, parse};
use dormer_sql::{Dialect, Name, Span};
use serde_json::Value;

fn cases(text: &str) -> Vec<Value> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn field<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap()
}

fn strings(case: &Value, key: &str) -> BTreeSet<String> {
    let items = case[key].as_array().unwrap().iter();
    items
        .map(|item| item.as_str().unwrap().to_owned())
        .collect()
}

/// The query of a case: the whole text, or what stands after the AS of a CREATE.
fn query(case: &Value) -> Query {
    let sql = field(case, "sql");
    let dialect = Dialect::parse(field(case, "dialect")).unwrap();
    let tokens = lex(sql, dialect);
    let create = tokens
        .first()
        .is_some_and(|token| token.is_word(sql, "create"));
    let start = if create {
        let mut depth = 0;
        let head_end = tokens.iter().find(|token| {
            depth += i32::from(token.text(sql) == "(") - i32::from(token.text(sql) == ")");
            depth == 0 && token.is_word(sql, "as")
        });
        head_end.unwrap().span.end
    } else {
        0
    };
    parse(sql, Span::new(start, sql.len() as u32), dialect)
}

#[test]
fn references_are_found() {
    let mut failures = Vec::new();
    for case in cases(include_str!("cases/references.jsonl")) {
        let query = query(&case);
        let found: BTreeSet<String> = query
            .references()
            .iter()
            .map(|reference| reference.name.dotted())
            .collect();
        if found != strings(&case, "tables") {
            failures.push(format!(
                "{case}\n  found {found:?}\n  partial {:?}",
                query.partial()
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

struct Tables(BTreeMap<String, Vec<Name>>);

impl Columns for Tables {
    fn columns(&self, relation: &RelationPath) -> Option<&[Name]> {
        self.0.get(&relation.to_string()).map(Vec::as_slice)
    }
}

fn tables() -> Tables {
    let table =
        |name: &str, columns: &str| (name.to_owned(), columns.split(' ').map(Name::new).collect());
    Tables(BTreeMap::from([
        table("a", "id x y email"),
        table("b", "id z a_id email"),
        table("s.u", "uid name ssn"),
    ]))
}

fn names(columns: &ColumnSet) -> BTreeSet<String> {
    let name = |column: &BaseColumn| format!("{}.{}", column.relation, column.column);
    columns.iter().map(name).collect()
}

#[test]
fn values_come_from_the_right_columns() {
    let mut failures = Vec::new();
    for case in cases(include_str!("cases/lineage.jsonl")) {
        let query = query(&case);
        let lineage = query.lineage(&tables());
        let output = lineage
            .outputs
            .iter()
            .find(|output| output.name == field(&case, "col"));
        let found = output.map(|output| names(&output.sources));
        let rows = names(&lineage.rows);
        let rows_differ = !case["rows"].is_null() && rows != strings(&case, "rows");
        if found.as_ref() != Some(&strings(&case, "up"))
            || rows_differ
            || !lineage.unresolved.is_empty()
        {
            let names: Vec<_> = lineage.outputs.iter().map(|output| &output.name).collect();
            failures.push(format!(
                "{case}\n  found {found:?}\n  rows {rows:?}\n  outputs {names:?}\n  {:?}\n  {:?}",
                lineage.unresolved, lineage.partial
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
