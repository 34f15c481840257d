//! Reads the journal. **Nothing is made by reading:** where there is no journal, there is nothing to
//! read.
//!
//! All that a plan asks for is one round trip: four queries in one transaction, sent before the first
//! answer. What is gone is not read, and neither is a settled definition that still is the target's own.

use std::collections::{BTreeMap, BTreeSet};

use dormer_core::engine::journal::{
    Journal, ObjectRecord, ObjectState, RecordedCompanions, RunDetail, RunKind, RunRecord,
    RunState, StepRecord, StepState,
};
use dormer_core::engine::lease::Life;
use dormer_core::engine::step::{Millis, StepId, StepKind};
use dormer_core::engine::{EngineError, ErrorKind, Generation, RunId};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::relation::RelationKind;
use futures_util::future::join;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error, Row};

use super::super::inspect::cells::Cells;
use super::prepare::known;
use crate::wire::ask::{ask, tell};
use crate::wire::problem;

const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const FORMAT: &str = "SELECT format FROM dormer.meta";
const OBJECTS: &str = include_str!("kept.sql");
const GONE: &str = concat!(
    include_str!("objects.sql"),
    "WHERE state = 'dropped' AND (schema, name) IN \
     (SELECT u.schema, u.name FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]), \
     pg_catalog.unnest($2::pg_catalog.text[])) AS u (schema, name)) \
     ORDER BY schema, name, generation"
);
const RUNS: &str = include_str!("runs.sql");
const UNFINISHED: &str = concat!(
    include_str!("runs.sql"),
    "WHERE state IN ('running', 'partial', 'stopped') AND kind <> 'refresh' ORDER BY run DESC"
);
const DURATIONS: &str =
    "SELECT schema, name, kind, ms FROM dormer.durations ORDER BY schema, name, kind";
const STEPS: &str = include_str!("steps.sql");

/// Reads all that a plan asks for.
pub(super) async fn journal(client: &Client) -> Result<Option<Journal>, EngineError> {
    let begun = tell(client, BEGIN);
    let queries = [FORMAT, OBJECTS, UNFINISHED, DURATIONS];
    let [format, objects, unfinished, durations] = queries.map(|sql| ask(client, sql, Vec::new()));
    // A COMMIT of what failed rolls it back.
    let ended = tell(client, "COMMIT");
    let begun = begun.heard().await;
    let (mut formats, mut journal, mut times) =
        (Vec::new(), Journal::default(), Durations::default());
    let mut kept = Vec::new();
    let seen = format.read(|row| {
        formats.push(row.clone());
        Ok::<_, Error>(())
    });
    let format = seen.await;
    let read = async {
        let record = |row: &Row| {
            let record = object(row)?;
            let key = (record.name.clone(), record.generation.clone());
            kept.push((key, record));
            Ok::<_, Unreadable>(())
        };
        objects.read(record).await?;
        // A map that is made at once holds no room for more.
        journal.objects = kept.into_iter().collect();
        let record = |row: &Row| run(row).map(|run| journal.unfinished.push(run));
        unfinished.read(record).await?;
        durations.read(|row| times.take(row)).await?;
        journal.durations = times.all;
        Ok::<_, Unreadable>(journal)
    };
    let journal = read.await;
    let ended = ended.heard().await;
    begun.map_err(|error| problem::of_statement(&error))?;
    // The first that fails is the cause.
    let Some(format) = there(format.map(|()| formats))? else {
        return Ok(None);
    };
    known(&format)?;
    let journal = journal?;
    ended.map_err(|error| problem::of_statement(&error))?;
    Ok(Some(journal))
}

/// Reads the last runs.
pub(super) async fn runs(client: &Client, limit: u32) -> Result<Vec<RunRecord>, EngineError> {
    let sql = format!("{RUNS} ORDER BY run DESC LIMIT {limit}");
    let Some(rows) = there(client.query_typed(&sql, &[]).await)? else {
        return Ok(Vec::new());
    };
    Ok(rows.iter().map(run).collect::<Result<_, Unreadable>>()?)
}

