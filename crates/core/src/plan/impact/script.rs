//! What has to be said around somebody's own change of a relation: everything in its way is taken, and
//! afterwards put back as it stood.
//!
//! - **Nothing is taken with what reads it.** Whatever comes into being after the script was made, the
//!   target refuses the drop, and the whole transaction is undone.
//! - What is declared and unchanged is made by its file, so that it gets the types that it would get by
//!   an apply; everything else by what the target tells.
//! - The marker is written again: the journal goes on to know the generation.
//! - A policy is not dropped but lets nothing through for a while, so that it keeps all that it is. **It is
//!   back before anything is filled:** whoever owns a materialized view may be subject to it.

use std::collections::BTreeSet;

use dormer_sql::ident::quote;

use super::fall::{self, Fallen, Node, node_of};
use super::{Subject, kept_generations, says};
use crate::engine::step::{Deed, Physical, Privilege, Statement};
use crate::model::name::ObjectName;
use crate::model::observed::dependency::{FunctionName, Read, Reader};
use crate::model::observed::grant::{Grants, Holder};
use crate::model::observed::relation::{Attachment, ColumnValue, Policy, Relation, RelationKind};
use crate::model::observed::{DefaultsOf, Function, Observed};
use crate::plan::Refusal;
use crate::plan::decide::inherited::{attached, literal};
use crate::plan::decide::rebind::binding;
use crate::plan::decide::restore::{self, Again};
use crate::plan::input::Input;
use crate::plan::sequence::build::{all_deeds, carries_marker};
use crate::plan::text::sql_name;

/// The parts of a script, in order; between the first two somebody makes the change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Script {
    pub taken: Vec<Passage>,
    pub restored: Vec<Passage>,
    /// What can be said when readers do not wait any more.
    pub after: Vec<Passage>,
    /// What to know before it is run.
    pub notes: Vec<String>,
}

/// Statements about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// `bi.report, view of user anna`.
    pub title: String,
    pub statements: Vec<Statement>,
}

/// Why there is no script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoScript {
    /// Generations without their name hold on to it: they have to be cleaned up first.
    Held(BTreeSet<ObjectName>),
    /// Something that no statement would put back.
    Obstacles(Vec<Refusal>),
}

/// Makes the script.
///
/// # Errors
///
/// When something in its way could not be put back: all of it, not the first.
pub fn script(input: &Input<'_>, subject: Subject<'_>) -> Result<Script, NoScript> {
    let mut fallen = fall::fall(input.observed, subject);
    let kept = kept_generations(input.journal);
    let held: BTreeSet<ObjectName> = relations(&fallen)
        .filter(|name| kept.contains_key(*name))
        .cloned()
        .collect();
    if !held.is_empty() {
        return Err(NoScript::Held(held));
    }
    let mut writing = Writing {
        input,
        script: Script::default(),
        obstacles: std::mem::take(&mut fallen.obstacles),
        waiting: Vec::new(),
    };
    writing.script.notes.append(&mut fallen.notes);
    writing.unknown(&fallen);
    writing.own(subject, &fallen.changed);
    let restored = restore::as_they_stand(input, relations(&fallen));
    let lost = restored.lost.into_iter();
    writing.script.notes.extend(lost.map(|note| {
        let object = note.object.map(|object| format!("{object}: "));
        object.unwrap_or_default() + &note.text
    }));
    writing.around(&fallen.policies, &fallen.rules);
    let mut restored = restored.relations;
    writing.policies_back(&fallen.nodes, 0);
    for (at, node) in fallen.nodes.iter().enumerate() {
        match node {
            Node::Relation(name) => match restored.remove(name) {
                Some(Ok(again)) => writing.relation(name, &again),
                Some(Err(error)) => writing.obstacle(name, error.why),
                None => writing.obstacle(name, "it could not be seen"),
            },
            Node::Function(name) => writing.function(name),
        }
        writing.policies_back(&fallen.nodes, at + 1);
    }
    writing.finish()
}

fn relations(fallen: &Fallen) -> impl Iterator<Item = &ObjectName> {
    fallen.nodes.iter().filter_map(|node| match node {
        Node::Relation(name) => Some(name),
        Node::Function(_) => None,
    })
}

