//! `dormer show`: everything about one object.

use std::collections::BTreeSet;

use dormer_core::diagnostic::suggest;
use dormer_core::engine::EngineError;
use dormer_core::engine::journal::{ObjectRecord, ObjectState};
use dormer_core::model::name::ObjectName;
use dormer_core::plan::input::Input;
use dormer_core::plan::stands;

use super::Outcome;
use crate::args::Global;
use crate::clock;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::paste;
use crate::planning;
use crate::session::{self, Door};
use crate::views::show::ShowView;
use crate::views::show::observed::{Found, ObservedView};

const AFTER: &str = "\
Examples:
  dormer show marts.orders_daily       what it reads, who reads it, where each column comes from
  dormer show orders_daily             the schema may be left out where one object fits
  dormer show orders_daily -t prod     as it will be made in the target prod
  dormer show raw.orders               an external: its columns and its readers
  dormer show orders_daily --observed  and what the target says: generation, size, grants, readers
  dormer show orders_daily --json | jq -r .definition";

/// Show one object: how it will be made, what it reads, who reads it, its settings
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// The object, with or without its schema
    #[arg(value_name = "NAME")]
    name: String,
    /// Ask the target as well: generation, definition, rows, size, grants, who reads it
    #[arg(long)]
    observed: bool,
}

/// Finds the object and shows it.
///
/// # Errors
///
/// When there is no project, no such object, or more than one.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let loaded = Loaded::open(global)?;
    let name = find(&loaded, global, &args.name)?;
    let view = match loaded.project.catalog.objects.get(&name) {
        Some(object) => ShowView::declared(&loaded, object),
        None => ShowView::external(&loaded, &name),
    };
    let complaint = loaded.incomplete(global);
    if !args.observed {
        return Ok(Outcome::new(view).incomplete(complaint));
    }
    let (observed, notes) = observed(&loaded, &name)?;
    let view = view.observed(observed);
    Ok(Outcome::new(view).incomplete(complaint).notes(&notes))
}

/// Asks the target about one object.
fn observed(loaded: &Loaded, name: &ObjectName) -> Result<(ObservedView, Vec<String>), Failure> {
    let target = &loaded.project.target;
    let door = Door::of(loaded)?.knowing(&loaded.project);
    let more = BTreeSet::from([name.schema.to_string()]);
    let asked = async {
        let opened = door.reading().await?;
        let mut session = opened.session;
        let seen = planning::look_into(session.as_mut(), loaded, &more).await?;
        let journal = seen.journal.clone().unwrap_or_default();
        let run = clock::new_run();
        let input = Input {
            project: &loaded.project,
            graph: &loaded.graph,
            engine: seen.engine.as_ref(),
            server: Some(&seen.server),
            observed: &seen.observed,
            journal: &journal,
            run: &run,
            selected: None,
            renames: None,
            pending: None,
        };
        let live = journal.live(name);
        let mut details = match live {
            Some(record) => session.run(record.run.as_str()).await?,
            None => Vec::new(),
        };
        let detail = details.pop();
        let kept = |record: &&ObjectRecord| record.state != ObjectState::Live;
        let nameless = journal.objects.values().filter(kept);
        let found = Found {
            observed: &seen.observed,
            stands: loaded
                .project
                .catalog
                .objects
                .get(name)
                .map(|object| stands::stands(&input, object)),
            live,
            kept: journal.of(name).filter(kept).collect(),
            nameless: nameless
                .map(|record| ObjectName::new(&record.name.schema, &record.physical))
                .collect(),
            run: detail.as_ref().map(|detail| &detail.run),
        };
        Ok((ObservedView::new(name, &found), opened.notes))
    };
    session::wait(async {
        asked
            .await
            .map_err(|error: EngineError| session::unreadable(target, &error))
    })
}

/// All names that can be shown: declared objects, and externals that are read or recorded.
fn names(loaded: &Loaded) -> impl Iterator<Item = &ObjectName> {
    let declared = loaded.project.catalog.objects.keys();
    declared
        .chain(loaded.graph.nodes.keys())
        .chain(loaded.project.externals.relations.keys())
}

fn find(loaded: &Loaded, global: &Global, written: &str) -> Result<ObjectName, Failure> {
    let dialect = loaded.project.target.dialect;
    let none = || Failure::new(Exit::Error, format!("no object is called \"{written}\""));
    let asked = ObjectName::parse(written, dialect);
    if let Some(asked) = &asked {
        if names(loaded).any(|name| name == asked) {
            return Ok(asked.clone());
        }
        // Where the target renames schemas, the name in the files is understood too.
        let target = &loaded.project.target;
        let own = names(loaded).find(|name| target.names_of(name).contains(asked));
        if let Some(own) = own {
            return Ok(own.clone());
        }
    }
    // A shell eats the quotes of a quoted name: what is left is taken as it is.
    let bare = |name: &&ObjectName| match (&asked, written.contains('.')) {
        (_, true) => format!("{}.{}", name.schema, name.name) == written,
        (Some(asked), false) => name.name == asked.name || name.name == written,
        (None, false) => name.name == written,
    };
    let mut fitting: Vec<&ObjectName> = names(loaded).filter(bare).collect();
    fitting.sort();
    fitting.dedup();
    match fitting.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(unknown(loaded, global, (written, none()))),
        several => {
            let message = format!("\"{written}\" may be any of {} objects", several.len());
            let failure = Failure::new(Exit::Error, message);
            Err(several.iter().fold(failure, |failure, name| {
                failure.hint(show(global, &name.to_string()))
            }))
        }
    }
}

/// The command that shows this object.
fn show(global: &Global, name: &str) -> String {
    paste::command(global, &format!("show {}", paste::quoted(name)))
}

fn unknown(loaded: &Loaded, global: &Global, asked: (&str, Failure)) -> Failure {
    let (written, failure) = asked;
    let whole: Vec<String> = names(loaded).map(ToString::to_string).collect();
    let near = suggest(written, whole.iter().map(String::as_str)).map(str::to_owned);
    let near = near.or_else(|| {
        let last = written.rsplit('.').next().unwrap_or(written);
        let last = suggest(last, names(loaded).map(|name| name.name.as_str()))?;
        let fits = |name: &&ObjectName| name.name == last;
        names(loaded).find(fits).map(ToString::to_string)
    });
    let errors = loaded.reading_errors();
    let failure = match errors {
        0 => failure,
        1 => failure.cause("1 error kept a part of the project from being read"),
        n => failure.cause(format!(
            "{n} errors kept parts of the project from being read"
        )),
    };
    failure
        .maybe_hint(near.map(|near| format!("did you mean:     {}", show(global, &near))))
        .maybe_hint(
            (errors > 0).then(|| format!("see the errors:   {}", paste::command(global, "check"))),
        )
        .hint(format!(
            "see all objects:  {}",
            paste::command(global, "graph")
        ))
}
