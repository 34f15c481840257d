//! A step by itself: looks who is in the way, waits, tries again, and gives way to readers.
//!
//! | when | then |
//! |---|---|
//! | somebody holds what a cutover needs for longer than a moment | wait without asking for the lock |
//! | a lock is not had in time, or another transaction is met | wait, so that those who queued get through, and try again |
//! | another step of this run holds it | wait for that step; this is no try |
//! | the target's own upkeep holds it, and nobody else | wait for its end; this is no try, but for so long |
//! | rows changed since a shadow was filled | fill it again first |
//! | what loses its name was changed, or is read by somebody new | leave everything as it is |

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dormer_core::engine::session::{Behind, LockHolder, Worked};
use dormer_core::engine::step::{Deed, Millis, StepKind};
use dormer_core::engine::{EngineError, ErrorKind};
use dormer_core::model::name::ObjectName;
use dormer_core::plan::PlannedStep;
use tokio::time::Instant;

use crate::event::{StepEnd, What};
use crate::fresh::Deeds;
use crate::ground::{Rounds, Seen, Standing};
use crate::options::OnLock;
use crate::outcome::{Blocked, Difference, StaleObject};
use crate::worker::{End, Repeat, Worker, broken};

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// Another step of this run is asked after so often.
const OWN_PAUSE: Duration = Duration::from_millis(100);
/// Who holds a lock for less is a reader who leaves soon.
const MOMENT_MS: u64 = 250;
const QUERY_SHOWN: usize = 80;
/// Upkeep is asked after so often.
const UPKEEP_PAUSE: Duration = Duration::from_millis(500);
/// Upkeep that takes longer is in the way like everybody else.
const LONGEST_UPKEEP: Duration = Duration::from_secs(300);

/// Who is in the way of a step, and what was tried about it.
#[derive(Debug, Default)]
struct Tries {
    count: u32,
    rounds: Rounds,
    /// Whether the connection was lost while looking.
    lost: bool,
    /// Whether it was told that another step of this run is in the way.
    told: bool,
    /// Since when upkeep is waited for; none when it never was in the way.
    upkeep: Option<Instant>,
}

/// What stood in the way this time.
struct Obstacle {
    reason: String,
    holders: Vec<LockHolder>,
    error: Option<EngineError>,
}

