//! What a crash leaves is cleared away, and the next command works.

use std::fs;
use std::process::Command;

use crate::scene::{Scene, alive, kill, until};

#[test]
fn a_server_that_crashed_is_started_again() {
    let scene = Scene::new();
    scene.run(&["apply", "-y"]);
    scene.run(&["local", "up"]);
    let pid = scene.pid().unwrap();
    kill(pid);
    until("the server to be gone", || !alive(pid));
    assert_eq!(scene.pid(), Some(pid));
    assert_eq!(scene.status()["life"], "stopped");
    let ran = scene.run(&["plan"]);
    assert!(ran.stdout.contains("1 object unchanged"), "{}", ran.told());
    let now = scene.pid();
    assert!(
        now.is_some_and(|now| now != pid),
        "it is kept, so it runs again"
    );
}

#[test]
fn a_process_that_has_the_number_of_a_dead_server_is_left_alone() {
    let scene = Scene::new();
    scene.run(&["local", "up"]);
    let pid = scene.pid().unwrap();
    kill(pid);
    until("the server to be gone", || !alive(pid));
    let mut other = Command::new("sleep").arg("600").spawn().unwrap();
    let text = fs::read_to_string(scene.pidfile()).unwrap();
    let text = text.replacen(&pid.to_string(), &other.id().to_string(), 1);
    fs::write(scene.pidfile(), text).unwrap();
    let ran = scene.run(&["local", "down"]);
    assert!(ran.stderr.contains("did not run"), "{}", ran.told());
    scene.run(&["plan"]);
    scene.assert_stopped();
    assert!(other.try_wait().unwrap().is_none(), "it was ended");
    other.kill().unwrap();
    other.wait().unwrap();
}

#[test]
fn a_command_killed_in_the_middle_leaves_a_server_for_the_next() {
    let scene = Scene::new();
    // At any moment: while the data folder is made, while the server starts, while it works.
    for wait in [5, 60, 200, 500, 900] {
        let running = scene.project.spawn(&["apply", "-y"]).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait));
        running.kill().unwrap();
    }
    let ran = scene.project.run(&["apply", "-y"]).unwrap();
    assert_eq!(ran.code, Some(0), "{}", ran.told());
    scene.assert_stopped();
    let unfinished = || {
        let entries = fs::read_dir(&scene.folder).unwrap();
        let mut names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.any(|name| name.starts_with("data.new"))
    };
    // What was ended may have left somebody who still writes.
    until("the unfinished to be cleared away", || {
        scene.run(&["plan"]);
        !unfinished()
    });
}
