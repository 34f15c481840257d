//! The declared side, floor 2: a folder of files and a target become a declared catalog.
//!
//! **All diagnostics at once:** reading never stops at the first mistake. **Files are read in
//! `files.rs` alone.** Nothing here needs a network or the environment: the environment is handed
//! in as a function.

mod clause;
pub mod codes;
pub(crate) mod compile;
pub mod config;
mod cron;
mod database;
pub mod directive;
pub mod files;
pub mod key;
pub mod lockfile;
pub mod pattern;
mod qualifier;
pub mod quantity;
pub(crate) mod readers;
pub mod reading;
pub mod relock;
mod rename;
pub mod render;
pub mod resolve;
pub mod schema;
pub mod settings;
pub mod strictness;
pub mod template;
mod toml;

pub use compile::{open, problem};
pub use files::find_root;

use std::collections::BTreeMap;
use std::path::PathBuf;
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
    /// A file or folder could not be read, so that a name which no file seems to declare may be
    /// declared all the same.
    pub incomplete: bool,
    /// Files that are no text, so that nothing was read of them.
    pub unread: Vec<FilePath>,
    /// What was wrong while reading, in the order of [`Diagnostic::order`].
    pub diagnostics: Vec<Diagnostic>,
}

impl Project {
    /// Tells whether what could not be read may declare a name.
    #[must_use]
    pub fn may_declare(&self, name: &ObjectName) -> bool {
        let last = name.name.to_lowercase();
        let texts = self.unread.iter().filter_map(|file| self.files.get(file));
        let mut texts = texts.map(|text| text.to_lowercase());
        self.incomplete || texts.any(|text| text.contains(&last))
    }
}

/// One target of `dormer.toml`, resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub name: TargetName,
    /// `postgres`, `redshift`, `risingwave`, `materialize`.
    pub dialect: Dialect,
    /// The address as written; `${env:..}` stays a placeholder here.
    pub url: String,
    /// The project's folder, which paths in an address begin at.
    pub folder: PathBuf,
    /// The file that fills the target while it is new, by its path from the folder.
    pub seed: Option<String>,
    /// The database that the address names, where it names one.
    pub database: Option<String>,
    pub variables: BTreeMap<String, String>,
    /// Renames of schemas: declared name to the name in this target.
    pub schemas: BTreeMap<String, String>,
    pub limits: config::TargetLimits,
}

/// Whose database a name begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The target's: the name is the same without it.
    Own,
    Foreign,
    /// The address does not tell.
    Unknown,
}

impl Target {
    /// Tells what a name says that begins with a database.
    #[must_use]
    pub fn whose(&self, database: &str) -> Whose {
        match &self.database {
            Some(own) if own == database => Whose::Own,
            Some(_) => Whose::Foreign,
            // What an engine accepts that reads no other database can only be its own.
            None if !self.dialect.rules().other_databases => Whose::Own,
            None => Whose::Unknown,
        }
    }

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
            folder: PathBuf::new(),
            seed: None,
            database: None,
            variables: BTreeMap::new(),
            schemas: BTreeMap::new(),
            limits: config::TargetLimits::default(),
        }
    }
}
