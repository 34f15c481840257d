//! The declared side, floor 2: a folder of files and a target become a declared catalog.
//!
//! **All diagnostics at once:** reading never stops at the first mistake. **Files are read in
//! `files.rs` alone.** Nothing here needs a network or the environment: the environment is handed
//! in as a function.

mod clause;
pub mod codes;
mod compile;
pub mod config;
pub mod directive;
pub mod files;
pub mod key;
pub mod lockfile;
pub mod pattern;
pub mod quantity;
mod readers;
pub mod reading;
mod rename;
pub mod render;
pub mod resolve;
pub mod schema;
pub mod settings;
pub mod template;
mod toml;

pub use compile::{open, problem};
pub use files::find_root;

use std::collections::BTreeMap;
use std::sync::Arc;

use dormer_sql::Dialect;

use crate::diagnostic::{Diagnostic, FilePath};
use crate::model::catalog::{Declared, Externals};
use crate::model::name::{ObjectName, TargetName};
use settings::ObjectSettings;

/// A project read for one target: everything that later floors ask for.
#[derive(Debug, Clone, Default)]
pub struct Project {
    pub name: String,
    pub target: Target,
    /// The other targets by name, for checks that compare them.
    pub other_targets: Vec<Target>,
    pub catalog: Declared,
    pub externals: Externals,
    /// The settings of each declared object, each value with where it comes from.
    pub settings: BTreeMap<ObjectName, Arc<ObjectSettings>>,
    /// How bad each check is, where `dormer.toml` says so for the whole project.
    pub check_levels: BTreeMap<String, settings::CheckLevel>,
    /// Every file as it lies on disk, for showing places in it.
    pub files: BTreeMap<FilePath, Arc<str>>,
    /// What was wrong while reading, in the order of [`Diagnostic::order`].
    pub diagnostics: Vec<Diagnostic>,
}

/// One target of `dormer.toml`, resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub name: TargetName,
    /// `postgres`, `redshift`, `risingwave`, `materialize`.
    pub dialect: Dialect,
    /// The address as written; `${env:..}` stays a placeholder here.
    pub url: String,
    pub variables: BTreeMap<String, String>,
    /// Renames of schemas: declared name to the name in this target.
    pub schemas: BTreeMap<String, String>,
    pub limits: config::TargetLimits,
}

impl Target {
    /// The name that a declared schema has in this target.
    #[must_use]
    pub fn map_schema<'a>(&'a self, schema: &'a str) -> &'a str {
        self.schemas.get(schema).map_or(schema, String::as_str)
    }

    /// Every name that an object of this target may be meant by: its own, and those that files
    /// use for it where its schema is renamed.
    #[must_use]
    pub fn names_of(&self, name: &ObjectName) -> Vec<ObjectName> {
        let renamed = |(declared, own): (&String, &String)| {
            (*own == name.schema).then(|| name.in_schema(declared))
        };
        let declared = self.schemas.iter().filter_map(renamed);
        std::iter::once(name.clone()).chain(declared).collect()
    }
}

impl Default for Target {
    fn default() -> Self {
        Self {
            name: TargetName("dev".to_owned()),
            dialect: Dialect::Postgres,
            url: "embedded:.dormer/dev".to_owned(),
            variables: BTreeMap::new(),
            schemas: BTreeMap::new(),
            limits: config::TargetLimits::default(),
        }
    }
}
