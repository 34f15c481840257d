//! Pairs of texts whose fingerprints are one, and pairs whose fingerprints must differ.

use dormer_sql::canonical::fingerprint;
use dormer_sql::{Dialect, Fingerprint, Span};

use Dialect::{Materialize, Postgres, Redshift, RisingWave};

fn print(text: &str, dialect: Dialect) -> Fingerprint {
    fingerprint(text, Span::of(0..text.len()), dialect)
}

/// One text, in two spellings.
const EQUAL: &[(Dialect, &str, &str)] = &[
    // Comments.
    (Postgres, "select a from t", "select a -- a note\nfrom t"),
    (
        Postgres,
        "select a from t",
        "select/**/a/* b */from/* ; */t",
    ),
    (
        Postgres,
        "select a from t",
        "/* /* nested */ still */ select a from t",
    ),
    (
        Postgres,
        "select a from t",
        "-- select b from u;\nselect a from t",
    ),
    (Postgres, "select a from t", "select a from t -- the end"),
    (
        Postgres,
        "select a from t",
        "select a from t /* unfinished? no */ ;",
    ),
    (
        Postgres,
        "select a from t",
        "select /*+ SeqScan(t) */ a from t",
    ),
    (Postgres, "select a from t", "select a /* 'quote */ from t"),
    (Postgres, "select a from t", "select a -- it's\nfrom t"),
    (
        Redshift,
        "select a from t",
        "select /*+ hint */ a from t -- x",
    ),
    (RisingWave, "select a from t", "select /* x */ a from t"),
    (Materialize, "select a from t", "select a from t -- x\n"),
    // White space.
    (Postgres, "select a from t", "select\ta\r\nfrom\u{c}t"),
    (Postgres, "select a from t", "  select a\n\n\nfrom t\n"),
    (Postgres, "select a,b from s.t", "select a , b from s . t"),
    (Postgres, "select f(a)", "select f ( a )"),
    (Postgres, "select a::int", "select a :: int"),
    (Postgres, "select a[1]", "select a [ 1 ]"),
    (Postgres, "select a+b", "select a + b"),
    (Postgres, "select a < - b", "select a <- b"),
    (Postgres, "select a->>'k'", "select a ->> 'k'"),
    // The end.
    (Postgres, "select a from t", "select a from t;"),
    (Postgres, "select a from t", "select a from t ; ;\n-- x\n;"),
    // Letter case.
    (Postgres, "select a from t", "SELECT A FROM T"),
    (Postgres, "select true, null", "SELECT TRUE, NULL"),
    (Postgres, "select a::varchar(3)", "select A::VARCHAR(3)"),
    (Postgres, "select count(*)", "select COUNT(*)"),
    (Postgres, "select current_date", "select Current_Date"),
    (
        Postgres,
        "create view s.v as select 1",
        "CREATE VIEW S.V AS SELECT 1",
    ),
    // Quotes that are not needed.
    (Postgres, "select a from t", "select \"a\" from \"t\""),
    (Postgres, "select a from t", "select \"a\" from T"),
    (Postgres, "select a_1 from t", "select \"a_1\" from t"),
    (
        Postgres,
        "select t.a from s.t",
        "select \"t\".\"a\" from \"s\".\"t\"",
    ),
    (Postgres, "select \"Ab\" from t", "SELECT \"Ab\" FROM t"),
    (
        Redshift,
        "select email from orders",
        "select \"EMAIL\" from \"Orders\"",
    ),
    (
        Redshift,
        "select \"order\" from t",
        "select \"ORDER\" from t",
    ),
    (
        Postgres,
        "select \"data\" from t",
        "select U&\"d\\0061t\\+000061\" from t",
    ),
    // Spellings of one operator and of one prefix.
    (Postgres, "select a <> b", "select a != b"),
    (Postgres, "select a<>b", "select a!=b"),
    (Redshift, "select a <> b", "select a != b"),
    (Postgres, "select E'a\\n'", "select e'a\\n'"),
    (Postgres, "select X'1f', B'01'", "select x'1f', b'01'"),
    (Postgres, "select U&'\\0061'", "select u&'\\0061'"),
    (Postgres, "select 'a'\n'b'", "select 'a' -- and\n   'b'"),
];

