//! The database that a name begins with: the target's own is left out, a foreign one is told.
//!
//! **One object, one name:** `shop.marts.orders` in the database `shop` is `marts.orders`, in files
//! and in `catalog.lock`. Whose a database is, is asked of [`Target::whose`].

use std::collections::BTreeMap;

use dormer_sql::QualifiedName;

use super::{Target, Whose, codes};
use crate::diagnostic::{Diagnostic, Location, Severity};
use crate::model::catalog::{Declared, External};
use crate::model::name::ObjectName;
use crate::model::object::SourceText;

/// The database in an address such as `postgres://anna@host:5432/shop?sslmode=require`; none where
/// the address names none, or hides it.
pub(super) fn of_url(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut keys = query.split('&').filter_map(|pair| pair.split_once('='));
    let asked = keys.find(|(key, _)| *key == "dbname");
    let path = rest.split_once('/').map(|(_, path)| path);
    let database = asked.map(|(_, value)| value).or(path)?;
    let hidden = database.is_empty() || database.contains(['%', '$', '/', '#']);
    (!hidden).then(|| database.to_owned())
}

/// A name that begins with a database that is not known to be the target's.
#[derive(Debug)]
pub(crate) struct Elsewhere {
    pub(crate) name: ObjectName,
    pub(crate) at: Location,
}

impl Elsewhere {
    /// The name as such, where it begins with a database that is not the target's own.
    pub(crate) fn of(name: &QualifiedName, target: &Target, source: &SourceText) -> Option<Self> {
        let [database, _, _] = name.parts.as_slice() else {
            return None;
        };
        (target.whose(&database.value) != Whose::Own).then(|| Self {
            name: ObjectName::of(name),
            at: source.location(name.span),
        })
    }

    /// Tells what is wrong with it: its engine cannot read it, or nobody can say whether it is an
    /// object that a file declares.
    pub(crate) fn tell(&self, target: &Target, catalog: &Declared) -> Option<Diagnostic> {
        let database = self.name.database.as_ref()?;
        let message = format!("{} begins with the database {database}", self.name);
        if let Some(own) = &target.database {
            let refused = !target.dialect.rules().other_databases;
            return refused.then(|| {
                Diagnostic::new(codes::OTHER_DATABASE, Severity::Error, message)
                    .at(
                        self.at.clone(),
                        format!("the database of {} is {own}", target.name),
                    )
                    .note(format!(
                        "{} reads no other database",
                        target.dialect.rules().name
                    ))
            });
        }
        let inside = self.name.without_database();
        catalog.objects.contains_key(&inside).then(|| {
            Diagnostic::new(codes::OTHER_DATABASE, Severity::Warning, message)
                .at(
                    self.at.clone(),
                    format!("taken for another object than {inside}"),
                )
                .note(format!(
                    "the url of target {} does not name its database",
                    target.name
                ))
                .help(format!("write {inside}, or end the url in /{database}"))
        })
    }
}

/// Leaves the target's own database out of the names of externals.
pub(super) fn fold(relations: &mut BTreeMap<ObjectName, External>, target: &Target) {
    let own = |name: &ObjectName| {
        let database = name.database.as_ref();
        database.is_some_and(|database| target.whose(database) == Whose::Own)
    };
    let names: Vec<ObjectName> = relations.keys().filter(|name| own(name)).cloned().collect();
    for name in names {
        if let Some(external) = relations.remove(&name) {
            relations.entry(name.without_database()).or_insert(external);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_database() {
        let of = |url| of_url(url);
        assert_eq!(
            of("postgres://anna@host:5432/shop?x=1"),
            Some("shop".to_owned())
        );
        assert_eq!(
            of("postgres:///?host=/run&dbname=shop"),
            Some("shop".to_owned())
        );
        for none in [
            "embedded:.dormer/dev",
            "local:x",
            "postgres://host",
            "postgres://host/",
            "x://h/${a}",
        ] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
