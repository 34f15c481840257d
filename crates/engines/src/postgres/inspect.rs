//! Reads the catalog of a PostgreSQL target into [`Observed`], in eight queries of any size.
//!
//! - Two rounds in one transaction, each sent whole before its first answer: who is bound to whom
//!   in the database, then all about those that the scope reaches. **Never one query per object.**
//! - REPEATABLE READ and READ ONLY: one consistent picture, and nothing can be written. The
//!   settings that change how the server spells things are set for the transaction, so that the
//!   picture does not depend on who looks.
//! - What was dropped between the snapshot and the deparsing of its text is left out; where the
//!   server stumbles over it, the picture is taken anew.
//! - **It waits for nobody.** The definition of what somebody holds exclusively is
//!   [`Unseen::Locked`]: a refresh of minutes does not make a plan wait for minutes.
//! - A part that the role may not read is left out and said in [`Observed::unseen`]; relations,
//!   columns and dependencies cannot be done without.
//! - The same text runs on 13 to 18. What differs between them is said where it is asked for:
//!   row counts (14), bound bodies (14), statistics targets (17).
//!
//! A future that is dropped half-way leaves the session in a transaction: drop the session too.

use std::collections::BTreeSet;

use dormer_core::engine::session::Sizes;
use dormer_core::engine::{EngineError, Scope};
use dormer_core::model::observed::{Observed, Part, Unseen};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row};

use crate::wire::ask::{Parameter, ask, tell};
use crate::wire::problem;
use assemble::Seen;
use closure::Reach;

mod assemble;
pub(super) mod cells;
mod closure;
mod companions;

/// What makes the server spell things in one way, whoever asks; for the transaction.
pub(super) const SPELLING: &str = include_str!("inspect/spelling.sql");
const BEGIN: &str = concat!(
    include_str!("inspect/begin.sql"),
    include_str!("inspect/spelling.sql")
);
const SCHEMAS: &str = include_str!("inspect/schemas.sql");
const EDGES: &str = include_str!("inspect/edges.sql");
const RELATIONS: &str = concat!(
    include_str!("inspect/locked.sql"),
    include_str!("inspect/relations.sql")
);
const COLUMNS: &str = concat!(
    include_str!("inspect/locked.sql"),
    include_str!("inspect/columns.sql")
);
const INDEXES: &str = concat!(
    include_str!("inspect/locked.sql"),
    include_str!("inspect/indexes.sql")
);
const FUNCTIONS: &str = concat!(
    include_str!("inspect/locked.sql"),
    include_str!("inspect/functions.sql")
);
const ATTACHMENTS: &str = concat!(
    include_str!("inspect/locked.sql"),
    include_str!("inspect/attachments.sql")
);
const GRANTS: &str = include_str!("inspect/grants.sql");

/// How often the picture is taken anew when something was dropped or locked meanwhile.
const ATTEMPTS: u32 = 10;

/// Reads what the scope reaches.
pub(crate) async fn inspect(client: &Client, scope: &Scope) -> Result<Observed, EngineError> {
    let mut denied = BTreeSet::new();
    let mut attempt = 1;
    loop {
        match look(client, scope, &denied).await {
            Ok(mut observed) => {
                observed
                    .unseen
                    .extend(denied.into_iter().map(Unseen::Denied));
                return Ok(observed);
            }
            Err(Trouble::Denied(part)) => {
                denied.insert(part);
            }
            Err(Trouble::Failed(error)) => {
                if attempt == ATTEMPTS || !passes(&error) {
                    return Err(problem::of_statement(&error));
                }
                attempt += 1;
            }
        }
    }
}

