//! DM0103: a name that is read and that neither a file nor `catalog.lock` knows.
//!
//! Where the target has no section in `catalog.lock`, nothing is known about externals, and only a
//! schema that the project itself fills is complete enough to say that a name is missing.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, Context, facts, place, reading};
use crate::diagnostic::{Code, Diagnostic, Location, Note, Proposals, Severity};
use crate::graph::NodeKind;
use crate::model::name::{DEFAULT_SCHEMA, ObjectName};

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0103"),
    name: "unknown-relation",
    summary: "a name is read that no file declares and catalog.lock does not know",
    text: concat!(
        r#"An object reads a name that no file declares and that is not among the externals of the target. The
engine would refuse the CREATE, in the middle of an apply.

```sql
CREATE VIEW marts.orders AS
SELECT id FROM sub.order_clean;      -- the file declares sub.orders_clean
```

Better:

```sql
CREATE VIEW marts.orders AS
SELECT id FROM sub.orders_clean;
```

What you read and do not own is an external. `catalog.lock` records the externals of a target, with their
columns (`dormer explain DM0007` shows its form), so that names are checked without a connection. Where it
records none of the target, only names in schemas that the project itself fills are checked.
"#,
        off!("DM0103")
    ),
    severity: Severity::Error,
    run,
};

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let known = Known::of(context);
    let unknown = unknown(context, &known);
    if unknown.is_empty() {
        return Vec::new();
    }
    let names = Names::of(context);
    let mut findings = Vec::new();
    let mut proposals = Proposals::default();
    for (name, places) in unknown {
        let meant = names.proposal(&name, &mut proposals);
        for (at, reader) in places {
            let finding = CHECK
                .finding(format!("\"{}\" does not exist", place::plain(&name)))
                .at(at, known.label(&name));
            let meant = meant.as_ref().filter(|meant| *meant != reader);
            findings.push(known.with_help(finding, &name, meant));
        }
    }
    findings
}

/// Every unknown name with the places where it is read and by whom.
fn unknown<'a>(
    context: &Context<'a>,
    known: &Known<'_>,
) -> BTreeMap<ObjectName, BTreeSet<(Location, &'a ObjectName)>> {
    let mut unknown: BTreeMap<ObjectName, BTreeSet<_>> = BTreeMap::new();
    let graph = context.graph;
    for (name, (kind, _)) in &graph.nodes {
        if *kind == NodeKind::Declared || known.holds(name) {
            continue;
        }
        let readers = graph.readers.get(name).into_iter().flatten();
        let upward = readers.map(|reader| (reader.clone(), name.clone()));
        // What a sink writes into reads the sink.
        let reads = graph.reads.get(name).into_iter().flatten();
        let downward = reads.map(|read| (name.clone(), read.clone()));
        let edges = upward
            .chain(downward)
            .filter_map(|key| graph.edges.get(&key));
        let places = edges.flat_map(|edge| edge.at.iter().map(|at| (at.clone(), &edge.reader)));
        unknown.entry(name.clone()).or_default().extend(places);
    }
    for object in context.project.catalog.objects.values() {
        for written in reading::read_by_audits(object) {
            let name = ObjectName::of(written);
            let declared = context.project.catalog.objects.contains_key(&name);
            if !declared && !known.holds(&name) {
                let at = object.location(written.span);
                unknown.entry(name).or_default().insert((at, &object.name));
            }
        }
    }
    unknown
}

/// What is known about names that no file declares.
struct Known<'a> {
    context: &'a Context<'a>,
    recorded: bool,
    /// The schemas that the project puts objects into.
    filled: BTreeSet<&'a str>,
    /// The other databases of which externals are recorded.
    databases: BTreeSet<&'a str>,
}

