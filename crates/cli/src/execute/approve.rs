//! The yes of a person before a target is changed, and their Ctrl-C while it is.

use std::io::{self, BufRead, IsTerminal};

use dormer_deploy::Interrupt;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;

/// Asks for a yes. **Never a question without a terminal.**
///
/// # Errors
///
/// When there is no terminal, or the answer is another one.
pub(super) fn ask(output: Output, question: &str, unasked: &str) -> Result<(), Failure> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let message = "an answer is needed, and there is no terminal to ask at";
        return Err(Failure::new(Exit::Usage, message).hint(format!("say yes before:  {unasked}")));
    }
    output.complain(&format!("\n{question} Only \"yes\" is a yes: "));
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    match read {
        Ok(_) if answer.trim().eq_ignore_ascii_case("yes") => Ok(()),
        Ok(_) => Err(Failure::new(
            Exit::Error,
            "nothing was done: the answer was not yes",
        )),
        Err(error) => Err(Failure::new(Exit::Error, "the answer cannot be read").because(&error)),
    }
}

/// From now on Ctrl-C, the signal that ends a process kindly and the end of its terminal are wishes to stop: the first lets
/// running statements be ended and leaves a run that can go on, the second ends it at once.
pub(crate) fn listen(interrupt: &Interrupt) {
    let wish = interrupt.clone();
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            wish.raise();
        }
    });
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let wish = interrupt.clone();
        // A terminal that is closed is no second wish where somebody asked that it be ignored.
        let kinds = [
            Some(SignalKind::terminate()),
            (!ignores_hangup()).then(SignalKind::hangup),
        ];
        for kind in kinds.into_iter().flatten() {
            let wish = wish.clone();
            if let Ok(mut ends) = signal(kind) {
                tokio::spawn(async move {
                    while ends.recv().await.is_some() {
                        wish.raise();
                    }
                });
            }
        }
    }
}

/// Whether this process was started so that the end of its terminal does not matter, as by `nohup`.
#[cfg(unix)]
fn ignores_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // The first bit is signal 1.
    mask.is_some_and(|mask| mask & 1 == 1)
}
