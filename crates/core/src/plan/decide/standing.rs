//! How a declared object stands to the target: there, the same, changed, and by whom.

use crate::engine::session::Rehearsed;
use crate::model::kind::ObjectKind;
use crate::model::object::Object;
use crate::model::observed::relation::{Relation, RelationKind};
use crate::plan::drift::definition;
use crate::plan::input::Input;
use crate::plan::text::same_definition;

/// How it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plan) enum Standing {
    Missing,
    /// It means what was declared.
    Same,
    Changed {
        /// The file says something else than what was applied.
        file: bool,
        /// Somebody changed it in the target.
        target: bool,
    },
    /// It is there, means something else, and the journal knows nothing of it.
    Stranger,
    /// What has the name is of another kind.
    OtherKind {
        found: RelationKind,
        ours: bool,
    },
}

/// The kind that a declared object has in a target; none for what is no relation.
pub(in crate::plan) const fn relation_kind(kind: ObjectKind) -> Option<RelationKind> {
    match kind {
        ObjectKind::Table | ObjectKind::TableAs => Some(RelationKind::Table),
        ObjectKind::View => Some(RelationKind::View),
        ObjectKind::MaterializedView => Some(RelationKind::MaterializedView),
        ObjectKind::Source | ObjectKind::Sink | ObjectKind::Subscription | ObjectKind::Function => {
            None
        }
    }
}

/// Compares an object with the target; with what the target said of its definition, where it was asked.
pub(in crate::plan) fn of(input: &Input<'_>, object: &Object, now: Option<&Rehearsed>) -> Standing {
    let Some(relation) = input.observed.relations.get(&object.name) else {
        return Standing::Missing;
    };
    let record = input.record(&object.name);
    if !is_kind(object.kind, relation) {
        return Standing::OtherKind {
            found: relation.kind,
            // One of another kind than was applied is somebody's, who took the name.
            ours: record.is_some_and(|record| record.kind == relation.kind)
                || input.marked(&object.name),
        };
    }
    let file =
        record.is_none_or(|record| record.fingerprint != object.definition.fingerprint.to_string());
    let dialect = input.project.target.dialect;
    // Of what a script of ours made, nobody knows how the target spelled it then.
    let scripted = record.is_none() && input.marked(&object.name);
    let target = match record {
        None => !scripted,
        Some(record) => definition::changed(record, relation, dialect),
    };
    // Of another text than the one that was applied, nobody can tell what it would be bound to.
    let target = target || !file && definition::told(input, &object.name, relation).is_some();
    if !file && !target {
        return Standing::Same;
    }
    // Where somebody replaced it and the file says the same since, the journal still says something else,
    // and rows above are of what it was: both are settled by applying the file.
    let replaced = file
        && record.is_some_and(|record| definition::changed(record, relation, dialect))
        && matches!(
            relation.kind,
            RelationKind::View | RelationKind::MaterializedView
        );
    if !replaced
        && let (
            Some(Rehearsed::Accepted {
                definition,
                columns,
            }),
            Some(observed),
        ) = (now, &relation.definition)
    {
        let names = columns.iter().map(|(name, _)| name.as_str());
        let there = relation.columns.iter().map(|column| column.name.as_str());
        if names.eq(there) && same_definition(definition, observed, dialect) {
            return Standing::Same;
        }
    }
    match record {
        // A table is never built anew: what it has beside its file is left alone.
        None if object.kind == ObjectKind::Table => Standing::Changed {
            file,
            target: false,
        },
        None if !scripted => Standing::Stranger,
        None | Some(_) => Standing::Changed { file, target },
    }
}

