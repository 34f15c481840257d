//! `fuzz`: runs fuzz targets, each in a child process that the parent outlives.
//!
//! `fuzz list` names the targets. `fuzz run NAME SECONDS SEED FOLDER` starts `fuzz loop ..` and reports; a crash is
//! made small, saved in `FOLDER/crashes` and told with the command that repeats it. `fuzz replay NAME FILE` runs one input.

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

use dormer_testkit::fuzz::run::{self, Failure, Outcome};
use dormer_testkit::fuzz::{TARGETS, Target, seeds, target};

/// The exit code of a child that found a failure by itself and has told it.
const FOUND: u8 = 3;
/// How long a child may stay silent after its time before it counts as hanging.
const GRACE: Duration = Duration::from_secs(15);
const REPLAY_WITHIN: Duration = Duration::from_secs(5);
/// Each try is a process of its own.
const CHILD_SHRINK_TRIES: usize = 150;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["list"] => list(),
        ["run", name, seconds, seed, folder] => watch(name, seconds, seed, Path::new(folder)),
        ["loop", name, seconds, seed, folder] => run_loop(name, seconds, seed, Path::new(folder)),
        ["replay", name, file] => replay(name, Path::new(file)),
        _ => Err("say list, run NAME SECONDS SEED FOLDER, or replay NAME FILE".into()),
    };
    done.unwrap_or_else(|error| {
        say(&format!("error: {error}"));
        ExitCode::FAILURE
    })
}

fn say(text: &str) {
    // A reader that went away is no failure of a target.
    drop(writeln!(io::stdout(), "{text}"));
}

fn known(name: &str) -> Result<Target> {
    target(name).ok_or_else(|| format!("no fuzz target is named {name}").into())
}

fn list() -> Result<ExitCode> {
    for (name, _) in TARGETS {
        say(name);
    }
    Ok(ExitCode::SUCCESS)
}

fn last_input(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.last"))
}

/// The child: one target on a worker's stack.
fn run_loop(name: &str, seconds: &str, seed: &str, folder: &Path) -> Result<ExitCode> {
    let (target, seeds) = (known(name)?, seeds::load(name)?);
    let (seed, time) = (seed.parse()?, Duration::from_secs(seconds.parse()?));
    let last = last_input(folder, name);
    run::keep_panics_quiet();
    let outcome = run::on_small_stack(|| {
        let outcome = run::run(target, &seeds, seed, time, &last);
        outcome.map(|outcome| match outcome {
            Outcome::Failed(found) => Outcome::Failed(run::shrink_panic(target, found)),
            passed @ Outcome::Passed { .. } => passed,
        })
    })?;
    match outcome.ok_or("the loop itself panicked")?? {
        Outcome::Passed { inputs } => {
            say(&format!(
                "{name}: {inputs} inputs from {} seeds passed",
                seeds.len()
            ));
            Ok(ExitCode::SUCCESS)
        }
        Outcome::Failed(found) => {
            save(name, folder, &found)?;
            Ok(ExitCode::from(FOUND))
        }
    }
}

/// The parent: lives through whatever the child dies of.
fn watch(name: &str, seconds: &str, seed: &str, folder: &Path) -> Result<ExitCode> {
    known(name)?;
    fs::create_dir_all(folder)?;
    let time = Duration::from_secs(seconds.parse()?) + GRACE;
    let mut child = Command::new(env::current_exe()?);
    child.args(["loop", name, seconds, seed]).arg(folder);
    let message = match wait(child.spawn()?, time)? {
        End::Passed => return Ok(ExitCode::SUCCESS),
        End::Told => return Ok(ExitCode::FAILURE),
        End::Died(how) => how,
        End::Hung => format!("ran for {} s over its time", GRACE.as_secs()),
    };
    let input = fs::read(last_input(folder, name))?;
    let trial = folder.join(format!("{name}.try"));
    let dies = |input: &[u8]| fs::write(&trial, input).is_ok() && replay_dies(name, &trial);
    let hung = message.starts_with("ran for");
    let input = if hung {
        input
    } else {
        run::shrink(&input, CHILD_SHRINK_TRIES, dies)
    };
    save(name, folder, &Failure { input, message })?;
    Ok(ExitCode::FAILURE)
}

enum End {
    Passed,
    Told,
    Died(String),
    Hung,
}

fn wait(mut child: Child, within: Duration) -> io::Result<End> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(match status.code() {
                Some(0) => End::Passed,
                Some(code) if code == i32::from(FOUND) => End::Told,
                _ => End::Died(format!(
                    "the process died: {status} (a stack overflow or an abort)"
                )),
            });
        }
        if started.elapsed() > within {
            child.kill()?;
            child.wait()?;
            return Ok(End::Hung);
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn replay_dies(name: &str, file: &Path) -> bool {
    let Ok(program) = env::current_exe() else {
        return false;
    };
    let child = Command::new(program)
        .args(["replay", name])
        .arg(file)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let end = child.and_then(|child| wait(child, REPLAY_WITHIN));
    matches!(end, Ok(End::Died(_)))
}

/// Runs one saved input.
fn replay(name: &str, file: &Path) -> Result<ExitCode> {
    let (target, input) = (known(name)?, fs::read(file)?);
    run::keep_panics_quiet();
    let failure = run::on_small_stack(|| run::failure(target, &input))?;
    match failure.ok_or("the input could not be run")? {
        None => {
            say(&format!("{name}: {} passes", file.display()));
            Ok(ExitCode::SUCCESS)
        }
        Some(message) => {
            say(&format!("{name}: {message}"));
            Ok(ExitCode::from(FOUND))
        }
    }
}

fn save(name: &str, folder: &Path, found: &Failure) -> Result<()> {
    let crashes = folder.join("crashes");
    fs::create_dir_all(&crashes)?;
    let file = crashes.join(format!("{name}-{:016x}", hash(&found.input)));
    fs::write(&file, &found.input)?;
    let here = env::current_dir()?;
    let file = file.strip_prefix(&here).unwrap_or(&file);
    say(&format!(
        "error: fuzz target {name} failed: {}",
        found.message
    ));
    say(&format!(
        "  input ({} bytes): {:?}",
        found.input.len(),
        shown(&found.input)
    ));
    say(&format!(
        "hint: see it again:        cargo xtask fuzz --replay {}",
        file.display()
    ));
    say(&format!(
        "hint: keep it for ever:    cp {} crates/testkit/corpus/{name}/",
        file.display()
    ));
    Ok(())
}

fn shown(input: &[u8]) -> String {
    String::from_utf8_lossy(input).chars().take(200).collect()
}

/// FNV-1a: a file name that stays the same for the same input.
fn hash(input: &[u8]) -> u64 {
    input.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
