//! `yardstick VERB ..`: what the benches of plan and apply need beside Dormer, as a program.
//!
//! - `serve [SETTING..]` starts a server, tells where it is, and stops it when standard input ends.
//! - `send URL FILE..` sends the statements of files one by one, `send-whole URL FILE` one file in one message;
//!   both tell nanoseconds.
//! - `ask URL` asks for all materialized views several times and tells the nanoseconds of the median.
//! - `read URL NAMES READERS PAUSE_MS` reads the relations named in a file until standard input ends,
//!   and tells what it saw.

use std::error::Error;
use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{env, fs, thread};

use dormer_testkit::server::{Binaries, Server, Setup};
use dormer_testkit::yardstick::readers::{Reading, Seen, read};
use dormer_testkit::yardstick::{Sending, inventory, send};
use postgres::NoTls;

const ASKED: usize = 15;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["serve", settings @ ..] => serve(settings),
        ["send", url, files @ ..] => sent(url, files, Sending::Single),
        ["send-whole", url, file] => sent(url, &[file], Sending::Whole),
        ["ask", url] => ask(url),
        ["read", url, names, readers, pause] => watch(url, names, [readers, pause]),
        _ => Err("no such verb or argument".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell when this fails.
            drop(writeln!(io::stderr(), "error: {}", chain(error.as_ref())));
            ExitCode::FAILURE
        }
    }
}

type Outcome = Result<(), Box<dyn Error>>;

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

fn serve(settings: &[&str]) -> Outcome {
    let setup = Setup {
        settings: settings.iter().map(|&text| text.to_owned()).collect(),
        ..Setup::default()
    };
    let server = Server::start_with(&Binaries::find()?, &setup)?;
    let version: String = server
        .connect()?
        .query_one("SHOW server_version", &[])?
        .get(0);
    let folder = server.socket_dir().display();
    writeln!(
        io::stdout(),
        "{}\n{folder}\n{}\n{version}",
        server.url(),
        server.port()
    )?;
    wait()
}

fn wait() -> Outcome {
    io::stdout().flush()?;
    io::copy(&mut io::stdin().lock().by_ref(), &mut io::sink())?;
    Ok(())
}

fn sent(url: &str, files: &[&str], sending: Sending) -> Outcome {
    let mut session = postgres::Client::connect(url, NoTls)?;
    let mut took = Duration::ZERO;
    for file in files {
        took += send(&mut session, &fs::read_to_string(file)?, sending)?;
    }
    Ok(writeln!(io::stdout(), "{}", took.as_nanos())?)
}

fn ask(url: &str) -> Outcome {
    let mut session = postgres::Client::connect(url, NoTls)?;
    let mut times = (0..ASKED)
        .map(|_| inventory(&mut session))
        .collect::<Result<Vec<_>, _>>()?;
    times.sort_unstable();
    let median = times.get(ASKED / 2).copied().unwrap_or_default();
    Ok(writeln!(io::stdout(), "{}", median.as_nanos())?)
}

fn watch(url: &str, names: &str, [readers, pause]: [&str; 2]) -> Outcome {
    let reading = Reading {
        config: url.parse()?,
        relations: fs::read_to_string(names)?
            .lines()
            .map(str::to_owned)
            .collect(),
        readers: readers.parse()?,
        pause: Duration::from_millis(pause.parse()?),
    };
    let stop = AtomicBool::new(false);
    let seen: Seen = thread::scope(|scope| {
        let seen = scope.spawn(|| read(&reading, &stop));
        let waited = writeln!(io::stdout(), "reading")
            .map_err(Box::from)
            .and_then(|()| wait());
        stop.store(true, Ordering::Relaxed);
        let seen = seen.join().map_err(|_| "a reader broke")?;
        waited.map(|()| seen)
    })?;
    Ok(writeln!(io::stdout(), "{}", serde_json::to_string(&seen)?)?)
}
