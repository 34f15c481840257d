//! Ends the process at a chosen boundary, so that tests can see what a crash leaves behind.
//!
//! Boundaries are counted from 1 in the order in which they are reached: before and after each piece
//! of work, and where the journal is written. **Without the feature `crash-points` nothing is here.**

#[cfg(feature = "crash-points")]
pub(crate) fn point() {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static AT: OnceLock<Option<u64>> = OnceLock::new();
    static REACHED: AtomicU64 = AtomicU64::new(0);

    let at = AT.get_or_init(|| std::env::var("DORMER_CRASH_AT").ok()?.parse().ok());
    let reached = REACHED.fetch_add(1, Ordering::SeqCst) + 1;
    if *at == Some(reached) {
        std::process::abort();
    }
}

#[cfg(not(feature = "crash-points"))]
pub(crate) const fn point() {}
