//! The chores of the house, one verb each: `cargo xtask VERB`.
//!
//! A verb is one module with one `run`; what goes wrong is a [`Failure`] that names the next command.

use std::env;
use std::process::ExitCode;

use failure::Failure;

mod bench;
mod command;
mod door;
mod failure;
mod fuzz;
mod generate;
mod install;
mod output;
mod site;
mod test;
mod tidy;
mod workspace;

const USAGE: &str = "\
cargo xtask VERB

  test [--quick | --full]     everything that a change must pass; --quick runs the tests alone, --full all majors and 200 kills
  incidents [--majors A,B] [--only N,M]
                              runs the incidents against real servers with real readers, and prints their table
  servers                     installs PostgreSQL 13 to 18 below target/
  tidy                        floors, file sizes, module docs, words, paths
  deny                        licences, bans and sources of dependencies
  generate [--check]          writes what is made from code and fragments; --check only compares
  site                        writes the documentation as static pages below target/site; a broken link is a failure
  fuzz [--seconds N] [--target NAME] [--seed N]
                              runs the fuzz targets, N seconds each (default 60)
  fuzz --replay FILE          runs one saved input
  bench [NAME] [--sizes A,B] [--no-peers] [--no-fsync]
                              measures; NAME is a shape (check), startup, throughput, inspection, or plan, apply,
                              cutover, and deploy for the three; --no-peers leaves other tools out,
                              --no-fsync the disk
  install postgres [MAJORS]   installs the servers' binaries below target/, as test does by itself";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test", rest @ ..] => test::run(rest),
        ["incidents", rest @ ..] => door::incidents(rest),
        ["servers"] => door::servers(),
        ["tidy"] => tidy::run(),
        ["deny"] => test::deny(),
        ["generate", rest @ ..] => generate::run(rest),
        ["site", rest @ ..] => site::run(rest),
        ["fuzz", rest @ ..] => fuzz::run(rest),
        ["bench", rest @ ..] => bench::run(rest),
        ["measure", rest @ ..] => bench::measure::run(rest),
        ["install", "postgres", majors @ ..] => install::postgres::chosen(majors),
        ["help" | "--help" | "-h"] => {
            output::say(USAGE);
            Ok(())
        }
        _ => Err(usage()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::complain(&failure);
            ExitCode::FAILURE
        }
    }
}

fn usage() -> Failure {
    Failure::new("no such verb or argument").hint("cargo xtask help")
}
