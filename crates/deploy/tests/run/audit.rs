//! Audits of what is live.

use dormer_core::engine::ErrorKind;
use dormer_deploy::{Question, Verdicts, audit};

use crate::stage::Stage;

fn questions(sql: &[&str]) -> Vec<Question> {
    let sql = sql.iter();
    sql.map(|sql| Question {
        shown: format!("audit {sql}"),
        sql: (*sql).to_owned(),
    })
    .collect()
}

/// One letter for each: passed, failed, error.
fn told(verdicts: &Verdicts) -> String {
    let verdicts = verdicts.verdicts.iter();
    verdicts
        .map(|verdict| match &verdict.found {
            Ok(found) if found.rows.is_empty() => 'p',
            Ok(_) => 'f',
            Err(_) => 'e',
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn verdicts_come_in_the_order_of_the_questions() {
    let stage = Stage::default();
    let asked = questions(&["a", "fails", "b", "cannot run", "c", "fails", "d"]);
    let verdicts = audit(&stage, &asked, 3, 5).await.unwrap();
    assert_eq!(told(&verdicts), "pfpepfp");
    assert_eq!(verdicts.sessions, 3);
    assert_eq!(stage.set().most_active, 3);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_breaks_is_replaced() {
    let stage = Stage::default();
    let asked = questions(&["a", "breaks", "b", "fails"]);
    let verdicts = audit(&stage, &asked, 1, 5).await.unwrap();
    assert_eq!(told(&verdicts), "pepf");
}

#[tokio::test(start_paused = true)]
async fn fewer_sessions_do_the_same_work() {
    let stage = Stage::default();
    stage.set().room = Some(1);
    let asked = questions(&["a", "fails", "b"]);
    let verdicts = audit(&stage, &asked, 4, 5).await.unwrap();
    assert_eq!(told(&verdicts), "pfp");
    assert_eq!(verdicts.sessions, 1);

    stage.set().room = Some(0);
    let error = audit(&stage, &asked, 4, 5).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
}

#[tokio::test(start_paused = true)]
async fn without_a_question_no_session_is_opened() {
    let stage = Stage::default();
    stage.set().room = Some(0);
    let verdicts = audit(&stage, &[], 4, 5).await.unwrap();
    assert_eq!(verdicts, Verdicts::default());
}
