//! Schemas that have another name in a target: the text is rewritten before it is read.
//!
//! Names change where the statements name a schema, and nowhere else: strings, comments, aliases
//! and columns stay. What is read afterwards is what the target gets, and every place still leads
//! back to the file. **A name with a database is left alone:** it may be another one than ours.

use std::collections::BTreeSet;

use dormer_sql::ident::quote;
use dormer_sql::query;
use dormer_sql::statement::{Noun, StatementKind};
use dormer_sql::{Ident, QualifiedName, Span};

use super::Target;
use super::compile::Parsed;
use crate::model::name::DEFAULT_SCHEMA;
use crate::model::object::{OriginPiece, SourceText};

/// Rewrites a text for its target; none where nothing changes.
pub(crate) fn rename(source: &SourceText, parsed: &Parsed, target: &Target) -> Option<SourceText> {
    if target.schemas.is_empty() {
        return None;
    }
    let mut edits = Edits {
        target,
        edits: BTreeSet::new(),
    };
    for statement in &parsed.statements {
        edits.statement(&statement.kind);
        edits.query(source, &statement.kind);
    }
    (!edits.edits.is_empty()).then(|| rewrite(source, &edits.edits))
}

struct Edits<'a> {
    target: &'a Target,
    edits: BTreeSet<(Span, String)>,
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
            _ => {}
        }
    }

    /// A name of an index or function, which is looked up elsewhere when it is bare.
    fn qualified(&mut self, name: &QualifiedName) {
        if let [schema, _] = name.parts.as_slice() {
            self.schema(schema);
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
    }

    /// The name of a relation in the target, where it is another one.
    fn mapped(&self, name: &QualifiedName) -> Option<Vec<String>> {
        let (schema, name) = match name.parts.as_slice() {
            [only] => (DEFAULT_SCHEMA, only),
            [schema, name] => (schema.value.as_str(), name),
            _ => return None,
        };
        let mapped = self.target.map_schema(schema);
        (mapped != schema).then(|| vec![mapped.to_owned(), name.value.to_string()])
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
