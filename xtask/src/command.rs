//! Runs other programs from the root of the workspace.

use std::process::{Command, Stdio};

use crate::failure::{Failure, Outcome};
use crate::workspace;

/// A cargo that builds into the same folder as the one that runs this.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    program("cargo", arguments)
}

pub(crate) fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command
        .args(arguments)
        .current_dir(workspace::root())
        .stdin(Stdio::null());
    command
}

/// Runs it with its output shown; an exit code other than 0 is a failure.
pub(crate) fn show(command: &mut Command) -> Outcome {
    let status = command
        .status()
        .map_err(|error| Failure::while_(format!("run {}", shown(command)), error))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("{} failed: {status}", shown(command))))
    }
}

/// Runs it and takes its standard output as text.
pub(crate) fn capture(command: &mut Command) -> Outcome<String> {
    let output = command
        .output()
        .map_err(|error| Failure::while_(format!("run {}", shown(command)), error))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!(
        "{} failed: {}\n{}",
        shown(command),
        output.status,
        told.trim_end()
    )))
}

/// Whether a program starts at all.
pub(crate) fn works(name: &str, arguments: &[&str]) -> bool {
    program(name, arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy()];
    words.extend(
        command
            .get_args()
            .map(|argument| argument.to_string_lossy()),
    );
    format!("`{}`", words.join(" "))
}
