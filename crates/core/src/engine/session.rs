//! One open connection to a target, as an object-safe trait.
//!
//! **A session that only reads says so to the target** where the target can hold it to that.
//! Dropping a session closes it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::error::{EngineError, ErrorKind};
use super::generation::RunId;
use super::journal::{
    Journal, ObjectRecord, Record, RunDetail, RunKind, RunRecord, RunState, StepRecord,
};
use super::lease::{Lease, LeaseKind, LeaseTaken, Takeover, Token};
use super::refresh::{Deploying, Refreshes};
use super::step::Statement;
use crate::model::name::ObjectName;
use crate::model::observed::Observed;
use crate::model::observed::dependency::FunctionName;

/// Which schemas are looked at. **Schemas of the engine itself, and that of the journal, never are.**
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// None for all.
    pub schemas: Option<BTreeSet<String>>,
    /// Versions of definitions that the asker knows: their texts, and the columns of others that they
    /// read, are not read, which is said as
    /// [`Sight::Known`](crate::model::observed::relation::Sight::Known).
    pub known: BTreeSet<String>,
    pub sizes: Sizes,
}

/// Of what the sizes are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Sizes {
    /// Of all whose definition is read.
    #[default]
    OfRead,
    OfAll,
}

impl Scope {
    /// All schemas.
    #[must_use]
    pub const fn everything() -> Self {
        Self {
            schemas: None,
            known: BTreeSet::new(),
            sizes: Sizes::OfRead,
        }
    }

    /// These schemas, as they are called in the target.
    #[must_use]
    pub fn schemas<'a>(schemas: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            schemas: Some(schemas.into_iter().map(str::to_owned).collect()),
            known: BTreeSet::new(),
            sizes: Sizes::OfRead,
        }
    }
}

/// What the target says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerInfo {
    /// To compare with: 160004 for 16.4.
    pub version_number: u32,
    /// To show: `16.4`.
    pub version: String,
    pub user: String,
    pub database: String,
    pub access: Access,
}

/// What the target would let this session do to its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    ReadWrite,
    /// The session, its user or its database is set to reading alone.
    ReadOnly,
    /// A replica that follows another server.
    Standby,
}

/// A view that is made to ask the target what it means, and is gone before anybody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its name in the scratch schema; no two of one rehearsal share one.
    pub scratch: String,
    /// The column names of the head; empty where it has none.
    pub columns: Vec<String>,
    /// What it reads has its public name, or is a draft before it: `<scratch schema>.<its name>`.
    pub query: String,
}

/// What the target said to a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rehearsed {
    Accepted {
        /// As the target spells the definition of such a relation, comparable with an observed one.
        definition: String,
        /// Name and type of each column, in order; a collation that is not the type's own stands with it,
        /// as [`crate::model::observed::relation::spelled`] says it.
        columns: Vec<(String, String)>,
    },
    Refused(EngineError),
}

/// Statements that are one transaction as far as the engine has them, with what the journal says of it.
#[derive(Debug, Clone)]
pub struct Work<'a> {
    /// The proof that the run still has its lease; the transaction fails without it.
    pub token: &'a Token,
    pub statements: Vec<&'a Statement>,
    pub records: Vec<&'a Record>,
    /// What the journal says of the steps that are done by this, with the time that it took.
    pub steps: Vec<StepRecord>,
    pub limits: Limits,
}

/// How long a transaction may wait and work; none for no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// For one lock.
    pub lock: Option<Duration>,
    /// For one statement.
    pub statement: Option<Duration>,
    /// For the whole, from the first statement to the commit: when it is over, another session ends it.
    pub whole: Option<Duration>,
}

/// How work ended that did not fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Worked {
    Done {
        took: Duration,
    },
    /// A statement that must return no row returned this one, shown as text; nothing was changed.
    /// The number is that of the statement in the work.
    Row {
        statement: usize,
        row: String,
    },
}

/// What moves in a relation when its rows do: two equal pulses mean that nobody saw a change.
/// **A hint, not a proof,** but for `storage`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Pulse {
    /// Which storage its rows are in: another one after a plain refresh, a rewrite, a truncate.
    pub storage: Option<String>,
    /// Rows written so far, as counted; none where nobody counts.
    pub written: Option<u64>,
}

