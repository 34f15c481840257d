//! The journal: made once by whoever may, read by nobody's leave, and the same when read as written.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use dormer_core::engine::journal::{
    Journal, ObjectState, Record, RecordedCompanions, RunState, StepState,
};
use dormer_core::engine::session::RunEnd;
use dormer_core::engine::step::{Millis, Privilege, StepId, StepKind};
use dormer_core::engine::{ErrorKind, Generation, Scope};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::grant::Holder;
use dormer_core::model::observed::relation::RelationKind;
use dormer_engines::Settings;

use super::desk::{
    WRITING, ask, everywhere, new_run, object, once, run, session, session_at, shadow, sql, step,
    together, work, working,
};

#[test]
fn reading_makes_nothing() {
    everywhere(async |server| {
        let limit = Duration::from_secs(5);
        let reading = Settings::reading(limit, limit);
        let mut session = session_at(&server.url(), &reading).await.unwrap();
        assert_eq!(session.journal().await.unwrap(), None);
        assert!(session.runs(10).await.unwrap().is_empty());
        assert!(session.run("0").await.unwrap().is_empty());
        assert_eq!(
            session.prepare().await.unwrap_err().kind,
            ErrorKind::Permission
        );
        assert_eq!(ask(server, "SELECT to_regnamespace('dormer')"), "");
        let mut writer = self::session(server).await;
        writer.prepare().await.unwrap();
        assert_eq!(session.journal().await.unwrap(), Some(Journal::default()));
        session.prepare().await.unwrap();
    });
}

#[test]
fn two_that_start_at_once_make_one_journal() {
    everywhere(async |server| {
        let starts = (0..6).map(|_| async {
            let mut session = session(server).await;
            session.prepare().await
        });
        for made in futures_util::future::join_all(starts).await {
            made.unwrap();
        }
        assert_eq!(ask(server, "SELECT count(*) FROM dormer.meta"), "1");
        let comment = ask(server, "SELECT obj_description('dormer'::regnamespace)");
        assert!(comment.starts_with("Journal of Dormer"), "{comment}");
    });
}

#[test]
fn missing_rights_are_told_with_the_statement_that_gives_them() {
    everywhere(async |server| {
        sql(
            server,
            "CREATE ROLE \"Anna's\" LOGIN; CREATE ROLE ben LOGIN",
        );
        let url = server.url();
        let at = |user: &str| url.replacen("postgres@", &format!("{user}@"), 1);
        let mut anna = session_at(&at("Anna%27s"), &WRITING).await.unwrap();
        let error = anna.prepare().await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Permission);
        let statement = "CREATE SCHEMA dormer AUTHORIZATION \"Anna's\"";
        assert_eq!(error.hint.as_deref(), Some(statement));
        sql(server, statement);
        anna.prepare().await.unwrap();
        assert_eq!(anna.journal().await.unwrap(), Some(Journal::default()));
        let mut ben = session_at(&at("ben"), &WRITING).await.unwrap();
        let error = ben.prepare().await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Permission);
        assert_eq!(error.hint.as_deref(), Some("GRANT \"Anna's\" TO ben"));
        assert_eq!(ben.journal().await.unwrap_err().kind, ErrorKind::Permission);
        sql(server, "GRANT \"Anna's\" TO ben");
        ben.prepare().await.unwrap();
        assert_eq!(ben.journal().await.unwrap(), Some(Journal::default()));
        sql(server, "DROP SCHEMA dormer CASCADE; CREATE SCHEMA dormer");
        let error = ben.prepare().await.unwrap_err();
        assert_eq!(
            error.hint.as_deref(),
            Some("ALTER SCHEMA dormer OWNER TO ben")
        );
    });
}

#[test]
fn newer_journal_is_refused() {
    once(async |server| {
        let mut session = session(server).await;
        session.prepare().await.unwrap();
        sql(server, "UPDATE dormer.meta SET format = 2");
        let error = session.prepare().await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unsupported);
        assert_eq!(
            error.message,
            "the journal has format 2, and this Dormer knows 1"
        );
        let error = session.journal().await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unsupported);
    });
}

