//! What the generation before has that no file can say and no query brings: defaults, states of triggers,
//! policies, constraints, places on disk.
//!
//! **Whatever a new generation cannot have is told,** and what somebody set by hand on a declared object
//! is noted where it is kept.

use dormer_sql::ident::quote;
use dormer_sql::statement::OptionKind;

use super::Deciding;
use super::dress::{Figure, alter};
use super::worn::Worn;
use crate::engine::hazard::{Hazard, HazardKind};
use crate::engine::step::Physical;
use crate::model::observed::grant::Holder;
use crate::model::observed::index::Index;
use crate::model::observed::relation::{
    Attachment, Column, ColumnValue, Fires, Persistence, Policy, Relation, RelationKind,
    RowSecurity,
};
use crate::plan::decision::Dress;
use crate::plan::text::sql_name;

/// The access method of whatever says none.
const USUAL_METHOD: &str = "heap";
/// Since this version an access method can be changed.
const METHOD_CHANGES: u32 = 150_000;
/// Since this version a NOT NULL has a name.
const NOT_NULL_NAMES: u32 = 180_000;

/// Adds what a relation of the same kind takes over.
pub(super) fn relation(
    deciding: &mut Deciding<'_>,
    figure: Figure<'_>,
    (before, worn): (&Relation, &Worn),
    dress: &mut Dress,
) {
    let mut taking = Taking {
        deciding,
        figure,
        foreign: worn.foreign,
        dress,
    };
    if figure.relation.kind != before.kind {
        taking.another_kind(before);
        return;
    }
    for column in &before.columns {
        taking.column(column);
    }
    for (name, trigger) in &before.triggers {
        taking.attachment("trigger", name, trigger);
    }
    for (name, rule) in &before.rules {
        taking.attachment("rule", name, rule);
    }
    for (name, policy) in &before.policies {
        taking.policy(name, policy);
    }
    taking.row_security(before.row_security);
    taking.publications(before);
    // What others made is made again with its place: that is part of how it was captured.
    if !worn.foreign {
        taking.place(before);
    }
}

/// What has to be said of a trigger or a rule after the statement that makes it.
pub(in crate::plan) fn attached(
    relation: &Physical,
    (noun, name): (&str, &str),
    attachment: &Attachment,
) -> Vec<String> {
    let state = match attachment.fires {
        Fires::Usually => None,
        Fires::Never => Some("DISABLE"),
        Fires::OnReplica => Some("ENABLE REPLICA"),
        Fires::Always => Some("ENABLE ALWAYS"),
    };
    let noun = noun.to_ascii_uppercase();
    let is_view = matches!(
        relation.kind,
        RelationKind::View | RelationKind::MaterializedView
    );
    let state = state.filter(|_| !is_view);
    let alter = alter(relation);
    let name = quote(name);
    let state = state.map(|state| format!("{alter} {state} {noun} {name}"));
    let on = sql_name(&relation.name);
    let comment = attachment.comment.as_deref().map(|text| {
        let text = literal(text);
        format!("COMMENT ON {noun} {name} ON {on} IS {text}")
    });
    state.into_iter().chain(comment).collect()
}

struct Taking<'a, 'b, 'c> {
    deciding: &'a mut Deciding<'b>,
    figure: Figure<'c>,
    foreign: bool,
    dress: &'a mut Dress,
}

