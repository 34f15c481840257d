//! Everything that a change must pass, step by step, each told with its time; the first that fails ends the run.

use std::time::Instant;

use crate::failure::{Failure, Outcome};
use crate::{command, fuzz, generate, install, output, tidy};

/// A step's name, what it is for, the command that repeats it alone, and its work.
struct Step {
    title: &'static str,
    again: &'static str,
    work: fn() -> Outcome,
}

const TESTS: &[Step] = &[
    Step {
        title: "servers: PostgreSQL binaries for the tests",
        again: "cargo xtask install postgres",
        work: install::postgres::run,
    },
    Step {
        title: "tests: unit, property, case and server tests",
        again: "cargo xtask test --quick",
        work: tests,
    },
];

const BEFORE: &[Step] = &[
    Step {
        title: "format",
        again: "cargo fmt --all --check",
        work: format,
    },
    Step {
        title: "tidy: floors, sizes, words, module docs",
        again: "cargo xtask tidy",
        work: tidy::run,
    },
    Step {
        title: "clippy, warnings denied",
        again: "cargo clippy --workspace --all-targets -- -D warnings",
        work: clippy,
    },
    Step {
        title: "deny: licences, bans and sources of dependencies",
        again: "cargo xtask deny",
        work: deny,
    },
];

const AFTER: &[Step] = &[
    Step {
        title: "generated files are up to date",
        again: "cargo xtask generate --check",
        work: || generate::run(&["--check"]),
    },
    Step {
        title: "fuzz: every target for 5 seconds",
        again: "cargo xtask fuzz --seconds 5",
        work: || fuzz::run(&["--seconds", "5"]),
    },
];

/// Runs all steps, or with `--quick` those of the tests alone.
pub(crate) fn run(arguments: &[&str]) -> Outcome {
    let steps: Vec<&Step> = match arguments {
        [] => BEFORE.iter().chain(TESTS).chain(AFTER).collect(),
        ["--quick"] => TESTS.iter().collect(),
        _ => return Err(crate::usage()),
    };
    let begun = Instant::now();
    for (number, step) in steps.iter().enumerate() {
        output::say(&format!(
            "step {} of {}: {}",
            number + 1,
            steps.len(),
            step.title
        ));
        let started = Instant::now();
        (step.work)()
            .map_err(|failure| failure.hint(format!("run this step alone: {}", step.again)))?;
        output::say(&format!(
            "  done in {:.1} s",
            started.elapsed().as_secs_f64()
        ));
    }
    output::say(&format!(
        "all {} steps passed in {:.0} s",
        steps.len(),
        begun.elapsed().as_secs_f64()
    ));
    Ok(())
}

fn format() -> Outcome {
    command::show(&mut command::cargo(&["fmt", "--all", "--check"]))
        .map_err(|failure| failure.hint("cargo fmt --all"))
}

fn clippy() -> Outcome {
    let arguments = [
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ];
    command::show(&mut command::cargo(&arguments))
}

/// Asks cargo-deny about every dependency.
pub(crate) fn deny() -> Outcome {
    let program = install::deny::run()?;
    let program = program
        .to_str()
        .ok_or_else(|| Failure::new("the path of cargo-deny is not UTF-8"))?;
    // The advisory database is a git repository elsewhere; what is checked here needs no network.
    let mut check = command::program(
        program,
        &[
            "--log-level",
            "error",
            "check",
            "bans",
            "licenses",
            "sources",
        ],
    );
    command::show(&mut check)
}

fn tests() -> Outcome {
    if command::works("cargo-nextest", &["--version"]) {
        let arguments = [
            "nextest",
            "run",
            "--workspace",
            "--locked",
            "--no-fail-fast",
            "--status-level",
            "slow",
        ];
        return command::show(&mut command::cargo(&arguments));
    }
    command::show(&mut command::cargo(&[
        "test",
        "--workspace",
        "--locked",
        "--no-fail-fast",
    ]))
}