impl<'r> Worker<'r, '_> {
    /// Does one step, as long as it takes.
    pub(crate) async fn alone(&mut self, step: &'r PlannedStep) -> End {
        let mut tries = Tries::default();
        loop {
            if self.run.halted() {
                return End::Stopped;
            }
            match self.turn(step, &mut tries).await {
                Ok(Some(end)) => return end,
                Ok(None) => {}
                Err(error) if broken(&error) && !tries.lost => {
                    tries.lost = true;
                    self.session = None;
                }
                Err(error) => return self.trouble(step.step.id, error),
            }
        }
    }

    /// One look and one try; none when there shall be another.
    async fn turn(
        &mut self,
        step: &'r PlannedStep,
        tries: &mut Tries,
    ) -> Result<Option<End>, EngineError> {
        let id = step.step.id;
        if step.step.kind == StepKind::Cutover
            && let Some(end) = self.make_firm(step, tries).await?
        {
            return Ok(Some(end));
        }
        if takes_names(step.step.kind) {
            let (own, others) = self.in_the_way(step).await?;
            if !others.is_empty() {
                let obstacle = Obstacle {
                    reason: "somebody holds a lock that it needs".to_owned(),
                    holders: others,
                    error: None,
                };
                return Ok(self.wait(step, tries, obstacle).await);
            }
            if own {
                self.let_own(step, tries, "another step of this run reads it")
                    .await;
                return Ok(None);
            }
            let stale = self.stale(step).await?;
            let unseen = |stale: &StaleObject| stale.difference == Difference::Unseen;
            match stale.first() {
                None => {}
                Some(first) if stale.iter().all(unseen) => {
                    let obstacle = Obstacle {
                        reason: format!("{}: {}", first.object, first.difference),
                        holders: Vec::new(),
                        error: None,
                    };
                    return Ok(self.wait(step, tries, obstacle).await);
                }
                Some(_) => return Ok(Some(End::Stale(stale))),
            }
        }
        let limits = self.limits(step.step.kind);
        match self.surely(&[step], limits).await {
            Ok(Worked::Done { took }) => Ok(Some(End::Done(took))),
            Ok(Worked::Row { row, .. }) => Ok(Some(End::Row { at: id, row })),
            Err(error) if self.worth_another(step.step.kind, &error) => {
                let (own, holders) = self.in_the_way(step).await?;
                // What it reads is being filled: that ends, however long it takes.
                if own && step.step.kind == StepKind::Build {
                    self.let_own(step, tries, "another step of this run fills what it reads")
                        .await;
                    return Ok(None);
                }
                let obstacle = Obstacle {
                    reason: error.to_string(),
                    holders,
                    error: Some(error),
                };
                Ok(self.wait(step, tries, obstacle).await)
            }
            Err(error) => Ok(Some(self.trouble(id, error))),
        }
    }

    /// What others changed of all that a step takes the names from, and who reads it since.
    async fn stale(&mut self, step: &PlannedStep) -> Result<Vec<StaleObject>, EngineError> {
        let run = self.run;
        let names = locked(step);
        if !names
            .iter()
            .any(|name| run.plan.observed.contains_key(name))
        {
            return Ok(Vec::new());
        }
        let session = self.session(step.step.id).await?;
        let look = run.looks.look(session, run.plan).await?;
        let before = Deeds::of(run.web, &run.web.upstream(step.step.id));
        let mut stale = before.changed(run.plan, &look);
        stale.retain(|stale| names.contains(&stale.object));
        Ok(stale)
    }

    /// Waits a little for another step of this run, and says so once.
    async fn let_own(&mut self, step: &PlannedStep, tries: &mut Tries, reason: &str) {
        if !tries.told {
            tries.told = true;
            self.run.tell(What::StepWaiting {
                step: step.step.id,
                object: step.step.object.clone(),
                reason: reason.to_owned(),
                waiting_for: None,
                tries: tries.count,
            });
        }
        self.run.pause(OWN_PAUSE).await;
    }

    fn worth_another(&self, kind: StepKind, error: &EngineError) -> bool {
        match error.kind {
            ErrorKind::LockTimeout | ErrorKind::Conflict => true,
            // The deadline of a cutover is kept from outside.
            ErrorKind::Cancelled => takes_names(kind) && !self.run.halted(),
            _ => false,
        }
    }

    /// Fills shadows again until no row that they are made of is newer.
    async fn make_firm(
        &mut self,
        cutover: &'r PlannedStep,
        tries: &mut Tries,
    ) -> Result<Option<End>, EngineError> {
        let run = self.run;
        loop {
            let session = self.session(cutover.step.id).await?;
            let standing = tries
                .rounds
                .next((&run.grounds, run.web), session, cutover)
                .await?;
            let again = match standing {
                Standing::Firm => return Ok(None),
                Standing::Again(steps) => steps,
                Standing::Restless => {
                    let reason = "what readers see is refreshed faster than its shadow is filled";
                    return Ok(Some(blocked(
                        cutover,
                        tries,
                        Obstacle {
                            reason: reason.to_owned(),
                            holders: Vec::new(),
                            error: None,
                        },
                    )));
                }
            };
            let audit = |step: &&&PlannedStep| step.step.kind == StepKind::Audit;
            self.repeat = Some(Repeat {
                last_audit: again.iter().rfind(audit).map(|step| step.step.id),
                seen: Seen::default(),
            });
            for step in again {
                run.tell(What::StepRepeated {
                    step: step.step.id,
                    object: step.step.object.clone(),
                    reason: "rows that it is made of changed since it was filled".to_owned(),
                });
                match Box::pin(self.alone(step)).await {
                    End::Done(took) => run.tell(What::StepFinished {
                        step: step.step.id,
                        object: step.step.object.clone(),
                        ms: millis(took),
                        outcome: StepEnd::Done,
                        reason: None,
                    }),
                    end => return Ok(Some(end)),
                }
            }
            self.repeat = None;
        }
    }

    /// Whether another step of this run is in the way, and who else.
    async fn in_the_way(
        &mut self,
        step: &PlannedStep,
    ) -> Result<(bool, Vec<LockHolder>), EngineError> {
        let run = self.run.plan.run.as_str();
        let mut names = locked(step);
        if step.step.kind == StepKind::Build {
            let needs = step.step.needs.iter();
            let below = needs.filter_map(|need| self.run.web.get(*need));
            let made = below.flat_map(|below| &below.step.deeds);
            names.extend(made.filter_map(|deed| match deed {
                Deed::Build { relation, .. } => Some(relation.name.clone()),
                _ => None,
            }));
        }
        if names.is_empty() {
            return Ok((false, Vec::new()));
        }
        let looked = self.session(step.step.id).await?.locks(&names).await;
        let holders = match looked {
            Ok(holders) => holders,
            Err(error) if broken(&error) => return Err(error),
            // Without the right to look, the lock itself will tell.
            Err(_) => Vec::new(),
        };
        let (own, others): (Vec<_>, Vec<_>) = holders
            .into_iter()
            .filter(|holder| holder.granted)
            .partition(|holder| {
                holder
                    .application
                    .as_ref()
                    .is_some_and(|app| app.contains(run))
            });
        let probe = |holder: &LockHolder| {
            let application = holder.application.as_ref();
            application.is_some_and(|application| application.ends_with("probe"))
        };
        let others = others.into_iter().filter(stays);
        Ok((own.iter().any(|holder| !probe(holder)), others.collect()))
    }

    /// Waits where nobody but upkeep is in the way, and not for too long in all. Whoever asks for a lock
    /// for less than the target takes to look for deadlocks never makes it give way, so asking is in vain.
    async fn awaits_upkeep(
        &mut self,
        step: &PlannedStep,
        tries: &mut Tries,
        obstacle: &Obstacle,
    ) -> bool {
        let mut holders = obstacle.holders.iter();
        let alone = holders.all(|holder| holder.behind == Behind::Upkeep);
        if obstacle.holders.is_empty() || !alone {
            return false;
        }
        let first = tries.upkeep.is_none();
        let since = *tries.upkeep.get_or_insert_with(Instant::now);
        if since.elapsed() >= LONGEST_UPKEEP {
            return false;
        }
        if first {
            self.run.tell(What::StepWaiting {
                step: step.step.id,
                object: step.step.object.clone(),
                reason: "upkeep of the target holds a lock that it needs, and ends by itself"
                    .to_owned(),
                waiting_for: described(&obstacle.holders),
                tries: tries.count,
            });
        }
        self.run.pause(UPKEEP_PAUSE).await;
        true
    }

    /// Waits; returns an end when it was to no avail.
    async fn wait(
        &mut self,
        step: &PlannedStep,
        tries: &mut Tries,
        obstacle: Obstacle,
    ) -> Option<End> {
        let options = self.run.options;
        if options.on_lock != OnLock::Fail && self.awaits_upkeep(step, tries, &obstacle).await {
            return None;
        }
        tries.count = tries.count.saturating_add(1);
        let over = match options.on_lock {
            OnLock::Fail => true,
            OnLock::Retry => tries.count >= options.tries,
            OnLock::Wait => false,
        };
        if over {
            return Some(blocked(step, tries, obstacle));
        }
        let waiting_for = described(&obstacle.holders);
        self.run.tell(What::StepWaiting {
            step: step.step.id,
            object: step.step.object.clone(),
            reason: obstacle.reason,
            waiting_for,
            tries: tries.count,
        });
        self.run.pause(pause_after(tries.count)).await;
        None
    }
}

