//! Many small objects at once.

use std::time::Instant;

use dormer_core::engine::step::{Deed, StepKind};
use dormer_core::plan::change::Action;
use dormer_deploy::{Ended, Options};

use crate::desk::{Desk, Script, name, physical};

/// How many; `DORMER_MANY=1000` in a release build compares with the bare statements.
fn many() -> u32 {
    std::env::var("DORMER_MANY")
        .ok()
        .and_then(|many| many.parse().ok())
        .unwrap_or(120)
}

fn query(number: u32) -> String {
    if number < 10 {
        "SELECT day, sum(net) AS net FROM s.ground GROUP BY day".to_owned()
    } else {
        format!("SELECT day, net FROM s.o{} WHERE net > 0", number - 10)
    }
}

const GROUND: &str = "CREATE SCHEMA s; CREATE TABLE s.ground AS \
    SELECT day, day AS net FROM generate_series(1, 100) day";

#[test]
fn first_creation_of_many_takes_few_transactions() {
    let desk = Desk::new();
    desk.sql(GROUND);
    let mut script = Script::new();
    let mut last = Vec::new();
    for number in 0..many() {
        let object = format!("o{number}");
        let needs: Vec<u32> = number
            .checked_sub(10)
            .and_then(|under| last.get(under as usize))
            .copied()
            .into_iter()
            .collect();
        let filled = script.create(&object, &needs, &query(number));
        last.push(filled);
        let sql = format!("CREATE INDEX {object}_key ON s.{object} (day)");
        let index = Deed::Index {
            index: name(&format!("{object}_key")),
            sql,
        };
        let indexed = script.step(StepKind::Index, &object, &[filled], vec![index]);
        let analyze = Deed::Analyze {
            relation: physical(&object),
        };
        script.step(StepKind::Analyze, &object, &[indexed], vec![analyze]);
    }
    let plan = script.plan(0, Action::Create);
    let since = Instant::now();
    let (outcome, _) = desk.apply(&plan, &Options::new(plan.limits));
    let took = since.elapsed();
    assert_eq!(outcome.ended, Ended::Done, "{:?}", outcome.failed);
    let there =
        "SELECT count(*) FROM pg_matviews WHERE schemaname = 's' AND ispopulated AND hasindexes";
    assert_eq!(desk.count(there), i64::from(many()));
    let transactions = desk.count("SELECT count(DISTINCT xmin::text) FROM dormer.steps");
    assert!(transactions < i64::from(many()) / 2, "{transactions}");

    let bare = Desk::new();
    bare.sql(GROUND);
    let mut session = bare.server.connect().unwrap();
    let since = Instant::now();
    for number in 0..many() {
        let query = query(number);
        let sql = format!("CREATE MATERIALIZED VIEW s.o{number} AS {query}");
        session.batch_execute(&sql).unwrap();
        session
            .batch_execute(&format!("CREATE INDEX o{number}_key ON s.o{number} (day)"))
            .unwrap();
        session
            .batch_execute(&format!("ANALYZE s.o{number}"))
            .unwrap();
    }
    println!(
        "{}: {took:?} in {transactions} transactions, bare {:?}",
        many(),
        since.elapsed()
    );
}
