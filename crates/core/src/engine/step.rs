//! What is done to a target, as data: steps of deeds, each with its inverse, and the statements that
//! an engine makes of them.
//!
//! - **A step is the smallest unit of the journal.** Where the engine has transactions, its statements,
//!   its records and the proof of the lease are one transaction.
//! - **A deed says what, never how:** the engine lowers it to statements, or says that it cannot.
//! - **A deed holds what its inverse needs**, so that a plan can be undone from its own text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::generation::Marker;
use super::journal::Record;
use crate::model::name::ObjectName;
use crate::model::observed::grant::Holder;
use crate::model::observed::relation::RelationKind;

/// The number of a step in its plan, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepId(pub u32);

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Milliseconds, as plans and the journal hold times.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Millis(pub u64);

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub id: StepId,
    pub kind: StepKind,
    /// What people read: `build marts.orders_daily`.
    pub title: String,
    /// The public name of the object that it is about; none for a step about several.
    pub object: Option<ObjectName>,
    pub deeds: Vec<Deed>,
    /// The steps that must be done before it.
    pub needs: BTreeSet<StepId>,
    /// What the journal says once it is done, written with it.
    pub records: Vec<Record>,
}

/// What a step is for. Forecasts are taken from earlier steps of the same kind and object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// Makes a schema, a relation with its companions, or anything that is quick.
    Build,
    /// Brings the rows in.
    Fill,
    /// Brings the rows of what is read now up to date.
    Refresh,
    Index,
    Analyze,
    Audit,
    /// Changes companions of what is read now.
    Alter,
    /// The instant when shadows take the names.
    Cutover,
    /// Writes down what the target says of the new generations.
    Settle,
    /// Takes the name from what is to go.
    Retire,
    /// Gives what stays as it is another name.
    Rename,
    Drop,
}

impl StepKind {
    const ALL: [Self; 12] = [
        Self::Build,
        Self::Fill,
        Self::Refresh,
        Self::Index,
        Self::Analyze,
        Self::Audit,
        Self::Alter,
        Self::Cutover,
        Self::Settle,
        Self::Retire,
        Self::Rename,
        Self::Drop,
    ];

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Fill => "fill",
            Self::Refresh => "refresh",
            Self::Index => "index",
            Self::Analyze => "analyze",
            Self::Audit => "audit",
            Self::Alter => "alter",
            Self::Cutover => "cutover",
            Self::Settle => "settle",
            Self::Retire => "retire",
            Self::Rename => "rename",
            Self::Drop => "drop",
        }
    }
}

/// A relation under the name that it has when the deed is done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Physical {
    pub name: ObjectName,
    pub kind: RelationKind,
}

/// How a relation is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// The whole CREATE statement as somebody wrote it, with other names put in, without
    /// OR REPLACE, IF NOT EXISTS and WITH DATA.
    Written(String),
    /// As the target told it.
    Captured(Captured),
}

/// A view or materialized view as the target told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captured {
    /// The names of all columns.
    pub columns: Vec<String>,
    pub query: String,
    pub options: BTreeMap<String, String>,
    pub tablespace: Option<String>,
    pub access_method: Option<String>,
}

/// What a comment is on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Commented {
    Relation(Physical),
    Column { of: ObjectName, column: String },
    Index(ObjectName),
}

/// A privilege that is given or taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Privilege {
    /// In upper case: `SELECT`.
    pub privilege: String,
    /// The column that it is limited to.
    pub column: Option<String>,
    pub holder: Holder,
    /// Whether the holder may pass it on.
    pub grantable: bool,
}

