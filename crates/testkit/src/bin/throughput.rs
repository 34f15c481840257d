//! `throughput FOLDER`: runs every bench over the SQL files of a folder and prints `name bytes nanoseconds` a line.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use std::{env, fs};

use dormer_testkit::bench::{BENCHES, measure};

const TIME: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    match env::args_os()
        .nth(1)
        .map(|folder| report(Path::new(&folder)))
    {
        Some(Ok(())) => ExitCode::SUCCESS,
        Some(Err(_)) | None => ExitCode::FAILURE,
    }
}

fn report(folder: &Path) -> io::Result<()> {
    let mut paths = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    let texts = paths
        .iter()
        .map(fs::read_to_string)
        .collect::<io::Result<Vec<_>>>()?;
    for (name, bench) in BENCHES {
        let found = measure(*bench, &texts, TIME);
        writeln!(
            io::stdout(),
            "{name} {} {}",
            found.bytes,
            found.time.as_nanos()
        )?;
    }
    Ok(())
}
