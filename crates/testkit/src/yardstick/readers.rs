//! Readers: sessions that read relations again and again, and count what a change beside them costs.
//!
//! A read is one statement from sending it to the whole answer, so its time holds every wait for a lock. **A read that
//! fails is counted and the reader goes on;** one whose session broke opens another.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use postgres::{Client, Config, NoTls};
use serde::Serialize;

/// Reads that took longer are told one by one.
const SLOW: Duration = Duration::from_millis(5);
/// No more of them are told than this many for each reader.
const MOST_SLOW: usize = 2000;

/// What readers do.
#[derive(Debug, Clone)]
pub struct Reading {
    pub config: Config,
    /// What is read, one after the other, each reader from another place.
    pub relations: Vec<String>,
    pub readers: usize,
    pub pause: Duration,
}

/// What readers saw.
#[derive(Debug, Default, Serialize)]
pub struct Seen {
    pub reads: u64,
    pub failed: u64,
    /// Errors by their text without names, and how often each was seen.
    pub errors: BTreeMap<String, u64>,
    pub longest_ms: f64,
    pub median_ms: f64,
    /// The slow reads, in order of time.
    pub slow: Vec<Slow>,
}

/// A read that took long.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Slow {
    /// When it began, in milliseconds since 1970.
    pub began_ms: f64,
    pub took_ms: f64,
}

#[derive(Debug, Default)]
struct Tally {
    seen: Seen,
    times_ms: Vec<f64>,
}

/// Reads until it is told to stop.
#[must_use]
pub fn read(reading: &Reading, stop: &AtomicBool) -> Seen {
    let all = Mutex::new(Tally::default());
    thread::scope(|scope| {
        for number in 0..reading.readers {
            let all = &all;
            scope.spawn(move || {
                let tally = read_alone(reading, number, stop);
                if let Ok(mut all) = all.lock() {
                    all.add(tally);
                }
            });
        }
    });
    all.into_inner().map(Tally::finish).unwrap_or_default()
}

fn read_alone(reading: &Reading, number: usize, stop: &AtomicBool) -> Tally {
    let mut tally = Tally::default();
    let mut session = None;
    let from = number * reading.relations.len() / reading.readers.max(1);
    let round = reading.relations.iter().cycle().skip(from);
    for relation in round {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let began = SystemTime::now();
        let started = Instant::now();
        let outcome = read_once(&mut session, reading, relation);
        tally.count(outcome, began, started.elapsed());
        thread::sleep(reading.pause);
    }
    tally
}

fn read_once(
    session: &mut Option<Client>,
    reading: &Reading,
    relation: &str,
) -> Result<(), postgres::Error> {
    let mut open = match session.take() {
        Some(open) if !open.is_closed() => open,
        Some(_) | None => reading.config.connect(NoTls)?,
    };
    let outcome = open.simple_query(&format!("SELECT count(*), max(v) FROM {relation}"));
    *session = Some(open);
    outcome.map(drop)
}

impl Tally {
    fn count(&mut self, outcome: Result<(), postgres::Error>, began: SystemTime, took: Duration) {
        let took_ms = took.as_secs_f64() * 1000.0;
        self.seen.reads += 1;
        self.times_ms.push(took_ms);
        self.seen.longest_ms = self.seen.longest_ms.max(took_ms);
        if took >= SLOW && self.seen.slow.len() < MOST_SLOW {
            let since = began.duration_since(UNIX_EPOCH).unwrap_or_default();
            self.seen.slow.push(Slow {
                began_ms: since.as_secs_f64() * 1000.0,
                took_ms,
            });
        }
        if let Err(error) = outcome {
            self.seen.failed += 1;
            *self.seen.errors.entry(nameless(&error)).or_default() += 1;
        }
    }

    fn add(&mut self, other: Self) {
        let (mine, its) = (&mut self.seen, other.seen);
        mine.reads += its.reads;
        mine.failed += its.failed;
        mine.longest_ms = mine.longest_ms.max(its.longest_ms);
        mine.slow.extend(its.slow);
        for (text, count) in its.errors {
            *mine.errors.entry(text).or_default() += count;
        }
        self.times_ms.extend(other.times_ms);
    }

    fn finish(mut self) -> Seen {
        self.times_ms.sort_by(f64::total_cmp);
        let middle = self.times_ms.get(self.times_ms.len() / 2);
        self.seen.median_ms = middle.copied().unwrap_or_default();
        self.seen
            .slow
            .sort_by(|one, other| one.began_ms.total_cmp(&other.began_ms));
        self.seen
    }
}

/// The text of an error with what stands in quotes left out, so that a hundred names are one error.
fn nameless(error: &postgres::Error) -> String {
    let Some(said) = error.as_db_error() else {
        return error.to_string();
    };
    let parts = said.message().split('"').step_by(2);
    format!(
        "{}: {}",
        said.code().code(),
        parts.collect::<Vec<_>>().join("..")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::{Binaries, Server};

    #[test]
    fn reads_and_failures_are_counted() {
        let server = Server::start(&Binaries::find().unwrap()).unwrap();
        let mut session = server.connect().unwrap();
        session
            .batch_execute("CREATE TABLE a AS SELECT 1 AS v")
            .unwrap();
        let reading = Reading {
            config: server.url().parse().unwrap(),
            relations: vec!["a".to_owned(), "missing".to_owned()],
            readers: 2,
            pause: Duration::from_millis(1),
        };
        let stop = AtomicBool::new(false);
        let seen = thread::scope(|scope| {
            let seen = scope.spawn(|| read(&reading, &stop));
            thread::sleep(Duration::from_millis(300));
            stop.store(true, Ordering::Relaxed);
            seen.join().unwrap()
        });
        assert!(seen.reads > 4 && seen.failed >= 2 && seen.failed < seen.reads);
        let errors: Vec<&str> = seen.errors.keys().map(String::as_str).collect();
        assert_eq!(errors, ["42P01: relation .. does not exist"]);
        assert!(seen.longest_ms >= seen.median_ms);
    }
}
