//! Readers that look at a target the whole time, and what they saw: reads, failures, the longest stall.
//!
//! A read that fails is counted and told with its text, and the reader goes on, in a new session where
//! the old one is gone: **no failure hides behind another**.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use postgres::{Client, NoTls, Statement};

/// One kind of reader.
#[derive(Debug, Clone)]
pub struct Reader {
    /// A query that gives one row: what is in its first column is what the reader saw.
    pub statement: String,
    /// Between two reads.
    pub pause: Duration,
    pub manner: Manner,
    /// How many of the kind read at once.
    pub count: usize,
}

/// How a reader reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// A statement of its own each time.
    Plain,
    /// The statement is prepared once for each session.
    Prepared,
    /// Two reads in one REPEATABLE READ transaction that stays open this long; they must agree.
    Snapshot(Duration),
}

impl Reader {
    /// Counts the rows of a relation without a pause to speak of.
    #[must_use]
    pub fn counting(relation: &str) -> Self {
        Self {
            statement: format!("SELECT count(*)::text FROM {relation}"),
            pause: Duration::from_millis(2),
            manner: Manner::Plain,
            count: 1,
        }
    }

    #[must_use]
    pub fn many(mut self, count: usize) -> Self {
        self.count = count;
        self
    }

    #[must_use]
    pub fn manner(mut self, manner: Manner) -> Self {
        self.manner = manner;
        self
    }

    #[must_use]
    pub fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }
}

/// Readers at work.
#[derive(Debug)]
pub struct Probe {
    stop: Arc<AtomicBool>,
    readers: Vec<JoinHandle<Seen>>,
}

/// What readers saw.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub reads: u64,
    /// Each text with how often it came.
    pub failures: BTreeMap<String, u64>,
    pub longest_stall: Duration,
    /// The values that came back, with how often each.
    pub values: BTreeMap<String, u64>,
}

impl Probe {
    /// Starts all readers; returns once each has its session or has failed to get one.
    #[must_use]
    pub fn start(url: &str, readers: &[Reader]) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut handles = Vec::new();
        let (ready, waiting) = std::sync::mpsc::channel();
        for reader in readers {
            for _ in 0..reader.count {
                let (reader, url, stop) = (reader.clone(), url.to_owned(), Arc::clone(&stop));
                let ready = ready.clone();
                handles.push(thread::spawn(move || {
                    let mut work = Work {
                        url,
                        reader,
                        session: None,
                        seen: Seen::default(),
                    };
                    work.read();
                    work.seen.longest_stall = Duration::ZERO;
                    drop(ready);
                    while !stop.load(Ordering::Relaxed) {
                        work.read();
                        thread::sleep(work.reader.pause);
                    }
                    work.seen
                }));
            }
        }
        drop(ready);
        // Ends when every reader has dropped its end.
        let _: Result<(), _> = waiting.recv();
        Self {
            stop,
            readers: handles,
        }
    }

    /// Ends all readers and adds up what they saw.
    #[must_use]
    pub fn finish(self) -> Seen {
        self.stop.store(true, Ordering::Relaxed);
        let mut whole = Seen::default();
        for reader in self.readers {
            match reader.join() {
                Ok(seen) => whole.add(seen),
                Err(_) => whole.fail("a reader panicked"),
            }
        }
        whole
    }
}

impl Seen {
    fn add(&mut self, other: Self) {
        self.reads += other.reads;
        self.longest_stall = self.longest_stall.max(other.longest_stall);
        for (text, times) in other.failures {
            *self.failures.entry(text).or_default() += times;
        }
        for (value, times) in other.values {
            *self.values.entry(value).or_default() += times;
        }
    }

    fn fail(&mut self, text: &str) {
        *self.failures.entry(text.to_owned()).or_default() += 1;
    }

    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failures.values().sum()
    }

    /// One line for people.
    #[must_use]
    pub fn told(&self) -> String {
        let mut text = format!(
            "{} reads, {} failed, longest stall {:.1} ms",
            self.reads,
            self.failed(),
            self.longest_stall.as_secs_f64() * 1000.0
        );
        for (failure, times) in &self.failures {
            text.push_str(&format!("; {times} x {failure}"));
        }
        text
    }
}

