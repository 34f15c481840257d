//! `dormer locks`: who holds or waits for locks on objects and on all that stands on them.

use std::collections::{BTreeMap, BTreeSet};

use dormer_core::diagnostic::suggest;
use dormer_core::engine::capabilities::Sessions;
use dormer_core::engine::{Scope, Session};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::Observed;
use dormer_core::model::observed::dependency::Reader;

use super::{Face, Outcome};
use crate::args::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::paste;
use crate::session::{self, Door};
use crate::views::locks::LocksView;
use crate::watching::{self, Again};

const AFTER: &str = "\
Examples:
  dormer locks                        all objects of the project, and all that stands on them
  dormer locks marts.orders_daily     one object and its readers, declared or not
  dormer locks -t prod --watch        again every 2 seconds, until Ctrl-C
  dormer locks --json | jq '.sessions[] | select(.keeps_waiting > 0) | .pid'

Nothing is changed. The statement that would end a session that keeps others waiting is
shown, never run.";

/// Show who holds or waits for locks on objects, and who waits for whom
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// The objects, externals too; all objects of the project without any
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Look again every 2 seconds, until Ctrl-C
    #[arg(short, long)]
    watch: bool,
}

/// Looks once, or again and again.
///
/// # Errors
///
/// When there is no session, or no such object.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let loaded = Loaded::open(global)?;
    let target = &loaded.project.target;
    let door = Door::of(&loaded)?;
    let failed = |error| session::unreadable(target, &error);
    let mut notes = Vec::new();
    if door.sessions() == Sessions::One {
        if args.watch {
            let message = format!(
                "target {} has one session, and nobody to watch",
                target.name
            );
            return Err(Failure::new(Exit::Error, message)
                .cause("while this one is open, no other can hold or wait for a lock")
                .hint(format!("look once:  {}", paste::command(global, "locks"))));
        }
        notes.push(format!(
            "target {} has one session: nobody else can hold a lock in it",
            target.name
        ));
    }
    session::wait(async {
        let opened = door.reading().await.map_err(failed)?;
        let mut session = opened.session;
        let schemas = schemas(&loaded, args);
        let scope = Scope::schemas(schemas.iter().map(String::as_str));
        let observed = session.inspect(&scope).await.map_err(failed)?;
        let names = names(args, &loaded, &observed)?;
        let mut first = true;
        loop {
            let view = look(session.as_mut(), &loaded, &names)
                .await
                .map_err(failed)?;
            if !args.watch {
                notes.extend(opened.notes);
                return Ok(Outcome::new(view).notes(&notes));
            }
            watching::show(&view, ("locks", global), first)?;
            first = false;
            if watching::rest().await == Again::No {
                return Ok(Outcome::new(view).face(Face::Shown));
            }
        }
    })
}

async fn look(
    session: &mut dyn Session,
    loaded: &Loaded,
    names: &BTreeSet<ObjectName>,
) -> Result<LocksView, dormer_core::engine::EngineError> {
    let holders = session.locks(names).await?;
    let target = loaded.project.target.name.to_string();
    Ok(LocksView::new(target, names.len(), &holders))
}

/// The schemas that the objects are in.
fn schemas(loaded: &Loaded, args: &Args) -> BTreeSet<String> {
    let dialect = loaded.project.target.dialect;
    let asked = args
        .names
        .iter()
        .filter_map(|name| ObjectName::parse(name, dialect));
    let declared = loaded.project.catalog.objects.keys().cloned();
    let recorded = loaded.project.externals.relations.keys().cloned();
    let all = asked.chain(declared).chain(recorded);
    all.map(|name| name.schema.to_string()).collect()
}

/// The objects that were asked for, and all that stands on them in the target.
fn names(
    args: &Args,
    loaded: &Loaded,
    observed: &Observed,
) -> Result<BTreeSet<ObjectName>, Failure> {
    let declared = &loaded.project.catalog.objects;
    let there = |name: &ObjectName| observed.relations.contains_key(name);
    let mut asked = BTreeSet::new();
    if args.names.is_empty() {
        asked.extend(declared.keys().filter(|name| there(name)).cloned());
    }
    for written in &args.names {
        let dialect = loaded.project.target.dialect;
        let whole = ObjectName::parse(written, dialect).filter(|name| there(name));
        let found = whole.or_else(|| {
            let mut fitting = observed
                .relations
                .keys()
                .filter(|name| name.name == **written);
            fitting.next().filter(|_| fitting.next().is_none()).cloned()
        });
        let Some(found) = found else {
            let shown: Vec<String> = observed.relations.keys().map(ToString::to_string).collect();
            let near = suggest(written, shown.iter().map(String::as_str));
            let message = format!("target {} has no \"{written}\"", loaded.project.target.name);
            let near = near.map(|near| format!("did you mean:  dormer locks {near}"));
            return Err(Failure::new(Exit::Error, message).maybe_hint(near));
        };
        asked.insert(found);
    }
    Ok(with_readers(asked, observed))
}

/// Adds everything that reads these relations, through any number of others.
fn with_readers(asked: BTreeSet<ObjectName>, observed: &Observed) -> BTreeSet<ObjectName> {
    let mut readers: BTreeMap<&ObjectName, Vec<&ObjectName>> = BTreeMap::new();
    for (reader, reads) in &observed.dependencies {
        let Reader::Relation(reader) = reader else {
            continue;
        };
        for read in reads.keys().filter_map(|read| read.relation()) {
            readers.entry(read).or_default().push(reader);
        }
    }
    let mut open: Vec<ObjectName> = asked.iter().cloned().collect();
    let mut reached = asked;
    while let Some(name) = open.pop() {
        for reader in readers.get(&name).into_iter().flatten() {
            if reached.insert((*reader).clone()) {
                open.push((*reader).clone());
            }
        }
    }
    reached
}