struct Writing<'a> {
    input: &'a Input<'a>,
    script: Script,
    obstacles: Vec<Refusal>,
    /// Policies that let nothing through, and how they come back.
    waiting: Vec<Waiting>,
}

/// A policy that is not back yet.
struct Waiting {
    on: ObjectName,
    title: String,
    back: String,
    /// What it reads, itself.
    reads: BTreeSet<Node>,
}

impl Writing<'_> {
    fn observed(&self) -> &Observed {
        self.input.observed
    }

    fn obstacle(&mut self, object: &ObjectName, text: impl Into<String>) {
        self.obstacles.push(Refusal {
            object: object.clone(),
            text: text.into(),
            hint: None,
        });
    }

    /// What there is no definition of.
    fn unknown(&mut self, fallen: &Fallen) {
        let mut found: Vec<(ObjectName, String)> = Vec::new();
        for name in relations(fallen) {
            let Some(relation) = self.observed().relations.get(name) else {
                continue;
            };
            if let Some(extension) = &relation.extension {
                found.push((
                    name.clone(),
                    format!("it belongs to the extension {extension}"),
                ));
            } else if relation.definition.is_none() {
                found.push((
                    name.clone(),
                    "its definition is behind somebody's lock".to_owned(),
                ));
            }
        }
        for (name, text) in found {
            self.obstacle(&name, text);
        }
    }

    /// The statements of deeds; a deed that the engine has none for is an obstacle.
    fn lowered(&mut self, of: &ObjectName, deeds: &[Deed]) -> Vec<Statement> {
        let mut statements = Vec::new();
        for deed in deeds {
            match self.input.engine.lower(deed) {
                Ok(more) => statements.extend(more),
                Err(error) => self.obstacle(of, error.message),
            }
        }
        statements
    }

    /// Whether it hangs on the relation and on what falls, too.
    fn is_taken(&self, title: &str) -> bool {
        let mut taken = self.script.taken.iter();
        taken.any(|passage| passage.title == title)
    }

    fn take(&mut self, title: &str, of: &ObjectName, deeds: &[Deed]) {
        let statements = self.lowered(of, deeds);
        let title = title.to_owned();
        self.script.taken.push(Passage { title, statements });
    }

    fn put_back(&mut self, title: &str, of: &ObjectName, deeds: &[Deed]) {
        let statements = self.lowered(of, deeds);
        let title = title.to_owned();
        self.script.restored.push(Passage { title, statements });
    }

    /// What hangs on the relation itself and names the column: a column's type does not change below it.
    fn own(&mut self, subject: Subject<'_>, changed: &BTreeSet<ObjectName>) {
        let Some(column) = subject.column else {
            return;
        };
        let dialect = self.input.project.target.dialect;
        let names = |text: &str| says(text, column, dialect);
        for on in changed {
            let Some(relation) = self.input.observed.relations.get(on) else {
                continue;
            };
            let policies = relation.policies.iter();
            for (name, policy) in policies.filter(|(_, policy)| {
                let texts = policy.using.iter().chain(&policy.check);
                texts.into_iter().any(|text| names(text))
            }) {
                self.policy(on, (name, policy));
            }
            let rules = relation.rules.iter();
            for (name, rule) in rules.filter(|(_, rule)| names(&rule.definition)) {
                self.attached((on, relation), ("rule", name), rule);
            }
            let triggers = relation.triggers.iter();
            for (name, trigger) in triggers.filter(|(_, trigger)| names(&trigger.definition)) {
                self.attached((on, relation), ("trigger", name), trigger);
            }
            let generated = relation.columns.iter().filter(|one| match &one.value {
                ColumnValue::GeneratedStored(text) | ColumnValue::GeneratedVirtual(text) => {
                    names(text)
                }
                _ => false,
            });
            for one in generated {
                self.script.notes.push(format!(
                    "column {on}.{} is generated from it: your change has to drop and add it",
                    one.name
                ));
            }
            for publication in &relation.publications {
                self.script.notes.push(format!(
                    "{on} is in publication {publication}: subscribers need the change, too, and a \
                     column list or a row filter that names it stands in the way"
                ));
            }
        }
    }

    /// Policies and rules of others that read what falls.
    fn around(
        &mut self,
        policies: &BTreeSet<(ObjectName, String)>,
        rules: &BTreeSet<(ObjectName, String)>,
    ) {
        for (on, name) in policies {
            let relation = self.input.observed.relations.get(on);
            match relation.and_then(|relation| relation.policies.get(name)) {
                Some(policy) => self.policy(on, (name, policy)),
                None => self.obstacle(on, format!("its policy {name} could not be seen")),
            }
        }
        for (on, name) in rules {
            let relation = self.input.observed.relations.get(on);
            let rule = relation.and_then(|relation| Some((relation, relation.rules.get(name)?)));
            match rule {
                Some((relation, rule)) => self.attached((on, relation), ("rule", name), rule),
                None => self.obstacle(on, format!("its rule {name} could not be seen")),
            }
        }
    }

    fn policy(&mut self, on: &ObjectName, (name, policy): (&str, &Policy)) {
        let reader = Reader::Policy {
            on: on.clone(),
            name: name.to_owned(),
        };
        let title = reader.to_string();
        if self.is_taken(&title) {
            return;
        }
        let Some(back) = binding(self.input.observed, &reader) else {
            return self.obstacle(on, format!("its policy {name} could not be seen"));
        };
        let using = policy.using.as_ref().map_or("", |_| " USING (false)");
        let check = policy.check.as_ref().map_or("", |_| " WITH CHECK (false)");
        let (name, table) = (quote(name), sql_name(on));
        let none = format!("ALTER POLICY {name} ON {table}{using}{check}");
        self.take(&title, on, &[verbatim(none)]);
        let bound = self.input.observed.dependencies.get(&reader);
        let reads = bound.into_iter().flat_map(|reads| reads.keys());
        self.waiting.push(Waiting {
            on: on.clone(),
            title,
            back,
            reads: reads.map(node_of).collect(),
        });
    }

    /// Puts those policies back that read nothing of what is still to come, the first `made` nodes being
    /// there again. A view that was filled while one of them let nothing through would be empty.
    fn policies_back(&mut self, nodes: &[Node], made: usize) {
        let (there, missing) = nodes.split_at(made.min(nodes.len()));
        let waiting = std::mem::take(&mut self.waiting);
        let (wait, back): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|policy| missing.iter().any(|node| policy.reads.contains(node)));
        self.waiting = wait;
        for policy in back {
            let filled = there.iter().find_map(|node| match node {
                Node::Relation(name) if self.filled_from(name, &policy.on) => Some(name),
                Node::Relation(_) | Node::Function(_) => None,
            });
            if let Some(filled) = filled {
                let text = format!(
                    "it is filled from {} before {} can be put back",
                    policy.on, policy.title
                );
                self.obstacle(filled, text);
            }
            self.put_back(&policy.title, &policy.on, &[verbatim(policy.back)]);
        }
    }

    /// Whether the rows of a materialized view come from a relation, however far below.
    fn filled_from(&self, view: &ObjectName, from: &ObjectName) -> bool {
        let observed = self.observed();
        let filled = observed.relations.get(view).is_some_and(|relation| {
            relation.kind == RelationKind::MaterializedView && relation.populated
        });
        let mut open = vec![view];
        let mut seen = BTreeSet::from([view]);
        while let Some(reader) = open.pop().filter(|_| filled) {
            for (read, _) in observed.reads_of(reader) {
                if let Read::Relation(name) = read
                    && seen.insert(name)
                {
                    open.push(name);
                }
            }
        }
        filled && seen.contains(from)
    }

    fn attached(
        &mut self,
        (on, relation): (&ObjectName, &Relation),
        (noun, name): (&str, &str),
        attachment: &Attachment,
    ) {
        let title = format!("{noun} {name} on {on}");
        if self.is_taken(&title) {
            return;
        }
        let upper = noun.to_ascii_uppercase();
        let drop = format!("DROP {upper} {} ON {}", quote(name), sql_name(on));
        self.take(&title, on, &[verbatim(drop)]);
        let physical = Physical {
            name: on.clone(),
            kind: relation.kind,
        };
        let definition = attachment.definition.trim().trim_end_matches(';');
        let said = attached(&physical, (noun, name), attachment);
        let deeds: Vec<Deed> = std::iter::once(definition.to_owned())
            .chain(said)
            .map(verbatim)
            .collect();
        self.put_back(&title, on, &deeds);
    }

    fn relation(&mut self, name: &ObjectName, again: &Again) {
        let Some(relation) = self.input.observed.relations.get(name) else {
            return;
        };
        let kind = relation.kind.as_str().replace('-', " ");
        let title = format!("{name}, {kind} of user {}", relation.owner);
        let physical = &again.new.relation;
        let drop = Deed::Drop {
            relation: physical.clone(),
        };
        self.take(&title, name, &[drop]);
        let place = self.input.engine.capabilities().marker;
        let marker = again.marker.clone();
        let marker = marker.filter(|_| carries_marker(place, relation.kind));
        let mut deeds = all_deeds(&again.new, marker);
        // Right behind the owner, before anything is given.
        let defaults = self.by_default(name, DefaultsOf::Relations, &relation.owner);
        let revoked = defaults.into_iter().map(|holder| Deed::Revoke {
            on: physical.clone(),
            privilege: all(holder),
        });
        let revoked: Vec<Deed> = revoked.collect();
        let at = deeds.len().min(2);
        deeds.splice(at..at, revoked.into_iter().chain(again.options.clone()));
        let title = if again.written {
            format!("{title}, as its file says")
        } else {
            title
        };
        self.put_back(&title, name, &deeds);
        if relation.kind == RelationKind::MaterializedView && relation.populated {
            let analyze = Deed::Analyze {
                relation: physical.clone(),
            };
            let statements = self.lowered(name, &[analyze]);
            let title = name.to_string();
            self.script.after.push(Passage { title, statements });
        }
    }

    fn function(&mut self, name: &FunctionName) {
        let Some(function) = self.input.observed.functions.get(name) else {
            return self.obstacle(&name.name, format!("function {name} could not be seen"));
        };
        if let Some(extension) = &function.extension {
            let text = format!("function {name} belongs to the extension {extension}");
            return self.obstacle(&name.name, text);
        }
        let Some(definition) = &function.definition else {
            let text = format!("the definition of function {name} could not be seen");
            return self.obstacle(&name.name, text);
        };
        let signature = format!("{}({})", sql_name(&name.name), name.arguments);
        let title = format!("function {name} of user {}", function.owner);
        let drop = verbatim(format!("DROP ROUTINE {signature}"));
        self.take(&title, &name.name, &[drop]);
        let mut said = vec![definition.trim().to_owned()];
        said.push(format!(
            "ALTER ROUTINE {signature} OWNER TO {}",
            quote(&function.owner)
        ));
        let defaults = self.by_default(&name.name, DefaultsOf::Functions, &function.owner);
        said.extend(function_grants(function, &signature, defaults));
        said.extend(function.comment.as_deref().map(|text| {
            let text = literal(text);
            format!("COMMENT ON ROUTINE {signature} IS {text}")
        }));
        let deeds: Vec<Deed> = said.into_iter().map(verbatim).collect();
        self.put_back(&title, &name.name, &deeds);
    }

    /// Who gets something on whatever is new there, whoever makes it.
    fn by_default(&self, name: &ObjectName, of: DefaultsOf, owner: &str) -> BTreeSet<Holder> {
        let owner = Holder::Role(owner.to_owned());
        let defaults = self.observed().default_privileges.iter();
        defaults
            .filter(|(defaults, _)| {
                let here = defaults.schema.as_deref();
                defaults.of == of && here.is_none_or(|schema| *schema == *name.schema)
            })
            .flat_map(|(_, grants)| grants)
            .map(|grant| grant.holder.clone())
            .filter(|holder| *holder != owner)
            .collect()
    }

    fn finish(mut self) -> Result<Script, NoScript> {
        if !self.obstacles.is_empty() {
            self.obstacles.sort();
            self.obstacles.dedup();
            return Err(NoScript::Obstacles(self.obstacles));
        }
        // What stands on top is taken first.
        self.script.taken.reverse();
        self.script.notes.sort();
        self.script.notes.dedup();
        let is_one_of = |passage: &Passage, nouns: &[&str]| {
            nouns.iter().any(|noun| passage.title.starts_with(noun))
        };
        // Readers come back before what only hangs on them; policies stand where they are.
        let restored = &mut self.script.restored;
        restored.sort_by_key(|passage| is_one_of(passage, &["rule ", "trigger "]));
        let hangs = ["policy ", "rule ", "trigger "];
        let taken = &mut self.script.taken;
        taken.sort_by_key(|passage| !is_one_of(passage, &hangs));
        Ok(self.script)
    }
}

