//! The fingerprint of an observed relation: what a plan relies on to be as it was seen.
//!
//! - In: kind, definition, columns, owner, grants, comments, marker, options, indexes, triggers,
//!   rules, policies, statistics, parents, and where it is kept.
//! - **Out: bytes, rows, whether it is populated, who looks,** and what others do with it
//!   (publications, readers), and the version of the definition: a refresh changes no fingerprint.
//! - Every part is hashed with its length, and lists with theirs, so that no two relations share a
//!   stream of bytes. A new rule means a new [`VERSION`].
//! - It is comparable on one server: the spelling of definitions differs between major versions.

use std::collections::{BTreeMap, BTreeSet};

use dormer_sql::canonical::Fingerprint;

use super::grant::{Grant, Grants, Holder};
use super::index::Index;
use super::relation::{
    Attachment, Column, ColumnValue, Fires, Persistence, Policy, Relation, RowSecurity, Sight,
};
use crate::model::name::ObjectName;

/// The rules that a fingerprint was made by.
pub const VERSION: &str = "dormer-observed-v1";

impl Relation {
    /// Hashes what matters of the relation; none when not all of it could be seen.
    #[must_use]
    pub fn fingerprint(&self) -> Option<Fingerprint> {
        if self.sight != Sight::Whole {
            return None;
        }
        let mut stream = Stream::default();
        stream.text(VERSION);
        stream.text(self.kind.as_str());
        stream.text(match self.persistence {
            Persistence::Permanent => "permanent",
            Persistence::Unlogged => "unlogged",
            Persistence::Temporary => "temporary",
        });
        stream.text(&self.owner);
        stream.option(self.definition.as_deref());
        stream.option(self.comment.as_deref());
        stream.option(self.marker.as_deref());
        stream.options(&self.options);
        stream.grants(&self.grants);
        stream.list(self.columns.iter(), Stream::column);
        stream.list(self.indexes.iter(), Stream::index);
        stream.list(self.triggers.iter(), Stream::attachment);
        stream.list(self.rules.iter(), Stream::attachment);
        stream.list(self.policies.iter(), Stream::policy);
        stream.text(match self.row_security {
            RowSecurity::Off => "off",
            RowSecurity::On => "on",
            RowSecurity::Forced => "forced",
        });
        stream.list(self.statistics.iter(), |stream, (name, definition)| {
            stream.name(name);
            stream.text(definition);
        });
        stream.list(self.parents.iter(), Stream::name);
        stream.option(self.partition_bound.as_deref());
        stream.list(self.owned_by.iter(), |stream, owner| {
            stream.name(&owner.table);
            stream.text(&owner.column);
        });
        stream.option(self.extension.as_deref());
        stream.option(self.tablespace.as_deref());
        stream.option(self.access_method.as_deref());
        Some(stream.finish())
    }
}

#[derive(Default)]
struct Stream(blake3::Hasher);

impl Stream {
    fn finish(self) -> Fingerprint {
        Fingerprint::from_bytes(*self.0.finalize().as_bytes())
    }

    fn text(&mut self, text: &str) {
        self.0.update(&(text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }

    fn flag(&mut self, flag: bool) {
        self.0.update(&[u8::from(flag)]);
    }

    fn option(&mut self, text: Option<&str>) {
        self.flag(text.is_some());
        if let Some(text) = text {
            self.text(text);
        }
    }

    fn list<T>(&mut self, items: impl ExactSizeIterator<Item = T>, write: fn(&mut Self, T)) {
        self.0.update(&(items.len() as u64).to_le_bytes());
        for item in items {
            write(self, item);
        }
    }

    fn name(&mut self, name: &ObjectName) {
        self.option(name.database.as_deref());
        self.text(&name.schema);
        self.text(&name.name);
    }

    fn options(&mut self, options: &BTreeMap<String, String>) {
        self.list(options.iter(), |stream, (key, value)| {
            stream.text(key);
            stream.text(value);
        });
    }

    fn grants(&mut self, grants: &Grants) {
        match grants {
            Grants::Default => self.flag(false),
            Grants::Listed(grants) => {
                self.flag(true);
                self.grant_list(grants);
            }
        }
    }

    fn grant_list(&mut self, grants: &BTreeSet<Grant>) {
        self.list(grants.iter(), |stream, grant| {
            stream.holder(&grant.holder);
            stream.text(&grant.privilege);
            stream.flag(grant.grantable);
            stream.text(&grant.grantor);
        });
    }

    fn holder(&mut self, holder: &Holder) {
        match holder {
            Holder::Public => self.option(None),
            Holder::Role(role) => self.option(Some(role)),
        }
    }

    fn column(&mut self, column: &Column) {
        self.text(&column.name);
        self.text(&column.type_name);
        self.flag(column.not_null);
        let (word, text) = match &column.value {
            ColumnValue::None => ("none", None),
            ColumnValue::Default(text) => ("default", Some(text.as_str())),
            ColumnValue::GeneratedStored(text) => ("stored", Some(text.as_str())),
            ColumnValue::GeneratedVirtual(text) => ("virtual", Some(text.as_str())),
            ColumnValue::IdentityAlways => ("always", None),
            ColumnValue::IdentityByDefault => ("by default", None),
        };
        self.text(word);
        self.option(text);
        self.list(column.collation.iter(), Self::name);
        self.option(column.comment.as_deref());
        let target = column.statistics_target.map(|target| target.to_string());
        self.option(target.as_deref());
        self.options(&column.options);
        self.option(column.storage.as_deref());
        self.grant_list(&column.grants);
    }

    fn index(&mut self, (name, index): (&String, &Index)) {
        self.text(name);
        self.text(&index.definition);
        for flag in [
            index.unique,
            index.valid,
            index.primary,
            index.clustered,
            index.replica_identity,
        ] {
            self.flag(flag);
        }
        self.option(index.constraint.as_deref());
        self.option(index.comment.as_deref());
        self.option(index.tablespace.as_deref());
    }

    fn attachment(&mut self, (name, attachment): (&String, &Attachment)) {
        self.text(name);
        self.text(&attachment.definition);
        self.text(match attachment.fires {
            Fires::Usually => "usually",
            Fires::Never => "never",
            Fires::OnReplica => "on replica",
            Fires::Always => "always",
        });
        self.option(attachment.comment.as_deref());
    }

    fn policy(&mut self, (name, policy): (&String, &Policy)) {
        self.text(name);
        self.flag(policy.permissive);
        self.text(&policy.command);
        self.list(policy.holders.iter(), Self::holder);
        self.option(policy.using.as_deref());
        self.option(policy.check.as_deref());
        self.option(policy.comment.as_deref());
    }
}