/// Why there is no picture.
enum Trouble {
    /// The role may not read a part that can be done without.
    Denied(Part),
    Failed(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

async fn look(
    client: &Client,
    scope: &Scope,
    denied: &BTreeSet<Part>,
) -> Result<Observed, Trouble> {
    let names: Option<Vec<&str>> = scope
        .schemas
        .as_ref()
        .map(|schemas| schemas.iter().map(String::as_str).collect());
    let (begun, asked_schemas, asked_edges) = (
        tell(client, BEGIN),
        ask(client, SCHEMAS, vec![(&names, Type::TEXT_ARRAY)]),
        ask(client, EDGES, Vec::new()),
    );
    let first = async {
        begun.heard().await?;
        let (mut schemas, mut edges) = (Vec::new(), Vec::new());
        let schema = |row: &Row| assemble::schema(row).map(|schema| schemas.push(schema));
        asked_schemas.read(schema).await?;
        let edge = |row: &Row| closure::edge(row).map(|edge| edges.extend(edge));
        asked_edges.read(edge).await?;
        Ok((schemas, edges))
    };
    let (schemas, edges) = match first.await {
        Ok(first) => first,
        Err(error) => {
            let error: Error = error;
            // The session is left as it was found; what went wrong first counts.
            drop(client.batch_execute("ROLLBACK").await);
            return Err(error.into());
        }
    };
    let inside: BTreeSet<u32> = schemas
        .iter()
        .flat_map(|schema| schema.relations.iter().copied())
        .collect();
    let reach = closure::reach(&edges, &inside);
    let ids: Vec<u32> = schemas.iter().map(|schema| schema.id).collect();
    let mut seen = Seen::of(schemas);
    let wanted = Wanted {
        reach: &reach,
        schemas: &ids,
        known: &scope.known.iter().map(String::as_str).collect(),
        measured: &(scope.sizes == Sizes::OfAll),
    };
    second_round(client, wanted, denied, &mut seen).await?;
    Ok(seen.observed(edges))
}

/// What the second round asks for.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    reach: &'a Reach,
    schemas: &'a Vec<u32>,
    /// Versions of definitions that need not be read.
    known: &'a Vec<&'a str>,
    /// Whether their sizes are measured all the same.
    measured: &'a bool,
}

/// What is done with each row of an answer.
type Take = fn(&mut Seen, &Row) -> Result<(), Error>;

async fn second_round(
    client: &Client,
    wanted: Wanted<'_>,
    denied: &BTreeSet<Part>,
    seen: &mut Seen,
) -> Result<(), Trouble> {
    let Wanted {
        reach,
        schemas,
        known,
        measured,
    } = wanted;
    let of_relations = || vec![(&reach.relations as &(dyn ToSql + Sync), Type::OID_ARRAY)];
    let of_functions = || vec![(&reach.functions as &(dyn ToSql + Sync), Type::OID_ARRAY)];
    let of_all = [
        of_relations(),
        of_functions(),
        vec![(schemas as &(dyn ToSql + Sync), Type::OID_ARRAY)],
    ]
    .concat();
    let mut with_known = of_relations();
    with_known.push((known, Type::TEXT_ARRAY));
    with_known.push((measured, Type::BOOL));
    // Relations come first, then their columns: the others speak of both.
    let questions: [(Option<Part>, &str, Vec<Parameter<'_>>, Take); 6] = [
        (None, RELATIONS, with_known, Seen::relation),
        (None, COLUMNS, of_relations(), Seen::column),
        (
            Some(Part::Functions),
            FUNCTIONS,
            of_functions(),
            Seen::function,
        ),
        (
            Some(Part::Indexes),
            INDEXES,
            of_relations(),
            companions::index,
        ),
        (
            Some(Part::Attachments),
            ATTACHMENTS,
            of_relations(),
            companions::attachment,
        ),
        (Some(Part::Grants), GRANTS, of_all, companions::grant),
    ];
    let wanted = questions
        .into_iter()
        .filter(|(part, ..)| part.is_none_or(|part| !denied.contains(&part)));
    let asked: Vec<_> = wanted
        .map(|(part, sql, parameters, take)| (part, ask(client, sql, parameters), take))
        .collect();
    let ended = tell(client, "COMMIT");
    let mut trouble = None;
    for (part, answer, take) in asked {
        let read = answer.read(|row| take(seen, row)).await;
        // The first that fails is the cause; the server refuses the others because of it.
        if let (None, Err(error)) = (&trouble, read) {
            trouble = Some(match part {
                Some(part) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
                    Trouble::Denied(part)
                }
                _ => Trouble::Failed(error),
            });
        }
    }
    let ended = ended.heard().await;
    match trouble {
        Some(trouble) => Err(trouble),
        None => Ok(ended.map(drop)?),
    }
}

/// Whether another look may go better: something was dropped, altered or locked during this one.
fn passes(error: &Error) -> bool {
    error.code().is_some_and(|code| {
        [
            SqlState::INTERNAL_ERROR,
            SqlState::UNDEFINED_TABLE,
            SqlState::UNDEFINED_OBJECT,
            SqlState::UNDEFINED_FUNCTION,
            SqlState::LOCK_NOT_AVAILABLE,
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
        ]
        .contains(code)
    })
}