fn is_kind(declared: ObjectKind, relation: &Relation) -> bool {
    match relation_kind(declared) {
        Some(RelationKind::Table) => matches!(
            relation.kind,
            RelationKind::Table | RelationKind::PartitionedTable | RelationKind::Partition
        ),
        kind => kind == Some(relation.kind),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::graph::Graph;
    use crate::model::observed::relation::Sight;
    use crate::plan::decide::fixture::{World, name};
    use crate::plan::input::{is_enough, known};

    const A: &str = "CREATE MATERIALIZED VIEW marts.a AS SELECT id FROM sub.orders";

    #[test]
    fn definition_that_was_not_read_is_that_of_its_own_version_only() {
        let mut world = World::new();
        let relation = world.applied(A, "id integer");
        (relation.definition, relation.sight) = (None, Sight::Known);
        relation.version = Some("7.1".to_owned());
        world.files(A);
        for record in world.journal.objects.values_mut() {
            record.version = Some("7.1".to_owned());
        }
        assert_eq!(world.told(&world.decide()), "");
        for record in world.journal.objects.values_mut() {
            record.version = Some("8.1".to_owned());
        }
        let told = world.told(&world.decide());
        assert!(
            told.contains("\n    somebody changed it in the target"),
            "{told}"
        );
    }

    #[test]
    fn file_that_follows_what_somebody_replaced_is_applied_with_the_rows_above() {
        let mut world = World::new();
        let reader = "CREATE MATERIALIZED VIEW marts.m AS SELECT id FROM marts.v";
        world.applied(
            "CREATE VIEW marts.v AS SELECT id FROM sub.orders",
            "id integer",
        );
        world.applied(reader, "id integer");
        world.files(reader);
        world.files("CREATE VIEW marts.v AS SELECT id FROM sub.orders WHERE id > 0");
        let view = world.observed.relations.get_mut(&name("marts.v"));
        view.unwrap().definition = Some("SELECT id FROM sub.orders WHERE id > 0".to_owned());
        let decisions = world.decide();
        let told = world.told(&decisions);
        for of in ["marts.v", "marts.m"] {
            assert!(decisions.objects.contains_key(&name(of)), "{of}: {told}");
        }
    }

    #[test]
    fn table_made_of_a_query_is_bound_to_nothing() {
        let mut world = World::new();
        let sql = "CREATE TABLE marts.a AS SELECT id FROM sub.orders";
        world.applied(sql, "id integer");
        world.files(sql);
        assert_eq!(world.told(&world.decide()), "");
    }

    #[test]
    fn binding_is_compared_where_the_definition_was_not_read() {
        let mut world = World::new();
        let relation = world.applied(A, "id integer");
        (relation.definition, relation.sight) = (None, Sight::Known);
        world.files(A);
        assert_eq!(world.told(&world.decide()), "");
        world.observed.dependencies.clear();
        let told = world.told(&world.decide());
        assert!(told.contains("does not read sub.orders"), "{told}");
    }

    #[test]
    fn what_a_file_changes_is_read_with_all_above_and_what_these_read() {
        let mut world = World::new();
        let views = [
            ("marts.ground", "sub.orders", "1.1"),
            ("marts.a", "marts.ground", "2.1"),
            ("marts.b", "marts.a", "3.1"),
            ("marts.apart", "sub.orders", "4.1"),
        ];
        for (view, read, version) in views {
            let sql = format!("CREATE MATERIALIZED VIEW {view} AS SELECT id FROM {read}");
            world.applied(&sql, "id integer").version = Some(version.to_owned());
            world.files(&sql);
        }
        for record in world.journal.objects.values_mut() {
            let relation = &world.observed.relations[&record.name];
            record.version.clone_from(&relation.version);
        }
        let left_out = |world: &World| {
            let graph = Graph::build(&world.project.catalog);
            let known = known(&world.project, &graph, &world.journal);
            known.into_iter().collect::<Vec<String>>()
        };
        assert_eq!(left_out(&world), ["1.1", "2.1", "3.1", "4.1"]);
        world.files("CREATE MATERIALIZED VIEW marts.a AS SELECT id FROM marts.ground WHERE id > 0");
        assert_eq!(left_out(&world), ["4.1"]);

        let decisions = world.decide();
        let mut enough = |partly: &[&str]| {
            for (of, relation) in &mut world.observed.relations {
                let partly: BTreeSet<_> = partly.iter().map(|of| name(of)).collect();
                relation.sight = match partly.contains(of) {
                    true => Sight::Known,
                    false => Sight::Whole,
                };
            }
            is_enough(&decisions, &world.observed)
        };
        assert!(enough(&["marts.apart"]));
        assert!(!enough(&["marts.b"]));
        assert!(!enough(&["marts.ground"]));
    }
}