/// Two texts that mean two things, or may.
const DIFFER: &[(Dialect, &str, &str)] = &[
    // Strings keep every byte.
    (Postgres, "select 'a'", "select 'A'"),
    (Postgres, "select 'a b'", "select 'a  b'"),
    (Postgres, "select 'a'", "select 'a '"),
    (Postgres, "select ''", "select ' '"),
    (Postgres, "select 'a\nb'", "select 'a\r\nb'"),
    (Postgres, "select 'a -- b'", "select 'a'"),
    (Postgres, "select '/* a */'", "select ''"),
    (Postgres, "select 'it''s'", "select 'its'"),
    (Postgres, "select 'select A'", "select 'SELECT a'"),
    (Postgres, "select 'a;'", "select 'a'"),
    (Postgres, "select '!='", "select '<>'"),
    (Postgres, "select 'a\\n'", "select E'a\\n'"),
    (Postgres, "select E'\\\\'", "select E'\\''"),
    (Postgres, "select $$A$$", "select $$a$$"),
    (Postgres, "select $$a\nb$$", "select $$a\r\nb$$"),
    (Postgres, "select $$ a $$", "select $$a$$"),
    (Postgres, "select $$-- x$$", "select $$$$"),
    (Postgres, "select $$ $x$ $$", "select $$ $y$ $$"),
    (Postgres, "select b'1'", "select '1'"),
    (Postgres, "select x'1'", "select b'1'"),
    (Postgres, "select U&'\\0061'", "select '\\0061'"),
    (Postgres, "select U&'!0061' uescape '!'", "select U&'!0061'"),
    (Postgres, "select 'a' 'b'", "select 'a'\n'b'"),
    (Postgres, "select 'É'", "select 'é'"),
    (Postgres, "select 'é'", "select 'e\u{301}'"),
    (Postgres, "select 'a\u{a0}b'", "select 'a b'"),
    // Names.
    (Postgres, "select \"A\" from t", "select a from t"),
    (Postgres, "select \"a\"\"b\"", "select \"ab\""),
    (Postgres, "select \"a b\"", "select \"a  b\""),
    (Postgres, "select \"É\" from t", "select \"é\" from t"),
    (Postgres, "select É from t", "select é from t"),
    (RisingWave, "select \"A\" from t", "select a from t"),
    (Materialize, "select \"A\" from t", "select a from t"),
    (Postgres, "select a.b", "select a, b"),
    (Postgres, "select a b", "select a, b"),
    (Postgres, "select ab", "select a b"),
    (Postgres, "select s.t.a from s.t", "select t.a from s.t"),
    // Words that mean something else without their quotes.
    (
        Postgres,
        "select \"current_date\" from t",
        "select current_date from t",
    ),
    (Postgres, "select \"user\" from t", "select user from t"),
    (Postgres, "select \"null\" from t", "select null from t"),
    (Postgres, "select \"true\" from t", "select true from t"),
    (Postgres, "select a::\"char\"", "select a::char"),
    (Postgres, "select a::\"bit\"", "select a::bit"),
    (
        Postgres,
        "select \"coalesce\"(a, b)",
        "select coalesce(a, b)",
    ),
    (
        Postgres,
        "select \"greatest\"(a, b)",
        "select greatest(a, b)",
    ),
    (Postgres, "select \"row\"(a, b)", "select row(a, b)"),
    (Postgres, "select \"exists\"(a)", "select exists(a)"),
    (Postgres, "select \"grouping\"(a)", "select grouping(a)"),
    (Postgres, "select \"nullif\"(a, b)", "select nullif(a, b)"),
    (
        Postgres,
        "select \"current_schema\"",
        "select current_schema",
    ),
    (Postgres, "select \"session_user\"", "select session_user"),
    (Postgres, "select \"localtime\"", "select localtime"),
    (Postgres, "select \"xmlconcat\"(a)", "select xmlconcat(a)"),
    (Postgres, "select \"normalize\"(a)", "select normalize(a)"),
    (
        Postgres,
        "select 1 from t \"left\" join u on true",
        "select 1 from t left join u on true",
    ),
    (
        Postgres,
        "select 1 from t \"natural\" join u on true",
        "select 1 from t natural join u on true",
    ),
    (
        Postgres,
        "select 1 from t group by \"cube\"(a)",
        "select 1 from t group by cube(a)",
    ),
    (
        Postgres,
        "select interval '1' \"hour\"",
        "select interval '1' hour",
    ),
    (
        Postgres,
        "select 1 from \"lateral\" (a)",
        "select 1 from lateral (a)",
    ),
    (
        Postgres,
        "select \"distinct\" from t",
        "select distinct from t",
    ),
    (Postgres, "select \"all\" from t", "select all from t"),
    (
        Redshift,
        "select \"sysdate\" from t",
        "select sysdate from t",
    ),
    (Redshift, "select \"top\" from t", "select top from t"),
    // Numbers.
    (Postgres, "select 1", "select 1.0"),
    (Postgres, "select 1.0", "select 1.00"),
    (Postgres, "select 1", "select '1'"),
    (Postgres, "select 10", "select 1 0"),
    (Postgres, "select 1e3", "select 1000"),
    (Postgres, "select -1", "select - -1"),
    // Operators and forms.
    (Postgres, "select a::int", "select cast(a as int)"),
    (Postgres, "select a::int", "select a::integer"),
    (Postgres, "select (a)", "select a"),
    (Postgres, "select (a + b) * c", "select a + b * c"),
    (
        Postgres,
        "select a from t where (b)",
        "select a from t where b",
    ),
    (Postgres, "select a - - b", "select a\n--b\n"),
    (Postgres, "select a = b", "select a == b"),
    (Postgres, "select a #>> b", "select a #> > b"),
    (
        Postgres,
        "select a from t, u",
        "select a from t cross join u",
    ),
    (
        Postgres,
        "select a from t join u using (k)",
        "select a from t inner join u using (k)",
    ),
    (Postgres, "select a as b from t", "select a b from t"),
    (Postgres, "select a, b from t", "select b, a from t"),
    (
        Postgres,
        "select a from t order by a",
        "select a from t order by a asc",
    ),
    (Postgres, "select *", "select t.*"),
    (Postgres, "select count(*)", "select count(a)"),
    (Postgres, "select 'a' like 'b'", "select 'a' ~~ 'b'"),
    (Postgres, "select a; select b", "select a select b"),
    // Heads.
    (
        Postgres,
        "create materialized view v with (fillfactor = 70, autovacuum_enabled) as select 1",
        "create materialized view v with (autovacuum_enabled, fillfactor = 70) as select 1",
    ),
    (
        Postgres,
        "create materialized view v as select 1",
        "create materialized view v as select 1 with no data",
    ),
    (
        Redshift,
        "create materialized view v auto refresh yes as select 1",
        "create materialized view v auto refresh no as select 1",
    ),
    (
        RisingWave,
        "create materialized view v as select 1",
        "create materialized view v as select 1 emit on window close",
    ),
    (
        Redshift,
        "create view v as select 1 with no schema binding",
        "create view v as select 1",
    ),
    (
        Postgres,
        "create view v as select 1",
        "create or replace view v as select 1",
    ),
];

