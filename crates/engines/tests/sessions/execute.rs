//! Works: all or nothing, the journal with them, and their limits.

use std::time::{Duration, Instant};

use dormer_core::engine::journal::ObjectState;
use dormer_core::engine::session::{Limits, Worked};
use dormer_core::engine::step::{Expect, Placement, StepKind};
use dormer_core::engine::{ErrorKind, Session, Statement};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::relation::RelationKind;

use super::desk::{
    ask, everywhere, object, once, run, session, shadow, sql, step, together, work, working,
};

fn audit(sql: &str) -> Statement {
    Statement {
        expect: Expect::NoRow,
        ..Statement::together(sql)
    }
}

fn alone(sql: &str) -> Statement {
    Statement {
        placement: Placement::Alone,
        ..Statement::together(sql)
    }
}

#[test]
fn work_is_done_with_its_records_or_not_at_all() {
    everywhere(async |server| {
        let run = run(1);
        let (mut session, lease) = working(server, &run).await;
        let name = ObjectName::new("public", "orders");
        let record = shadow(&run, &name, RelationKind::View);
        let create = format!("CREATE VIEW {} AS SELECT 1 AS id -- one", record.physical);
        let object = object(record.clone());
        let good = together(&[&create, "COMMENT ON SCHEMA public IS 'a;b'"]);
        for (bad, at) in [
            ("SELECT 1/0", Some(2)),
            // Nothing of the message is run then: the letter tells which it was.
            ("SELEC 'ü'", Some(2)),
            ("CREATE TABLE pg_catalog.x (id int)", Some(2)),
        ] {
            let mut statements = good.clone();
            statements.extend(together(&[bad, "SELECT 2"]));
            let mut work = work(&lease.token, &statements);
            work.records = vec![&object];
            work.steps = vec![step(1, StepKind::Build, Some(&name))];
            let error = session.execute(&work).await.unwrap_err();
            assert_eq!(error.statement, at, "{error:?}");
            let journal = session.journal().await.unwrap().unwrap();
            assert!(journal.objects.is_empty());
            assert!(session.run(run.as_str()).await.unwrap()[0].steps.is_empty());
        }
        // The journal's own statements fail as nobody's.
        sql(
            server,
            "ALTER TABLE dormer.objects ADD CONSTRAINT no CHECK (name <> 'orders')",
        );
        let mut done = work(&lease.token, &good);
        done.records = vec![&object];
        done.steps = vec![step(1, StepKind::Build, Some(&name))];
        let error = session.execute(&done).await.unwrap_err();
        assert_eq!((error.kind, error.statement), (ErrorKind::Other, None));
        sql(server, "ALTER TABLE dormer.objects DROP CONSTRAINT no");

        assert!(matches!(
            session.execute(&done).await.unwrap(),
            Worked::Done { .. }
        ));
        let journal = session.journal().await.unwrap().unwrap();
        let kept = journal.objects.values().next().unwrap();
        assert_eq!(kept.state, ObjectState::Shadow);
        let version = format!(
            "SELECT oid || '.' || xmin FROM pg_rewrite WHERE ev_class = '{}'::regclass",
            record.physical
        );
        assert_eq!(kept.version, Some(ask(server, &version)));
        let steps = &session.run(run.as_str()).await.unwrap()[0].steps;
        assert_eq!(steps.len(), 1);
    });
}

#[test]
fn audits_that_find_a_row_undo_their_work() {
    everywhere(async |server| {
        let (mut session, lease) = working(server, &run(1)).await;
        let statements = vec![
            Statement::together("CREATE TABLE t AS SELECT 1 AS id"),
            Statement::together("SELECT 'no audit'"),
            audit("SELECT * FROM t WHERE id > 1"),
            audit("SELECT g AS id, NULL AS net, 'a,b' AS kind FROM generate_series(7, 3000000) g"),
        ];
        let worked = session
            .execute(&work(&lease.token, &statements))
            .await
            .unwrap();
        let row = "id=7, net=null, kind=a,b".to_owned();
        assert_eq!(worked, Worked::Row { statement: 3, row });
        assert_eq!(ask(server, "SELECT to_regclass('t')"), "");
        let clean = &statements[..3];
        let worked = session.execute(&work(&lease.token, clean)).await.unwrap();
        assert!(matches!(worked, Worked::Done { .. }), "{worked:?}");
        assert_eq!(ask(server, "SELECT to_regclass('t')"), "t");
    });
}