/// Who is behind a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Behind {
    /// A session, or a transaction that was prepared.
    #[default]
    Session,
    /// The target's own upkeep: it ends by itself, and gives way to nobody who asks for a moment only.
    Upkeep,
}

/// Somebody who holds or waits for a lock on a relation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct LockHolder {
    pub relation: ObjectName,
    pub pid: i32,
    pub behind: Behind,
    pub user: Option<String>,
    pub application: Option<String>,
    pub client: Option<String>,
    /// As the engine calls it: `AccessShareLock`.
    pub mode: String,
    pub granted: bool,
    /// How long its transaction is open, in milliseconds.
    pub transaction_ms: Option<u64>,
    /// `active`, `idle in transaction`.
    pub activity: Option<String>,
    /// What it runs, or ran last.
    pub query: Option<String>,
    /// Those that it waits for.
    pub blocked_by: Vec<i32>,
    /// The statement that would end it: printed, never run.
    pub end: String,
}

/// What has to do with a relation without being bound to it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mentions {
    /// From it and to it.
    pub foreign_keys: Vec<ForeignKey>,
    /// Functions whose text names it: possible readers.
    pub functions: Vec<FunctionName>,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    pub on: ObjectName,
    pub to: ObjectName,
    /// Its name and the words after it.
    pub says: String,
    /// The columns of the relation that was asked about.
    pub columns: Vec<String>,
}

/// Ends what a session runs, from outside of it.
#[async_trait]
pub trait Cancel: Send + Sync {
    /// Asks the target to end the running statement. Whether it was in time shows in the statement.
    async fn cancel(&self) -> Result<(), EngineError>;
}

/// The first rows of a query, as text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct FirstRows {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Option<String>>>,
    /// Whether there are more.
    pub more: bool,
}

/// How a run begins.
#[derive(Debug, Clone)]
pub struct NewRun<'a> {
    pub run: &'a RunId,
    pub kind: RunKind,
    pub project: &'a str,
    pub who: &'a str,
    pub host: &'a str,
    pub tool: &'a str,
    pub summary: &'a str,
    pub plan: &'a str,
}

/// What a target says about who asks, what they may do, and how it is set: answered in one look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Health {
    /// Milliseconds since 1970, by the target's clock.
    pub now_ms: i64,
    /// How nobody can listen to the session: `TLSv1.3`; none where it is not encrypted.
    pub encrypted: Option<String>,
    pub may_create_schemas: bool,
    /// Whether locks and queries of other roles are shown.
    pub sees_others: bool,
    /// Of the schemas that were asked for.
    pub schemas: BTreeMap<String, SchemaRights>,
    /// Why the journal cannot be made or written, and what gives the right; none where it can.
    pub journal: Option<EngineError>,
    /// What a journal that is there lacks of itself.
    pub journal_lacks: Vec<String>,
    /// What of its settings hurts, or seems to.
    pub remarks: Vec<Remark>,
}

/// What a role may do in a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaRights {
    /// There is none.
    Missing,
    There {
        owner: String,
        usage: bool,
        create: bool,
    },
}

/// What an engine has to say about a setting of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    pub weight: Weight,
    /// A lowercase fragment: `track_counts is off`.
    pub what: String,
    pub why: String,
    /// The statement that changes it, for whoever may run it.
    pub statement: Option<String>,
}

/// How much a remark weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// It does not matter here, though one might think so.
    Fine,
    /// It may surprise.
    Note,
    /// Work fails or goes wrong for it.
    Problem,
}

/// One open connection to a target.
#[async_trait]
pub trait Session: Send {
    /// Tells the target what this session is at, where it shows such a thing to other people.
    async fn announce(&mut self, what: &str) -> Result<(), EngineError> {
        let _nowhere = what;
        Ok(())
    }

    /// Asks the target about itself.
    async fn server(&mut self) -> Result<ServerInfo, EngineError>;

    /// Reads the catalog of the target, in a number of queries that does not depend on its size.
    async fn inspect(&mut self, scope: &Scope) -> Result<Observed, EngineError>;

    /// Asks what definitions mean, and leaves nothing behind. One answer for each draft.
    async fn rehearse(&mut self, drafts: &[Draft]) -> Result<Vec<Rehearsed>, EngineError>;

