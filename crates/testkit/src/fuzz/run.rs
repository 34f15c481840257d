//! Runs one input, a loop of inputs, and makes a failing input small.
//!
//! A panic is caught here. A stack overflow, an abort or a hang cannot be: the loop runs in a child process that
//! first writes its input to a file, and the parent (`bin/fuzz.rs`) reads that file after the child's end.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::Target;
use super::mutate::{Random, mutate};
use super::seeds::Seed;

/// A small input that takes longer is a failure of its own.
pub const SLOW: Duration = Duration::from_secs(1);
const SMALL: usize = 4096;
/// Long enough for depth and repetition, and small enough for thousands of inputs a second.
const LONGEST: usize = SMALL - 1;
/// The stack of a worker thread, less than that of a main thread: what runs in parallel has no more.
const STACK: usize = 2 * 1024 * 1024;
/// A minimised input is for eyes; a perfect one is not worth the time.
const SHRINK_TRIES: usize = 2000;

/// An input that failed, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub input: Vec<u8>,
    pub message: String,
}

/// How a loop ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    Passed { inputs: u64 },
    Failed(Failure),
}

static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// Keeps a panic's text and place for the report instead of printing thousands of them.
pub fn keep_panics_quiet() {
    panic::set_hook(Box::new(|info| {
        *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = info.to_string();
    }));
}

/// Runs one input on the calling thread: the reason why it fails, or nothing.
#[must_use]
pub fn failure(target: Target, input: &[u8]) -> Option<String> {
    let started = Instant::now();
    let result = panic::catch_unwind(AssertUnwindSafe(|| target(input)));
    let took = started.elapsed();
    if result.is_err() {
        return Some(
            LAST_PANIC
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
        );
    }
    let slow = input.len() < SMALL && took > SLOW;
    slow.then(|| format!("took {} ms for {} bytes", took.as_millis(), input.len()))
}

/// Runs something on a thread with the stack of a worker.
pub fn on_small_stack<T: Send>(work: impl FnOnce() -> T + Send) -> io::Result<Option<T>> {
    thread::scope(|scope| {
        let handle = thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, work)?;
        Ok(handle.join().ok())
    })
}

/// Runs all seeds, then mutations until the time is over or an input fails.
/// The file at `last` holds the running input, so that whoever finds a dead child knows what killed it.
pub fn run(
    target: Target,
    seeds: &[Seed],
    seed: u64,
    time: Duration,
    last: &Path,
) -> io::Result<Outcome> {
    let started = Instant::now();
    let mut random = Random::new(seed);
    let mut last = File::create(last)?;
    let starts: Vec<&[u8]> = seeds.iter().map(|seed| seed.bytes.as_slice()).collect();
    let mut inputs = 0_u64;
    let mut fresh = seeds.iter();
    while inputs == 0 || started.elapsed() < time || fresh.len() > 0 {
        let input = match fresh.next() {
            Some(seed) => seed.bytes.clone(),
            None => mutate(&mut random, &starts, LONGEST),
        };
        last.rewind()?;
        last.write_all(&input)?;
        last.set_len(u64::try_from(input.len()).unwrap_or(u64::MAX))?;
        inputs += 1;
        if let Some(message) = failure(target, &input) {
            return Ok(Outcome::Failed(Failure { input, message }));
        }
    }
    Ok(Outcome::Passed { inputs })
}

/// Cuts pieces out, from halves down to bytes, as long as what is left still fails.
pub fn shrink(input: &[u8], tries: usize, mut fails: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    let mut smallest = input.to_vec();
    let mut piece = smallest.len().div_ceil(2);
    let mut left = tries;
    while piece > 0 {
        let mut at = 0;
        while at < smallest.len() && left > 0 {
            left -= 1;
            let end = (at + piece).min(smallest.len());
            let shorter: Vec<u8> = smallest
                .iter()
                .take(at)
                .chain(smallest.iter().skip(end))
                .copied()
                .collect();
            if fails(&shorter) {
                smallest = shorter;
            } else {
                at = end;
            }
        }
        piece /= 2;
    }
    smallest
}

/// Makes a failing input small in this process; a slow one is kept whole, since every try would be slow too.
pub fn shrink_panic(target: Target, found: Failure) -> Failure {
    let panics = |input: &[u8]| panic::catch_unwind(AssertUnwindSafe(|| target(input))).is_err();
    if !panics(&found.input) {
        return found;
    }
    let input = shrink(&found.input, SHRINK_TRIES, panics);
    let message = failure(target, &input).unwrap_or(found.message);
    Failure { input, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuses_quotes(input: &[u8]) {
        assert!(!input.contains(&b'\''), "a quote");
    }

    #[test]
    fn loop_finds_a_panic_and_makes_it_small() {
        let folder = std::env::temp_dir().join(format!("dormer-fuzz-{}", std::process::id()));
        let seeds = [Seed {
            path: "seed".into(),
            bytes: b"select 1 from a".to_vec(),
        }];
        let outcome = run(refuses_quotes, &seeds, 1, Duration::from_secs(20), &folder).unwrap();
        let Outcome::Failed(found) = outcome else {
            panic!("no quote in 20 s")
        };
        assert_eq!(std::fs::read(&folder).unwrap(), found.input);
        assert_eq!(shrink_panic(refuses_quotes, found).input, b"'");
        std::fs::remove_file(&folder).unwrap();
    }

    #[test]
    fn slow_small_input_is_a_failure() {
        fn sleeps(_: &[u8]) {
            thread::sleep(SLOW + Duration::from_millis(20));
        }
        assert!(failure(sleeps, b"a").unwrap().starts_with("took "));
    }
}
