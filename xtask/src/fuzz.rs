//! Builds the fuzz loop with the profile `fuzz` and runs its targets, as many at once as there are processors.

use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{path, thread};

use crate::failure::{Failure, Outcome};
use crate::{command, output, workspace};

const SECONDS: u64 = 60;
const SEED: u64 = 1;

struct Options {
    seconds: u64,
    seed: u64,
    target: Option<String>,
}

/// Runs all targets or one, or replays a saved input.
pub(crate) fn run(arguments: &[&str]) -> Outcome {
    if let ["--replay", file] = arguments {
        return replay(file);
    }
    let options = parse(arguments)?;
    let program = build()?;
    let listed = command::capture(Command::new(&program).arg("list"))?;
    let names: Vec<&str> = listed
        .lines()
        .filter(|name| {
            options
                .target
                .as_deref()
                .is_none_or(|target| target == *name)
        })
        .collect();
    if names.is_empty() {
        let known = listed.lines().collect::<Vec<_>>().join(", ");
        return Err(Failure::new(format!(
            "no such fuzz target; there are: {known}"
        )));
    }
    let failed = run_all(&program, &names, &options)?;
    if failed.is_empty() {
        return Ok(());
    }
    let what = format!("fuzz targets failed: {}", failed.join(", "));
    let again = failed.first().map(String::as_str).unwrap_or_default();
    Err(Failure::new(what).hint(format!("cargo xtask fuzz --target {again}")))
}

fn parse(arguments: &[&str]) -> Outcome<Options> {
    let mut options = Options {
        seconds: SECONDS,
        seed: SEED,
        target: None,
    };
    let mut rest = arguments.iter();
    while let Some(name) = rest.next() {
        let value = rest.next().ok_or_else(crate::usage)?;
        let number = || value.parse::<u64>().map_err(|_| crate::usage());
        match *name {
            "--seconds" => options.seconds = number()?,
            "--seed" => options.seed = number()?,
            "--target" => options.target = Some((*value).to_owned()),
            _ => return Err(crate::usage()),
        }
    }
    Ok(options)
}

fn build() -> Outcome<path::PathBuf> {
    let mut cargo = command::cargo(&[
        "build",
        "--quiet",
        "--locked",
        "--profile",
        "fuzz",
        "-p",
        "dormer-testkit",
        "--bin",
        "fuzz",
    ]);
    command::show(&mut cargo)?;
    Ok(workspace::target().join("fuzz/fuzz"))
}

fn run_all(program: &path::Path, names: &[&str], options: &Options) -> Outcome<Vec<String>> {
    let folder = workspace::target().join("fuzz");
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    let work = || {
        while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut one = Command::new(program);
            one.args([
                "run",
                name,
                &options.seconds.to_string(),
                &options.seed.to_string(),
            ])
            .arg(&folder);
            match one.output() {
                Ok(told) => {
                    output::say(String::from_utf8_lossy(&told.stdout).trim_end());
                    if told.status.success() {
                        continue;
                    }
                }
                Err(error) => output::say(&format!("error: {name}: {error}")),
            }
            if let Ok(mut failed) = failed.lock() {
                failed.push((*name).to_owned());
            }
        }
    };
    let workers = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(names.len());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
    });
    let mut failed = failed
        .into_inner()
        .map_err(|error| Failure::while_("run the targets", error))?;
    failed.sort();
    Ok(failed)
}

/// The target's name is the file's name up to the last dash.
fn replay(file: &str) -> Outcome {
    let whole =
        path::absolute(file).map_err(|error| Failure::while_(format!("find {file}"), error))?;
    let name = whole
        .file_name()
        .and_then(|name| name.to_str())
        .and_then(|name| name.rsplit_once('-'));
    let Some((target, _)) = name else {
        return Err(Failure::new(format!("{file} is not named <target>-<hash>")));
    };
    let program = build()?;
    command::show(Command::new(program).args(["replay", target]).arg(&whole))
}
