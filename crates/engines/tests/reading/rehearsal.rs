//! A rehearsal says what an inspection would say, and leaves nothing behind.

use std::time::Instant;

use dormer_core::engine::session::{Draft, Rehearsed};
use dormer_core::engine::{ErrorKind, Scope};
use dormer_testkit::server::{Binaries, Server};

use super::{Opened, name, reading, run};

const TABLES: &str = "
    CREATE SCHEMA raw; CREATE SCHEMA marts;
    CREATE TYPE raw.mood AS ENUM ('good', 'bad');
    CREATE DOMAIN raw.email AS varchar(80);
    CREATE TABLE raw.orders (id bigint, day date, net numeric(12,2), who varchar(20), mood raw.mood, mail raw.email,
        at timestamptz, span interval, \"Odd Name\" text COLLATE \"C\", tags text[], doc jsonb);
    CREATE TABLE raw.shops (id bigint, name text);
    CREATE FUNCTION raw.twice(n numeric) RETURNS numeric LANGUAGE sql AS 'SELECT n * 2';
    CREATE FUNCTION marts.rows(n int) RETURNS TABLE (a int, b text) LANGUAGE sql AS 'SELECT n, ''x''::text';
    CREATE VIEW marts.base AS SELECT id, net FROM raw.orders";

/// Columns of the head, and the query.
const BODIES: [(&[&str], &str); 14] = [
    (&[], "SELECT * FROM raw.orders"),
    (&["a", "B c"], "SELECT id, net::text FROM raw.orders"),
    (
        &["only"],
        "SELECT id, who FROM raw.orders -- the second keeps its name",
    ),
    (
        &[],
        "SELECT id FROM raw.orders UNION ALL SELECT id FROM raw.shops UNION SELECT 3 ORDER BY 1 LIMIT 4",
    ),
    (
        &["n", "total"],
        "WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 5), s AS MATERIALIZED (SELECT sum(n) AS x FROM t) SELECT n, x FROM t, s",
    ),
    (
        &[],
        "SELECT cast(net AS int) AS a, net::numeric(10,1) AS b, mood::text AS c, mail, '2024-01-01'::date AS d, at::date, \
         interval '1 day 2 hours' AS e, timestamptz '2024-01-01 00:00:00+00' AS f, 1.5 AS g, 'x' AS h, NULL AS i, '\\x00ff'::bytea AS j, \
         0.1::float8 AS k, '$1.00'::money AS l FROM raw.orders",
    ),
    (
        &[],
        "SELECT o.day, count(*) FILTER (WHERE o.net > 0) AS many, sum(o.net) OVER (PARTITION BY o.day ORDER BY o.id \
         ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM raw.orders AS o GROUP BY o.day, o.net, o.id",
    ),
    (
        &[],
        "SELECT s.name, o.* FROM raw.shops s LEFT JOIN raw.orders o USING (id) WHERE EXISTS (SELECT FROM raw.orders x WHERE x.id = s.id)",
    ),
    (
        &[],
        "SELECT raw.twice(b.net) AS t, b.id FROM marts.base b, LATERAL marts.rows(b.id::int) r",
    ),
    (&[], "VALUES (1, 'a'), (2, 'b')"),
    (&[], "TABLE raw.shops"),
    (
        &[],
        "SELECT day, who, grouping(day), count(*) FROM raw.orders GROUP BY ROLLUP (day, who) HAVING count(*) > 1",
    ),
    (
        &[],
        "SELECT \"Odd Name\" || 'it''s' AS q, tags[1], doc ->> 'a' AS a, doc #> '{b,c}' AS bc, CASE WHEN net > 1 THEN 'x' ELSE E'\\n' END FROM raw.orders",
    ),
    (&[], "SELECT"),
];

fn draft(scratch: &str, columns: &[&str], query: &str) -> Draft {
    Draft {
        scratch: scratch.to_owned(),
        columns: columns.iter().map(|one| (*one).to_owned()).collect(),
        query: query.to_owned(),
    }
}

fn rehearse(opened: &mut Opened, drafts: &[Draft]) -> Vec<Rehearsed> {
    let answers = opened.runtime.block_on(opened.session.rehearse(drafts));
    answers.unwrap_or_else(|error| panic!("{error:?}"))
}

fn refusal(answer: &Rehearsed) -> &str {
    match answer {
        Rehearsed::Refused(error) => &error.sqlstate.as_ref().unwrap().0,
        Rehearsed::Accepted { definition, .. } => panic!("accepted: {definition}"),
    }
}

#[test]
fn definitions_are_those_of_an_inspection_byte_for_byte() {
    for binaries in Binaries::all().unwrap() {
        let server = Server::start(&binaries).unwrap();
        run(&server, TABLES);
        let mut drafts = Vec::new();
        for (number, (columns, query)) in BODIES.iter().enumerate() {
            let head = match columns.join("\", \"") {
                none if none.is_empty() => none,
                names => format!("(\"{names}\")"),
            };
            run(
                &server,
                &format!(
                    "CREATE VIEW marts.v{number} {head} AS {query}\n;
                     CREATE MATERIALIZED VIEW marts.m{number} {head} AS {query}\n WITH NO DATA"
                ),
            );
            drafts.push(draft(&format!("d{number}"), columns, query));
        }
        let mut opened = reading(&server.url());
        let answers = rehearse(&mut opened, &drafts);
        let scope = Scope::everything();
        let observed = opened.runtime.block_on(opened.session.inspect(&scope));
        let observed = observed.unwrap();
        for (number, answer) in answers.iter().enumerate() {
            let Rehearsed::Accepted {
                definition,
                columns,
            } = answer
            else {
                panic!("{}: {number}: {answer:?}", server.major());
            };
            for kind in ["v", "m"] {
                let seen = &observed.relations[&name(&format!("marts.{kind}{number}"))];
                assert_eq!(seen.definition.as_ref(), Some(definition));
                let seen = seen.columns.iter();
                let seen = seen.map(|column| (column.name.clone(), column.spelled()));
                assert_eq!(&seen.collect::<Vec<_>>(), columns, "{kind}{number}");
            }
        }
    }
}

#[test]
fn nothing_stays_behind_and_the_session_stays_as_it_was() {
    let server = Server::start(&Binaries::find().unwrap()).unwrap();
    run(&server, TABLES);
    let mut opened = reading(&server.url());
    for _ in 0..2 {
        let answers = rehearse(&mut opened, &[draft("d", &[], "SELECT 1 AS a")]);
        assert!(matches!(answers[0], Rehearsed::Accepted { .. }));
    }
    let rest: i64 = server
        .connect()
        .unwrap()
        .query_one("SELECT count(*) FROM pg_class WHERE relname = 'd'", &[])
        .unwrap()
        .get(0);
    assert_eq!(rest, 0);
    let mut probe = |relation: &str| {
        let relation = name(relation);
        opened.runtime.block_on(opened.session.probe(&relation))
    };
    assert!(probe("pg_temp.d").is_err());
    assert_eq!(probe("marts.base"), Ok(()));
}

#[test]
fn drafts_read_those_before_and_a_refused_one_takes_its_readers_along() {
    let server = Server::start(&Binaries::find().unwrap()).unwrap();
    run(&server, TABLES);
    let mut opened = reading(&server.url());
    let answers = rehearse(
        &mut opened,
        &[
            draft("a", &[], "SELECT id, net FROM raw.orders"),
            draft("bad", &[], "SELECT missing FROM raw.orders"),
            draft("b", &["x"], "SELECT sum(net) FROM pg_temp.a"),
            draft("of_bad", &[], "SELECT * FROM pg_temp.bad"),
            draft("broken", &[], "SELEC 1"),
            draft("two", &[], "SELECT 1; DROP TABLE raw.orders"),
            draft("out", &[], "SELECT 1; COMMIT"),
            draft("c", &[], "SELECT x FROM pg_temp.b -- end"),
        ],
    );
    assert!(matches!(answers[0], Rehearsed::Accepted { .. }));
    assert_eq!(refusal(&answers[1]), "42703");
    assert_eq!(refusal(&answers[3]), "42P01");
    assert_eq!(refusal(&answers[4]), "42601");
    assert_eq!(refusal(&answers[5]), "42601");
    assert_eq!(refusal(&answers[6]), "42601");
    let Rehearsed::Accepted { columns, .. } = &answers[2] else {
        panic!("{:?}", answers[2]);
    };
    assert_eq!(columns, &[("x".to_owned(), "numeric".to_owned())]);
    assert!(matches!(answers[7], Rehearsed::Accepted { .. }));
    run(&server, "SELECT FROM raw.orders");
}

#[test]
fn draft_hides_no_relation_of_the_same_name() {
    let server = Server::start(&Binaries::find().unwrap()).unwrap();
    run(&server, "CREATE TABLE orders (mine int)");
    let mut opened = reading(&server.url());
    let drafts = [
        draft("orders", &[], "SELECT 1 AS other"),
        draft("reader", &[], "SELECT * FROM orders"),
    ];
    let answers = rehearse(&mut opened, &drafts);
    let Rehearsed::Accepted { columns, .. } = &answers[1] else {
        panic!("{:?}", answers[1]);
    };
    assert_eq!(columns[0].0, "mine");
}

#[test]
fn role_without_the_right_is_told_at_once() {
    let server = Server::start(&Binaries::find().unwrap()).unwrap();
    run(
        &server,
        "CREATE ROLE guest LOGIN; REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC",
    );
    let url = server.url();
    let mut opened = reading(&url.replace("postgres://postgres@", "postgres://guest@"));
    let drafts = [draft("a", &[], "SELECT 1")];
    let answer = opened.runtime.block_on(opened.session.rehearse(&drafts));
    let error = answer.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Permission);
    assert!(
        error
            .hint
            .unwrap()
            .contains("GRANT TEMPORARY ON DATABASE postgres TO guest")
    );
}

