//! What a command line can say about how a plan is executed. Never what is done.

use std::time::Duration;

use dormer_core::engine::lease::Takeover;
use dormer_core::plan::PlanLimits;

/// What to do when somebody holds a lock that a step needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum OnLock {
    /// Waits until it is free, without end.
    Wait,
    /// Waits and tries again, as often as [`Options::tries`] says.
    #[default]
    Retry,
    /// Leaves the step and what needs it.
    Fail,
}

/// How a plan is executed.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many steps may be done at once.
    pub jobs: u32,
    /// For each lock of a step that is no cutover.
    pub lock_timeout: Duration,
    /// For a cutover, from its first lock to its commit.
    pub cutover_timeout: Duration,
    pub statement_timeout: Option<Duration>,
    pub on_lock: OnLock,
    pub tries: u32,
    /// Whether every touched object is read the whole time.
    pub prove: bool,
    pub takeover: Takeover,
    /// Whether the run of the plan has begun before and goes on.
    pub resume: bool,
    /// Who applies: a person or a pipeline, as the lease and the journal show it.
    pub who: String,
    pub host: String,
    /// Dormer's own version.
    pub tool: String,
}

impl Options {
    /// The limits of a plan, and nobody in particular.
    #[must_use]
    pub fn new(limits: PlanLimits) -> Self {
        Self {
            jobs: limits.jobs,
            lock_timeout: Duration::from_millis(limits.lock_timeout_ms.0),
            cutover_timeout: Duration::from_millis(limits.cutover_timeout_ms.0),
            statement_timeout: limits
                .statement_timeout_ms
                .map(|timeout| Duration::from_millis(timeout.0)),
            on_lock: OnLock::default(),
            tries: 10,
            prove: false,
            takeover: Takeover::Never,
            resume: false,
            who: String::new(),
            host: String::new(),
            tool: String::new(),
        }
    }
}