/// One thing that is done to a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    CreateSchema {
        schema: String,
    },
    /// Makes a relation, empty where the engine fills apart. Tables, views and all others too.
    Build {
        relation: Physical,
        form: Form,
    },
    /// Brings all rows of a relation up to date; nobody reads it yet.
    Fill {
        relation: Physical,
    },
    /// Brings all rows of what is read now up to date.
    Refresh {
        relation: Physical,
        readers: Readers,
    },
    /// Makes an index: `sql` is the whole statement, with the names that it has then.
    Index {
        index: ObjectName,
        sql: String,
    },
    /// Takes an index away; `sql` would make it again.
    DropIndex {
        index: ObjectName,
        sql: String,
    },
    Comment {
        on: Commented,
        text: Option<String>,
        before: Option<String>,
    },
    /// Writes the marker of a generation.
    Mark {
        relation: Physical,
        marker: Option<Marker>,
        before: Option<Marker>,
    },
    Grant {
        on: Physical,
        privilege: Privilege,
    },
    Revoke {
        on: Physical,
        privilege: Privilege,
    },
    Owner {
        relation: Physical,
        role: String,
        before: String,
    },
    /// Sets options, or resets those without a value.
    Options {
        relation: Physical,
        set: BTreeMap<String, Option<String>>,
        before: BTreeMap<String, Option<String>>,
    },
    /// Gives a table one more column: the words after ADD COLUMN.
    AddColumn {
        table: ObjectName,
        column: String,
        sql: String,
    },
    Analyze {
        relation: Physical,
    },
    /// A query that must return no row.
    Audit {
        name: String,
        sql: String,
    },
    /// Another name in the same schema.
    Rename {
        relation: Physical,
        to: String,
    },
    RenameIndex {
        index: ObjectName,
        to: String,
    },
    /// Gives a view another query under the same identity.
    Redefine {
        relation: Physical,
        form: Form,
        before: Form,
    },
    /// Binds a function, a policy or a rule anew to whatever has the names that its statement says.
    Rebind {
        /// As people say it: `function marts.top(integer)`.
        what: String,
        sql: String,
        before: String,
    },
    /// A statement as the target or a file says it, and the one that undoes it.
    Verbatim {
        sql: String,
        undo: Option<String>,
    },
    /// Takes a relation away for good, and never with anything that reads it.
    Drop {
        relation: Physical,
    },
}

/// What readers do while rows are brought up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Readers {
    /// They read the old rows.
    GoOn,
    Wait,
}

/// How a deed is undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inverse {
    Deed(Box<Deed>),
    /// It changed nothing that lasts.
    Nothing,
    /// What it took is gone.
    Irreversible,
}

impl Deed {
    /// What undoes it.
    #[must_use]
    pub fn inverse(&self) -> Inverse {
        let deed = match self.clone() {
            Self::Fill { .. }
            | Self::Refresh { .. }
            | Self::Analyze { .. }
            | Self::Audit { .. } => {
                return Inverse::Nothing;
            }
            // A schema and a column may have been filled since: they stay.
            Self::CreateSchema { .. } => return Inverse::Nothing,
            Self::AddColumn { .. } | Self::Drop { .. } | Self::Verbatim { undo: None, .. } => {
                return Inverse::Irreversible;
            }
            Self::Build { relation, .. } => Self::Drop { relation },
            Self::Index { index, sql } => Self::DropIndex { index, sql },
            Self::DropIndex { index, sql } => Self::Index { index, sql },
            Self::Comment { on, text, before } => Self::Comment {
                on,
                text: before,
                before: text,
            },
            Self::Mark {
                relation,
                marker,
                before,
            } => Self::Mark {
                relation,
                marker: before,
                before: marker,
            },
            Self::Grant { on, privilege } => Self::Revoke { on, privilege },
            Self::Revoke { on, privilege } => Self::Grant { on, privilege },
            Self::Owner {
                relation,
                role,
                before,
            } => Self::Owner {
                relation,
                role: before,
                before: role,
            },
            Self::Options {
                relation,
                set,
                before,
            } => Self::Options {
                relation,
                set: before,
                before: set,
            },
            Self::Rename { relation, to } => Self::Rename {
                to: relation.name.name.to_string(),
                relation: Physical {
                    name: ObjectName::new(&relation.name.schema, &to),
                    kind: relation.kind,
                },
            },
            Self::RenameIndex { index, to } => Self::RenameIndex {
                to: index.name.to_string(),
                index: ObjectName::new(&index.schema, &to),
            },
            Self::Redefine {
                relation,
                form,
                before,
            } => Self::Redefine {
                relation,
                form: before,
                before: form,
            },
            Self::Rebind { what, sql, before } => Self::Rebind {
                what,
                sql: before,
                before: sql,
            },
            Self::Verbatim {
                sql,
                undo: Some(undo),
            } => Self::Verbatim {
                sql: undo,
                undo: Some(sql),
            },
        };
        Inverse::Deed(Box::new(deed))
    }
}

/// One statement, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    pub sql: String,
    pub placement: Placement,
    pub expect: Expect,
}

/// Whether a statement stands in the transaction of its step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Placement {
    /// With the other statements of its step.
    Together,
    /// By itself: the engine has no transaction for it.
    Alone,
}

/// What its answer must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expect {
    Anything,
    /// A row is a failed audit.
    NoRow,
}

impl Statement {
    /// A statement of its step's transaction.
    #[must_use]
    pub fn together(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            placement: Placement::Together,
            expect: Expect::Anything,
        }
    }
}

/// A deed that an engine has no statement for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsupported {
    /// A lowercase fragment: `postgres cannot rename a sink`.
    pub message: String,
}