#[test]
fn what_is_locked_is_refused_and_not_waited_for_again() {
    let server = Server::start(&Binaries::find().unwrap()).unwrap();
    run(&server, TABLES);
    let mut holder = server.connect().unwrap();
    let mut locking = holder.transaction().unwrap();
    locking
        .batch_execute("LOCK TABLE raw.orders IN ACCESS EXCLUSIVE MODE")
        .unwrap();
    let mut opened = reading(&server.url());
    let drafts: Vec<Draft> = (0..6)
        .map(|number| draft(&format!("d{number}"), &[], "SELECT id FROM raw.orders"))
        .chain([draft("free", &[], "SELECT id FROM raw.shops")])
        .collect();
    let started = Instant::now();
    let answers = rehearse(&mut opened, &drafts);
    assert!(started.elapsed().as_secs_f64() < 4.0);
    assert!(answers[..6].iter().all(|answer| refusal(answer) == "55P03"));
    assert!(matches!(answers[6], Rehearsed::Accepted { .. }));
    drop(locking);
}

#[test]
fn many_drafts_take_few_rounds() {
    let server = Server::start(&Binaries::find().unwrap()).unwrap();
    run(&server, TABLES);
    let mut opened = reading(&server.url());
    for (count, broken) in [(100, 0), (100, 1), (100, 100), (1000, 0), (1000, 500)] {
        let drafts: Vec<Draft> = (0..count)
            .map(|number| {
                let column = if number < broken { "missing" } else { "id" };
                let query =
                    format!("SELECT {column}, net, day FROM raw.orders WHERE id > {number}");
                draft(&format!("d{number}"), &[], &query)
            })
            .collect();
        let started = Instant::now();
        let answers = rehearse(&mut opened, &drafts);
        let took = started.elapsed();
        let refused = answers
            .iter()
            .filter(|answer| matches!(answer, Rehearsed::Refused(_)));
        assert_eq!(refused.count(), broken);
        // A generous border: a round for each draft alone would pass it on no machine.
        assert!(took.as_millis() < 4000, "{count} drafts took {took:?}");
    }
}
