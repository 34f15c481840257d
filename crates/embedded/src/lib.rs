//! PostgreSQL in this process: a folder with its data, one session at a time, no server.
//!
//! PostgreSQL 18 is compiled to WebAssembly and runs on a thread of its own; what speaks its protocol
//! gets a stream that ends in that thread.
//!
//! | room | does |
//! |---|---|
//! | `folder` | makes the folder, and keeps other processes out of it |
//! | `bridge` | carries the messages of one session to the database and back |
//! | `protocol` | where a message ends, and which of them want an answer |
//!
//! - **A folder is open in one process at a time.** A second one is refused at once, and told who has it.
//! - **One session at a time:** a new one ends the one before.
//! - **A statement cannot be ended before its time.** Whoever drops an [`Embedded`] while one runs waits for
//!   it for a moment and then leaves it to the end of the process: what was not committed is lost, as after
//!   any crash.
//! - **It never ends as a server does:** whoever opens the folder next replays the log, as after a crash.
//! - Nothing of Dormer is known here.

mod bridge;
mod folder;
mod protocol;

use std::fmt;
use std::path::Path;
use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::io::DuplexStream;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

pub use folder::{Holder, Trouble};

/// The one user, and the one database.
pub const USER: &str = "postgres";
pub const DATABASE: &str = "postgres";

/// How much may be under way in one direction before the other side must read.
const UNDER_WAY: usize = 256 * 1024;
/// The thread runs the parser and the planner of PostgreSQL, which like deep stacks.
const STACK: usize = 16 * 1024 * 1024;
/// How long the end of a database is waited for.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// A database that runs in this process until this value is dropped.
pub struct Embedded {
    /// Taken to say that it shall end.
    streams: Option<UnboundedSender<DuplexStream>>,
    ended: Mutex<mpsc::Receiver<()>>,
}

impl fmt::Debug for Embedded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Embedded").finish_non_exhaustive()
    }
}

impl Embedded {
    /// Begins to open the database of a folder, and makes both where there are none.
    ///
    /// # Errors
    ///
    /// When another process has the folder open, it holds something else, or it cannot be written.
    pub fn open(folder: &Path) -> Result<Self, Trouble> {
        let held = folder::Held::take(folder)?;
        let (streams, waiting) = unbounded_channel();
        let (done, ended) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("dormer embedded".to_owned())
            .stack_size(STACK);
        let spawned = thread.spawn(move || {
            bridge::serve(&held, waiting);
            drop(held);
            // Nobody waits any more when the process ends: then it does not matter.
            let _told = done.send(());
        });
        spawned.map_err(|error| Trouble::Folder {
            doing: "start a thread for",
            path: folder.to_owned(),
            error,
        })?;
        Ok(Self {
            streams: Some(streams),
            ended: Mutex::new(ended),
        })
    }

    /// A stream for the protocol of PostgreSQL; the session before ends. It answers as soon as the database
    /// runs; where that does not start, it says so in the protocol's own words and ends.
    #[must_use]
    pub fn connect(&self) -> DuplexStream {
        let (ours, theirs) = tokio::io::duplex(UNDER_WAY);
        if let Some(streams) = &self.streams {
            // Where nobody listens any more, the stream has ended, and that is seen.
            let _sent = streams.send(theirs);
        }
        ours
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        drop(self.streams.take());
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        // A statement that goes on is left to the end of the process.
        let _ended = ended.recv_timeout(LAST_WORDS);
    }
}
