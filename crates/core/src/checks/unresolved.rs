//! The columns that could not be found, wherever an object names columns: in its query, in its
//! audits, and in its indexes, comments and grants.

use std::borrow::Cow;

use dormer_sql::lex::{Token, TokenKind, lex};
use dormer_sql::query::{Columns, Query, RelationPath, Unresolved};
use dormer_sql::{Dialect, Ident, Name, Span};

use super::Context;
use crate::model::name::ObjectName;
use crate::model::object::Object;

/// A query of an object, its own or that of an audit, with what could not be resolved in it.
pub(super) struct Asked<'a> {
    pub(super) object: &'a Object,
    pub(super) query: &'a Query,
    pub(super) unresolved: Cow<'a, [Unresolved]>,
}

/// The queries in which something could not be resolved.
pub(super) fn queries<'a>(context: &Context<'a>) -> impl Iterator<Item = Asked<'a>> {
    let project = context.project;
    let Context { lineages, .. } = *context;
    let own = lineages.of.iter().filter_map(move |(name, lineage)| {
        let object = project.catalog.objects.get(name)?;
        Some(Asked {
            object,
            query: object.definition.query.as_ref()?,
            unresolved: Cow::Borrowed(&lineage.unresolved),
        })
    });
    let context = *context;
    let objects = project.catalog.objects.values();
    let audits = objects.flat_map(move |object| {
        let audits = object.companions.audits.iter();
        audits.map(move |audit| Asked {
            object,
            query: &audit.query,
            unresolved: Cow::Owned(audit.query.lineage(&Known(context)).unresolved),
        })
    });
    own.chain(audits)
        .filter(|asked| !asked.unresolved.is_empty())
}

/// The columns of everything that is read.
struct Known<'a>(Context<'a>);

impl Columns for Known<'_> {
    fn columns(&self, relation: &RelationPath) -> Option<&[Name]> {
        let columns = &self.0.lineages.columns;
        columns
            .get(&ObjectName::of_path(relation))
            .map(|names| &**names)
    }
}

/// A column that an index, a comment or a grant names.
pub(super) struct Named<'a> {
    pub(super) column: &'a str,
    /// The column itself, or the statement that it stands in.
    span: Span,
    place: Place,
}

impl Named<'_> {
    /// Where the column is named.
    pub(super) fn span(&self, object: &Object, dialect: Dialect) -> Span {
        find(object, dialect, self).unwrap_or(self.span)
    }
}

/// The columns that the indexes, comments and grants of an object name.
pub(super) fn in_companions(object: &Object) -> impl Iterator<Item = Named<'_>> {
    let companions = &object.companions;
    let indexes = companions.indexes.iter();
    let keys = indexes.flat_map(|index| &index.index.keys).flatten();
    let keys = keys.map(|key| Named {
        column: &key.value,
        span: key.span,
        place: Place::Whole,
    });
    let comments = companions.column_comments.iter();
    let comments = comments.map(|(column, comment)| Named {
        column,
        span: comment.span,
        place: Place::BeforeIs,
    });
    let grants = companions.grants.iter().flat_map(|grant| {
        grant.columns.iter().map(|column| Named {
            column,
            span: grant.span,
            place: Place::InParentheses,
        })
    });
    keys.chain(comments).chain(grants)
}

/// Where a statement names a column.
#[derive(Clone, Copy)]
enum Place {
    /// The span is the column.
    Whole,
    /// `COMMENT ON COLUMN marts.orders.day IS`: the last name before IS.
    BeforeIs,
    /// `GRANT SELECT (day) ON`
    InParentheses,
}

/// The place of a column in a statement that names it.
fn find(object: &Object, dialect: Dialect, named: &Named<'_>) -> Option<Span> {
    let statement = named.span;
    let written = statement.slice(&object.source.text);
    let tokens = lex(written, dialect);
    let mut tokens = tokens.iter().filter(|token| !token.kind.is_trivia());
    let is_column = |token: &&Token| {
        let is_name = matches!(token.kind, TokenKind::Word | TokenKind::QuotedName(_));
        is_name && Ident::parse(token.text(written), token.span, dialect).value == named.column
    };
    let found = match named.place {
        Place::Whole => return Some(statement),
        Place::BeforeIs => tokens
            .take_while(|token| !token.is_word(written, "is"))
            .filter(is_column)
            .last(),
        Place::InParentheses => tokens
            .by_ref()
            .skip_while(|token| token.kind != TokenKind::OpenParen)
            .find(is_column),
    };
    let found = found?.span;
    Some(Span::new(
        statement.start + found.start,
        statement.start + found.end,
    ))
}
