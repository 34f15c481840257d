//! The table: number, incident, what happened, ok or failed.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use dormer_testkit::bed::Bed;
use dormer_testkit::server::{Binaries, Setup};

use crate::scene::Told;
use crate::{around, changes, crashes, keeps, lost, plans, readers, rights};

/// A script: it makes what it needs on the bed, and tells what happened or what went wrong.
type Script = fn(&Bed) -> Told;

#[rustfmt::skip]
const INCIDENTS: &[(u8, &str, Script)] = &[
    (1, "the SQL of a view is edited", changes::edited),
    (2, "only a comment or the layout is edited", changes::layout),
    (3, "nothing changed", changes::nothing),
    (4, "a parent with children is edited", changes::parent),
    (5, "a parent gets a column that no child reads", changes::unread_column),
    (6, "somebody's own view stands on top", keeps::external),
    (7, "a grant made by hand", keeps::grant),
    (8, "a comment made by hand", keeps::comment),
    (9, "an index made by hand", keeps::index),
    (10, "an object is dropped by hand", changes::dropped_by_hand),
    (11, "a definition is changed by hand", changes::changed_by_hand),
    (12, "a file is removed", plans::file_removed),
    (13, "a dry run", plans::dry_run),
    (14, "readers during a replace that builds for 0.7 s", readers::slow_build),
    (15, "a reader holds the view for 8 s", readers::long_reader),
    (16, "killed at every boundary", crashes::every_boundary),
    (17, "two runs at once", crashes::two_runs),
    (18, "a schema that is not declared", keeps::other_schema),
    (19, "the session dies after COMMIT was sent", crashes::lost_answers),
    (20, "the plan is of yesterday", plans::stale),
    (21, "a report with an old snapshot", readers::snapshots),
    (22, "names of 60 bytes and more", plans::long_names),
    (23, "a shadow fails its audit", plans::audit_fails),
    (24, "rollback of 100 views", crashes::rollback_of_hundred),
    (25, "readers that leave one after another", readers::leaving),
    (26, "prepared statements through the cutover", readers::prepared),
    (27, "no rights on somebody's view on top", rights::foreign_view),
    (28, "data changes between build and cutover", readers::newer_data),
    (29, "the journal is dropped, or all markers are wiped", lost::journal_or_markers),
    (30, "a column's type changes under views", around::retyped),
];

fn majors() -> Vec<Binaries> {
    let all = Binaries::all().unwrap();
    match env::var("DORMER_MAJORS") {
        Ok(text) => text
            .split(',')
            .map(|major| Binaries::find_major(major.trim().parse().unwrap()).unwrap())
            .collect(),
        Err(_) => {
            let ends = [all.first(), all.last()].into_iter().flatten();
            let mut ends: Vec<Binaries> = ends.cloned().collect();
            ends.dedup();
            ends
        }
    }
}

fn wanted(number: u8) -> bool {
    let Ok(text) = env::var("DORMER_INCIDENTS") else {
        return true;
    };
    text.split(',').any(|one| one.trim().parse() == Ok(number))
}

#[test]
fn incidents_end_well() {
    let mut failed = Vec::new();
    for binaries in majors() {
        let setup = Setup {
            settings: [
                "max_connections=200",
                "track_commit_timestamp=on",
                "autovacuum=off",
                "max_prepared_transactions=0",
            ]
            .map(str::to_owned)
            .to_vec(),
            ..Setup::default()
        };
        let bed = Bed::start_with(&binaries, &setup).unwrap();
        eprintln!(
            "\nPostgreSQL {}\n\n| no | incident | what happened | |\n|---|---|---|---|",
            bed.major()
        );
        for (number, title, script) in INCIDENTS.iter().filter(|(number, _, _)| wanted(*number)) {
            let begun = Instant::now();
            let told = catch_unwind(AssertUnwindSafe(|| script(&bed)))
                .unwrap_or_else(|_| Err("the script panicked".to_owned()));
            let seconds = begun.elapsed().as_secs_f64();
            let (text, end) = match &told {
                Ok(text) => (text.as_str(), "ok"),
                Err(text) => (text.lines().next().unwrap_or_default(), "failed"),
            };
            eprintln!("| {number} | {title} | {text} ({seconds:.1} s) | {end} |");
            if let Err(text) = told {
                failed.push(format!(
                    "{number} on PostgreSQL {}: {title}: {text}",
                    bed.major()
                ));
            }
        }
    }
    assert!(
        failed.is_empty(),
        "{} failed\n\n{}",
        failed.len(),
        failed.join("\n\n")
    );
}
