//! An observed catalog as text, for people and goldens: one line for one fact.
//!
//! Bytes are told as some or none: they differ from server to server.

use std::fmt::Write as _;

use dormer_core::model::observed::Observed;
use dormer_core::model::observed::grant::{Grant, Grants};
use dormer_core::model::observed::relation::{Column, ColumnValue, Relation};

pub(crate) fn render(observed: &Observed) -> String {
    let mut out = String::new();
    for (name, schema) in &observed.schemas {
        line(
            &mut out,
            0,
            &format!("schema {name}, owner {}", schema.owner),
        );
        said(&mut out, "comment", schema.comment.as_deref());
        grants(&mut out, &schema.grants);
    }
    for (name, relation) in &observed.relations {
        line(&mut out, 0, &format!("{} {name}", relation.kind.as_str()));
        one(&mut out, relation);
    }
    for (name, function) in &observed.functions {
        line(
            &mut out,
            0,
            &format!(
                "function {name}, owner {} ({:?}), {:?}",
                function.owner, function.ownership, function.body
            ),
        );
        said(&mut out, "comment", function.comment.as_deref());
        said(&mut out, "extension", function.extension.as_deref());
        for (key, value) in &function.settings {
            line(&mut out, 1, &format!("set {key} = {value}"));
        }
        grants(&mut out, &function.grants);
        text(&mut out, function.definition.as_deref().unwrap_or("unseen"));
    }
    for (reader, reads) in &observed.dependencies {
        for (read, columns) in reads {
            let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
            let columns = columns.join(", ");
            line(&mut out, 0, &format!("{reader} <- {read} ({columns})"));
        }
    }
    for (of, list) in &observed.default_privileges {
        let schema = of.schema.as_deref().unwrap_or("all schemas");
        let what = format!(
            "default privileges of {} in {schema} on {:?}",
            of.role, of.of
        );
        line(&mut out, 0, &what);
        for one in list {
            line(&mut out, 1, &grant(one));
        }
    }
    for unseen in &observed.unseen {
        line(&mut out, 0, &format!("unseen: {unseen}"));
    }
    out
}

fn one(out: &mut String, relation: &Relation) {
    line(
        out,
        1,
        &format!(
            "{:?}, owner {} ({:?}), row security {:?}",
            relation.persistence, relation.owner, relation.ownership, relation.row_security
        ),
    );
    line(
        out,
        1,
        &format!(
            "populated {}, bytes {}, rows {:?}",
            relation.populated,
            match relation.bytes {
                None => "unseen",
                Some(0) => "none",
                Some(_) => "some",
            },
            relation.estimated_rows
        ),
    );
    let parts = [
        ("comment", &relation.comment),
        ("marker", &relation.marker),
        ("partition", &relation.partition_bound),
        ("extension", &relation.extension),
        ("tablespace", &relation.tablespace),
        ("access method", &relation.access_method),
    ];
    for (what, value) in parts {
        said(out, what, value.as_deref());
    }
    for parent in &relation.parents {
        line(out, 1, &format!("parent {parent}"));
    }
    if let Some(owner) = &relation.owned_by {
        line(
            out,
            1,
            &format!("owned by {}.{}", owner.table, owner.column),
        );
    }
    for (key, value) in &relation.options {
        line(out, 1, &format!("option {key} = {value}"));
    }
    grants(out, &relation.grants);
    for column in &relation.columns {
        self::column(out, column);
    }
    match &relation.definition {
        None => {}
        Some(query) => text(out, query),
    }
    for (name, index) in &relation.indexes {
        let flags = [
            ("unique", index.unique),
            ("invalid", !index.valid),
            ("primary", index.primary),
            ("clustered", index.clustered),
            ("replica identity", index.replica_identity),
            ("for concurrent refresh", index.concurrent_refresh),
        ];
        let flags = flags.iter().filter(|(_, set)| *set).map(|(word, _)| *word);
        let flags: Vec<&str> = flags.collect();
        line(out, 1, &format!("index {name}: {}", flags.join(", ")));
        line(out, 2, &index.definition);
        for part in [&index.constraint, &index.comment, &index.tablespace] {
            part.iter().for_each(|part| line(out, 2, part));
        }
    }
    for (what, list) in [("trigger", &relation.triggers), ("rule", &relation.rules)] {
        for (name, hung) in list {
            line(out, 1, &format!("{what} {name}, fires {:?}", hung.fires));
            text(out, &hung.definition);
            hung.comment.iter().for_each(|part| line(out, 2, part));
        }
    }
    for (name, policy) in &relation.policies {
        let holders: Vec<String> = policy.holders.iter().map(ToString::to_string).collect();
        let kind = if policy.permissive {
            "permissive"
        } else {
            "restrictive"
        };
        let (command, holders) = (&policy.command, holders.join(", "));
        line(
            out,
            1,
            &format!("policy {name}: {kind}, {command}, to {holders}"),
        );
        for part in [&policy.using, &policy.check, &policy.comment] {
            part.iter().for_each(|part| text(out, part));
        }
    }
    for (name, definition) in &relation.statistics {
        line(out, 1, &format!("statistics {name}: {definition}"));
    }
    for publication in &relation.publications {
        line(out, 1, &format!("publication {publication}"));
    }
}

fn column(out: &mut String, column: &Column) {
    let mut said = format!("column {} {}", column.name, column.type_name);
    if column.not_null {
        said.push_str(", not null");
    }
    match &column.value {
        ColumnValue::None => {}
        value => write!(said, ", {value:?}").unwrap(),
    }
    if let Some(collation) = &column.collation {
        write!(said, ", collation {collation}").unwrap();
    }
    if let Some(target) = column.statistics_target {
        write!(said, ", statistics {target}").unwrap();
    }
    if let Some(storage) = &column.storage {
        write!(said, ", storage {storage}").unwrap();
    }
    for (key, value) in &column.options {
        write!(said, ", {key} = {value}").unwrap();
    }
    if let Some(comment) = &column.comment {
        write!(said, ", comment {comment:?}").unwrap();
    }
    line(out, 1, &said);
    for one in &column.grants {
        line(out, 2, &grant(one));
    }
}

fn grants(out: &mut String, grants: &Grants) {
    match grants {
        Grants::Default => line(out, 1, "grants: the default"),
        Grants::Listed(list) if list.is_empty() => line(out, 1, "grants: none"),
        Grants::Listed(list) => list.iter().for_each(|one| line(out, 1, &grant(one))),
    }
}

fn grant(grant: &Grant) -> String {
    let option = if grant.grantable {
        " with grant option"
    } else {
        ""
    };
    let Grant {
        holder, privilege, ..
    } = grant;
    format!("grant {privilege} to {holder}{option} by {}", grant.grantor)
}

fn said(out: &mut String, what: &str, value: Option<&str>) {
    if let Some(value) = value {
        line(out, 1, &format!("{what} {value}"));
    }
}

fn text(out: &mut String, text: &str) {
    text.lines().for_each(|one| line(out, 2, one.trim_end()));
}

fn line(out: &mut String, depth: usize, text: &str) {
    writeln!(out, "{:1$}{text}", "", depth * 2).unwrap();
}