impl Taking<'_, '_, '_> {
    fn kept(&mut self, what: &str) {
        if !self.foreign {
            self.deciding.kept(self.figure.public, what);
        }
    }

    fn gone(&mut self, what: &str, why: &str) {
        self.deciding.gone(self.figure.public, what, why);
    }

    fn alter(&mut self, action: &str) {
        let alter = alter(self.figure.relation);
        self.dress.statements.push(format!("{alter} {action}"));
    }

    /// What a relation of another kind cannot have, beside what hangs on it.
    fn another_kind(&mut self, before: &Relation) {
        let kind = self.figure.relation.kind.as_str().replace('-', " ");
        let defaults = before.columns.iter();
        let defaults = defaults.filter(|column| column.value != ColumnValue::None);
        let defaults = defaults.map(|column| format!("the default of column {}", column.name));
        let policies = before.policies.keys();
        let policies = policies.map(|name| format!("the policy {name}"));
        for what in defaults.chain(policies) {
            self.gone(&what, &format!(": it is now a {kind}"));
        }
    }

    fn column(&mut self, column: &Column) {
        let name = &column.name;
        let what = format!("the default of column {name}");
        let of = format!("ALTER COLUMN {}", quote(name));
        let there = self.figure.has_column(name);
        match &column.value {
            ColumnValue::None => {}
            ColumnValue::Default(_) if !there => self.gone(&what, " with its column"),
            ColumnValue::Default(_) if self.retyped(column) => {
                self.gone(&what, ": its column has another type");
            }
            ColumnValue::Default(value) => {
                self.alter(&format!("{of} SET DEFAULT {value}"));
                self.kept(&what);
            }
            ColumnValue::GeneratedStored(_) | ColumnValue::GeneratedVirtual(_) => {
                self.gone(
                    &format!("the expression of column {name}"),
                    ": its query says it now",
                );
            }
            ColumnValue::IdentityAlways | ColumnValue::IdentityByDefault => {
                self.gone(
                    &format!("the identity of column {name}"),
                    ": its query says it now",
                );
            }
        }
        if column.not_null && there && self.is_table() {
            self.not_null(name);
            self.kept(&format!("NOT NULL of column {name}"));
        }
    }

    /// Where such constraints have names, it gets the one that it would have under the public name.
    fn not_null(&mut self, column: &str) {
        let constraint = format!("{}_{column}_not_null", self.figure.public.name);
        let longest = self.deciding.input.engine.capabilities().name_bytes;
        let fits = longest.is_none_or(|longest| constraint.len() <= longest);
        let server = self.deciding.input.server;
        let named = server.is_some_and(|server| server.version_number >= NOT_NULL_NAMES);
        let column = quote(column);
        self.alter(&if named && fits {
            format!("ADD CONSTRAINT {} NOT NULL {column}", quote(&constraint))
        } else {
            format!("ALTER COLUMN {column} SET NOT NULL")
        });
    }

    fn is_table(&self) -> bool {
        self.figure.relation.kind == RelationKind::Table
    }

    /// Whether a column that stays gets another type.
    fn retyped(&self, column: &Column) -> bool {
        let columns = self.figure.columns.into_iter().flatten();
        columns
            .filter(|(name, _)| *name == column.name)
            .any(|(_, type_name)| *type_name != column.type_name)
    }

    /// The statement that makes it stands elsewhere; what cannot be said with it comes after.
    fn attachment(&mut self, noun: &str, name: &str, attachment: &Attachment) {
        let said = attached(self.figure.relation, (noun, name), attachment);
        self.dress.statements.extend(said);
        self.kept(&format!("the {noun} {name}"));
    }

    fn comment(&mut self, on: &str, text: Option<&String>) {
        if let Some(text) = text {
            let text = literal(text);
            self.dress
                .statements
                .push(format!("COMMENT ON {on} IS {text}"));
        }
    }

    /// Its expressions name the relation as readers do, so they come in the cutover: until then it lets
    /// nothing through.
    fn policy(&mut self, name: &str, policy: &Policy) {
        let on = format!(
            "{} ON {}",
            quote(name),
            sql_name(&self.figure.relation.name)
        );
        let kind = if policy.permissive {
            "PERMISSIVE"
        } else {
            "RESTRICTIVE"
        };
        let holders: Vec<String> = policy.holders.iter().map(holder).collect();
        let using = policy.using.as_ref().map_or("", |_| " USING (false)");
        let check = policy.check.as_ref().map_or("", |_| " WITH CHECK (false)");
        self.dress.statements.push(format!(
            "CREATE POLICY {on} AS {kind} FOR {} TO {}{using}{check}",
            policy.command,
            holders.join(", ")
        ));
        self.comment(&format!("POLICY {on}"), policy.comment.as_ref());
        self.kept(&format!("the policy {name}"));
    }

    fn row_security(&mut self, before: RowSecurity) {
        if before == RowSecurity::Off {
            return;
        }
        self.alter("ENABLE ROW LEVEL SECURITY");
        if before == RowSecurity::Forced {
            self.alter("FORCE ROW LEVEL SECURITY");
        }
        self.kept("row level security");
    }

    /// A publication holds on to the identity, and its subscribers too.
    fn publications(&mut self, before: &Relation) {
        for publication in &before.publications {
            let table = sql_name(self.figure.public);
            self.deciding.hazards.push(Hazard {
                kind: HazardKind::LeavesForeign,
                object: Some(self.figure.public.clone()),
                text: format!(
                    "publication {publication} goes on with the retired generation: subscribers get \
                     nothing of the new one until it is published and they ask for it"
                ),
                hint: Some(format!(
                    "after the apply:  ALTER PUBLICATION {} ADD TABLE {table};",
                    quote(publication)
                )),
            });
        }
    }

    /// Where and how rows are kept, as somebody moved them and no file says.
    fn place(&mut self, before: &Relation) {
        if self.figure.relation.kind == RelationKind::View {
            return;
        }
        if let Some(tablespace) = &before.tablespace
            && !self.says(OptionKind::Tablespace)
        {
            self.alter(&format!("SET TABLESPACE {}", quote(tablespace)));
            self.kept(&format!("the tablespace {tablespace}"));
        }
        if let Some(method) = before.access_method.as_deref()
            && method != USUAL_METHOD
            && !self.says(OptionKind::Using)
        {
            let what = format!("the access method {method}");
            let server = self.deciding.input.server;
            if server.is_some_and(|server| server.version_number >= METHOD_CHANGES) {
                self.alter(&format!("SET ACCESS METHOD {}", quote(method)));
                self.kept(&what);
            } else {
                self.gone(&what, ": this version cannot change it");
            }
        }
        if self.is_table() {
            let wanted = self.says(OptionKind::Unlogged);
            match before.persistence {
                Persistence::Unlogged if !wanted => {
                    self.alter("SET UNLOGGED");
                    self.kept("that it is unlogged");
                }
                Persistence::Permanent if wanted => {
                    self.alter("SET LOGGED");
                    self.kept("that it is logged");
                }
                Persistence::Unlogged | Persistence::Permanent | Persistence::Temporary => {}
            }
        }
    }

    fn says(&self, kind: OptionKind) -> bool {
        let objects = &self.deciding.input.project.catalog.objects;
        let object = objects.get(self.figure.public);
        object.is_some_and(|object| {
            let mut options = object.definition.options.iter();
            options.any(|option| option.kind == kind)
        })
    }
}

