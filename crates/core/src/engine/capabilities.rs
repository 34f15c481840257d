//! What an engine can do, as data: plans ask here, never for the name of an engine.
//!
//! **One field, one question that a plan has to ask.** The worse case stands where nobody knows.

/// What one engine, in one version, can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// How people call it: `postgres`.
    pub name: &'static str,
    pub ddl: DdlTransactions,
    pub swap: Swap,
    pub binding: Binding,
    pub redefine: Redefine,
    pub filling: Filling,
    pub building: Building,
    pub marker: MarkerPlace,
    pub dependencies: Dependencies,
    pub exclusion: Exclusion,
    /// The schema that scratch views of a rehearsal stand in; none where nothing can be rehearsed.
    pub scratch_schema: Option<&'static str>,
    /// The longest name, in bytes; none where no limit is known.
    pub name_bytes: Option<usize>,
    /// What ALL PRIVILEGES on a relation stands for.
    pub privileges: Vec<&'static str>,
    pub sessions: Sessions,
    pub statement_timeout: Support,
    pub cancel: Support,
    /// Whether what is read can be filled while readers go on.
    pub concurrent_refresh: Support,
    pub counters: Counters,
}

/// How soon the target's counters tell of rows that were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counters {
    /// Within seconds.
    Soon,
    /// Not before the session of the writer ends.
    AtSessionEnd,
    /// It has none.
    None,
}

/// Whether it can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    Yes,
    No,
}

/// What of a definition can stand in a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DdlTransactions {
    /// All that Dormer sends, but for what a statement says of itself.
    Full,
    /// Several statements of one kind, together.
    Batch,
    /// Nothing: each statement is committed by itself.
    None,
}

/// How shadows take names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swap {
    /// Renames, all in one transaction.
    Renames,
    /// One statement exchanges two names of one schema.
    Pairs,
    /// The public name is a view that is pointed elsewhere.
    Alias,
    /// Nothing of the kind: drop and create.
    None,
}

/// What a reader holds on to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// The relation that was there when the reader was made, whatever it is called.
    Identity,
    /// Whatever has the name.
    Name,
}

/// Which views can get another query under the same identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redefine {
    /// Those whose columns stay, and new ones at their end.
    AppendedColumns,
    SameColumns,
    Never,
}

/// Whether a relation can be made empty first and filled later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filling {
    Apart,
    AtOnce,
}

/// How a long build ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Building {
    /// The statement returns when it is done.
    Blocks,
    /// The statement returns at once, and the target is asked until it is done.
    Background,
}

/// Where Dormer writes what it knows about a generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkerPlace {
    /// A comment of its own beside the definition.
    Rule,
    /// Behind the text of the object's comment.
    Comment,
    /// Behind the text of the first column's comment.
    FirstColumn,
    /// In the journal alone.
    None,
}

/// How well the target knows who reads what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dependencies {
    Columns,
    Objects,
    /// Some readers are not known to it.
    Partly,
}

/// What keeps two runs apart, and tells a dead holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exclusion {
    /// A lock that ends with the session.
    SessionLock,
    /// A row or table that stays when its holder dies.
    Row,
}

/// How many sessions can work at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sessions {
    Many,
    One,
}
