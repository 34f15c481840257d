//! As whom a server runs: as oneself, and where that is root as somebody else.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;

use dormer_testkit::server::Binaries;

use crate::scene::{Scene, root};

/// A user whom every system knows, and the number that it has on most.
const NOBODY: u32 = 65534;

#[test]
fn a_server_of_root_runs_as_somebody_else() {
    let scene = Scene::new();
    scene.run(&["local", "up"]);
    let me = fs::metadata(scene.project.folder()).unwrap().uid();
    let process = fs::metadata(format!("/proc/{}", scene.pid().unwrap())).unwrap();
    let data = fs::metadata(scene.folder.join("data")).unwrap();
    if root() {
        assert_ne!(process.uid(), 0);
    } else {
        assert_eq!(process.uid(), me);
    }
    assert_eq!(data.uid(), process.uid());
    scene.run(&["apply", "-y"]);
    scene.run(&["local", "down"]);
    scene.assert_stopped();
}

#[test]
fn anybody_else_runs_it_as_themselves() {
    // Beside the checkout, which may be root's alone.
    let aside = std::env::temp_dir().join(format!("dormer-program-{}", std::process::id()));
    fs::copy(env!("CARGO_BIN_EXE_dormer"), &aside).unwrap();
    let scene = Scene::of(&aside, &Binaries::find().unwrap());
    let folder = scene.project.folder();
    if root() {
        for path in [folder.to_owned(), folder.join("views"), folder.join("home")] {
            chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
    let run = |arguments: &[&str]| {
        let mut command = scene.project.command(arguments);
        if root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        let output = command.output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {told}");
    };
    run(&["apply", "-y"]);
    run(&["local", "up"]);
    let owner = fs::metadata(folder).unwrap().uid();
    let process = fs::metadata(format!("/proc/{}", scene.pid().unwrap())).unwrap();
    assert_eq!(process.uid(), owner);
    if root() {
        // Neither is it theirs whom the folder does not belong to.
        let mut command = scene.project.command(&["local"]);
        command.uid(NOBODY - 1).gid(NOBODY - 1);
        let told = String::from_utf8(command.output().unwrap().stderr).unwrap();
        assert!(told.contains("cannot look into"), "{told}");
        assert!(told.contains("ls -ld"), "{told}");
    }
    // Root meets the data of that user, and leaves it theirs.
    scene.run(&["local", "down"]);
    scene.run(&["plan"]);
    for name in ["data", "log", "users", "gate"] {
        let found = fs::metadata(scene.folder.join(name)).unwrap();
        assert_eq!(found.uid(), owner, "{name}");
    }
    run(&["plan"]);
    scene.assert_stopped();
    drop(scene);
    fs::remove_file(aside).unwrap();
}

#[test]
fn a_folder_that_the_server_cannot_come_to_is_told() {
    if !root() {
        // Whoever is not root runs the server themselves, and comes wherever they are.
        return;
    }
    let mut scene = Scene::new();
    let closed = scene.project.folder().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    scene.project.aim("local:closed/pg");
    let ran = scene.project.run(&["plan"]).unwrap();
    assert_eq!(ran.code, Some(1), "{}", ran.told());
    let words = format!("cannot pass {}", closed.display());
    assert!(ran.stderr.contains(&words), "{}", ran.told());
    assert!(!Path::new(&closed).join("pg/data").exists());
}