/// All of them in one line.
pub(crate) fn described(holders: &[LockHolder]) -> Option<String> {
    let first = holders.first()?;
    let more = match holders.len() {
        ..=1 => String::new(),
        count => format!(", and {} more", count - 1),
    };
    Some(format!("{}{more}", describe(first)))
}

fn blocked(step: &PlannedStep, tries: &Tries, obstacle: Obstacle) -> End {
    End::Blocked(Box::new(Blocked {
        step: step.step.id,
        title: step.step.title.clone(),
        object: step.step.object.clone(),
        tries: tries.count,
        holders: obstacle.holders,
        reason: obstacle.reason,
        error: obstacle.error,
    }))
}

/// Whether somebody is there for longer. Of transactions whose age is hidden nothing is known: the
/// lock itself will tell.
fn stays(holder: &LockHolder) -> bool {
    holder.transaction_ms.is_some_and(|age| age >= MOMENT_MS)
}

const fn takes_names(kind: StepKind) -> bool {
    matches!(
        kind,
        StepKind::Cutover | StepKind::Retire | StepKind::Rename
    )
}

/// The relations that a step locks against others.
fn locked(step: &PlannedStep) -> BTreeSet<ObjectName> {
    let mut names: BTreeSet<ObjectName> = step.step.deeds.iter().filter_map(subject).collect();
    names.extend(step.inputs.iter().filter_map(|inputs| inputs.live.clone()));
    names.extend(step.step.object.clone());
    if !takes_names(step.step.kind) {
        let grounds = step.inputs.iter().flat_map(|inputs| &inputs.grounds);
        names.extend(grounds.cloned());
    }
    names
}

