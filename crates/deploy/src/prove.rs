//! Reads every touched object as a reader would, from before the first step to after the last.
//!
//! - What could not be read before the run is said to be unread; it proves nothing.
//! - What is new is read once it is there: no read fails before the first that succeeds.
//! - What is dropped may be gone.
//! - **Where there is one session, reads are interleaved with the work:** whether they fail is told, how long
//!   a reader waits cannot be.

use std::collections::BTreeMap;
use std::time::Duration;

use dormer_core::engine::capabilities::Sessions;
use dormer_core::engine::{EngineError, ErrorKind, RunId, Session};
use dormer_core::model::name::ObjectName;
use dormer_core::plan::Plan;
use dormer_core::plan::change::Action;
use tokio::time::Instant;

use crate::connect::{Connect, Purpose};
use crate::event::Timestamp;
use crate::interrupt::{Interrupt, Urgency};
use crate::outcome::{FailedRead, Proof, ProvedObject, Reading};
use crate::patience::millis;
use crate::worker::broken;

/// How many read at once.
const READERS: usize = 2;
/// A reader rests between two reads.
const REST: Duration = Duration::from_millis(2);
/// And longer when no session is to be had.
const LONG_REST: Duration = Duration::from_millis(200);
const FAILED_KEPT: usize = 100;

/// What is expected of reading an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    Rows,
    /// It is not there yet.
    Later,
    /// It goes in this run.
    UntilGone,
    /// It is not read any more.
    Nothing,
}

/// One session that reads one object after the other.
struct Reader<'a> {
    connect: &'a dyn Connect,
    run: &'a RunId,
    session: Option<Box<dyn Session>>,
    objects: Vec<(ObjectName, Expected)>,
    found: BTreeMap<ObjectName, ProvedObject>,
    failed: Vec<FailedRead>,
}

/// All that read for one run.
pub(crate) struct Readers<'a> {
    reading: Reading,
    readers: Vec<Reader<'a>>,
}

impl<'a> Readers<'a> {
    /// Opens sessions and reads everything once.
    pub(crate) async fn open(
        connect: &'a dyn Connect,
        plan: &'a Plan,
    ) -> Result<Self, EngineError> {
        let objects: Vec<(ObjectName, Expected)> = plan
            .changes
            .iter()
            .filter_map(|change| {
                let expected = match change.action {
                    Action::Keep => return None,
                    Action::Create => Expected::Later,
                    Action::Drop => Expected::UntilGone,
                    Action::Alter
                    | Action::Replace
                    | Action::Carry
                    | Action::Adopt
                    | Action::Mend => Expected::Rows,
                };
                Some((change.object.clone(), expected))
            })
            .collect();
        let mut readers = Vec::new();
        let (reading, count) = match connect.sessions() {
            Sessions::Many => (Reading::Beside, READERS),
            Sessions::One => (Reading::Interleaved, 1),
        };
        for number in 0..count.min(objects.len()) {
            let mut objects = objects.clone();
            let apart = objects.len() / count * number;
            objects.rotate_left(apart);
            let mut reader = Reader {
                connect,
                run: &plan.run,
                session: None,
                objects,
                found: BTreeMap::new(),
                failed: Vec::new(),
            };
            reader.begin().await?;
            readers.push(reader);
        }
        Ok(Self { reading, readers })
    }

    /// Reads until the run is over, and everything once more after it.
    pub(crate) async fn read(self, over: &Interrupt) -> Proof {
        let count = self.readers.len();
        let readers = self.readers.into_iter();
        let readers = readers.map(|reader| reader.read(over, count));
        let found = futures_util::future::join_all(readers).await;
        let mut proof = Proof {
            reading: self.reading,
            ..Proof::default()
        };
        for reader in found {
            for (name, read) in reader.found {
                proof.reads += read.reads;
                proof.failures += read.failures;
                proof.longest_stall = proof.longest_stall.max(read.longest_stall);
                let object = proof.objects.entry(name).or_default();
                object.reads += read.reads;
                object.failures += read.failures;
                object.longest_stall = object.longest_stall.max(read.longest_stall);
                object.unread = read.unread.or(object.unread.take());
            }
            proof.failed.extend(reader.failed);
        }
        for object in proof.objects.values_mut().filter(|object| object.reads > 0) {
            object.unread = None;
        }
        proof.failed.sort_by_key(|failed| failed.at);
        proof.failed.truncate(FAILED_KEPT);
        proof
    }
}

impl Reader<'_> {
    async fn session(&mut self) -> Result<&mut dyn Session, EngineError> {
        let session = match self.session.take() {
            Some(session) => session,
            None => {
                let name = format!("{} probe", self.run);
                self.connect.open(Purpose::Probe, &name).await?
            }
        };
        Ok(self.session.insert(session).as_mut())
    }

    async fn begin(&mut self) -> Result<(), EngineError> {
        for (name, expected) in std::mem::take(&mut self.objects) {
            let found = self.found.entry(name.clone()).or_default();
            let mut expected = expected;
            if expected != Expected::Later {
                let read = self.session().await?.probe(&name).await;
                match read {
                    Ok(()) => {}
                    Err(error) if broken(&error) => return Err(error),
                    Err(error) => {
                        expected = Expected::Nothing;
                        let found = self.found.entry(name.clone()).or_default();
                        found.unread = Some(error.to_string());
                    }
                }
            } else {
                found.unread = Some("it was never there to be read".to_owned());
            }
            self.objects.push((name, expected));
        }
        Ok(())
    }

    /// Reads as one of so many.
    async fn read(mut self, over: &Interrupt, readers: usize) -> Self {
        loop {
            for at in 0..self.objects.len() {
                if over.raised() {
                    break;
                }
                self.one(at).await;
                tokio::time::sleep(REST).await;
            }
            if over.raised() {
                break;
            }
            if self.objects.is_empty() {
                over.reached(Urgency::Soon).await;
            }
        }
        // Each begins with another object, so that together they read all of them.
        for at in 0..self.objects.len().div_ceil(readers.max(1)) {
            if over.urgency() == Urgency::Now {
                break;
            }
            self.one(at).await;
        }
        self
    }

    async fn one(&mut self, at: usize) {
        let Some((name, expected)) = self.objects.get(at).cloned() else {
            return;
        };
        if expected == Expected::Nothing {
            return;
        }
        let since = Instant::now();
        let read = match self.session().await {
            Ok(session) => session.probe(&name).await,
            Err(error) => {
                tokio::time::sleep(LONG_REST).await;
                Err(error)
            }
        };
        let took = millis(since.elapsed());
        let found = self.found.entry(name.clone()).or_default();
        let mut now = expected;
        match read {
            Ok(()) => {
                found.reads += 1;
                found.longest_stall = found.longest_stall.max(took);
                found.unread = None;
                if expected == Expected::Later {
                    now = Expected::Rows;
                }
            }
            Err(error) => {
                let gone = error.kind == ErrorKind::Syntax;
                if broken(&error) {
                    self.session = None;
                }
                match expected {
                    Expected::Later => {}
                    Expected::UntilGone if gone => now = Expected::Nothing,
                    Expected::Rows | Expected::UntilGone | Expected::Nothing => {
                        found.failures += 1;
                        found.longest_stall = found.longest_stall.max(took);
                        if self.failed.len() < FAILED_KEPT {
                            self.failed.push(FailedRead {
                                object: name,
                                at: Timestamp::now(),
                                error,
                            });
                        }
                    }
                }
            }
        }
        if let Some((_, expected)) = self.objects.get_mut(at) {
            *expected = now;
        }
    }
}