#[test]
fn what_does_not_count_is_left_out() {
    let wrong = |(dialect, one, other): &&(Dialect, &str, &str)| {
        print(one, *dialect) != print(other, *dialect)
    };
    let wrong: Vec<_> = EQUAL.iter().filter(wrong).collect();
    assert!(wrong.is_empty(), "these differ:\n{wrong:#?}");
}

#[test]
fn what_counts_is_never_left_out() {
    let wrong = |(dialect, one, other): &&(Dialect, &str, &str)| {
        print(one, *dialect) == print(other, *dialect)
    };
    let wrong: Vec<_> = DIFFER.iter().filter(wrong).collect();
    assert!(wrong.is_empty(), "these are one:\n{wrong:#?}");
}

#[test]
fn line_ends_and_a_missing_last_one_do_not_count() {
    let text = "-- head\nCREATE VIEW mart.orders AS\nSELECT\n1;\n";
    let same = [
        text.replace('\n', "\r\n"),
        text.trim_end().to_owned(),
        text.replace('\n', "\r"),
    ];
    for other in &same {
        // A line comment ends at a carriage return too, as it does for the engine.
        assert_eq!(print(text, Postgres), print(other, Postgres), "{other:?}");
    }
    let joined = text.replace("SELECT\n1;", "SELECT1;");
    assert_ne!(print(text, Postgres), print(&joined, Postgres));
}
