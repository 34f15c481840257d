//! Floor 7: does what a plan says, step by step, and tells what happens.
//!
//! **It decides nothing and prints nothing:** what to do stands in the plan, what happened goes to a
//! [`Listener`] and into the [`Outcome`]. No engine is known here, only sessions.
//!
//! | room | does |
//! |---|---|
//! | `apply` | the frame of a run: lease, journal, end |
//! | `fresh` | compares what the plan relies on with what is there now |
//! | `walk` | has the steps done, as many at once as sessions allow |
//! | `schedule` | which step comes next, and what a failure keeps from being done |
//! | `worker` | one transaction on one session |
//! | `patience` | looks who is in the way, waits, tries again |
//! | `ground` | whether rows changed since a shadow was filled |
//! | `refilled` | tells the journal that a fill is a refresh |
//! | `prove` | reads as a reader would, the whole time |
//! | `audit` | runs audits on what is live |
//! | `closing` | what is written down and told at the end |
//! | `web` | who needs whom, for the whole run |
//! | `refresh` | refreshes what is due, in its order, under a lease of its own |
//! | `crash` | ends the process where a test wants it |

pub mod apply;
pub mod audit;
pub mod connect;
pub mod event;
pub mod interrupt;
pub mod options;
pub mod outcome;
pub mod refresh;

mod closing;
mod crash;
mod fresh;
mod ground;
mod patience;
mod prove;
mod refilled;
mod run;
mod schedule;
mod walk;
mod web;
mod worker;

pub use apply::{Order, apply};
pub use audit::{Question, Verdict, Verdicts, audit};
pub use connect::{Connect, Purpose};
pub use event::{Event, Listener, StepEnd, Timestamp, What};
pub use interrupt::Interrupt;
pub use options::{OnLock, Options};
pub use outcome::{
    Blocked, DeployError, Difference, Ended, FailedAudit, FailedRead, FailedStep, Outcome, Proof,
    ProvedObject, ReadersSee, Reading, SkippedObject, StaleObject,
};
pub use refresh::{
    FailedRefresh, RefreshEnded, RefreshOrder, RefreshOutcome, RefreshedView, refresh,
};