/// The relation that a deed changes.
fn subject(deed: &Deed) -> Option<ObjectName> {
    match deed {
        Deed::Build { relation, .. }
        | Deed::Fill { relation }
        | Deed::Refresh { relation, .. }
        | Deed::Mark { relation, .. }
        | Deed::Owner { relation, .. }
        | Deed::Options { relation, .. }
        | Deed::Analyze { relation }
        | Deed::Rename { relation, .. }
        | Deed::Redefine { relation, .. }
        | Deed::Drop { relation } => Some(relation.name.clone()),
        Deed::Grant { on, .. } | Deed::Revoke { on, .. } => Some(on.name.clone()),
        Deed::AddColumn { table, .. } => Some(table.clone()),
        Deed::CreateSchema { .. }
        | Deed::Index { .. }
        | Deed::DropIndex { .. }
        | Deed::Comment { .. }
        | Deed::Audit { .. }
        | Deed::RenameIndex { .. }
        | Deed::Rebind { .. }
        | Deed::Verbatim { .. } => None,
    }
}

/// Longer after each try, and never the same for two runs.
pub(crate) fn pause_after(tries: u32) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(1 << tries.saturating_sub(1).min(16));
    let full = doubled.min(LONGEST_PAUSE);
    let clock = SystemTime::now().duration_since(UNIX_EPOCH);
    let jitter = clock.map_or(0, |clock| clock.subsec_nanos() / 64 % 256);
    full.mul_f64(0.75 + f64::from(jitter) / 1024.0)
}

/// Somebody in the way, in one line.
fn describe(holder: &LockHolder) -> String {
    let known = [holder.user.as_deref(), holder.application.as_deref()];
    let known: Vec<&str> = known
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty())
        .collect();
    let mut text = format!("pid {}", holder.pid);
    if !known.is_empty() {
        text.push_str(&format!(" ({})", known.join(", ")));
    }
    text.push_str(&format!(", {} on {}", holder.mode, holder.relation));
    if let Some(age) = holder.transaction_ms {
        text.push_str(&match age {
            0..1_000 => format!(" since {age} ms"),
            _ => format!(" since {} s", age / 1_000),
        });
    }
    if let Some(query) = &holder.query {
        let mut words = query.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((end, _)) = words.char_indices().nth(QUERY_SHOWN) {
            words.truncate(end);
            words.push_str("..");
        }
        text.push_str(": ");
        text.push_str(&words);
    }
    text
}

pub(crate) fn millis(time: Duration) -> Millis {
    Millis(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}
