//! Measures the release build on generated projects: check from a cold start, start-up, throughput in process,
//! inspection of a target, plan and apply beside the floor and peers.
//!
//! Prints a table and writes `target/bench/results.json`; keeps nothing else.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde::Serialize;

use crate::failure::{Failure, Outcome};
use crate::{command, output, workspace};

mod deploy;
pub(crate) mod measure;
mod projects;

use deploy::{Deployed, Fsync, Part, Peers, Wanted};
use measure::Measured;
use projects::Shape;

const SIZES: [usize; 3] = [1000, 5000, 10_000];
/// The project whose files feed the benches in process.
const THROUGHPUT_SIZE: usize = 1000;
const STARTS: usize = 21;

/// What one row of the table says.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    runs: usize,
    wall_ms: f64,
    user_ms: f64,
    peak_mb: f64,
}

#[derive(Debug, Serialize)]
struct Speed {
    name: String,
    mb_per_second: f64,
}

/// One question to a server.
#[derive(Debug, Serialize)]
struct Asked {
    name: String,
    wall_ms: f64,
    /// Against the largest single catalog query.
    ratio: f64,
}

#[derive(Debug, Serialize)]
struct Results {
    format_version: u32,
    processors: usize,
    commands: Vec<Row>,
    throughput: Vec<Speed>,
    inspection: Vec<Asked>,
    deploy: Option<Deployed>,
}

struct Options<'a> {
    name: Option<&'a str>,
    sizes: Vec<usize>,
    peers: Peers,
    fsync: Fsync,
}

impl Options<'_> {
    fn wants(&self, name: &str) -> bool {
        self.name.is_none_or(|wanted| wanted == name)
    }
}

/// Runs all benches, or those of one name: a shape, `startup`, `demo`, `throughput`, `inspection`, or
/// `deploy` with its parts `plan`, `apply` and `cutover`.
pub(crate) fn run(arguments: &[&str]) -> Outcome {
    let options = parse(arguments)?;
    output::say("builds the release binary");
    let build = [
        "build",
        "--locked",
        "--quiet",
        "--release",
        "-p",
        "dormer-cli",
        "-p",
        "dormer-testkit",
        "--bins",
    ];
    command::show(&mut command::cargo(&build))?;
    let release = workspace::target().join("release");
    let dormer = release.join("dormer");

    let mut results = Results {
        format_version: 1,
        processors: std::thread::available_parallelism().map_or(1, usize::from),
        commands: Vec::new(),
        throughput: Vec::new(),
        inspection: Vec::new(),
        deploy: None,
    };
    output::say(&format!(
        "{:<28}{:>6}{:>12}{:>12}{:>12}",
        "command", "runs", "wall ms", "user ms", "peak MB"
    ));
    if options.wants("startup") {
        let version = measured("dormer --version", STARTS, &dormer, &["--version"])?;
        results.commands.push(version);
    }
    for shape in Shape::ALL
        .iter()
        .filter(|shape| options.wants(shape.name()))
    {
        for size in &options.sizes {
            let name = format!("{}-{size}", shape.name());
            let folder = workspace::target().join("bench").join(&name);
            projects::write(&folder, *shape, *size)?;
            let runs = if *size > 1000 { 5 } else { 11 };
            let folder = folder.to_string_lossy();
            let row = measured(
                &format!("check {name}"),
                runs,
                &dormer,
                &["check", "-C", &folder],
            )?;
            results.commands.push(row);
        }
    }
    if options.wants("demo") {
        results.commands.extend(demo(&dormer)?);
    }
    if options.wants("throughput") {
        results.throughput = throughput(&release.join("throughput"))?;
    }
    if options.wants("inspection") {
        results.inspection = inspection()?;
    }
    let part = options.name.map_or(Some(Part::All), Part::parse);
    if let Some(part) = part {
        let wanted = Wanted {
            part,
            sizes: options.sizes,
            peers: options.peers,
            fsync: options.fsync,
        };
        let found = deploy::run(&release, &wanted)?;
        results.deploy = Some(found);
    }
    let text = serde_json::to_string_pretty(&results)
        .map_err(|error| Failure::while_("write the results", error))?;
    let path = workspace::target().join("bench/results.json");
    workspace::write(&path, &format!("{text}\n"))
}

fn parse<'a>(arguments: &[&'a str]) -> Outcome<Options<'a>> {
    let (name, rest) = match arguments {
        [] => (None, [].as_slice()),
        [first, rest @ ..] if !first.starts_with('-') => (Some(*first), rest),
        rest => (None, rest),
    };
    let known = Shape::ALL
        .iter()
        .map(|shape| shape.name())
        .chain(["startup", "demo", "throughput", "inspection"])
        .chain(Part::NAMES);
    if name.is_some_and(|name| !known.clone().any(|known| known == name)) {
        let known = known.collect::<Vec<_>>().join(", ");
        return Err(Failure::new(format!("no such bench; there are: {known}")));
    }
    let mut options = Options {
        name,
        sizes: SIZES.to_vec(),
        peers: Peers::Measured,
        fsync: Fsync::On,
    };
    let mut rest = rest;
    loop {
        rest = match rest {
            [] => return Ok(options),
            ["--no-peers", rest @ ..] => {
                options.peers = Peers::LeftOut;
                rest
            }
            ["--no-fsync", rest @ ..] => {
                options.fsync = Fsync::Off;
                rest
            }
            ["--sizes", list, rest @ ..] => {
                let sizes = list.split(',').map(str::parse).collect::<Result<_, _>>();
                options.sizes = sizes.map_err(|_| crate::usage())?;
                rest
            }
            _ => return Err(crate::usage()),
        };
    }
}

