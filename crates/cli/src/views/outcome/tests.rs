//! How runs end in words, of values made by hand.

use std::collections::BTreeMap;

use anstream::adapter::strip_str;
use dormer_core::engine::journal::RunKind;
use dormer_core::engine::step::Millis;
use dormer_core::engine::{ErrorKind, RunId};
use dormer_deploy::{Blocked, FailedAudit, FailedStep, ReadersSee, SkippedObject};

use super::*;
use crate::views::View;

fn name(text: &str) -> ObjectName {
    ObjectName::new("marts", text)
}

fn outcome(ended: Ended) -> Outcome {
    Outcome {
        run: RunId::parse("7f3a000000").unwrap(),
        kind: RunKind::Apply,
        ended,
        steps: 9,
        done: (1..=4).map(StepId).collect(),
        failed: Vec::new(),
        audits: Vec::new(),
        skipped: Vec::new(),
        blocked: Vec::new(),
        proof: None,
        took: Millis(4_200),
        resumable: true,
        readers: ReadersSee {
            new: Vec::new(),
            old: vec![name("orders_daily")],
        },
        unwritten: None,
    }
}

fn seen(outcome: &Outcome) -> Seen {
    Seen::of(&[], &[], outcome)
}

fn said(outcome: &Outcome, hints: &[(&str, &str)]) -> String {
    let hints: Vec<(String, String)> = hints
        .iter()
        .map(|(what, command)| ((*what).to_owned(), (*command).to_owned()))
        .collect();
    let text = complaint(outcome, &seen(outcome), (&BTreeMap::new(), &hints)).unwrap();
    strip_str(&text).to_string()
}

#[test]
fn blocked_run_says_who_and_what_next() {
    let mut outcome = outcome(Ended::Blocked);
    let error = EngineError::new(
        ErrorKind::LockTimeout,
        "canceling statement due to lock timeout",
    );
    outcome.blocked = vec![Blocked {
        step: StepId(5),
        title: "take the names of marts.orders_daily".to_owned(),
        object: Some(name("orders_daily")),
        tries: 10,
        holders: Vec::new(),
        reason: "lock not obtained".to_owned(),
        error: Some(error.sqlstate("55P03")),
    }];
    let hints = [
        ("see who holds the lock", "dormer locks marts.orders_daily"),
        ("continue when it is free", "dormer apply --resume"),
    ];
    assert_eq!(
        said(&outcome, &hints),
        "\
error: step 5 of 9 is blocked: take the names of marts.orders_daily
  caused by: lock not obtained in 10 tries
  caused by: 55P03: canceling statement due to lock timeout
Readers see the old data. Steps 1 to 4 are kept.
hint: see who holds the lock:    dormer locks marts.orders_daily
hint: continue when it is free:  dormer apply --resume
"
    );
    assert_eq!(exit(&outcome), Exit::Blocked);
}

#[test]
fn equal_errors_are_told_once() {
    let mut outcome = outcome(Ended::Partial);
    let failed = |id, object: &str, message: &str| FailedStep {
        step: StepId(id),
        title: format!("fill marts.{object}"),
        object: Some(name(object)),
        error: EngineError::new(ErrorKind::Other, message).sqlstate("22012"),
        statement: None,
    };
    outcome.failed = vec![
        failed(5, "a", "division by zero"),
        failed(6, "b", "out of range"),
        failed(7, "c", "division by zero"),
    ];
    outcome.skipped = vec![SkippedObject {
        object: Some(name("d")),
        steps: vec![StepId(8)],
        because: StepId(5),
        because_of: Some(name("a")),
    }];
    outcome.readers.new = vec![name("e")];
    assert_eq!(
        said(&outcome, &[]),
        "\
error: 2 steps failed alike: fill marts.a, fill marts.c
  caused by: 22012: division by zero
error: step 6 of 9 failed: fill marts.b
  caused by: 22012: out of range
Not done, because they need what failed: marts.d.
Readers see the new data of marts.e; the old of marts.orders_daily. Steps 1 to 4 are kept.
"
    );
    assert_eq!(exit(&outcome), Exit::Partial);
}

#[test]
fn the_first_exit_code_counts() {
    let mut outcome = outcome(Ended::Partial);
    outcome.audits = vec![FailedAudit {
        step: StepId(5),
        title: "audit \"no loss\" of marts.a".to_owned(),
        object: Some(name("a")),
        row: "(1, -3)".to_owned(),
    }];
    assert_eq!(exit(&outcome), Exit::Audit);
    assert!(
        said(&outcome, &[]).starts_with(
            "error: audit \"no loss\" of marts.a failed\n  it returned a row: (1, -3)\n"
        )
    );
    outcome.ended = Ended::Interrupted;
    assert_eq!(exit(&outcome), Exit::Interrupted);
}

#[test]
fn done_run_is_one_line_and_no_complaint() {
    let mut outcome = outcome(Ended::Done);
    outcome.readers = ReadersSee {
        new: vec![name("a"), name("b")],
        old: Vec::new(),
    };
    assert_eq!(
        complaint(&outcome, &seen(&outcome), (&BTreeMap::new(), &[])),
        None
    );
    let view = OutcomeView::new(&outcome, &seen(&outcome), Vec::new());
    assert_eq!(
        strip_str(&view.text()).to_string(),
        "Done: 9 steps in 4.2 s. Readers see 2 objects anew.\n"
    );
    assert_eq!(view.fields().unwrap()["exit_code"], 0);
}
