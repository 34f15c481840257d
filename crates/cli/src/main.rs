//! The binary `dormer`: the roof of the house. Everything starts in `run.rs`.

mod args;
mod clock;
mod commands;
mod execute;
mod exit;
mod failure;
mod help;
mod load;
mod output;
mod paste;
mod planning;
mod progress;
mod refreshing;
mod report;
mod run;
mod seed;
mod session;
mod standing;
mod views;
mod watching;

fn main() -> std::process::ExitCode {
    run::main()
}
