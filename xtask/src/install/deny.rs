//! `cargo-deny`, from the path or built once into `target/tools`.

use std::path::PathBuf;

use crate::failure::Outcome;
use crate::{command, output, workspace};

const VERSION: &str = "0.20.2";

/// The program that checks licences, bans and sources.
pub(crate) fn run() -> Outcome<PathBuf> {
    if command::works("cargo-deny", &["--version"]) {
        return Ok(PathBuf::from("cargo-deny"));
    }
    let tools = workspace::target().join("tools");
    let program = tools.join(format!("deny-{VERSION}/bin/cargo-deny"));
    if program.is_file() {
        return Ok(program);
    }
    output::say(&format!(
        "  builds cargo-deny {VERSION} into target/tools, once (about a minute)"
    ));
    // Unoptimised: it builds in a quarter of the time and still checks in half a second.
    let wanted = format!("cargo-deny@{VERSION}");
    let mut cargo = command::cargo(&[
        "install",
        "--quiet",
        "--locked",
        "--debug",
        "--no-track",
        &wanted,
    ]);
    cargo
        .arg("--root")
        .arg(tools.join(format!("deny-{VERSION}")));
    cargo
        .arg("--target-dir")
        .arg(tools.join("build"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    // Warnings of a foreign crate are not ours, nor are our flags its.
    cargo.env_remove("RUSTFLAGS");
    command::show(&mut cargo).map_err(|failure| {
        failure
            .hint("cargo install cargo-deny --locked")
            .hint("cargo xtask deny")
    })?;
    // The build folder is ten times the program.
    drop(std::fs::remove_dir_all(tools.join("build")));
    Ok(program)
}
