//! The wish of a person that a run ends before its time.

use std::sync::Arc;

use tokio::sync::watch;

/// How urgently a run shall end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Urgency {
    #[default]
    None,
    /// What runs may end by itself or is ended, the journal is written, the lease given back.
    Soon,
    /// At once.
    Now,
}

/// Raised once, a run begins nothing more, ends what takes long, and leaves itself resumable; raised
/// twice, it returns at once. Clones are the same wish.
#[derive(Debug, Clone)]
pub struct Interrupt(Arc<watch::Sender<Urgency>>);

impl Default for Interrupt {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Urgency::None)))
    }
}

impl Interrupt {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Wishes once more.
    pub fn raise(&self) {
        self.0.send_modify(|urgency| {
            *urgency = match urgency {
                Urgency::None => Urgency::Soon,
                Urgency::Soon | Urgency::Now => Urgency::Now,
            };
        });
    }

    /// Whether it was raised at all.
    #[must_use]
    pub fn raised(&self) -> bool {
        self.urgency() > Urgency::None
    }

    pub(crate) fn urgency(&self) -> Urgency {
        *self.0.borrow()
    }

    /// Returns once it is as urgent as that.
    pub(crate) async fn reached(&self, urgency: Urgency) {
        let mut seen = self.0.subscribe();
        // The sender lives as long as this, so there is no error to wait for.
        let _urgent = seen.wait_for(|now| *now >= urgency).await;
    }
}
