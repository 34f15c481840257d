//! Schemas that have another name in a target: the text is rewritten before it is read.
//!
//! Names change where the statements name a schema, and nowhere else: strings, comments, aliases
//! and columns stay. What is read afterwards is what the target gets, and every place still leads
//! back to the file. **A name with a database is left alone:** it may be another one than ours.

use std::collections::BTreeSet;

use dormer_sql::ident::quote;
use dormer_sql::lex::TokenKind;
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
        if let Some(span) = query_of(&statement.kind) {
            edits.query(source, parsed, span);
        }
    }
    (!edits.edits.is_empty()).then(|| rewrite(source, &edits.edits))
}

fn query_of(kind: &StatementKind) -> Option<Span> {
    match kind {
        StatementKind::CreateView(view) => Some(view.query),
        StatementKind::CreateTable(table) => table.query,
        StatementKind::CreateStream(stream) => stream.query,
        StatementKind::Query(span) => Some(*span),
        StatementKind::CreateIndex(_)
        | StatementKind::CreateSchema(_)
        | StatementKind::CreateFunction(_)
        | StatementKind::Drop(_)
        | StatementKind::Alter(_)
        | StatementKind::Comment(_)
        | StatementKind::Grant(_)
        | StatementKind::Refresh(_)
        | StatementKind::Opaque(_) => None,
    }
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

    fn query(&mut self, source: &SourceText, parsed: &Parsed, span: Span) {
        let query = query::parse(&source.text, span, self.target.dialect);
        let mut relations: BTreeSet<(&str, &str)> = BTreeSet::new();
        for reference in query.references() {
            self.relation(&reference.name);
            if let [schema, name] = reference.name.parts.as_slice() {
                relations.insert((&schema.value, &name.value));
            }
        }
        query
            .calls()
            .iter()
            .for_each(|call| self.qualified(&call.name));
        self.columns(source, parsed, span, &relations);
    }

    /// Columns that are written with their relation's schema: `marts.orders.id`, `marts.orders.*`.
    fn columns(
        &mut self,
        source: &SourceText,
        parsed: &Parsed,
        span: Span,
        relations: &BTreeSet<(&str, &str)>,
    ) {
        let tokens = &parsed.split.tokens;
        let first = tokens.partition_point(|token| token.span.start < span.start);
        let inside = tokens.get(first..).unwrap_or(&[]).iter();
        let mut chain: Vec<Ident> = Vec::new();
        let mut dotted = false;
        for token in inside.take_while(|token| token.span.end <= span.end) {
            match token.kind {
                TokenKind::Word | TokenKind::QuotedName(_) => {
                    if !dotted {
                        chain.clear();
                    }
                    let text = token.text(&source.text);
                    chain.push(Ident::parse(text, token.span, self.target.dialect));
                    dotted = false;
                }
                TokenKind::Dot => {
                    dotted = true;
                    if let [schema, relation] = chain.as_slice()
                        && relations.contains(&(schema.value.as_str(), relation.value.as_str()))
                    {
                        self.schema(schema);
                    }
                }
                kind if kind.is_trivia() => {}
                _ => {
                    chain.clear();
                    dotted = false;
                }
            }
        }
    }
}

/// Puts the new words in, and keeps the way back: a piece that an edit touches becomes one with it.
fn rewrite(source: &SourceText, edits: &BTreeSet<(Span, String)>) -> SourceText {
    let mut out = String::with_capacity(source.text.len() + edits.len() * 8);
    let mut origin: Vec<OriginPiece> = Vec::new();
    let mut pieces = source.origin.iter().copied().peekable();
    let mut copied = 0_u32;
    for (span, word) in edits {
        while let Some(piece) = pieces.next_if(|piece| piece.rendered.end <= span.start) {
            copy(source, &mut out, &mut copied, piece.rendered.start);
            let start = out.len();
            copy(source, &mut out, &mut copied, piece.rendered.end);
            push(&mut origin, Span::of(start..out.len()), piece.on_disk);
        }
        copy(source, &mut out, &mut copied, span.start);
        let start = out.len();
        out.push_str(word);
        copied = copied.max(span.end);
        let mut rendered = Span::of(start..out.len());
        let mut on_disk = source.location(*span).span;
        while let Some(piece) = pieces.next_if(|piece| piece.rendered.start < span.end) {
            // The rest of the value, and the part before the edit that is already written.
            copy(source, &mut out, &mut copied, piece.rendered.end);
            let before = span.start.saturating_sub(piece.rendered.start);
            rendered = Span::new(
                rendered.start.saturating_sub(before),
                Span::of(0..out.len()).end,
            );
            on_disk = on_disk.to(piece.on_disk);
        }
        push(&mut origin, rendered, on_disk);
    }
    for piece in pieces {
        copy(source, &mut out, &mut copied, piece.rendered.start);
        let start = out.len();
        copy(source, &mut out, &mut copied, piece.rendered.end);
        push(&mut origin, Span::of(start..out.len()), piece.on_disk);
    }
    copy(source, &mut out, &mut copied, u32::MAX);
    SourceText {
        file: source.file.clone(),
        text: out,
        origin,
    }
}

fn copy(source: &SourceText, out: &mut String, copied: &mut u32, to: u32) {
    let to = to.min(Span::of(0..source.text.len()).end);
    if to > *copied {
        out.push_str(Span::new(*copied, to).slice(&source.text));
        *copied = to;
    }
}

/// Adds a piece; one that overlaps the last becomes one with it.
fn push(origin: &mut Vec<OriginPiece>, rendered: Span, on_disk: Span) {
    match origin.last_mut() {
        Some(last) if rendered.start < last.rendered.end => {
            last.rendered = last.rendered.to(rendered);
            last.on_disk = last.on_disk.to(on_disk);
        }
        _ => origin.push(OriginPiece { rendered, on_disk }),
    }
}