    /// Reads the journal; none where there is none.
    async fn journal(&mut self) -> Result<Option<Journal>, EngineError>;

    /// The last runs, the newest first; none without a journal.
    async fn runs(&mut self, limit: u32) -> Result<Vec<RunRecord>, EngineError>;

    /// One run with its plan and its steps, by the beginning of its id.
    async fn run(&mut self, id: &str) -> Result<Vec<RunDetail>, EngineError>;

    /// What the journal still remembers of generations of these objects that are gone.
    async fn gone(
        &mut self,
        names: &BTreeSet<ObjectName>,
    ) -> Result<Vec<ObjectRecord>, EngineError>;

    /// What the journal remembers of refreshes; none without a journal.
    async fn refreshes(&mut self) -> Result<Option<Refreshes>, EngineError> {
        Ok(None)
    }

    /// Since when the target counts what is written; none where nobody counts.
    async fn counting(&mut self) -> Result<Option<String>, EngineError> {
        Ok(None)
    }

    /// The run that changes the target now, if there is one; without its plan where the run is known.
    async fn deploying(&mut self, known: Option<&RunId>) -> Result<Option<Deploying>, EngineError> {
        let _nobody = known;
        Ok(None)
    }

    /// Makes the journal where there is none, with no more rights than that needs.
    async fn prepare(&mut self) -> Result<(), EngineError>;

    /// Runs a script of the project in one transaction: for a target that is new, and nobody else's.
    async fn seed(&mut self, script: &str) -> Result<(), EngineError> {
        let _unread = script;
        let message = "this engine takes no seed";
        Err(EngineError::new(ErrorKind::Unsupported, message))
    }

    /// Takes a lease. **It is held by this session** and ends with it.
    async fn take(
        &mut self,
        kind: LeaseKind,
        run: &NewRun<'_>,
        takeover: Takeover,
    ) -> Result<LeaseTaken, EngineError>;

    /// Gives a lease back.
    async fn release(&mut self, lease: &Lease) -> Result<(), EngineError>;

    /// Writes down that a run begins, or begins again.
    async fn begin(&mut self, token: &Token, run: &NewRun<'_>) -> Result<(), EngineError>;

    /// Writes down how a run ended, and the steps that failed or were skipped.
    async fn end(
        &mut self,
        token: &Token,
        run: &RunId,
        ended: &RunEnd<'_>,
    ) -> Result<(), EngineError>;

    /// Does work: all of it or nothing, as far as the engine has transactions.
    async fn execute(&mut self, work: &Work<'_>) -> Result<Worked, EngineError>;

    /// What ends the running statement of this session.
    fn canceller(&self) -> Box<dyn Cancel>;

    /// The pulses of relations; those that do not exist are left out.
    async fn pulses(
        &mut self,
        names: &BTreeSet<ObjectName>,
    ) -> Result<BTreeMap<ObjectName, Pulse>, EngineError>;

    /// Who holds or waits for locks on these relations.
    async fn locks(&mut self, names: &BTreeSet<ObjectName>)
    -> Result<Vec<LockHolder>, EngineError>;

    /// What names a relation and is not bound to it; nothing where the target knows no such thing.
    async fn mentions(&mut self, name: &ObjectName) -> Result<Mentions, EngineError> {
        let _nobody = name;
        Ok(Mentions::default())
    }

    /// Asks the target what this role may do in these schemas, and how it is set. Answered even where
    /// most is forbidden.
    async fn health(&mut self, schemas: &BTreeSet<String>) -> Result<Health, EngineError> {
        let _unasked = schemas;
        let message = "this engine tells nothing about its health";
        Err(EngineError::new(ErrorKind::Unsupported, message))
    }

    /// Reads a relation once, as a reader would, with all its columns and few of its rows.
    async fn probe(&mut self, name: &ObjectName) -> Result<(), EngineError>;

    /// The first rows of a query, so many at most. The session only reads.
    async fn first_rows(&mut self, query: &str, limit: u32) -> Result<FirstRows, EngineError>;
}

/// How a run ended.
#[derive(Debug, Clone)]
pub struct RunEnd<'a> {
    pub state: RunState,
    pub error: Option<&'a str>,
    pub steps: &'a [StepRecord],
}
