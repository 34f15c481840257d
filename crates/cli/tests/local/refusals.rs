//! What cannot be: no binaries, another version, a folder of somebody else.

use std::fs;

use dormer_testkit::server::{Binaries, for_any_user};

use crate::scene::Scene;

#[test]
fn a_named_folder_without_binaries_is_told() {
    let mut scene = Scene::new();
    scene.project.variable("DORMER_PG_BIN", "/nowhere");
    let ran = scene.project.run(&["plan"]).unwrap();
    assert_eq!(ran.code, Some(11), "{}", ran.told());
    let words = "DORMER_PG_BIN names a folder without PostgreSQL: /nowhere";
    assert!(ran.stderr.contains(words), "{}", ran.told());
    assert!(!scene.folder.join("data").exists());
}

#[test]
fn data_of_another_version_is_refused_in_words() {
    let all = Binaries::all().unwrap();
    let [old, .., new] = all.as_slice() else {
        panic!("two versions are needed: cargo xtask test installs them");
    };
    let mut scene = Scene::with(old);
    scene.run(&["apply", "-y"]);
    assert_eq!(scene.status()["version"], old.major());
    scene
        .project
        .variable("DORMER_PG_BIN", for_any_user(new).unwrap());
    let ran = scene.project.run(&["plan"]).unwrap();
    assert_eq!(ran.code, Some(1), "{}", ran.told());
    let words = format!("is of PostgreSQL {}, which is not found", old.major());
    assert!(ran.stderr.contains(&words), "{}", ran.told());
    let words = format!("found is PostgreSQL {}", new.major());
    assert!(ran.stderr.contains(&words), "{}", ran.told());
}

#[test]
fn a_folder_of_somebody_else_is_not_touched() {
    let mut scene = Scene::new();
    scene.project.aim("local:views");
    let ran = scene.project.run(&["plan"]).unwrap();
    assert_eq!(ran.code, Some(1), "{}", ran.told());
    let words = "holds something else than a private PostgreSQL";
    assert!(ran.stderr.contains(words), "{}", ran.told());
    let views = scene.project.folder().join("views");
    assert_eq!(fs::read_dir(views).unwrap().count(), 1);
    scene.project.aim("local:");
    let ran = scene.project.run(&["plan"]).unwrap();
    assert!(ran.stderr.contains("names no folder"), "{}", ran.told());
}

#[test]
fn a_target_with_a_server_of_its_own_has_no_private_one() {
    let mut scene = Scene::new();
    scene.project.aim("postgres://anna@db.example/shop");
    let ran = scene.project.run(&["local", "up"]).unwrap();
    assert_eq!(ran.code, Some(64), "{}", ran.told());
    assert!(
        ran.stderr.contains("has no private PostgreSQL"),
        "{}",
        ran.told()
    );
}
