//! Who may do what, as the target's access lists say it.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Who holds a privilege.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    /// Everybody.
    Public,
    Role(String),
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("PUBLIC"),
            Self::Role(role) => f.write_str(role),
        }
    }
}

/// One privilege of one holder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    pub holder: Holder,
    /// In upper case, as the engine spells it: `SELECT`.
    pub privilege: String,
    /// Whether the holder may pass it on.
    pub grantable: bool,
    pub grantor: String,
}

/// The access list of an object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Grants {
    /// Nobody ever granted or revoked: the owner has all privileges, and everybody what the
    /// engine gives by default.
    #[default]
    Default,
    /// Exactly these, the owner's own included; an empty list means that even the owner has none.
    Listed(BTreeSet<Grant>),
}

impl Grants {
    /// The privileges that are written down.
    pub fn listed(&self) -> impl Iterator<Item = &Grant> {
        match self {
            Self::Default => None,
            Self::Listed(grants) => Some(grants),
        }
        .into_iter()
        .flatten()
    }
}
