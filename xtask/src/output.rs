//! The only place that prints.

use crate::failure::Failure;

#[expect(clippy::print_stdout, reason = "this is the room for printing")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "this is the room for printing")]
pub(crate) fn complain(failure: &Failure) {
    eprintln!("{failure}");
}