/// What a function's list says: what everybody gets by default is taken where it is not in it.
fn function_grants(
    function: &Function,
    signature: &str,
    defaults: BTreeSet<Holder>,
) -> Vec<String> {
    let mut said = Vec::new();
    let listed = matches!(function.grants, Grants::Listed(_));
    let mut unwanted = defaults;
    if listed {
        unwanted.insert(Holder::Public);
    }
    let defaults = !unwanted.is_empty();
    for holder in unwanted {
        let holder = holder_name(&holder);
        said.push(format!("REVOKE ALL ON ROUTINE {signature} FROM {holder}"));
    }
    if !listed && defaults {
        said.push(format!("GRANT EXECUTE ON ROUTINE {signature} TO PUBLIC"));
    }
    let owner = Holder::Role(function.owner.clone());
    let others = function.grants.listed();
    for grant in others.filter(|grant| grant.holder != owner) {
        let option = if grant.grantable {
            " WITH GRANT OPTION"
        } else {
            ""
        };
        let holder = holder_name(&grant.holder);
        said.push(format!(
            "GRANT EXECUTE ON ROUTINE {signature} TO {holder}{option}"
        ));
    }
    said
}

fn holder_name(holder: &Holder) -> String {
    match holder {
        Holder::Public => "PUBLIC".to_owned(),
        Holder::Role(role) => quote(role),
    }
}