impl<'a> Known<'a> {
    fn of(context: &'a Context<'a>) -> Self {
        let project = context.project;
        let declared = project.catalog.objects.keys();
        let recorded = project.externals.relations.keys();
        Self {
            context,
            recorded: project.externals.recorded,
            filled: declared.map(|name| name.schema.as_str()).collect(),
            databases: recorded
                .filter_map(|name| name.database.as_deref())
                .collect(),
        }
    }

    /// Tells whether there is nothing to say about a name that no file declares.
    fn holds(&self, name: &ObjectName) -> bool {
        let project = self.context.project;
        // That the target still has it is no answer: this project takes it away.
        if project.catalog.absent.contains_key(name) {
            return false;
        }
        let facts = facts::of(project.target.dialect);
        // An unqualified name is looked for in the engine's own schema first.
        let unqualified = name.schema == DEFAULT_SCHEMA;
        let temporary = project.target.dialect.rules().hash_names && name.name.starts_with('#');
        if temporary
            || project.externals.relations.contains_key(name)
            || facts.is_system_name(Some(&name.schema), &name.name)
            || (unqualified && facts.is_system_name(None, &name.name))
        {
            return true;
        }
        match &name.database {
            Some(database) => !self.databases.contains(database.as_str()),
            None => !self.recorded && !self.filled.contains(name.schema.as_str()),
        }
    }

    fn label(&self, name: &ObjectName) -> String {
        if self.context.project.catalog.absent.contains_key(name) {
            "a file says that it must not exist".to_owned()
        } else if self.recorded {
            let target = &self.context.project.target.name;
            format!("no file declares it, and catalog.lock does not know it in {target}")
        } else {
            format!("no file declares it, as others of {} are", name.schema)
        }
    }

    fn with_help(
        &self,
        finding: Diagnostic,
        name: &ObjectName,
        meant: Option<&ObjectName>,
    ) -> Diagnostic {
        if let Some(absent) = self.context.project.catalog.absent.get(name) {
            let declared = "its absence is declared in";
            return finding.note(Note::with_place(declared, absent.clone()));
        }
        match meant {
            Some(meant) => finding.help(format!("did you mean \"{}\"?", place::plain(meant))),
            None => {
                let target = &self.context.project.target.name;
                finding.help(format!(
                    "if it is an external, add it to catalog.lock: [target.{target}.external.\"{}\"]",
                    place::plain(name)
                ))
            }
        }
    }
}

/// The names that may have been meant.
#[derive(Default)]
struct Names<'a> {
    /// The schemas of every declared or external name, by its last part.
    schemas_of: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// The names of each schema.
    names_in: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Names<'a> {
    fn of(context: &Context<'a>) -> Self {
        let declared = context.project.catalog.objects.keys();
        let recorded = context.project.externals.relations.keys();
        let own = declared
            .chain(recorded)
            .filter(|name| name.database.is_none());
        let mut names = Self::default();
        for name in own {
            let schemas = names.schemas_of.entry(&name.name).or_default();
            schemas.insert(&name.schema);
            let of_schema = names.names_in.entry(&name.schema).or_default();
            of_schema.insert(&name.name);
        }
        names
    }

    /// The name that was most likely meant: in the same schema, in another one, or with the schema
    /// misspelled.
    fn proposal(&self, name: &ObjectName, proposals: &mut Proposals) -> Option<ObjectName> {
        let schema = name.schema.as_str();
        let in_schema = |schema: &str, proposals: &mut Proposals| {
            let names = self.names_in.get(schema)?.iter().copied();
            Some(ObjectName::new(
                schema,
                proposals.suggest(&name.name, names)?,
            ))
        };
        if let Some(meant) = in_schema(schema, proposals) {
            return Some(meant);
        }
        if let Some(schemas) = self.schemas_of.get(name.name.as_str()) {
            let near = proposals.suggest(schema, schemas.iter().copied());
            let schema = near.or_else(|| schemas.first().copied())?;
            return Some(ObjectName::new(schema, &name.name));
        }
        let near = proposals.suggest(schema, self.names_in.keys().copied())?;
        in_schema(near, proposals)
    }
}