/// Runs a program several times, each in a fresh process, and prints and returns medians.
fn measured(name: &str, runs: usize, program: &Path, arguments: &[&str]) -> Outcome<Row> {
    let mut all = Vec::new();
    for _ in 0..runs {
        let one = measure::measure(program, arguments)?;
        if one.code != Some(0) {
            let shown = arguments.join(" ");
            let what = format!(
                "dormer {shown} ended with {:?}, so its time says nothing",
                one.code
            );
            return Err(
                Failure::new(what).hint(format!("cargo run --release -p dormer-cli -- {shown}"))
            );
        }
        all.push(one);
    }
    let median_of = |value: fn(&Measured) -> f64| median(all.iter().map(value).collect());
    let row = Row {
        name: name.to_owned(),
        runs,
        wall_ms: median_of(|one| millis(one.wall)),
        user_ms: median_of(|one| millis(one.user)),
        peak_mb: all
            .iter()
            .map(|one| one.peak_kb as f64 / 1024.0)
            .fold(0.0, f64::max),
    };
    output::say(&format!(
        "{:<28}{:>6}{:>12.1}{:>12.1}{:>12.1}",
        row.name, row.runs, row.wall_ms, row.user_ms, row.peak_mb
    ));
    Ok(row)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// The demo from its first word to its last, and the first answer of an embedded target that is there.
fn demo(dormer: &Path) -> Outcome<[Row; 2]> {
    let whole = measured("demo", 3, dormer, &["demo", "--quiet"])?;
    let folder = workspace::target().join("bench/demo");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)
            .map_err(|error| Failure::while_("empty the folder of the demo", error))?;
    }
    let folder = folder.to_string_lossy();
    let kept = ["demo", "--quiet", "--keep", &folder];
    command::capture(Command::new(dormer).args(kept))?;
    let first = measured(
        "first query, embedded",
        5,
        dormer,
        &["history", "-C", &folder],
    )?;
    Ok([whole, first])
}

fn throughput(program: &Path) -> Outcome<Vec<Speed>> {
    let folder = workspace::target()
        .join("bench")
        .join(format!("layered-{THROUGHPUT_SIZE}"));
    projects::write(&folder, Shape::Layered, THROUGHPUT_SIZE)?;
    let told = command::capture(Command::new(program).arg(folder.join("views")))?;
    output::say(&format!("{:<28}{:>6}", "in process", "MB/s"));
    let speeds: Vec<Speed> = told.lines().filter_map(speed).collect();
    for speed in &speeds {
        output::say(&format!("{:<28}{:>6.1}", speed.name, speed.mb_per_second));
    }
    Ok(speeds)
}

/// Inspects generated materialized views on a real server, beside the bare catalog queries.
fn inspection() -> Outcome<Vec<Asked>> {
    let run = [
        "run",
        "--quiet",
        "--release",
        "-p",
        "dormer-engines",
        "--example",
        "inspecting",
    ];
    let told = command::capture(&mut command::cargo(&run))?;
    let asked = asked(&told);
    output::say(&format!(
        "{:<28}{:>12}{:>8}",
        "of 1,000 views", "wall ms", "ratio"
    ));
    for one in &asked {
        output::say(&format!(
            "{:<28}{:>12.1}{:>8.2}",
            one.name, one.wall_ms, one.ratio
        ));
    }
    Ok(asked)
}

/// Reads lines of `name nanoseconds`; the first is what the others are held against.
fn asked(told: &str) -> Vec<Asked> {
    let times = told.lines().filter_map(|line| {
        let (name, nanoseconds) = line.split_once(' ')?;
        let nanoseconds: f64 = nanoseconds.parse().ok()?;
        Some((name, nanoseconds / 1e6))
    });
    let mut first = None;
    let asked = times.map(|(name, wall_ms)| Asked {
        name: name.to_owned(),
        wall_ms,
        ratio: wall_ms / *first.get_or_insert(wall_ms),
    });
    asked.collect()
}

/// Reads `name bytes nanoseconds`.
fn speed(line: &str) -> Option<Speed> {
    let mut words = line.split(' ');
    let name = words.next()?.to_owned();
    let bytes: f64 = words.next()?.parse().ok()?;
    let nanoseconds: f64 = words.next()?.parse().ok()?;
    Some(Speed {
        name,
        mb_per_second: bytes / nanoseconds * 1000.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_is_megabytes_a_second() {
        let found = speed("split 3000000 1500000000").unwrap();
        assert!((found.mb_per_second - 2.0).abs() < 1e-9);
        assert!(speed("split 3").is_none());
    }

    #[test]
    fn inspection_is_held_against_the_bare_query() {
        let asked = asked("inventory 2000000\ninspection 3000000\n");
        let ratios: Vec<f64> = asked.iter().map(|one| one.ratio).collect();
        assert_eq!(ratios, [1.0, 1.5]);
    }

    #[test]
    fn name_that_no_bench_has_is_refused() {
        assert!(parse(&["ring"]).is_err());
        assert_eq!(
            parse(&["chain", "--sizes", "10,20"]).unwrap().sizes,
            [10, 20]
        );
    }
}
