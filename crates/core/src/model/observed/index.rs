//! An index of an observed relation.

/// An index, with all that has to be said to make it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The CREATE INDEX statement.
    pub definition: String,
    pub unique: bool,
    /// False while it is built, and after a concurrent build that failed.
    pub valid: bool,
    pub primary: bool,
    /// The constraint that it serves: the text after ADD CONSTRAINT name.
    pub constraint: Option<String>,
    /// Whether CLUSTER has chosen it.
    pub clustered: bool,
    pub replica_identity: bool,
    /// Whether REFRESH .. CONCURRENTLY can use it: unique, checked at once, valid, on plain
    /// columns, over all rows.
    pub concurrent_refresh: bool,
    pub comment: Option<String>,
    pub tablespace: Option<String>,
}