/// One reader with its session.
struct Work {
    url: String,
    reader: Reader,
    session: Option<(Client, Option<Statement>)>,
    seen: Seen,
}

impl Work {
    fn read(&mut self) {
        if self
            .session
            .as_ref()
            .is_none_or(|(client, _)| client.is_closed())
        {
            self.session = match self.open() {
                Ok(session) => Some(session),
                Err(error) => {
                    self.seen.reads += 1;
                    self.seen.fail(&told(&error));
                    return;
                }
            };
        }
        let Some((client, prepared)) = &mut self.session else {
            return;
        };
        let begun = Instant::now();
        let value = match (self.reader.manner, prepared) {
            (Manner::Prepared, Some(statement)) => one(client, statement),
            (Manner::Snapshot(open), _) => snapshot(client, &self.reader.statement, open),
            (Manner::Plain | Manner::Prepared, _) => simple(client, &self.reader.statement),
        };
        let mut took = begun.elapsed();
        if let Manner::Snapshot(open) = self.reader.manner {
            took = took.saturating_sub(open);
        }
        self.seen.reads += 1;
        self.seen.longest_stall = self.seen.longest_stall.max(took);
        match value {
            Ok(value) => *self.seen.values.entry(value).or_default() += 1,
            Err(error) => self.seen.fail(&error),
        }
    }

    fn open(&self) -> Result<(Client, Option<Statement>), postgres::Error> {
        let mut client = Client::connect(&self.url, NoTls)?;
        let prepared = match self.reader.manner {
            Manner::Prepared => Some(client.prepare(&self.reader.statement)?),
            Manner::Plain | Manner::Snapshot(_) => None,
        };
        Ok((client, prepared))
    }
}

fn told(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(server) => format!("{}: {}", server.code().code(), server.message()),
        None => error.to_string(),
    }
}

fn one(client: &mut Client, statement: &Statement) -> Result<String, String> {
    let row = client
        .query_one(statement, &[])
        .map_err(|error| told(&error))?;
    row.try_get(0).map_err(|error| error.to_string())
}

/// By the simple protocol, one trip.
fn simple(client: &mut Client, text: &str) -> Result<String, String> {
    let messages = client.simple_query(text).map_err(|error| told(&error))?;
    let mut values = messages.iter().filter_map(|message| match message {
        postgres::SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or("null").to_owned()),
        _ => None,
    });
    values.next().ok_or_else(|| "no row".to_owned())
}

fn snapshot(client: &mut Client, text: &str, open: Duration) -> Result<String, String> {
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ";
    client.batch_execute(begin).map_err(|error| told(&error))?;
    let both = simple(client, text).and_then(|first| {
        thread::sleep(open);
        Ok((first, simple(client, text)?))
    });
    let ended = client.batch_execute("COMMIT").map_err(|error| told(&error));
    let (first, second) = both?;
    ended?;
    if first == second {
        Ok(first)
    } else {
        Err(format!("one snapshot saw {first} and then {second}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bed::Bed;
    use crate::server::Binaries;

    #[test]
    fn readers_count_what_fails_and_what_they_saw() {
        let bed = Bed::start(&Binaries::find().unwrap()).unwrap();
        let database = bed.database().unwrap();
        let mut admin = database.connect().unwrap();
        admin
            .batch_execute("CREATE TABLE t AS SELECT 1 AS a")
            .unwrap();
        let readers = [
            Reader::counting("t").many(2),
            Reader::counting("t").manner(Manner::Prepared),
            Reader::counting("t").manner(Manner::Snapshot(Duration::from_millis(5))),
        ];
        let probe = Probe::start(&database.url(), &readers);
        admin
            .batch_execute("BEGIN; LOCK t; SELECT pg_sleep(0.1); COMMIT")
            .unwrap();
        admin
            .batch_execute("DROP TABLE t; SELECT pg_sleep(0.05)")
            .unwrap();
        let seen = probe.finish();
        assert!(seen.reads > 4 && seen.failed() > 0, "{}", seen.told());
        assert!(
            seen.values["1"] > 0 && seen.told().contains("42P01"),
            "{}",
            seen.told()
        );
        assert!(
            seen.longest_stall >= Duration::from_millis(80),
            "{}",
            seen.told()
        );
    }
}
