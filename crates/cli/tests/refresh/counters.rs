//! Counters are a hint: whether what they say is true, and for how long they are believed when it is not.

use std::thread;
use std::time::Duration;

use crate::scene::{Scene, bed};

/// What each view would hold if it were refreshed now, over what it reads as that is.
const QUERIES: [(&str, &str); 4] = [
    (
        "marts.daily",
        "SELECT shop, sum(net) AS net FROM raw.orders GROUP BY shop",
    ),
    (
        "marts.weekly",
        "SELECT 100 / count(*) AS n, sum(net) AS net FROM marts.shown",
    ),
    (
        "marts.named",
        "SELECT s.title, w.net FROM marts.weekly w CROSS JOIN raw.shops s",
    ),
    ("marts.titles", "SELECT title FROM raw.shops"),
];

fn same(scene: &Scene<'_>, view: &str) -> bool {
    let (_, query) = QUERIES.into_iter().find(|(name, _)| *name == view).unwrap();
    let differ = format!(
        "SELECT count(*) FROM ((TABLE {view} EXCEPT ALL ({query})) UNION ALL (({query}) EXCEPT ALL TABLE {view})) d"
    );
    scene.value(&differ) == "0"
}

/// What a team does to its tables, one number each.
fn something(number: u32) -> &'static str {
    match number % 9 {
        0 => "INSERT INTO raw.orders SELECT 1000, 3, 7",
        1 => "UPDATE raw.orders SET net = net + 1 WHERE shop = 2",
        2 => "DELETE FROM raw.orders WHERE id % 11 = 3",
        3 => {
            "TRUNCATE raw.orders; INSERT INTO raw.orders SELECT i, i % 7, i FROM generate_series(1, 50) AS i"
        }
        4 => "UPDATE raw.shops SET title = title || '!' WHERE shop = 1",
        5 => {
            "ALTER TABLE raw.orders ALTER COLUMN id TYPE int8; ALTER TABLE raw.orders ALTER COLUMN id TYPE int4"
        }
        6 => "BEGIN; INSERT INTO raw.orders SELECT 1, 1, 1; ROLLBACK",
        7 => "REFRESH MATERIALIZED VIEW marts.daily",
        _ => "SELECT 1",
    }
}

#[test]
fn view_that_is_called_fresh_equals_its_query() {
    let bed = bed();
    let scene = Scene::new(&bed);
    scene.run(&["apply", "-y"], 0);
    let mut chance: u32 = 20_261_120;
    let mut called_fresh = 0;
    for step in 0..30 {
        chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if step > 0 {
            scene.write(something(chance >> 16));
        }
        for (view, state) in scene.states() {
            if state == "fresh" {
                called_fresh += 1;
                assert!(same(&scene, &view), "{view} is called fresh in step {step}");
            }
        }
        if chance >> 8 & 3 != 0 {
            scene.run(&["refresh"], 0);
            for (view, _) in QUERIES {
                assert!(same(&scene, view), "{view} after a refresh in step {step}");
            }
            let due: Vec<_> = scene.states();
            assert!(due.iter().all(|(_, state)| state == "fresh"), "{due:?}");
        }
    }
    assert!(called_fresh > 40, "{called_fresh}");
}

#[test]
fn what_the_counters_do_not_tell_yet_is_seen_when_max_skip_is_over() {
    let bed = bed();
    let scene = Scene::new(&bed);
    let settings = "[settings]\nrefresh = { max_skip = \"4s\" }\n";
    scene.project.configure(settings).unwrap();
    scene.run(&["apply", "-y"], 0);
    scene.run(&["refresh", "--all"], 0);
    // Nothing is told while a transaction is open, of those before it neither.
    let mut writer = scene.database.connect().unwrap();
    writer
        .batch_execute("BEGIN; INSERT INTO raw.orders SELECT 2000, 1, 5; COMMIT; BEGIN")
        .unwrap();
    let states = scene.states();
    let daily = states
        .iter()
        .find(|(view, _)| view == "marts.daily")
        .unwrap();
    assert_eq!(daily.1, "fresh");
    assert!(!same(&scene, "marts.daily"));
    thread::sleep(Duration::from_secs(5));
    let ran = scene.run(&["refresh"], 0);
    assert!(
        ran.stdout.contains("Refreshed 4 of 4 views"),
        "{}",
        ran.told()
    );
    assert!(same(&scene, "marts.daily"));
    assert!(same(&scene, "marts.named"));
}