/// Reads the runs whose id begins so, with their plans and steps.
pub(super) async fn details(client: &Client, id: &str) -> Result<Vec<RunDetail>, EngineError> {
    // The letters of an id come before this one.
    let (first, after) = (id, format!("{id}~"));
    if id.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT d.*, p.plan FROM ({RUNS} WHERE run >= $1 AND run < $2) d \
         JOIN dormer.runs p ON p.run = d.run ORDER BY d.run DESC"
    );
    let bounds: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 2] =
        [(&first, Type::TEXT), (&after, Type::TEXT)];
    let (runs, steps) = join(
        client.query_typed(&sql, &bounds),
        client.query_typed(STEPS, &bounds),
    )
    .await;
    let Some(runs) = there(runs)? else {
        return Ok(Vec::new());
    };
    let steps = steps.map_err(|error| problem::of_statement(&error))?;
    let mut of_runs: BTreeMap<RunId, BTreeMap<StepId, StepRecord>> = BTreeMap::new();
    for row in &steps {
        let (run, step) = step(row)?;
        of_runs.entry(run).or_default().insert(step.step, step);
    }
    let detail = |row: &Row| -> Result<RunDetail, Unreadable> {
        let record = run(row)?;
        Ok(RunDetail {
            steps: of_runs.remove(&record.run).unwrap_or_default(),
            run: record,
            plan: row.try_get(12)?,
        })
    };
    Ok(runs.iter().map(detail).collect::<Result<_, Unreadable>>()?)
}

/// Reads what the journal says of generations of these objects that are gone.
pub(super) async fn gone(
    client: &Client,
    names: &BTreeSet<ObjectName>,
) -> Result<Vec<ObjectRecord>, EngineError> {
    let schemas: Vec<&str> = names.iter().map(|name| &*name.schema).collect();
    let lasts: Vec<&str> = names.iter().map(|name| &*name.name).collect();
    let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 2] =
        [(&schemas, Type::TEXT_ARRAY), (&lasts, Type::TEXT_ARRAY)];
    let rows = there(client.query_typed(GONE, &parameters).await)?;
    let rows = rows.unwrap_or_default();
    Ok(rows.iter().map(object).collect::<Result<_, Unreadable>>()?)
}

/// Rows, or none where there is no journal.
pub(super) fn there(answer: Result<Vec<Row>, Error>) -> Result<Option<Vec<Row>>, EngineError> {
    match answer {
        Ok(rows) => Ok(Some(rows)),
        Err(error)
            if error.code().is_some_and(|code| {
                [SqlState::UNDEFINED_TABLE, SqlState::INVALID_SCHEMA_NAME].contains(code)
            }) =>
        {
            Ok(None)
        }
        Err(error) => {
            let error = problem::of_statement(&error);
            Err(if error.kind == ErrorKind::Permission {
                EngineError {
                    hint: Some("let its owner give the right:  GRANT USAGE ON SCHEMA dormer TO ..; GRANT SELECT ON ALL TABLES IN SCHEMA dormer TO ..".to_owned()),
                    ..error
                }
            } else {
                error
            })
        }
    }
}

