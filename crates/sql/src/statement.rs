//! The statements that Dormer knows, as data; each keeps the spans of what it was read from.
//!
//! **Nothing is lost:** a statement that is not known is [`StatementKind::Opaque`], whole.

use crate::ident::{Ident, QualifiedName};
use crate::span::Span;

/// One statement of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// From the first token to the last, without the comments before it and the `;`.
    pub span: Span,
    /// The comments that stand before it, in order.
    pub comments: Vec<Span>,
    pub kind: StatementKind,
}

/// What a statement does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementKind {
    CreateView(CreateView),
    CreateTable(CreateTable),
    CreateIndex(CreateIndex),
    CreateSchema(CreateSchema),
    /// CREATE SINK, SOURCE or SUBSCRIPTION.
    CreateStream(CreateStream),
    /// CREATE FUNCTION, PROCEDURE or AGGREGATE: the body stays text.
    CreateFunction(CreateFunction),
    Drop(Drop),
    Alter(Alter),
    Comment(Comment),
    Grant(Grant),
    Refresh(Refresh),
    /// SELECT, VALUES, TABLE or WITH: the span is the query.
    Query(Span),
    /// Known by its first words only.
    Opaque(Opaque),
}

impl StatementKind {
    /// The relations that the head says rows come from and go into, beside what a query reads:
    /// `FROM x` and `INTO t` of a sink, `FROM x` of a subscription or a table fed by a source.
    #[must_use]
    pub const fn flow(&self) -> (Option<&QualifiedName>, Option<&QualifiedName>) {
        match self {
            Self::CreateStream(stream) => (stream.from.as_ref(), stream.into.as_ref()),
            Self::CreateTable(table) => (table.from.as_ref(), None),
            Self::CreateView(_)
            | Self::CreateIndex(_)
            | Self::CreateSchema(_)
            | Self::CreateFunction(_)
            | Self::Drop(_)
            | Self::Alter(_)
            | Self::Comment(_)
            | Self::Grant(_)
            | Self::Refresh(_)
            | Self::Query(_)
            | Self::Opaque(_) => (None, None),
        }
    }

    /// The place of the query in the statement, where it has one.
    #[must_use]
    pub const fn query(&self) -> Option<Span> {
        match self {
            Self::CreateView(view) => Some(view.query),
            Self::CreateTable(table) => table.query,
            Self::CreateStream(stream) => stream.query,
            Self::Query(span) => Some(*span),
            Self::CreateIndex(_)
            | Self::CreateSchema(_)
            | Self::CreateFunction(_)
            | Self::Drop(_)
            | Self::Alter(_)
            | Self::Comment(_)
            | Self::Grant(_)
            | Self::Refresh(_)
            | Self::Opaque(_) => None,
        }
    }
}

/// A kind of thing in a database, as the words of statements name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Noun {
    View,
    MaterializedView,
    Table,
    Index,
    Schema,
    Sink,
    Source,
    Subscription,
    Function,
    Column,
    /// Anything else; the words stay in the text.
    Other,
}

/// `CREATE [OR REPLACE] [MATERIALIZED] VIEW`, and CREATE REPLACEMENT MATERIALIZED VIEW.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateView {
    pub materialized: bool,
    pub name: QualifiedName,
    /// The column names in parentheses after the name.
    pub columns: Vec<Ident>,
    /// Options before AS and after the query, in the order of the text.
    pub options: Vec<HeadOption>,
    /// The query after AS, without parts that belong to the statement (WITH NO DATA, EMIT ..).
    pub query: Span,
}

/// An option in the head or tail of a CREATE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadOption {
    pub kind: OptionKind,
    pub span: Span,
    /// The words after the option's name: `EVEN` of `DISTSTYLE EVEN`, the inside of `WITH (..)`.
    pub value: Option<Span>,
}

/// Which option; each engine has its own set of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OptionKind {
    OrReplace,
    IfNotExists,
    /// `LOCAL`, `GLOBAL`, `TEMPORARY`.
    Temporary,
    Unlogged,
    Recursive,
    /// Materialize: CREATE REPLACEMENT MATERIALIZED VIEW; its `FOR target` is the value of a second
    /// option of this kind.
    Replacement,
    /// Redshift: CREATE EXTERNAL TABLE, VIEW, SCHEMA or FUNCTION.
    External,
    /// Materialize: CREATE DEFAULT INDEX.
    Default,
    /// `WITH (..)`: storage parameters, engine options.
    With,
    /// `USING method` of PostgreSQL, `USING ICEBERG` of Redshift.
    Using,
    Tablespace,
    WithData,
    WithNoData,
    CheckOption,
    /// Redshift.
    NoSchemaBinding,
    Backup,
    DistStyle,
    DistKey,
    SortKey,
    AutoRefresh,
    Encode,
    /// RisingWave.
    EmitOnWindowClose,
    EmitImmediately,
    /// Materialize.
    InCluster,
    /// PostgreSQL tables.
    PartitionBy,
    Inherits,
    OnCommit,
    /// RisingWave sources, sinks and tables.
    Format,
    Include,
    OnConflict,
    AppendOnly,
    /// Anything else; the words stay in the text.
    Other,
}

