//! The sensitivity of columns.

use serde::Serialize;

/// The class of a column; the order is the order of caution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    Public,
    Confidential,
    Restricted,
    HighlyRestricted,
}
