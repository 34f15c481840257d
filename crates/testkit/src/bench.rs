//! Functions whose throughput `cargo xtask bench` measures in process, in MB of SQL text a second.
//!
//! A bench takes one file's text and returns a number that depends on all of its work, so that nothing is
//! optimised away. To add one, name its function in [`BENCHES`].

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Takes the text of one file.
pub type Bench = fn(&str) -> usize;

/// Every bench by name, in the order of the floors they climb.
pub const BENCHES: &[(&str, Bench)] = &[("bytes", bytes)];

/// The ground that the others stand on: one look at every byte.
fn bytes(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b';').count()
}

/// How much text went through a bench, and in what time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throughput {
    pub bytes: usize,
    pub time: Duration,
}

/// Runs a bench over all texts, again and again, for about the given time and once at least.
#[must_use]
pub fn measure(bench: Bench, texts: &[String], time: Duration) -> Throughput {
    let whole: usize = texts.iter().map(String::len).sum();
    let started = Instant::now();
    let mut bytes = 0;
    loop {
        for text in texts {
            black_box(bench(black_box(text)));
        }
        bytes += whole;
        let taken = started.elapsed();
        if taken >= time || whole == 0 {
            return Throughput { bytes, time: taken };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_counted() {
        let texts = ["a;".to_owned(), "bc".to_owned()];
        assert_eq!(measure(bytes, &texts, Duration::ZERO).bytes, 4);
        assert_eq!(measure(bytes, &[], Duration::from_secs(9)).bytes, 0);
    }
}
