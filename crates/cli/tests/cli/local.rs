//! `dormer local` and a private server that is not to be had: the transcript in `cases/target` holds.

use std::fs;

use dormer_testkit::server::{Binaries, for_any_user};

use crate::shell::{Folder, Shell, Style, hold, replay, workspace};

#[test]
fn local_tells_what_a_private_server_is_at() {
    let folder = Folder::new();
    let binaries = Binaries::find().unwrap();
    let programs = for_any_user(&binaries).unwrap();
    let shell = Shell::new(&folder.0);
    let mut shell = shell
        .with_variable("DORMER_PG_BIN", programs.display().to_string())
        .with_steady(steady);
    let path = workspace().join("cases/target/local.txt");
    let text = fs::read_to_string(&path).unwrap();
    let now = replay(&text, &mut shell, Style::Exact);
    // A server that a failed transcript leaves goes now.
    drop(shell.run("dormer local down"));
    let now = ["version  ", "is of PostgreSQL "]
        .iter()
        .fold(now, |now, before| {
            let version = format!("{before}{}", binaries.major());
            now.replace(&version, &format!("{before}[MAJOR]"))
        });
    if let Err(difference) = hold(&path, &now) {
        panic!("\n{difference}\nrecord it anew with BLESS=1");
    }
}

/// The number of a process is another one each time.
fn steady(text: &str) -> String {
    let line = |line: &str| match line.split_once("process  ") {
        Some((before, _)) => format!("{before}process  [PID]\n"),
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}