fn companions() -> RecordedCompanions {
    let pair = |name: &str, value: &str| BTreeMap::from([(name.to_owned(), value.to_owned())]);
    RecordedCompanions {
        owner: Some("O'Hara".to_owned()),
        comment: Some("line\nand \\ \"more\" ü".to_owned()),
        column_comments: pair("Ä", "'"),
        grants: BTreeSet::from([Privilege {
            privilege: "SELECT".to_owned(),
            column: Some("id".to_owned()),
            holder: Holder::Public,
            grantable: true,
        }]),
        indexes: pair("i", "0123"),
        index_statements: pair("i", "CREATE INDEX i ON t (id)"),
        options: pair("security_barrier", "true"),
    }
}

#[test]
fn records_are_read_as_they_were_written() {
    everywhere(async |server| {
        // Neither the path nor a backslash of old times may change a text.
        sql(
            server,
            "CREATE SCHEMA \"Mä'rts\\\"; ALTER ROLE postgres SET standard_conforming_strings = off",
        );
        let (first, second) = (run(1), run(2));
        let (mut session, lease) = working(server, &first).await;
        let name = ObjectName::new("Mä'rts\\", "or\"ders");
        let mut record = shadow(&first, &name, RelationKind::View);
        record.companions = companions();
        let quoted = "\"Mä'rts\\\"";
        let physical = record.physical.replace('"', "\"\"");
        let create = format!(
            "CREATE VIEW {quoted}.\"{physical}\" AS SELECT current_date AS day, oid FROM pg_class"
        );
        let statements = together(&[&create]);
        let records = [object(record.clone())];
        let mut build = work(&lease.token, &statements);
        build.records = records.iter().collect();
        build.steps = vec![
            step(1, StepKind::Build, Some(&name)),
            step(2, StepKind::Fill, Some(&name)),
        ];
        build.steps[1].detail = Some("{\"a\": '\\'}".to_owned());
        session.execute(&build).await.unwrap();
        let key = (name.clone(), record.generation.clone());
        let read = session.journal().await.unwrap().unwrap();
        assert!(read.objects[&key].version.is_some());
        record.version = read.objects[&key].version.clone();
        assert_eq!(read.objects[&key], record);
        assert_eq!(read.unfinished.len(), 1);

        // It takes the name, is declared anew and settled.
        let rename = together(&[&format!(
            "ALTER VIEW {quoted}.\"{physical}\" RENAME TO \"or\"\"ders\""
        )]);
        let generation = record.generation.clone();
        let records = [
            Record::Moved {
                name: name.clone(),
                generation: generation.clone(),
                state: ObjectState::Live,
                physical: "or\"ders".to_owned(),
            },
            Record::Declared {
                name: name.clone(),
                generation: generation.clone(),
                fingerprint: "g".to_owned(),
                declared: "other".to_owned(),
                companions: Box::default(),
            },
            Record::Settled {
                name: name.clone(),
                generation: generation.clone(),
            },
        ];
        let mut cutover = work(&lease.token, &rename);
        cutover.records = records.iter().collect();
        cutover.steps = vec![step(3, StepKind::Cutover, None)];
        session.execute(&cutover).await.unwrap();
        let read = session.journal().await.unwrap().unwrap();
        let live = read.live(&name).unwrap();
        let observed = session.inspect(&Scope::everything()).await.unwrap();
        // It is what the version says already, until somebody gives a column another name.
        assert_eq!(live.observed, None);
        assert!(live.since.is_some());
        assert_eq!(live.version, record.version);
        assert_eq!(live.version, observed.relations[&name].version);
        assert_eq!(
            (live.fingerprint.as_str(), live.declared.as_str()),
            ("g", "other")
        );
        assert_eq!(live.companions, RecordedCompanions::default());
        sql(
            server,
            &format!("ALTER VIEW {quoted}.\"or\"\"ders\" RENAME COLUMN oid TO number"),
        );
        let read = session.journal().await.unwrap().unwrap();
        let settled = observed.relations[&name].definition.clone();
        assert!(settled.is_some());
        assert_eq!(read.live(&name).unwrap().observed, settled);

        // The path was emptied for the question alone.
        let path = together(&[
            "DO $$ BEGIN IF current_setting('search_path') = '' THEN RAISE 'empty'; END IF; END $$",
        ]);
        session.execute(&work(&lease.token, &path)).await.unwrap();

        let failed = [
            step(4, StepKind::Drop, Some(&name)),
            step(1, StepKind::Build, None),
        ]
        .map(|step| dormer_core::engine::journal::StepRecord {
            state: StepState::Failed,
            error: Some("it's gone".to_owned()),
            ms: Millis(12),
            ..step
        });
        let ended = RunEnd {
            state: RunState::Partial,
            error: Some("1 failed"),
            steps: &failed,
        };
        session.end(&lease.token, &first, &ended).await.unwrap();
        let details = session.run(first.as_str().get(..9).unwrap()).await.unwrap();
        let detail = &details[0];
        assert_eq!(detail.plan, "{}");
        assert_eq!(detail.run.state, RunState::Partial);
        assert_eq!(detail.run.error.as_deref(), Some("1 failed"));
        assert!(detail.run.ended.unwrap() >= detail.run.started);
        assert_eq!(detail.steps.len(), 4);
        // What is done stays done.
        assert_eq!(detail.steps[&StepId(1)].state, StepState::Done);
        assert_eq!(detail.steps[&StepId(4)], failed[0]);
        assert_eq!(detail.steps[&StepId(2)].detail, build.steps[1].detail);
        let read = session.journal().await.unwrap().unwrap();
        let kinds: Vec<StepKind> = read.durations.keys().map(|(_, kind)| *kind).collect();
        assert_eq!(kinds, [StepKind::Build, StepKind::Fill]);
        assert_eq!(read.unfinished[0].state, RunState::Partial);

        // It begins again, and then another takes its place.
        session.begin(&lease.token, &new_run(&first)).await.unwrap();
        assert_eq!(session.runs(5).await.unwrap()[0].state, RunState::Running);
        session
            .begin(&lease.token, &new_run(&second))
            .await
            .unwrap();
        assert_eq!(session.runs(1).await.unwrap()[0].run, second);
        let records = [
            Record::Run {
                run: first.clone(),
                state: RunState::Abandoned,
            },
            Record::Moved {
                name: name.clone(),
                generation,
                state: ObjectState::Dropped,
                physical: "or\"ders".to_owned(),
            },
        ];
        let mut last = work(&lease.token, &[]);
        last.records = records.iter().collect();
        session.execute(&last).await.unwrap();
        let read = session.journal().await.unwrap().unwrap();
        assert!(read.objects.is_empty());
        assert_eq!(read.unfinished.len(), 1);
        assert_eq!(session.runs(5).await.unwrap()[1].state, RunState::Abandoned);
        for nothing in ["", "zzz", "%", "0 OR 1"] {
            assert!(session.run(nothing).await.unwrap().is_empty());
        }
    });
}

