//! Names that are other ones in a target: the text is rewritten before it is read.
//!
//! A schema may have another name there, and the target's own database is left out. Names change
//! where the statements name a schema, and nowhere else: strings, comments, aliases and columns
//! stay. What is read afterwards is what the target gets, and every place still leads back to the
//! file. **A name of another database is left alone,** and one in a literal is told.

use std::collections::BTreeSet;

use dormer_sql::ident::quote;
use dormer_sql::query;
use dormer_sql::statement::{Noun, StatementKind, TableColumn};
use dormer_sql::{Ident, QualifiedName, Span};

use super::compile::Parsed;
use super::database::Elsewhere;
use super::qualifier::{Tokens, has_long_name};
use super::{Target, Whose, codes};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::name::DEFAULT_SCHEMA;
use crate::model::object::{OriginPiece, SourceText};

/// A text as its target reads it.
#[derive(Debug, Default)]
pub(crate) struct Renamed {
    /// None where nothing changes.
    pub(crate) source: Option<SourceText>,
    pub(crate) elsewhere: Vec<Elsewhere>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Rewrites a text for its target.
pub(crate) fn rename(source: &SourceText, parsed: &Parsed, target: &Target) -> Renamed {
    let mut renamed = Renamed::default();
    let long = has_long_name(parsed);
    if target.schemas.is_empty() && !long {
        return renamed;
    }
    let tokens = Tokens::of(&source.text, parsed, target.dialect);
    let mapped: Vec<(usize, Ident)> = tokens
        .first_parts()
        .filter(|(_, part)| target.map_schema(&part.value) != part.value)
        .collect();
    renamed.diagnostics = in_literals(source, &tokens, target);
    let mut edits = Edits {
        target,
        source,
        edits: BTreeSet::new(),
        elsewhere: Vec::new(),
        free: Vec::new(),
    };
    // What names no schema that changes need not be understood.
    let bare = target.map_schema(DEFAULT_SCHEMA) != DEFAULT_SCHEMA;
    let schema = |kind: &StatementKind| match kind {
        StatementKind::CreateSchema(_) => true,
        StatementKind::Grant(grant) => !grant.in_schemas.is_empty() || grant.noun == Noun::Schema,
        StatementKind::Drop(drop) => drop.noun == Noun::Schema,
        StatementKind::Alter(alter) => alter.noun == Noun::Schema,
        StatementKind::Comment(comment) => comment.noun == Noun::Schema,
        _ => false,
    };
    for statement in &parsed.statements {
        let start = statement.span.start;
        let first = mapped.partition_point(|(_, part)| part.span.start < start);
        let here = mapped
            .get(first)
            .is_some_and(|(_, part)| statement.span.contains(part.span));
        if bare || long || schema(&statement.kind) || here {
            edits.statement(&statement.kind);
            edits.query(source, &statement.kind);
            edits.free(statement.span, &statement.kind);
        }
    }
    let mut free = std::mem::take(&mut edits.free);
    free.sort_unstable();
    for (index, part) in &mapped {
        let before = free.partition_point(|span| span.start <= part.span.start);
        let around = before.checked_sub(1).and_then(|at| free.get(at));
        if around.is_some_and(|span| span.contains(part.span)) || tokens.no_relation(*index) {
            edits.schema(part);
        }
    }
    renamed.elsewhere = edits.elsewhere;
    renamed.source = (!edits.edits.is_empty()).then(|| rewrite(source, &edits.edits));
    renamed
}

/// Tells the literals that name a schema which is another one in the target.
fn in_literals(source: &SourceText, tokens: &Tokens<'_>, target: &Target) -> Vec<Diagnostic> {
    if target.schemas.is_empty() {
        return Vec::new();
    }
    let told = tokens.names_in_literals().filter_map(|(span, schema)| {
        let own = target.map_schema(&schema.value);
        let message = format!("a literal names the schema {}", schema.value);
        (own != schema.value).then(|| {
            Diagnostic::new(codes::SCHEMA_IN_LITERAL, Severity::Warning, message)
                .at(source.location(span), "sent as it is written")
                .note(format!(
                    "{} is called {own} in target {}, and literals are not renamed",
                    schema.value, target.name
                ))
        })
    });
    told.collect()
}

struct Edits<'a> {
    target: &'a Target,
    source: &'a SourceText,
    edits: BTreeSet<(Span, String)>,
    elsewhere: Vec<Elsewhere>,
    /// Where every qualified name is that of a type, a function or the like.
    free: Vec<Span>,
}