#[test]
fn limits_hold_for_a_lock_a_statement_and_the_whole() {
    everywhere(async |server| {
        let (mut session, lease) = working(server, &run(1)).await;
        let sleeps = together(&["SELECT 1", "SELECT pg_sleep(0.4)", "SELECT pg_sleep(20)"]);
        let mut slow = work(&lease.token, &sleeps);
        slow.limits.statement = Some(Duration::from_millis(600));
        let error = session.execute(&slow).await.unwrap_err();
        assert_eq!(
            (error.kind, error.statement),
            (ErrorKind::Cancelled, Some(2))
        );
        slow.limits.whole = Some(Duration::from_millis(300));
        let started = Instant::now();
        let error = session.execute(&slow).await.unwrap_err();
        assert!(
            started.elapsed() < Duration::from_millis(390),
            "{:?}",
            started.elapsed()
        );
        assert_eq!(
            (error.kind, error.statement),
            (ErrorKind::LockTimeout, Some(1))
        );
        assert_eq!(error.message, "the deadline of 300 ms was over");
        // Nothing of it hits the next one.
        for _ in 0..50 {
            session
                .execute(&work(&lease.token, &sleeps[..1]))
                .await
                .unwrap();
        }
        sql(server, "CREATE TABLE held (id int)");
        let mut other = self::session(server).await;
        let token = lease.token;
        let holder = tokio::spawn(async move {
            let statements = together(&["LOCK TABLE held", "SELECT pg_sleep(1)"]);
            other.execute(&work(&token, &statements)).await
        });
        while ask(
            server,
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'",
        ) != "1"
        {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let rename = together(&["ALTER TABLE held RENAME TO free"]);
        let mut waiting = work(&lease.token, &rename);
        waiting.limits = Limits {
            lock: Some(Duration::from_millis(100)),
            ..Limits::default()
        };
        let error = session.execute(&waiting).await.unwrap_err();
        assert_eq!(
            (error.kind, error.statement),
            (ErrorKind::LockTimeout, Some(0))
        );
        assert_eq!(error.sqlstate.unwrap().0, "55P03");
        holder.await.unwrap().unwrap();
        waiting.limits = Limits::default();
        session.execute(&waiting).await.unwrap();
    });
}

#[test]
fn statements_that_stand_alone_are_noted_when_they_are_done() {
    everywhere(async |server| {
        let run = run(1);
        let (mut session, lease) = working(server, &run).await;
        let statements = [
            Statement::together("CREATE TABLE t (id int)"),
            Statement::together("INSERT INTO t VALUES (1)"),
            alone("CREATE INDEX CONCURRENTLY i ON t (id)"),
            alone("VACUUM t"),
            Statement::together("SELECT 1/0"),
        ];
        let mut some = work(&lease.token, &statements[..4]);
        some.steps = vec![step(4, StepKind::Index, None)];
        some.limits.lock = Some(Duration::from_secs(3));
        session.execute(&some).await.unwrap();
        assert_eq!(ask(server, "SELECT to_regclass('i')"), "i");
        let steps = session.run(run.as_str()).await.unwrap()[0].steps.clone();
        assert_eq!(steps.len(), 1);
        let mut failing = work(&lease.token, &statements[2..]);
        failing.steps = vec![step(5, StepKind::Index, None)];
        sql(server, "DROP INDEX i");
        let error = session.execute(&failing).await.unwrap_err();
        assert_eq!(error.statement, Some(2));
        assert_eq!(session.run(run.as_str()).await.unwrap()[0].steps, steps);
        // The limits were those of the work alone.
        let setting = together(&[
            "DO $$ BEGIN IF current_setting('lock_timeout') <> '0' THEN RAISE 'kept'; END IF; END $$",
        ]);
        session
            .execute(&work(&lease.token, &setting))
            .await
            .unwrap();
    });
}

#[test]
fn session_is_usable_after_a_work_that_nobody_waited_for() {
    once(async |server| {
        let (mut session, lease) = working(server, &run(1)).await;
        let sleeps = together(&["CREATE TABLE lost (id int)", "SELECT pg_sleep(30)"]);
        let dropped = work(&lease.token, &sleeps);
        let canceller = session.canceller();
        let short = Duration::from_millis(200);
        assert!(
            tokio::time::timeout(short, session.execute(&dropped))
                .await
                .is_err()
        );
        canceller.cancel().await.unwrap();
        session
            .execute(&work(&lease.token, &together(&["SELECT 1"])))
            .await
            .unwrap();
        assert_eq!(ask(server, "SELECT to_regclass('lost')"), "");
    });
}

#[test]
fn step_of_a_broken_session_is_in_the_journal_or_not() {
    once(async |server| {
        let run = run(1);
        let (mut session, lease) = working(server, &run).await;
        let dies = together(&["SELECT pg_terminate_backend(pg_backend_pid())"]);
        let mut last = work(&lease.token, &dies);
        last.steps = vec![step(1, StepKind::Cutover, None)];
        let error = session.execute(&last).await.unwrap_err();
        assert_eq!(
            (error.kind, error.statement),
            (ErrorKind::Connection, Some(0))
        );
        assert_eq!(error.sqlstate.unwrap().0, "57P01");
        let error = session.execute(&last).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Connection);
        let mut other: Box<dyn Session> = self::session(server).await;
        let detail = other.run(run.as_str()).await.unwrap();
        assert!(detail[0].steps.is_empty());
    });
}
