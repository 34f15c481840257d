//! The first command starts the server, commands at once share it, the last one out stops it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::scene::{Scene, alive, until};

#[test]
fn a_server_comes_and_goes_with_its_command() {
    let scene = Scene::new();
    assert_eq!(scene.status()["life"], "not-made");
    assert!(!scene.folder.exists());
    let ran = scene.run(&["apply", "-y"]);
    assert!(ran.stdout.contains("Done"), "{}", ran.told());
    scene.assert_stopped();
    let mode = fs::metadata(&scene.folder).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let ignored = fs::read_to_string(scene.folder.join(".gitignore")).unwrap();
    assert_eq!(ignored, "*\n");
    // Data stays.
    let ran = scene.run(&["plan", "--detailed-exitcode"]);
    assert!(ran.stdout.contains("1 object unchanged"), "{}", ran.told());
}

#[test]
fn commands_at_once_share_one_server() {
    let scene = Scene::new();
    let at_once: Vec<_> = (0..4)
        .map(|_| scene.project.spawn(&["plan"]).unwrap())
        .collect();
    for running in at_once {
        let ran = running.wait().unwrap();
        assert_eq!(ran.code, Some(0), "{}", ran.told());
    }
    scene.assert_stopped();
}

#[test]
fn the_last_one_out_stops_the_server() {
    let scene = Scene::new();
    let first = scene.stay();
    let pid = scene.pid().unwrap();
    scene.run(&["plan"]);
    assert_eq!(scene.pid(), Some(pid));
    assert!(alive(pid));
    // A command that is killed is no user any more, and leaves the server.
    first.kill().unwrap();
    let status = scene.status();
    assert_eq!(status["used"], false);
    assert_eq!(status["pid"], pid);
    let second = scene.stay();
    assert_eq!(scene.pid(), Some(pid));
    second.kill().unwrap();
    scene.run(&["plan"]);
    scene.assert_stopped();
    until("the server to be gone", || !alive(pid));
}

#[test]
fn a_server_that_is_kept_stays_until_it_is_told() {
    let scene = Scene::new();
    let ran = scene.run(&["local", "up"]);
    assert!(ran.stdout.contains("running, kept"), "{}", ran.told());
    let pid = scene.pid().unwrap();
    scene.run(&["plan"]);
    scene.run(&["local", "up"]);
    assert_eq!(scene.pid(), Some(pid));
    let status = scene.status();
    assert_eq!(
        (&status["kept"], &status["used"]),
        (&true.into(), &false.into())
    );
    assert!(status["psql"].as_str().unwrap().contains("user=dormer"));
    // Somebody idles in it: that keeps nobody waiting.
    let _idle = scene.connect();
    let ran = scene.run(&["local", "down"]);
    assert!(ran.stderr.contains("stopped"), "{}", ran.told());
    scene.assert_stopped();
    let ran = scene.run(&["local", "down"]);
    assert!(ran.stderr.contains("did not run"), "{}", ran.told());
}

#[test]
fn a_server_in_use_is_stopped_by_its_last_command() {
    let scene = Scene::new();
    scene.run(&["local", "up"]);
    let staying = scene.stay();
    let pid = scene.pid().unwrap();
    let ran = scene.run(&["local", "down", "--json"]);
    assert!(ran.stdout.contains("\"down\": \"later\""), "{}", ran.told());
    assert!(alive(pid));
    staying.kill().unwrap();
    scene.run(&["plan"]);
    scene.assert_stopped();
}

#[test]
fn a_path_too_long_for_a_socket_has_one_elsewhere() {
    let mut scene = Scene::new();
    let deep = format!("local:{}/pg", "deep/".repeat(30));
    scene.project.aim(&deep);
    scene.folder = scene
        .project
        .folder()
        .join(format!("{}pg", "deep/".repeat(30)));
    let temporary = scene.project.folder().join("tmp");
    fs::create_dir(&temporary).unwrap();
    scene.project.variable("TMPDIR", &temporary);
    scene.run(&["apply", "-y"]);
    scene.run(&["local", "up"]);
    let status = scene.status();
    let socket = status["socket_folder"].as_str().unwrap().to_owned();
    assert!(socket.starts_with(temporary.to_str().unwrap()), "{socket}");
    let mode = fs::metadata(&socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    scene.run(&["plan"]);
    scene.run(&["local", "down"]);
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0);
}

#[test]
fn variables_of_other_servers_have_no_say() {
    let mut scene = Scene::new();
    for (name, value) in [
        ("PGHOST", "elsewhere.example"),
        ("PGPORT", "1"),
        ("PGUSER", "somebody"),
        ("PGDATABASE", "another"),
        ("PGPASSWORD", "wrong"),
        ("PGDATA", "/nowhere"),
    ] {
        scene.project.variable(name, value);
    }
    scene.run(&["apply", "-y"]);
    scene.assert_stopped();
}