impl Edits<'_> {
    /// A part that names a schema.
    fn schema(&mut self, part: &Ident) {
        let mapped = self.target.map_schema(&part.value);
        if mapped != part.value {
            self.edits.insert((part.span, quote(mapped)));
        }
    }

    /// A name of a relation; a bare one is in the default schema.
    fn relation(&mut self, name: &QualifiedName) {
        match name.parts.as_slice() {
            [only] => {
                let mapped = self.target.map_schema(DEFAULT_SCHEMA);
                if mapped != DEFAULT_SCHEMA {
                    let start = only.span.start;
                    let edit = (Span::new(start, start), format!("{}.", quote(mapped)));
                    self.edits.insert(edit);
                }
            }
            [schema, _] => self.schema(schema),
            [database, schema, _] => {
                self.database(database, schema);
                self.elsewhere
                    .extend(Elsewhere::of(name, self.target, self.source));
            }
            _ => {}
        }
    }

    /// Leaves the target's own database out.
    fn database(&mut self, database: &Ident, schema: &Ident) {
        if self.target.whose(&database.value) == Whose::Own {
            let span = Span::new(database.span.start, schema.span.start);
            self.edits.insert((span, String::new()));
            self.schema(schema);
        }
    }

    /// A name of an index or function, which is looked up elsewhere when it is bare.
    fn qualified(&mut self, name: &QualifiedName) {
        match name.parts.as_slice() {
            [schema, _] => self.schema(schema),
            [database, schema, _] => self.database(database, schema),
            _ => {}
        }
    }

    fn named(&mut self, noun: Noun, name: &QualifiedName) {
        match noun {
            Noun::Schema => {
                if let Some(schema) = name.parts.last() {
                    self.schema(schema);
                }
            }
            Noun::Index | Noun::Function | Noun::Other => self.qualified(name),
            Noun::View
            | Noun::MaterializedView
            | Noun::Table
            | Noun::Sink
            | Noun::Source
            | Noun::Subscription
            | Noun::Column => self.relation(name),
        }
    }

    fn statement(&mut self, kind: &StatementKind) {
        match kind {
            StatementKind::CreateView(view) => self.relation(&view.name),
            StatementKind::CreateTable(table) => {
                self.relation(&table.name);
                table.from.iter().for_each(|name| self.relation(name));
            }
            StatementKind::CreateIndex(index) => self.relation(&index.on),
            StatementKind::CreateSchema(schema) => self.schema(&schema.name),
            StatementKind::CreateStream(stream) => {
                self.relation(&stream.name);
                stream.from.iter().for_each(|name| self.relation(name));
                stream.into.iter().for_each(|name| self.relation(name));
            }
            StatementKind::CreateFunction(function) => self.relation(&function.name),
            StatementKind::Drop(drop) => {
                drop.names
                    .iter()
                    .for_each(|name| self.named(drop.noun, name));
            }
            StatementKind::Alter(alter) => self.named(alter.noun, &alter.name),
            StatementKind::Comment(comment) => self.named(comment.noun, &comment.on),
            StatementKind::Grant(grant) => {
                grant
                    .on
                    .iter()
                    .for_each(|name| self.named(grant.noun, name));
                let schemas = grant.in_schemas.iter();
                schemas.for_each(|name| self.named(Noun::Schema, name));
            }
            StatementKind::Refresh(refresh) => self.relation(&refresh.name),
            StatementKind::Query(_) | StatementKind::Opaque(_) => {}
        }
    }

    fn query(&mut self, source: &SourceText, kind: &StatementKind) {
        let Some(query) = query::of(&source.text, kind, self.target.dialect) else {
            return;
        };
        // Only the schema changes, so no column can be caught by another relation.
        let edits = query
            .rename(&source.text, &|name| self.mapped(name))
            .unwrap_or_default();
        self.edits
            .extend(edits.into_iter().map(|edit| (edit.span, edit.replacement)));
        query
            .calls()
            .iter()
            .for_each(|call| self.qualified(&call.name));
        for reference in query.references() {
            let elsewhere = Elsewhere::of(&reference.name, self.target, self.source);
            self.elsewhere.extend(elsewhere);
        }
    }

    /// The parts of a statement that hold no relation whose columns could be meant.
    fn free(&mut self, whole: Span, kind: &StatementKind) {
        let columns = |columns: &[TableColumn]| {
            let of_column = |column: &TableColumn| [Some(column.type_name), column.rest];
            let spans: Vec<Span> = columns.iter().flat_map(of_column).flatten().collect();
            spans
        };
        match kind {
            StatementKind::CreateTable(table) => {
                self.free.extend(columns(&table.columns));
                self.free.extend(&table.constraints);
            }
            StatementKind::CreateStream(stream) => self.free.extend(columns(&stream.columns)),
            StatementKind::CreateFunction(_) | StatementKind::CreateIndex(_) => {
                self.free.push(whole);
            }
            StatementKind::CreateView(_)
            | StatementKind::CreateSchema(_)
            | StatementKind::Drop(_)
            | StatementKind::Alter(_)
            | StatementKind::Comment(_)
            | StatementKind::Grant(_)
            | StatementKind::Refresh(_)
            | StatementKind::Query(_)
            | StatementKind::Opaque(_) => {}
        }
    }

    /// The name of a relation in the target, where it is another one.
    fn mapped(&self, name: &QualifiedName) -> Option<Vec<String>> {
        let own = |database: &Ident| self.target.whose(&database.value) == Whose::Own;
        let (schema, name, changes) = match name.parts.as_slice() {
            [only] => (DEFAULT_SCHEMA, only, false),
            [schema, name] => (schema.value.as_str(), name, false),
            [database, schema, name] if own(database) => (schema.value.as_str(), name, true),
            _ => return None,
        };
        let mapped = self.target.map_schema(schema);
        (changes || mapped != schema).then(|| vec![mapped.to_owned(), name.value.to_string()])
    }
}