fn all(holder: Holder) -> Privilege {
    Privilege {
        privilege: "ALL".to_owned(),
        column: None,
        holder,
        grantable: false,
    }
}

fn verbatim(sql: String) -> Deed {
    Deed::Verbatim { sql, undo: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::decide::fixture::{World, name};

    const A: &str = "CREATE MATERIALIZED VIEW marts.a AS SELECT id, net FROM sub.orders";

    /// What is put back before and after the view `marts.a`, and obstacles but for those of the engine.
    fn put_back(world: &World) -> (Vec<String>, Vec<String>, Vec<String>) {
        let orders = name("sub.orders");
        let subject = Subject {
            object: &orders,
            column: Some("net"),
        };
        world.with(|input| {
            let mut writing = Writing {
                input,
                script: Script::default(),
                obstacles: Vec::new(),
                waiting: Vec::new(),
            };
            let nodes = [Node::Relation(name("marts.a"))];
            writing.own(subject, &BTreeSet::from([orders.clone()]));
            assert!(writing.script.restored.is_empty());
            writing.policies_back(&nodes, 0);
            let before = std::mem::take(&mut writing.script.restored);
            writing.policies_back(&nodes, 1);
            let after = std::mem::take(&mut writing.script.restored);
            let titles = |passages: Vec<Passage>| {
                let titles = passages.into_iter().map(|one| one.title);
                titles.collect::<Vec<String>>()
            };
            let obstacles = writing.obstacles.iter().map(|one| one.text.clone());
            let obstacles = obstacles.filter(|text| text != "pseudo lowers nothing");
            (titles(before), titles(after), obstacles.collect())
        })
    }

    #[test]
    fn policies_are_back_before_anything_is_filled() {
        let mut world = World::new();
        world.applied(A, "id integer, net numeric");
        let orders = world.observed.relations.get_mut(&name("sub.orders"));
        let policy = Policy {
            permissive: true,
            command: "ALL".to_owned(),
            holders: BTreeSet::new(),
            using: Some("(net > 0)".to_owned()),
            check: None,
            comment: None,
        };
        orders.unwrap().policies.insert("some".to_owned(), policy);
        let title = "policy some on sub.orders".to_owned();
        assert_eq!(put_back(&world), (vec![title.clone()], vec![], vec![]));
        // One that reads what is filled from the relation that it is on has no place at all.
        let reader = Reader::Policy {
            on: name("sub.orders"),
            name: "some".to_owned(),
        };
        world.bound(reader, Read::Relation(name("marts.a")));
        let why = "it is filled from sub.orders before policy some on sub.orders can be put back";
        assert_eq!(
            put_back(&world),
            (vec![], vec![title], vec![why.to_owned()])
        );
    }
}
