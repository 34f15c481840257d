//! Leases: one holder at a time, the dead told from the living, and no way on without the token.

use std::time::{Duration, Instant};

use dormer_core::engine::ErrorKind;
use dormer_core::engine::journal::RunState;
use dormer_core::engine::lease::{LeaseTaken, Life, Takeover};
use dormer_core::engine::session::RunEnd;
use dormer_testkit::server::Server;

use super::desk::{
    ask, everywhere, new_run, once, run, session, sql, take, together, work, working,
};

/// Waits until the server has seen that a session is gone.
async fn alone(server: &Server, sessions: u32) {
    let count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'dormer'";
    while ask(server, count) != sessions.to_string() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[test]
fn lease_is_had_once_and_the_dead_are_told_from_the_living() {
    everywhere(async |server| {
        let (first, second) = (run(1), run(2));
        let (holder, lease) = working(server, &first).await;
        let mut other = session(server).await;
        other.prepare().await.unwrap();
        for takeover in [Takeover::Never, Takeover::SameRun, Takeover::Dead] {
            let taken = take(&mut *other, &second, takeover).await;
            let LeaseTaken::Refused { holder, life } = taken else {
                panic!("two have it: {taken:?}");
            };
            assert_eq!(life, Life::Alive);
            assert_eq!(holder.run.as_ref(), Some(&first));
            assert_eq!(
                (holder.who.as_str(), holder.host.as_str()),
                ("anna", "laptop")
            );
            assert!(holder.since > 1_700_000_000);
        }
        drop(holder);
        alone(server, 1).await;
        for takeover in [Takeover::Never, Takeover::SameRun] {
            let taken = take(&mut *other, &second, takeover).await;
            assert!(
                matches!(&taken, LeaseTaken::Refused { life: Life::Dead, holder } if holder.run.as_ref() == Some(&first)),
                "{taken:?}"
            );
        }
        // The refused left no lock behind.
        let mut third = session(server).await;
        let LeaseTaken::Held(next, Some(before)) =
            take(&mut *third, &first, Takeover::SameRun).await
        else {
            panic!("the same run goes on");
        };
        assert_eq!(before.run.as_ref(), Some(&first));
        assert!(next.token.number > lease.token.number);
        // The token of before is worth nothing.
        let statements = together(&["CREATE TABLE never (id int)"]);
        let error = other
            .execute(&work(&lease.token, &statements))
            .await
            .unwrap_err();
        assert_eq!((error.kind, error.statement), (ErrorKind::LeaseLost, None));
        assert_eq!(error.message, "another run has the lease");
        let ended = RunEnd {
            state: RunState::Done,
            error: None,
            steps: &[],
        };
        let error = other.end(&lease.token, &first, &ended).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::LeaseLost);
        let error = other
            .begin(&lease.token, &new_run(&first))
            .await
            .unwrap_err();
        assert_eq!(error.kind, ErrorKind::LeaseLost);
        assert_eq!(
            other.release(&lease).await.unwrap_err().kind,
            ErrorKind::LeaseLost
        );
        assert_eq!(ask(server, "SELECT to_regclass('never')"), "");

        third
            .execute(&work(&next.token, &together(&["SELECT 1"])))
            .await
            .unwrap();
        // Nobody has it twice, not even the session that has it.
        let again = take(&mut *third, &first, Takeover::Dead).await;
        assert!(matches!(
            again,
            LeaseTaken::Refused {
                life: Life::Alive,
                ..
            }
        ));
        third.release(&next).await.unwrap();
        let error = third
            .execute(&work(&next.token, &statements))
            .await
            .unwrap_err();
        assert_eq!(error.kind, ErrorKind::LeaseLost);
        let free = take(&mut *other, &second, Takeover::Never).await;
        assert!(matches!(free, LeaseTaken::Held(_, None)), "{free:?}");
    });
}

#[test]
fn takeover_waits_for_a_transaction_of_the_dead() {
    once(async |server| {
        let (first, second) = (run(1), run(2));
        let (holder, lease) = working(server, &first).await;
        let mut sibling = session(server).await;
        let token = lease.token;
        let asleep = tokio::spawn(async move {
            let statements = together(&["SELECT pg_sleep(1.5)", "CREATE TABLE kept (id int)"]);
            sibling.execute(&work(&token, &statements)).await
        });
        let sleeps = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
        while ask(server, sleeps) != "1" {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        sql(
            server,
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'",
        );
        drop(holder);
        alone(server, 1).await;
        let mut heir = session(server).await;
        let started = Instant::now();
        let taken = take(&mut *heir, &second, Takeover::Dead).await;
        assert!(matches!(taken, LeaseTaken::Held(_, Some(_))), "{taken:?}");
        assert!(started.elapsed() > Duration::from_millis(700));
        assert_eq!(ask(server, "SELECT to_regclass('kept')"), "kept");
        asleep.await.unwrap().unwrap();
    });
}

#[test]
fn takeover_does_not_wait_for_ever() {
    once(async |server| {
        let (first, second) = (run(1), run(2));
        let (holder, lease) = working(server, &first).await;
        let mut sibling = session(server).await;
        let canceller = sibling.canceller();
        let asleep = tokio::spawn(async move {
            let statements = together(&["SELECT pg_sleep(60)"]);
            sibling.execute(&work(&lease.token, &statements)).await
        });
        drop(holder);
        alone(server, 1).await;
        let mut heir = session(server).await;
        let over = heir
            .take(
                dormer_core::engine::lease::LeaseKind::Deploy,
                &new_run(&second),
                Takeover::Dead,
            )
            .await;
        let error = over.unwrap_err();
        assert_eq!(error.kind, ErrorKind::LockTimeout);
        assert_eq!(
            error.message,
            "a transaction of the run that had the lease still works"
        );
        canceller.cancel().await.unwrap();
        let error = asleep.await.unwrap().unwrap_err();
        assert_eq!(
            (error.kind, error.statement),
            (ErrorKind::Cancelled, Some(0))
        );
        let taken = take(&mut *heir, &second, Takeover::Dead).await;
        assert!(matches!(taken, LeaseTaken::Held(..)), "{taken:?}");
    });
}
