//! The proof on real servers: the servers themselves, the door that every case goes through, the incidents.
//!
//! The tests read what they should run from their environment: `DORMER_MAJORS`, `DORMER_FULL`,
//! `DORMER_INCIDENTS`, `DORMER_KILLS`.

use crate::failure::Outcome;
use crate::install;
use crate::{command, output};

/// Every major that Dormer supports.
const MAJORS: &[&str] = &["13", "14", "15", "16", "17", "18"];

/// How much is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// The oldest and the newest major; the others as far as they are there, as smoke.
    Usual,
    /// Everything on all majors.
    Full,
}

/// Installs the servers of all majors.
pub(crate) fn servers() -> Outcome {
    install::postgres::chosen(MAJORS)
}

/// All cases, crashes, kills and random projects.
pub(crate) fn door(extent: Extent) -> Outcome {
    let mut cargo = command::cargo(&[
        "test",
        "--quiet",
        "--locked",
        "--package",
        "dormer-cli",
        "--features",
        "crash-points",
        "--test",
        "door",
        "--",
        "--nocapture",
    ]);
    if extent == Extent::Full {
        cargo.env("DORMER_FULL", "1");
    }
    command::show(&mut cargo)
}

/// What the command line of `incidents` asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Chosen<'a> {
    majors: Option<&'a str>,
    only: Option<&'a str>,
}

impl<'a> Chosen<'a> {
    fn parse(arguments: &[&'a str]) -> Outcome<Self> {
        let mut chosen = Self::default();
        let mut rest = arguments;
        while let [option, value, more @ ..] = rest {
            match *option {
                "--majors" => chosen.majors = Some(value),
                "--only" => chosen.only = Some(value),
                _ => return Err(crate::usage()),
            }
            rest = more;
        }
        if rest.is_empty() {
            Ok(chosen)
        } else {
            Err(crate::usage())
        }
    }
}

/// Runs the incidents, and prints their table.
pub(crate) fn incidents(arguments: &[&str]) -> Outcome {
    let chosen = Chosen::parse(arguments)?;
    install::postgres::run()?;
    let mut cargo = command::cargo(&[
        "test",
        "--quiet",
        "--locked",
        "--package",
        "dormer-cli",
        "--features",
        "crash-points",
        "--test",
        "incidents",
        "--",
        "--nocapture",
    ]);
    if let Some(majors) = chosen.majors {
        cargo.env("DORMER_MAJORS", majors);
    }
    if let Some(numbers) = chosen.only {
        cargo.env("DORMER_INCIDENTS", numbers);
    }
    command::show(&mut cargo)
}

/// The incidents as a step of the tests.
pub(crate) fn incidents_of(extent: Extent) -> Outcome {
    match extent {
        Extent::Usual => incidents(&[]),
        Extent::Full => {
            output::say("  on all majors");
            incidents(&["--majors", &MAJORS.join(",")])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn majors_and_numbers_are_chosen() {
        let chosen = Chosen::parse(&["--majors", "13,18", "--only", "4"]).unwrap();
        assert_eq!((chosen.majors, chosen.only), (Some("13,18"), Some("4")));
        assert!(Chosen::parse(&["--majors"]).is_err() && Chosen::parse(&["--all", "x"]).is_err());
    }
}
