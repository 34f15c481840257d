//! A case of the door on a private server: there, back and there again, with sessions beside it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::scene::Scene;

const ROLES: &str = "CREATE ROLE anna; CREATE ROLE bela; CREATE ROLE finance; CREATE ROLE intern; CREATE ROLE builder;";

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/door")
}

/// What readers see: every row of every relation of the case.
fn seen(scene: &Scene) -> Vec<(String, i64)> {
    let mut session = scene.connect();
    let asked = "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('sub', 'marts', 'bi') AND c.relkind IN ('v', 'm') AND c.relname !~ '__' ORDER BY 1";
    let names = session.query(asked, &[]).unwrap();
    let names = names.iter().map(|row| row.get::<_, String>(0));
    let hashed = |name: String| {
        let asked = format!("SELECT coalesce(sum(hashtext(r::text)), 0)::int8 FROM {name} r");
        let hash = session.query_one(&asked, &[]).unwrap().get(0);
        (name, hash)
    };
    names.map(hashed).collect()
}

#[test]
fn a_case_goes_through_the_door_on_a_private_server() {
    let scene = Scene::new();
    let case = cases().join("chain");
    scene.run(&["local", "up"]);
    let read = |name: &str| fs::read_to_string(name).unwrap_or_default();
    let ground = read(cases().join("ground.sql").to_str().unwrap());
    let before = read(case.join("before.sql").to_str().unwrap());
    for text in [ROLES, &ground, &before] {
        scene.connect().batch_execute(text).unwrap();
    }
    scene.project.views_from(&case.join("v1")).unwrap();
    scene.run(&["apply", "-y", "-j", "4"]);
    let first = seen(&scene);
    assert!(!first.is_empty());
    scene.project.views_from(&case.join("v2")).unwrap();
    let ran = scene.project.run(&["plan", "--detailed-exitcode"]).unwrap();
    assert_eq!(ran.code, Some(2), "{}", ran.told());
    // Down: from here each command has the server for itself.
    scene.run(&["local", "down"]);
    scene.run(&["apply", "-y", "-j", "4", "--prove"]);
    scene.assert_stopped();
    let ran = scene.run(&["plan", "--detailed-exitcode"]);
    assert!(ran.stdout.contains("unchanged"), "{}", ran.told());
    scene.run(&["local", "up"]);
    let second = seen(&scene);
    assert_ne!(first, second);
    scene.run(&["rollback", "-y"]);
    assert_eq!(seen(&scene), first);
    scene.run(&["apply", "-y"]);
    assert_eq!(seen(&scene), second);
    scene.run(&["cleanup", "-y", "--older-than", "0s"]);
    assert_eq!(seen(&scene), second);
}