/// Adds what an index of the new generation, the last that was added, takes over from the one of its
/// name.
pub(super) fn index(
    deciding: &mut Deciding<'_>,
    figure: Figure<'_>,
    (name, index): (&str, &Index),
    dress: &mut Dress,
) {
    let Some(new) = dress.indexes.last() else {
        return;
    };
    let alter = alter(figure.relation);
    let made = sql_name(&new.index);
    let bare = quote(&new.index.name);
    let says_place = new.sql.to_ascii_lowercase().contains(" tablespace ");
    if let Some(constraint) = &index.constraint {
        let what = format!("the constraint {name}");
        match using_index(constraint) {
            Some(kind) if figure.relation.kind == RelationKind::Table => {
                let (kind, checked) = kind;
                let action = format!("ADD CONSTRAINT {bare} {kind} USING INDEX {bare}{checked}");
                dress.after_indexes.push(format!("{alter} {action}"));
                deciding.kept(figure.public, &what);
            }
            _ => deciding.gone(figure.public, &what, ": only its index is kept"),
        }
    }
    if index.clustered {
        let action = format!("CLUSTER ON {bare}");
        dress.after_indexes.push(format!("{alter} {action}"));
    }
    if index.replica_identity {
        let action = format!("REPLICA IDENTITY USING INDEX {bare}");
        dress.after_indexes.push(format!("{alter} {action}"));
    }
    if let Some(tablespace) = index.tablespace.as_ref().filter(|_| !says_place) {
        let action = format!("SET TABLESPACE {}", quote(tablespace));
        dress
            .after_indexes
            .push(format!("ALTER INDEX {made} {action}"));
    }
}