#[test]
fn records_of_one_work_are_folded() {
    once(async |server| {
        let run = run(1);
        let (mut session, lease) = working(server, &run).await;
        let name = ObjectName::new("public", "orders");
        let table = ObjectName::new("public", "raw");
        let record = shadow(&run, &name, RelationKind::MaterializedView);
        let statements = together(&[
            "CREATE MATERIALIZED VIEW orders AS SELECT 1 AS id",
            "CREATE TABLE raw (id int)",
        ]);
        let mut of_table = shadow(&run, &table, RelationKind::Table);
        of_table.physical = "raw".to_owned();
        of_table.since = Some(1_600_000_000);
        let records = [
            object(record.clone()),
            Record::Moved {
                name: name.clone(),
                generation: record.generation.clone(),
                state: ObjectState::Live,
                physical: "orders".to_owned(),
            },
            object(of_table.clone()),
            Record::Settled {
                name: table.clone(),
                generation: of_table.generation.clone(),
            },
            // Nobody knows it: nothing to tell.
            Record::Settled {
                name: table.clone(),
                generation: Generation::new(&run, &name),
            },
        ];
        let mut work = work(&lease.token, &statements);
        work.records = records.iter().collect();
        session.execute(&work).await.unwrap();
        let read = session.journal().await.unwrap().unwrap();
        let live = read.live(&name).unwrap();
        assert_eq!(live.physical, "orders");
        assert!(live.version.is_some() && live.since.is_some());
        let raw = &read.objects[&(table, of_table.generation.clone())];
        // What a table is, and its columns, are written down when it is settled.
        assert!(
            raw.version
                .as_deref()
                .is_some_and(|version| version.starts_with('t'))
        );
        of_table.version.clone_from(&raw.version);
        of_table.observed = Some("[[\"id\", \"integer\", false]]".to_owned());
        assert_eq!(*raw, of_table);
    });
}