/// CREATE TABLE with columns, or CREATE TABLE AS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateTable {
    pub name: QualifiedName,
    pub columns: Vec<TableColumn>,
    /// Table constraints, LIKE clauses, watermarks: kept as text.
    pub constraints: Vec<Span>,
    pub options: Vec<HeadOption>,
    /// The source that rows flow from for good: `FROM source TABLE '..'` of RisingWave,
    /// `FROM SOURCE s` of Materialize.
    pub from: Option<QualifiedName>,
    /// The query of CREATE TABLE AS.
    pub query: Option<Span>,
}

/// One column of CREATE TABLE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableColumn {
    pub name: Ident,
    /// The type as written; empty in the column list of CREATE TABLE AS.
    pub type_name: Span,
    /// NOT NULL, DEFAULT, PRIMARY KEY, ENCODE, DISTKEY ..: all words after the type, as written.
    pub rest: Option<Span>,
}

/// `CREATE [UNIQUE] INDEX`, and CREATE DEFAULT INDEX of Materialize.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateIndex {
    pub name: Option<QualifiedName>,
    pub on: QualifiedName,
    pub unique: bool,
    pub concurrently: bool,
    pub if_not_exists: bool,
    /// The key columns; `None` for an expression.
    pub keys: Vec<Option<Ident>>,
    /// `WHERE ..` of a partial index, without WHERE.
    pub predicate: Option<Span>,
    pub options: Vec<HeadOption>,
}

/// CREATE SCHEMA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateSchema {
    /// The part before the name: the database, where one is written.
    pub database: Option<Ident>,
    pub name: Ident,
    pub if_not_exists: bool,
    pub authorization: Option<Ident>,
    /// Redshift: a schema of another system.
    pub external: bool,
    /// Everything after: quotas, where an external schema comes from, objects made inside.
    pub rest: Option<Span>,
}

/// CREATE SINK, SOURCE or SUBSCRIPTION.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateStream {
    pub noun: Noun,
    pub name: QualifiedName,
    /// The columns that a source declares.
    pub columns: Vec<TableColumn>,
    /// Keys and watermarks among the columns: kept as text.
    pub constraints: Vec<Span>,
    /// `FROM x` of a sink or subscription.
    pub from: Option<QualifiedName>,
    /// `INTO t` of a sink.
    pub into: Option<QualifiedName>,
    /// `AS SELECT ..` of a sink.
    pub query: Option<Span>,
    pub options: Vec<HeadOption>,
}

/// CREATE FUNCTION, PROCEDURE or AGGREGATE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateFunction {
    pub routine: Routine,
    pub name: QualifiedName,
}

/// What kind of function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Routine {
    Function,
    Procedure,
    Aggregate,
}

/// DROP of one or several objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drop {
    pub noun: Noun,
    /// The objects; for a trigger, rule or policy the relation that it is on.
    pub names: Vec<QualifiedName>,
    /// The trigger, rule or policy itself.
    pub part: Option<Ident>,
    pub if_exists: bool,
    /// The word CASCADE, where somebody wrote it.
    pub cascade: Option<Span>,
}

/// ALTER of one object; what it changes stays text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alter {
    pub noun: Noun,
    /// The object; for a trigger, rule or policy the relation that it is on. Without parts for
    /// `ALL IN TABLESPACE`.
    pub name: QualifiedName,
    /// The trigger, rule or policy itself, or the column that is renamed.
    pub part: Option<Ident>,
    /// `OWNER TO role`, the one alteration that is a companion of an object.
    pub owner: Option<Ident>,
    /// Everything after the name.
    pub action: Span,
}

/// COMMENT ON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub noun: Noun,
    /// The object; for a column or another part the object it belongs to.
    pub on: QualifiedName,
    pub column: Option<Ident>,
    /// The constraint, trigger, rule or policy.
    pub part: Option<Ident>,
    /// The text with its quotes; `None` for NULL.
    pub text: Option<Span>,
}

/// Whether rights are given or taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GrantAction {
    Grant,
    Revoke,
}

/// GRANT or REVOKE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub action: GrantAction,
    pub noun: Noun,
    /// Each privilege as written, with its column list.
    pub privileges: Vec<Span>,
    /// The objects; empty for grants of roles and on all objects of a schema.
    pub on: Vec<QualifiedName>,
    /// The schemas of `ON ALL TABLES IN SCHEMA ..` and `FOR TABLES IN SCHEMA ..`.
    pub in_schemas: Vec<QualifiedName>,
    /// Each grantee as written, with GROUP or ROLE.
    pub grantees: Vec<Span>,
    pub grant_option: bool,
}

/// REFRESH MATERIALIZED VIEW.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refresh {
    pub name: QualifiedName,
    pub concurrently: bool,
    /// `WITH [NO] DATA` of PostgreSQL, CASCADE and RESTRICT of Redshift.
    pub rest: Option<Span>,
}

/// A statement that Dormer does not look into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opaque {
    /// The first words, as they are shown to people: `CREATE POLICY`.
    pub words: String,
}
