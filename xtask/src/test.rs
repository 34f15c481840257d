//! Everything that a change must pass, step by step; the first that fails ends the run, and a table tells the times.

use std::time::{Duration, Instant};

use crate::door::{self, Extent};
use crate::failure::{Failure, Outcome};
use crate::{command, fuzz, generate, install, output, site, tidy};

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
    Step {
        title: "examples in the documentation of code",
        again: "cargo test --doc --workspace --locked",
        work: examples,
    },
];

/// What real servers prove.
const PROOF: &[Step] = &[
    Step {
        title: "door: cases, crashes, kills and random projects on the oldest and the newest major",
        again: "cargo test -p dormer-cli --features crash-points --test door",
        work: || door::door(Extent::Usual),
    },
    Step {
        title: "incidents on the oldest and the newest major",
        again: "cargo xtask incidents",
        work: || door::incidents_of(Extent::Usual),
    },
];

/// The same on every major, with every boundary and 200 kills.
const FULL_PROOF: &[Step] = &[
    Step {
        title: "door: cases, crashes, kills and random projects on every major",
        again: "DORMER_FULL=1 cargo test -p dormer-cli --features crash-points --test door",
        work: || door::door(Extent::Full),
    },
    Step {
        title: "incidents on every major",
        again: "cargo xtask incidents --majors 13,14,15,16,17,18",
        work: || door::incidents_of(Extent::Full),
    },
];

const SERVERS: Step = Step {
    title: "servers: PostgreSQL binaries of every major",
    again: "cargo xtask servers",
    work: door::servers,
};

/// What takes little time comes first.
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
        again: "cargo clippy --workspace --all-targets --locked -- -D warnings",
        work: clippy,
    },
    Step {
        title: "documentation of code, warnings denied",
        again: "RUSTDOCFLAGS='-D warnings' cargo doc --no-deps --workspace --locked",
        work: documentation,
    },
    Step {
        title: "generated files are up to date",
        again: "cargo xtask generate --check",
        work: || generate::run(&["--check"]),
    },
    Step {
        title: "site: the documentation as pages, every link followed",
        again: "cargo xtask site",
        work: || site::run(&[]),
    },
    Step {
        title: "deny: licences, bans and sources of dependencies",
        again: "cargo xtask deny",
        work: deny,
    },
];

const AFTER: &[Step] = &[Step {
    title: "fuzz: every target for 5 seconds",
    again: "cargo xtask fuzz --seconds 5",
    work: || fuzz::run(&["--seconds", "5"]),
}];

/// Runs all steps, with `--quick` those of the tests alone, with `--full` the whole proof, and tells in
/// the end how long each took.
pub(crate) fn run(arguments: &[&str]) -> Outcome {
    let steps: Vec<&Step> = match arguments {
        [] => BEFORE
            .iter()
            .chain(TESTS)
            .chain(PROOF)
            .chain(AFTER)
            .collect(),
        ["--full"] => {
            let servers = std::iter::once(&SERVERS);
            let first = servers.chain(BEFORE).chain(TESTS);
            first.chain(FULL_PROOF).chain(AFTER).collect()
        }
        ["--quick"] => TESTS.iter().collect(),
        _ => return Err(crate::usage()),
    };
    let begun = Instant::now();
    let mut times = Vec::new();
    let mut outcome = Ok(());
    for (number, step) in steps.iter().enumerate() {
        output::say(&format!(
            "step {} of {}: {}",
            number + 1,
            steps.len(),
            step.title
        ));
        let started = Instant::now();
        outcome = (step.work)();
        times.push((step.title, started.elapsed()));
        if let Err(failure) = outcome {
            outcome = Err(failure.hint(format!("run this step alone: {}", step.again)));
            break;
        }
    }
    output::say(&table(&times, begun.elapsed()));
    if outcome.is_ok() {
        output::say(&format!("all {} steps passed", steps.len()));
    }
    outcome
}

/// One line for each step that ran, and the sum.
fn table(times: &[(&str, Duration)], whole: Duration) -> String {
    let line =
        |(title, time): (&str, Duration)| format!("{:>8.1} s  {title}\n", time.as_secs_f64());
    let mut text: String = times.iter().copied().map(line).collect();
    text.push_str(&line(("in all", whole)));
    text
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

fn documentation() -> Outcome {
    let arguments = ["doc", "--quiet", "--no-deps", "--workspace", "--locked"];
    command::show(command::cargo(&arguments).env("RUSTDOCFLAGS", "-D warnings"))
}

/// Nextest does not run these.
fn examples() -> Outcome {
    let arguments = ["test", "--quiet", "--doc", "--workspace", "--locked"];
    command::show(&mut command::cargo(&arguments))
}

/// What the proof is built with: nothing is built twice.
const CRASH_POINTS: &str = "dormer-cli/crash-points";

/// All but the door, which is a step of its own.
fn tests() -> Outcome {
    if command::works("cargo-nextest", &["--version"]) {
        let arguments = [
            "nextest",
            "run",
            "--workspace",
            "--locked",
            "--features",
            CRASH_POINTS,
            "--no-fail-fast",
            "--status-level",
            "slow",
            "--filterset",
            "not binary(door) and not binary(incidents)",
        ];
        return command::show(&mut command::cargo(&arguments));
    }
    command::show(&mut command::cargo(&[
        "test",
        "--workspace",
        "--all-targets",
        "--locked",
        "--features",
        CRASH_POINTS,
        "--no-fail-fast",
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_the_order_of_the_steps() {
        let times = [
            ("format", Duration::from_millis(1240)),
            ("clippy", Duration::from_secs(100)),
        ];
        assert_eq!(
            table(&times, Duration::from_secs(101)),
            "     1.2 s  format\n   100.0 s  clippy\n   101.0 s  in all\n"
        );
    }
}