/// A part of the old text that becomes one piece of the new one.
struct Region<'a> {
    old: Span,
    on_disk: Span,
    edits: Vec<(Span, &'a str)>,
}

/// Puts the new words in, and keeps the way back: what overlaps, pieces and edits, becomes one.
fn rewrite(source: &SourceText, edits: &BTreeSet<(Span, String)>) -> SourceText {
    let edited = edits.iter().map(|(span, word)| Region {
        old: *span,
        on_disk: source.location(*span).span,
        edits: vec![(*span, word.as_str())],
    });
    let kept = source.origin.iter().map(|piece| Region {
        old: piece.rendered,
        on_disk: piece.on_disk,
        edits: Vec::new(),
    });
    let mut parts: Vec<Region<'_>> = edited.chain(kept).collect();
    parts.sort_by_key(|part| part.old);
    let mut regions: Vec<Region<'_>> = Vec::with_capacity(parts.len());
    for part in parts {
        match regions.last_mut() {
            Some(last) if part.old.start < last.old.end => {
                last.old = last.old.to(part.old);
                last.on_disk = last.on_disk.to(part.on_disk);
                last.edits.extend(part.edits);
            }
            _ => regions.push(part),
        }
    }
    let mut out = String::with_capacity(source.text.len() + edits.len() * 8);
    let mut origin = Vec::with_capacity(regions.len());
    let mut copied = 0;
    for region in regions {
        out.push_str(Span::new(copied, region.old.start).slice(&source.text));
        let start = out.len();
        copied = region.old.start;
        for (span, word) in region.edits {
            out.push_str(Span::new(copied, span.start).slice(&source.text));
            out.push_str(word);
            copied = span.end;
        }
        out.push_str(Span::new(copied, region.old.end).slice(&source.text));
        copied = region.old.end;
        origin.push(OriginPiece {
            rendered: Span::of(start..out.len()),
            on_disk: region.on_disk,
        });
    }
    let end = Span::of(0..source.text.len()).end;
    out.push_str(Span::new(copied, end).slice(&source.text));
    SourceText {
        file: source.file.clone(),
        text: out.into(),
        origin,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::FilePath;

    /// Text on disk, with `${..}` filled by what is between `<` and `>`, and edits of every `ab`.
    fn rewritten(parts: &[String]) -> (String, SourceText, SourceText) {
        let (mut disk, mut text) = (String::new(), String::new());
        let mut origin = Vec::new();
        for part in parts {
            let (from, to) = (disk.len(), text.len());
            if let Some(value) = part.strip_prefix('<') {
                disk.push_str("${v}");
                text.push_str(value);
                origin.push(OriginPiece {
                    rendered: Span::of(to..text.len()),
                    on_disk: Span::of(from..disk.len()),
                });
            } else {
                disk.push_str(part);
                text.push_str(part);
            }
        }
        let source = SourceText {
            file: FilePath::new("a.sql"),
            text: text.into(),
            origin,
        };
        let found = source.text.match_indices("ab");
        let edits = found.map(|(at, _)| (Span::of(at..at + 2), "WORD".to_owned()));
        let out = rewrite(&source, &edits.collect());
        (disk, source, out)
    }

    #[test]
    fn two_names_in_one_value_are_both_renamed() {
        let parts = [
            "x ".to_owned(),
            "<ab.c, ab.d".to_owned(),
            " ab y".to_owned(),
        ];
        let (disk, _, out) = rewritten(&parts);
        assert_eq!(&*out.text, "x WORD.c, WORD.d WORD y");
        let at = |word: &str| {
            let at = out.text.rfind(word).unwrap();
            out.location(Span::of(at..at + word.len()))
                .span
                .slice(&disk)
                .to_owned()
        };
        assert_eq!(at("WORD.d"), "${v}");
        assert_eq!(at("WORD"), "ab");
        assert_eq!(at("y"), "y");
    }

    proptest::proptest! {
        #[test]
        fn what_is_not_renamed_keeps_its_place(
            parts in proptest::collection::vec("<?[abc. ]{0,6}", 0..8)
        ) {
            let (disk, source, out) = rewritten(&parts);
            proptest::prop_assert_eq!(&*out.text, source.text.replace("ab", "WORD"));
            for at in 0..out.text.len() {
                let span = Span::of(at..at + 1);
                let on_disk = out.location(span).span;
                proptest::prop_assert!(disk.get(on_disk.range()).is_some());
                if !out.origin.iter().any(|piece| piece.rendered.contains(span)) {
                    proptest::prop_assert_eq!(on_disk.slice(&disk), span.slice(&out.text));
                }
            }
        }
    }
}
