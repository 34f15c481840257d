//! What can be known of a generation that the journal does not know: from its marker, the files and the
//! target.
//!
//! **No name is read backwards:** for each public name that there is, the name of its generation is made
//! and compared.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::journal::{ObjectRecord, ObjectState, RecordedCompanions};
use crate::engine::{Generation, Marker, RunId};
use crate::model::name::ObjectName;
use crate::model::observed::relation::{Relation, RelationKind};
use crate::plan::adopt::canonical;
use crate::plan::decide::compare::Compared;
use crate::plan::decide::standing::Standing;
use crate::plan::decision::Declaration;
use crate::plan::input::Input;
use crate::plan::text;

/// All relations with a marker of this project, or of what was carried for nobody.
pub(super) fn marked<'a>(input: &Input<'a>) -> Vec<(&'a ObjectName, &'a Relation, Marker)> {
    let relations = input.observed.relations.iter();
    let marked = relations.filter_map(|(name, relation)| {
        let marker = Marker::parse(relation.marker.as_deref()?)?;
        Some((name, relation, marker))
    });
    let ours = &input.project.name;
    marked
        .filter(|(_, _, marker)| marker.project == *ours || marker.project.is_empty())
        .collect()
}

/// The public names that a schema has or could have.
pub(super) struct Publics<'a>(BTreeMap<&'a str, BTreeSet<&'a ObjectName>>);

impl<'a> Publics<'a> {
    pub(super) fn of(input: &Input<'a>) -> Self {
        let declared = input.project.catalog.objects.keys();
        let known = input.journal.objects.keys().map(|(name, _)| name);
        let names = declared.chain(known).chain(input.observed.relations.keys());
        let mut publics: BTreeMap<&str, BTreeSet<&ObjectName>> = BTreeMap::new();
        for name in names {
            publics.entry(&*name.schema).or_default().insert(name);
        }
        Self(publics)
    }

    /// Whose generation has this name, if it is kept aside.
    pub(super) fn aside(
        &self,
        physical: &ObjectName,
        generation: &Generation,
        longest: Option<usize>,
    ) -> Option<&'a ObjectName> {
        let names = self.0.get(&*physical.schema)?;
        // A name that begins otherwise need not be made to see that it is another one.
        let begins = |public: &&ObjectName| public.name.get(..1) == physical.name.get(..1);
        let mut names = names.iter().copied().filter(begins);
        names.find(|public| generation.relation(public, longest) == *physical)
    }
}

/// The generations that have or had their public name, as far as anybody can prove it.
///
/// **A relation that is kept aside looks the same whether it was retired or never got its name:** only what
/// the marker of a later one says it came after is proof.
pub(super) struct Proven(BTreeSet<Generation>);

impl Proven {
    pub(super) fn of(input: &Input<'_>, publics: &Publics<'_>) -> Self {
        let longest = input.engine.capabilities().name_bytes;
        let marked = marked(input);
        let after: BTreeMap<&Generation, &Generation> = marked
            .iter()
            .filter_map(|(_, _, marker)| Some((&marker.generation, marker.after.as_ref()?)))
            .collect();
        let named = marked.iter().filter(|(physical, _, marker)| {
            publics
                .aside(physical, &marker.generation, longest)
                .is_none()
        });
        let records = input.journal.objects.values();
        let recorded = records
            .filter(|record| matches!(record.state, ObjectState::Live | ObjectState::Retired))
            .map(|record| &record.generation);
        let mut open: Vec<&Generation> = named
            .map(|(_, _, marker)| &marker.generation)
            .chain(recorded)
            .collect();
        let mut proven = BTreeSet::new();
        while let Some(generation) = open.pop() {
            if proven.insert(generation.clone()) {
                open.extend(after.get(generation).copied());
            }
        }
        Self(proven)
    }

    /// What became of a generation that has another name than the public one.
    fn aside(&self, relation: &Relation, marker: &Marker) -> ObjectState {
        let empty = relation.kind == RelationKind::MaterializedView && !relation.populated;
        // What is carried for nobody gets its marker back when it loses its name, and that says no more.
        let carried = marker.project.is_empty() && marker.after.is_none();
        if !empty && (carried || self.0.contains(&marker.generation)) {
            ObjectState::Retired
        } else {
            ObjectState::Shadow
        }
    }
}

/// The run that a generation is of, if it did not end.
fn unfinished<'a>(
    input: &Input<'a>,
    public: &ObjectName,
    generation: &Generation,
) -> Option<&'a RunId> {
    let runs = input.journal.unfinished.iter().map(|run| &run.run);
    let mut runs = runs.filter(|run| Generation::new(run, public) == *generation);
    runs.next()
}

/// What the journal would say of a generation, as far as anybody knows.
pub(super) fn record(
    input: &Input<'_>,
    (public, physical): (&ObjectName, &ObjectName),
    (relation, marker): (&Relation, &Marker),
    (compared, proven): (Option<&Compared>, &Proven),
) -> ObjectRecord {
    let live = public == physical;
    let run = unfinished(input, public, &marker.generation);
    let nothing = Declaration {
        fingerprint: String::new(),
        declared: String::new(),
        companions: RecordedCompanions::default(),
    };
    let declaration = if marker.project.is_empty() {
        nothing
    } else {
        match compared {
            // What it wears is what the file says, or it would have been told apart.
            Some(compared) if live && compared.standing == Standing::Same => {
                let mut declaration = compared.declaration.clone();
                if !compared.companions.is_empty() {
                    declaration.companions = RecordedCompanions::default();
                }
                declaration
            }
            _ => text::told(public, relation).map_or(nothing, |declared| Declaration {
                fingerprint: canonical(input, &declared),
                declared,
                companions: RecordedCompanions::default(),
            }),
        }
    };
    ObjectRecord {
        name: public.clone(),
        kind: relation.kind,
        generation: marker.generation.clone(),
        physical: physical.name.to_string(),
        state: if live {
            ObjectState::Live
        } else {
            proven.aside(relation, marker)
        },
        project: Some(marker.project.clone()).filter(|project| !project.is_empty()),
        target: (!marker.project.is_empty()).then(|| input.project.target.name.to_string()),
        run: run.unwrap_or(input.run).clone(),
        fingerprint: declaration.fingerprint,
        declared: declaration.declared,
        companions: declaration.companions,
        observed: relation.definition.clone(),
        version: None,
        since: None,
    }
}