/// Why a row of the journal says nothing to this Dormer.
enum Unreadable {
    Cell(Error),
    /// A word that it does not know: what it is for, and the word.
    Word(&'static str, String),
}

impl From<Error> for Unreadable {
    fn from(error: Error) -> Self {
        Self::Cell(error)
    }
}

impl From<Unreadable> for EngineError {
    fn from(unreadable: Unreadable) -> Self {
        match unreadable {
            Unreadable::Cell(error) => problem::of_statement(&error),
            Unreadable::Word(what, word) => Self::new(
                ErrorKind::Other,
                format!("the journal holds a {what} that is none: \"{word}\""),
            )
            .hint("let Dormer look at its journal:  dormer doctor"),
        }
    }
}

/// A cell that holds a word.
fn word<T>(
    cells: &mut Cells<'_>,
    what: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, Unreadable> {
    let word: &str = cells.next()?;
    parse(word).ok_or_else(|| Unreadable::Word(what, word.to_owned()))
}

fn object(row: &Row) -> Result<ObjectRecord, Unreadable> {
    let mut cells = Cells::of(row);
    let (schema, name): (&str, &str) = (cells.next()?, cells.next()?);
    Ok(ObjectRecord {
        name: ObjectName::new(schema, name),
        generation: word(&mut cells, "generation", Generation::parse)?,
        kind: word(&mut cells, "kind", RelationKind::parse)?,
        physical: cells.next()?,
        state: word(&mut cells, "state", ObjectState::parse)?,
        project: cells.next()?,
        target: cells.next()?,
        run: word(&mut cells, "run", RunId::parse)?,
        fingerprint: cells.next()?,
        declared: cells.next()?,
        companions: word(&mut cells, "list of companions", companions)?,
        observed: cells.next()?,
        version: cells.next()?,
        since: cells.next()?,
    })
}

fn companions(json: &str) -> Option<RecordedCompanions> {
    if json == "{}" {
        return Some(RecordedCompanions::default());
    }
    serde_json::from_str(json).ok()
}

fn run(row: &Row) -> Result<RunRecord, Unreadable> {
    let mut cells = Cells::of(row);
    Ok(RunRecord {
        run: word(&mut cells, "run", RunId::parse)?,
        kind: word(&mut cells, "kind of run", RunKind::parse)?,
        project: cells.next()?,
        state: word(&mut cells, "state", RunState::parse)?,
        who: cells.next()?,
        host: cells.next()?,
        tool: cells.next()?,
        started: cells.next()?,
        ended: cells.next()?,
        summary: cells.next()?,
        error: cells.next()?,
        session: cells.next::<Option<bool>>()?.map(|alive| match alive {
            true => Life::Alive,
            false => Life::Dead,
        }),
    })
}

fn step(row: &Row) -> Result<(RunId, StepRecord), Unreadable> {
    let mut cells = Cells::of(row);
    let run = word(&mut cells, "run", RunId::parse)?;
    let number: i64 = cells.next()?;
    let step = StepId(u32::try_from(number).unwrap_or(u32::MAX));
    let kind = word(&mut cells, "kind of step", StepKind::parse)?;
    let title = cells.next()?;
    let object: (Option<&str>, Option<&str>) = (cells.next()?, cells.next()?);
    let object = match object {
        (Some(schema), Some(name)) => Some(ObjectName::new(schema, name)),
        _ => None,
    };
    Ok((
        run,
        StepRecord {
            step,
            kind,
            title,
            object,
            state: word(&mut cells, "state", StepState::parse)?,
            ms: Millis(cells.count()?.unwrap_or(0)),
            error: cells.next()?,
            detail: cells.next()?,
        },
    ))
}

/// How long steps took, as it is read.
#[derive(Default)]
struct Durations {
    all: BTreeMap<(ObjectName, StepKind), Millis>,
    last: Option<ObjectName>,
}

impl Durations {
    fn take(&mut self, row: &Row) -> Result<(), Unreadable> {
        let mut cells = Cells::of(row);
        let (schema, name): (&str, &str) = (cells.next()?, cells.next()?);
        // Rows of one object stand together: they share its name.
        let object = match self.last.take() {
            Some(object) if *object.schema == *schema && *object.name == *name => object,
            _ => ObjectName::new(schema, name),
        };
        self.last = Some(object.clone());
        let kind = word(&mut cells, "kind of step", StepKind::parse)?;
        let ms = Millis(cells.count()?.unwrap_or(0));
        self.all.insert((object, kind), ms);
        Ok(())
    }
}
