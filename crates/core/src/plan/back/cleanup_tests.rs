//! Cleanups as short text, and everything that stays.

use super::fixture::*;
use std::time::Duration;

use super::*;
use crate::engine::Generation;
use crate::engine::journal::{ObjectRecord, ObjectState, RunKind, RunRecord, RunState};
use crate::model::observed::Observed;
use crate::model::observed::relation::RelationKind::{self, MaterializedView, Table, View};
use crate::plan::sequence::fixture::*;

fn put(world: &mut World, object: &str, kind: RelationKind, state: ObjectState) -> ObjectRecord {
    let mut record = world.live(object, kind);
    record.state = state;
    record.physical = away(&earlier(), object).name.to_string();
    world.remember(record.clone());
    record
}

fn clean(world: &World, observed: &Observed, older_than: Option<u64>) -> CleanupPlan {
    let options = CleanupOptions {
        older_than: older_than.map(Duration::from_secs),
        keep_retired: &|_| Duration::from_secs(86_400),
        now: 1_600_003_600,
    };
    cleanup(observed, &world.frame(), &options)
}

fn kept(plan: &CleanupPlan) -> Vec<String> {
    let kept = plan.kept.iter();
    kept.map(|kept| format!("{}: {}", kept.object, kept.why))
        .collect()
}

#[test]
fn chains_are_dropped_readers_first() {
    let mut world = World::new();
    for object in ["marts.a", "marts.b", "marts.c"] {
        put(&mut world, object, MaterializedView, ObjectState::Retired);
    }
    put(&mut world, "marts.s", View, ObjectState::Shadow);
    let mut seen = observed(&world);
    let a = |object| away(&earlier(), object);
    reads(&mut seen, Reader::Relation(a("marts.b")), &a("marts.a"));
    reads(&mut seen, Reader::Relation(a("marts.c")), &a("marts.b"));
    reads(&mut seen, Reader::Relation(a("marts.s")), &a("marts.a"));
    let cleaned = clean(&world, &seen, Some(0));
    assert_eq!(cleaned.bytes, 40);
    assert_eq!(cleaned.plan.summary.drop, 4);
    assert!(cleaned.kept.is_empty());
    golden(
        &cleaned.plan,
        r#"
        1 drop marts.c__OLD
            drop marts.c__OLD
          > marts.c OLD now dropped as c__OLD
        2 drop marts.s__OLD
            drop marts.s__OLD
          > marts.s OLD now dropped as s__OLD
        3 drop marts.b__OLD after 1
            drop marts.b__OLD
          > marts.b OLD now dropped as b__OLD
        4 drop marts.a__OLD after 2 3
            drop marts.a__OLD
          > marts.a OLD now dropped as a__OLD
        "#,
    );
}

#[test]
fn what_somebody_reads_stays_with_all_below_it() {
    let mut world = World::new();
    for object in ["marts.a", "marts.b", "marts.c"] {
        put(&mut world, object, MaterializedView, ObjectState::Retired);
    }
    let mut seen = observed(&world);
    let a = |object| away(&earlier(), object);
    reads(&mut seen, Reader::Relation(a("marts.b")), &a("marts.a"));
    reads(&mut seen, Reader::Relation(a("marts.c")), &a("marts.b"));
    reads(&mut seen, function("bi.top"), &a("marts.b"));
    // A policy or rule of its own goes with it.
    let own = Reader::Rule {
        on: a("marts.c"),
        name: "r".to_owned(),
    };
    reads(&mut seen, own, &a("marts.c"));
    let cleaned = clean(&world, &seen, Some(0));
    assert_eq!(cleaned.plan.steps.len(), 1);
    assert_eq!(
        kept(&cleaned),
        [
            format!("marts.a: {} reads it", a("marts.b")),
            "marts.b: function bi.top() reads it".to_owned()
        ]
    );
}

#[test]
fn only_what_journal_and_marker_say_is_dropped() {
    let mut world = World::new();
    for object in ["marts.marked", "marts.other", "marts.bare", "marts.kind"] {
        put(&mut world, object, View, ObjectState::Retired);
    }
    put(&mut world, "marts.theirs", View, ObjectState::Retired).project = Some("else".to_owned());
    let theirs = (
        name("marts.theirs"),
        Generation::new(&earlier(), &name("marts.theirs")),
    );
    world.journal.objects.get_mut(&theirs).unwrap().project = Some("else".to_owned());
    let mut missing = put(&mut world, "marts.missing", View, ObjectState::Retired);
    missing.state = ObjectState::Retired;
    let mut seen = observed(&world);
    let a = |object| away(&earlier(), object);
    seen.relations.remove(&a("marts.missing"));
    seen.relations.insert(a("marts.bare"), relation(View, None));
    let strange = Generation::new(&run(), &name("s.s"));
    seen.relations
        .insert(a("marts.other"), relation(View, Some(&strange)));
    seen.relations
        .insert(a("marts.kind"), relation(Table, None));
    seen.relations
        .insert(name("marts.named__like1234"), relation(View, None));
    let cleaned = clean(&world, &seen, Some(0));
    assert_eq!(
        kept(&cleaned),
        [
            "marts.bare: it has no marker of Dormer",
            "marts.kind: it is a table, and the journal knows a view",
            "marts.other: its marker is that of another generation",
        ]
    );
    golden(
        &cleaned.plan,
        r#"
        1 drop marts.marked__OLD
            drop marts.marked__OLD
          > marts.marked OLD now dropped as marked__OLD
          > marts.missing OLD now dropped as missing__OLD
        "#,
    );
}

#[test]
fn young_ones_and_shadows_of_unfinished_runs_stay() {
    let mut world = World::new();
    put(&mut world, "marts.a", View, ObjectState::Retired);
    let shadow = put(&mut world, "marts.b", View, ObjectState::Shadow);
    world.journal.unfinished.push(RunRecord {
        run: shadow.run.clone(),
        kind: RunKind::Apply,
        project: "shop".to_owned(),
        state: RunState::Partial,
        who: String::new(),
        host: String::new(),
        tool: String::new(),
        started: 0,
        ended: None,
        summary: String::new(),
        error: None,
        session: None,
    });
    let cleaned = clean(&world, &observed(&world), None);
    assert!(cleaned.plan.noop());
    assert_eq!(
        kept(&cleaned),
        [
            "marts.a: it is kept for another 23 h".to_owned(),
            format!("marts.b: run {} can go on with it", shadow.run)
        ]
    );
    assert_eq!(
        clean(&world, &observed(&world), Some(3600))
            .plan
            .steps
            .len(),
        1
    );
}

#[test]
fn table_that_somebody_made_anew_stays() {
    let mut world = World::new();
    let mut record = put(&mut world, "marts.k", Table, ObjectState::Retired);
    record.version = Some("t7.1".to_owned());
    world.remember(record);
    let mut seen = observed(&world);
    let place = away(&earlier(), "marts.k");
    let mut cleaned = |version: &str| {
        seen.relations.get_mut(&place).unwrap().version = Some(version.to_owned());
        clean(&world, &seen, Some(0))
    };
    assert_eq!(cleaned("t7.1").plan.summary.drop, 1);
    let left = cleaned("t8.1");
    assert_eq!(left.plan.summary.drop, 0);
    assert_eq!(
        kept(&left),
        ["marts.k: somebody made it anew by hand: it is not what the journal knows"]
    );
}
