//! Everything that is reached from some nodes, upward or downward.

use std::collections::BTreeSet;

use super::Graph;
use crate::model::name::ObjectName;

/// Where a walk goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Towards {
    /// Upward.
    Readers,
    /// Downward.
    Read,
}

impl Graph {
    /// The names that are reached from the given ones, the given ones included. A name that is
    /// not in the graph reaches itself.
    #[must_use]
    pub fn closure<'a>(
        &'a self,
        from: impl IntoIterator<Item = &'a ObjectName>,
        towards: Towards,
    ) -> BTreeSet<&'a ObjectName> {
        let next = match towards {
            Towards::Readers => &self.readers,
            Towards::Read => &self.reads,
        };
        let mut reached: BTreeSet<&ObjectName> = from.into_iter().collect();
        let mut open: Vec<&ObjectName> = reached.iter().copied().collect();
        while let Some(name) = open.pop() {
            for other in next.get(name).into_iter().flatten() {
                if reached.insert(other) {
                    open.push(other);
                }
            }
        }
        reached
    }
}