/// The kind of a constraint that an index can serve, and when it is checked.
fn using_index(constraint: &str) -> Option<(&'static str, &str)> {
    let kind = ["PRIMARY KEY", "UNIQUE"]
        .into_iter()
        .find(|kind| constraint.starts_with(kind))?;
    let end = constraint.rfind(')').map(|at| at.saturating_add(1))?;
    Some((kind, constraint.get(end..).unwrap_or_default()))
}

fn holder(holder: &Holder) -> String {
    match holder {
        Holder::Public => "PUBLIC".to_owned(),
        Holder::Role(role) => quote(role),
    }
}

/// A text that means the same under any setting of the target.
pub(in crate::plan) fn literal(text: &str) -> String {
    let doubled = text.replace('\'', "''");
    if doubled.contains('\\') {
        format!("E'{}'", doubled.replace('\\', "\\\\"))
    } else {
        format!("'{doubled}'")
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::World;
    use super::*;
    use std::collections::BTreeSet;

    const A: &str = "CREATE MATERIALIZED VIEW marts.a AS SELECT id FROM sub.orders";
    const A2: &str = "CREATE MATERIALIZED VIEW marts.a AS SELECT id, net FROM sub.orders";
    const T: &str = "CREATE TABLE marts.t AS SELECT id FROM sub.orders";
    const T2: &str = "CREATE TABLE marts.t AS SELECT id, net FROM sub.orders";

    fn edited(before: &str, after: &str) -> World {
        let mut world = World::new();
        world.applied(before, "id integer");
        world.files(after);
        let name = if before == A { "marts.a" } else { "marts.t" };
        world.next(name, "id integer, net numeric");
        world
    }

    fn relation<'a>(world: &'a mut World, name: &str) -> &'a mut Relation {
        let name = super::super::fixture::name(name);
        world.observed.relations.get_mut(&name).unwrap()
    }

    #[track_caller]
    fn says(world: &World, expected: &[&str]) {
        let told = world.told(&world.decide());
        for line in expected {
            assert!(told.contains(line), "{line}\n---\n{told}");
        }
    }

    #[test]
    fn a_view_that_is_built_anew_keeps_its_defaults() {
        let mut world = edited(A, A2);
        let view = world.external("CREATE VIEW bi.w AS SELECT id FROM marts.a", "id integer");
        view.columns.first_mut().unwrap().value = ColumnValue::Default("7".to_owned());
        world.external(
            "CREATE MATERIALIZED VIEW bi.m AS SELECT id FROM bi.w",
            "id integer",
        );
        says(
            &world,
            &["dress: ALTER VIEW bi.w__NEW ALTER COLUMN id SET DEFAULT 7"],
        );
        let told = world.told(&world.decide());
        assert!(!told.contains("by hand"), "{told}");
    }

    #[test]
    fn states_and_comments_of_triggers_and_rules_come_along() {
        let mut world = edited(T, T2);
        let table = relation(&mut world, "marts.t");
        let trigger = Attachment {
            definition:
                "CREATE TRIGGER t BEFORE INSERT ON marts.t FOR EACH ROW EXECUTE FUNCTION f()"
                    .to_owned(),
            fires: Fires::Never,
            comment: Some("it's off".to_owned()),
        };
        table.triggers.insert("t".to_owned(), trigger);
        says(
            &world,
            &[
                "dress: ALTER TABLE marts.t__NEW DISABLE TRIGGER t",
                "dress: COMMENT ON TRIGGER t ON marts.t__NEW IS 'it''s off'",
                "note not-declared marts.t: the trigger t was set by hand and is kept",
            ],
        );
    }

    #[test]
    fn who_may_see_which_rows_stays_as_it_was() {
        let mut world = edited(T, T2);
        let table = relation(&mut world, "marts.t");
        table.row_security = RowSecurity::Forced;
        let policy = Policy {
            permissive: false,
            command: "SELECT".to_owned(),
            holders: BTreeSet::from([Holder::Public, Holder::Role("Finance".to_owned())]),
            using: Some("(id > 0)".to_owned()),
            check: None,
            comment: None,
        };
        table.policies.insert("own".to_owned(), policy);
        says(
            &world,
            &[
                "CREATE POLICY own ON marts.t__NEW AS RESTRICTIVE FOR SELECT TO PUBLIC, \"Finance\" USING (false)",
                "rebind policy own on marts.t",
                "dress: ALTER TABLE marts.t__NEW ENABLE ROW LEVEL SECURITY",
                "dress: ALTER TABLE marts.t__NEW FORCE ROW LEVEL SECURITY",
                "note not-declared marts.t: row level security was set by hand and is kept",
            ],
        );
    }

    #[test]
    fn where_rows_lie_stays_unless_the_file_says_it() {
        let mut world = edited(A, A2);
        let before = relation(&mut world, "marts.a");
        before.tablespace = Some("fast".to_owned());
        before.access_method = Some("other".to_owned());
        says(
            &world,
            &[
                "dress: ALTER MATERIALIZED VIEW marts.a__NEW SET TABLESPACE fast",
                "dress: ALTER MATERIALIZED VIEW marts.a__NEW SET ACCESS METHOD other",
                "note not-declared marts.a: the tablespace fast was set by hand and is kept",
            ],
        );
        world.files(
            "CREATE MATERIALIZED VIEW marts.a TABLESPACE slow AS SELECT id, net FROM sub.orders",
        );
        let told = world.told(&world.decide());
        assert!(!told.contains("TABLESPACE fast"), "{told}");
    }

    #[test]
    fn a_published_table_is_told_before_it_is_swapped() {
        let mut world = edited(T, T2);
        let table = relation(&mut world, "marts.t");
        table.persistence = Persistence::Unlogged;
        table.publications.insert("feed".to_owned());
        says(
            &world,
            &[
                "dress: ALTER TABLE marts.t__NEW SET UNLOGGED",
                "hazard leaves-foreign marts.t: publication feed goes on with the retired generation",
            ],
        );
    }

    #[test]
    fn a_privilege_that_may_be_passed_on_is_given_once() {
        use crate::model::observed::grant::{Grant, Grants};
        let mut world = edited(A, A2);
        world.files(&format!("{A2}; GRANT SELECT ON marts.a TO anna"));
        let grant = Grant {
            holder: Holder::Role("anna".to_owned()),
            privilege: "SELECT".to_owned(),
            grantable: true,
            grantor: "deployer".to_owned(),
        };
        relation(&mut world, "marts.a").grants = Grants::Listed(BTreeSet::from([grant]));
        let decisions = world.decide();
        let crate::plan::decision::How::Swap { new, .. } =
            &decisions.objects.values().next().unwrap().how
        else {
            panic!("{decisions:?}");
        };
        let given: Vec<bool> = new.dress.grant.iter().map(|one| one.grantable).collect();
        assert_eq!(given, [true]);
    }

    #[test]
    fn an_index_keeps_what_stands_on_it() {
        let mut world = edited(T, T2);
        let index = Index {
            definition: "CREATE UNIQUE INDEX t_pkey ON marts.t USING btree (id)".to_owned(),
            unique: true,
            valid: true,
            primary: true,
            constraint: Some("PRIMARY KEY (id) DEFERRABLE".to_owned()),
            clustered: true,
            replica_identity: true,
            concurrent_refresh: true,
            comment: None,
            tablespace: Some("fast".to_owned()),
        };
        let table = relation(&mut world, "marts.t");
        table.indexes.insert("t_pkey".to_owned(), index);
        let decisions = world.decide();
        let table = decisions.objects.values().next().unwrap();
        let crate::plan::decision::How::Swap { new, .. } = &table.how else {
            panic!("{table:?}");
        };
        let said: Vec<String> = new
            .dress
            .after_indexes
            .iter()
            .map(|sql| sql.replace(new.generation.as_str(), "NEW"))
            .collect();
        assert_eq!(
            said,
            [
                "ALTER TABLE marts.t__NEW ADD CONSTRAINT t_pkey__NEW PRIMARY KEY USING INDEX t_pkey__NEW DEFERRABLE",
                "ALTER TABLE marts.t__NEW CLUSTER ON t_pkey__NEW",
                "ALTER TABLE marts.t__NEW REPLICA IDENTITY USING INDEX t_pkey__NEW",
                "ALTER INDEX marts.t_pkey__NEW SET TABLESPACE fast",
            ]
        );
    }
}
