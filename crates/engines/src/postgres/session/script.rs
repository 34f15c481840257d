//! What a script says beside the statements of a plan. **Pure.**
//!
//! - Each step tells the journal in its own transaction what a run would tell it, in the same words.
//! - **What must return no row raises an error when it returns one:** nobody looks at what a script
//!   returns.
//! - The journal is made where there is none. A run that is in it is not begun again.

use std::fmt::Write as _;

use dormer_core::engine::EngineError;
use dormer_core::engine::RunId;
use dormer_core::engine::journal::{StepRecord, StepState};
use dormer_core::engine::script::Part;
use dormer_core::engine::session::NewRun;
use dormer_core::engine::step::{Expect, Millis, Statement, Step};

use super::literal;
use super::message::Message;
use super::prepare::{self, FORMAT};
use super::records::{Calls, Of, Told, Took};

/// What the journal says of the place where a script was run.
const HOST: &str = "script";

pub(in crate::postgres) fn script(part: &Part<'_>) -> Result<Vec<Statement>, EngineError> {
    match part {
        Part::Begin(run) => Ok(vec![journal(), begin(run)]),
        Part::Step {
            run,
            step,
            statements,
        } => of_step(run, step, statements),
        // A text may name what comes back later.
        Part::Again => Ok(vec![Statement::together(
            "SET LOCAL check_function_bodies = off",
        )]),
        Part::End(run) => Ok(vec![end(run)]),
    }
}

/// Makes the journal where there is none, and refuses one that a newer Dormer made.
fn journal() -> Statement {
    let body = format!(
        "BEGIN\n\
         IF pg_catalog.to_regclass('dormer.meta') IS NULL THEN\n\
         IF pg_catalog.to_regnamespace('dormer') IS NULL THEN\n\
         CREATE SCHEMA dormer;\n\
         END IF;\n\
         {};\n\
         ELSIF (SELECT pg_catalog.max(format) FROM dormer.meta) > {FORMAT} THEN\n\
         RAISE EXCEPTION 'a newer Dormer made the journal';\n\
         END IF;\n\
         END",
        prepare::TABLES.trim_end()
    );
    anonymous(&body)
}

fn begin(run: &NewRun<'_>) -> Statement {
    let mut sql = String::from(
        "INSERT INTO dormer.runs (run, kind, project, state, who, host, tool, summary, plan) VALUES (",
    );
    for value in [run.run.as_str(), run.kind.as_str(), run.project, "running"] {
        literal::text(&mut sql, value);
        sql.push_str(", ");
    }
    sql.push_str("session_user");
    for value in [HOST, run.tool, run.summary, run.plan] {
        sql.push_str(", ");
        literal::text(&mut sql, value);
    }
    sql.push(')');
    Statement::together(sql)
}

fn end(run: &RunId) -> Statement {
    let mut sql = String::from(
        "UPDATE dormer.runs SET state = 'done', ended = pg_catalog.clock_timestamp() WHERE run = ",
    );
    literal::text(&mut sql, run.as_str());
    Statement::together(sql)
}

fn of_step(
    run: &RunId,
    step: &Step,
    statements: &[Statement],
) -> Result<Vec<Statement>, EngineError> {
    let told = Told::of(&step.records);
    let mut before = Message::default();
    told.before(&mut before)?;
    let mut after = Message::default();
    let mut calls = Calls::default();
    told.after(&mut calls)?;
    let done = StepRecord {
        step: step.id,
        kind: step.kind,
        title: step.title.clone(),
        object: step.object.clone(),
        state: StepState::Done,
        ms: Millis(0),
        error: None,
        detail: None,
    };
    calls.steps(Of::Run(run), &[done], Took::Transaction);
    calls.end(&mut after);
    told.last(&mut after)?;
    let own = |message: &Message| {
        let texts = message.texts();
        texts.map(Statement::together).collect::<Vec<_>>()
    };
    let mut script = own(&before);
    script.extend(statements.iter().map(|statement| watched(step, statement)));
    script.extend(own(&after));
    Ok(script)
}

/// A statement that fails by itself where a run would look at its rows.
fn watched(step: &Step, statement: &Statement) -> Statement {
    if statement.expect == Expect::Anything {
        return statement.clone();
    }
    let mut message = String::new();
    literal::text(
        &mut message,
        &format!("{} failed: it returned a row", step.title),
    );
    let body = format!(
        "BEGIN\nIF EXISTS (\n{}\n) THEN\nRAISE EXCEPTION USING MESSAGE = {message};\nEND IF;\nEND",
        statement.sql
    );
    Statement {
        placement: statement.placement,
        ..anonymous(&body)
    }
}

/// A block, in quotes that its text does not have.
fn anonymous(body: &str) -> Statement {
    let mut quote = "$dormer$".to_owned();
    let mut number = 0_u32;
    while body.contains(&quote) {
        number += 1;
        quote.clear();
        // Writing to a String cannot fail.
        let _ = write!(quote, "$dormer{number}$");
    }
    Statement::together(format!("DO {quote}\n{body}\n{quote}"))
}

#[cfg(test)]
mod tests {
    use dormer_core::engine::step::{StepId, StepKind};

    use super::*;

    #[test]
    fn an_audit_raises_an_error_in_quotes_that_it_does_not_have() {
        let step = Step {
            id: StepId(1),
            kind: StepKind::Audit,
            title: "audit \"it's\" on marts.a".to_owned(),
            object: None,
            deeds: Vec::new(),
            needs: Default::default(),
            records: Vec::new(),
        };
        let audit = Statement {
            expect: Expect::NoRow,
            ..Statement::together("SELECT $dormer$x$dormer$ -- all")
        };
        let made = watched(&step, &audit);
        assert_eq!(made.expect, Expect::Anything);
        assert_eq!(
            made.sql,
            "DO $dormer1$\nBEGIN\nIF EXISTS (\nSELECT $dormer$x$dormer$ -- all\n) THEN\n\
             RAISE EXCEPTION USING MESSAGE = 'audit \"it''s\" on marts.a failed: it returned a row';\n\
             END IF;\nEND\n$dormer1$"
        );
    }
}
