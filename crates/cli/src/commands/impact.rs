//! `dormer impact`: everything that stands on an object or a column, and a script around a change of it.

use std::collections::BTreeSet;

use dormer_core::diagnostic::suggest;
use dormer_core::engine::script::Part;
use dormer_core::engine::session::Mentions;
use dormer_core::model::name::ObjectName;
use dormer_core::plan::Refusal;
use dormer_core::plan::impact::{self, Ground, NoScript, Subject};
use dormer_core::plan::input::Input;

use super::{Face, Outcome};
use crate::args::Global;
use crate::clock;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::paste;
use crate::planning::{self, Limits, Seen};
use crate::session::{self, Door};
use crate::views::impact::script::ScriptView;
use crate::views::impact::{Asked, ImpactView, titled};

const AFTER: &str = "\
Examples:
  dormer impact marts.orders_daily            everything that reads it, and what a replace would do
  dormer impact raw.orders.net -t prod        who reads the column, straight or through others, and how
  dormer impact raw.orders --offline          what the files tell, without a session
  dormer impact raw.orders.net --script > change.sql
                                              the statements around your own change of the column
  dormer impact raw.orders --json | jq -r '.layers[].objects[].object'

The script takes away what stands in the way, has a place for your change, and puts everything back as it
was, in one transaction. psql runs it as it is; nothing in it takes more along than it names.";

/// Show everything that stands on an object or a column, and what a change would do to it
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// The object, declared or not, and a column of it: marts.orders, marts.orders.net
    #[arg(value_name = "NAME[.COLUMN]")]
    name: String,
    /// Do not ask the target: what the files tell
    #[arg(long, conflicts_with = "script")]
    offline: bool,
    /// Write the SQL that takes away what stands in the way of your own change, and puts it back
    #[arg(long)]
    script: bool,
}

/// Finds what stands on it.
///
/// # Errors
///
/// When there is no project, no session, or no such object or column.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let loaded = Loaded::open(global)?;
    if args.offline {
        let parts = (&loaded.graph, &loaded.lineages);
        let ground = Ground::new(&loaded.project, parts, None);
        let asked = asked(&ground, (&loaded, global), &args.name)?;
        let impact = impact::impact(&ground, None, asked.subject());
        let view = ImpactView::new(view_of(&loaded, &asked, &ground), impact, None);
        let complaint = loaded.incomplete(global);
        return Ok(Outcome::new(view).incomplete(complaint));
    }
    let (seen, mentions) = look(&loaded, &args.name)?;
    let notes = seen.notes.clone();
    let outcome = with_target(args, (&loaded, global), (&seen, mentions))?;
    Ok(outcome.notes(&notes))
}

/// What the target says, and who names the relation without being bound to it.
fn look(loaded: &Loaded, written: &str) -> Result<(Seen, Vec<(ObjectName, Mentions)>), Failure> {
    let target = &loaded.project.target;
    let door = Door::of(loaded)?.knowing(&loaded.project);
    let more = schemas(loaded, written);
    let failed = |error| session::unreadable(target, &error);
    session::wait(async {
        let opened = door.reading().await.map_err(failed)?;
        let mut session = opened.session;
        let looked = planning::look_into(session.as_mut(), loaded, &more).await;
        let mut seen = looked.map_err(failed)?;
        seen.notes = opened.notes;
        // A wrong name is told where the ground is known; nobody can be asked about it.
        let parts = (&loaded.graph, &loaded.lineages);
        let ground = Ground::new(&loaded.project, parts, Some(&seen.observed));
        let mut mentions = Vec::new();
        if let Some(asked) = found(&ground, written).into_iter().next() {
            let of = session.mentions(&asked.object).await.map_err(failed)?;
            mentions.push((asked.object, of));
        }
        Ok((seen, mentions))
    })
}

/// The schema that the name may be in, beside those of the project.
fn schemas(loaded: &Loaded, written: &str) -> BTreeSet<String> {
    let dialect = loaded.project.target.dialect;
    let parsed = ObjectName::parse(written, dialect);
    let parsed = parsed.into_iter().flat_map(|name| {
        let database = name.database.as_ref().map(ToString::to_string);
        [Some(name.schema.to_string()), database]
    });
    let first = written.split('.').next().map(str::to_owned);
    parsed.flatten().chain(first).collect()
}

fn with_target(
    args: &Args,
    (loaded, global): (&Loaded, &Global),
    (seen, mentions): (&Seen, Vec<(ObjectName, Mentions)>),
) -> Result<Outcome, Failure> {
    let parts = (&loaded.graph, &loaded.lineages);
    let ground = Ground::new(&loaded.project, parts, Some(&seen.observed));
    let asked = asked(&ground, (loaded, global), &args.name)?;
    let run = clock::new_run();
    let journal = seen.journal.clone().unwrap_or_default();
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
    let subject = asked.subject();
    if args.script {
        return script(&input, (loaded, global), (&asked, seen));
    }
    let impact = impact::impact(&ground, Some(&input), subject);
    let mentions = mentions.into_iter().find(|(of, _)| *of == asked.object);
    let around = view_of(loaded, &asked, &ground);
    let around = Asked {
        cleanup: paste::command(global, "cleanup --older-than 0s"),
        script: paste::command(
            global,
            &format!("impact {} --script", paste::quoted(&args.name)),
        ),
        ..around
    };
    let view = ImpactView::new(around, impact, mentions.map(|(_, of)| of));
    let complaint = loaded.incomplete(global);
    Ok(Outcome::new(view).incomplete(complaint))
}

fn view_of(loaded: &Loaded, asked: &Found, ground: &Ground<'_>) -> Asked {
    Asked {
        object: asked.object.clone(),
        column: asked.column.clone(),
        kind: ground.kind(&asked.object),
        declared: loaded.project.catalog.objects.contains_key(&asked.object),
        target: loaded.project.target.name.to_string(),
        cleanup: String::new(),
        script: String::new(),
    }
}

fn script(
    input: &Input<'_>,
    (loaded, global): (&Loaded, &Global),
    (asked, seen): (&Found, &Seen),
) -> Result<Outcome, Failure> {
    if !seen.observed.relations.contains_key(&asked.object) {
        let target = &loaded.project.target.name;
        let message = format!("target {target} has no {}", asked.object);
        return Err(Failure::new(Exit::Error, message).hint(format!(
            "make it first:  {}",
            paste::command(global, "apply")
        )));
    }
    let again = input.engine.script(&Part::Again);
    let again = again.map_err(|error| session::unreadable(&loaded.project.target, &error))?;
    let script =
        impact::script(input, asked.subject()).map_err(|why| no_script(why, (asked, global)))?;
    let view = ScriptView {
        object: asked.object.clone(),
        column: asked.column.clone(),
        target: loaded.project.target.name.to_string(),
        engine: planning::engine_text(&loaded.project, Some(&seen.server.version)),
        lock_timeout: planning::limits(&loaded.project, Limits::default()).lock_timeout_ms,
        again,
        script,
        plan: paste::command(global, "plan"),
    };
    Ok(Outcome::new(view).face(Face::Asked))
}

fn no_script(why: NoScript, (asked, global): (&Found, &Global)) -> Failure {
    match why {
        NoScript::Held(held) => {
            let message = format!(
                "generations that are kept for rollback hold on to {}",
                asked.shown()
            );
            let failure = Failure::new(Exit::Error, message);
            let failure = held.iter().fold(failure, |failure, name| {
                failure.cause(format!(
                    "{name} reads it, and its rows could not be made again"
                ))
            });
            let cleanup = paste::command(global, "cleanup --older-than 0s");
            failure.hint(format!("give up the way back, and free it:  {cleanup}"))
        }
        NoScript::Obstacles(obstacles) => {
            let message = format!("no script puts back all that stands on {}", asked.shown());
            let failure = Failure::new(Exit::Error, message);
            let told = |obstacle: &Refusal| format!("{}: {}", obstacle.object, obstacle.text);
            obstacles
                .iter()
                .fold(failure, |failure, obstacle| failure.cause(told(obstacle)))
        }
    }
}

/// An object, and a column of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    object: ObjectName,
    column: Option<String>,
}

impl Found {
    fn subject(&self) -> Subject<'_> {
        Subject {
            object: &self.object,
            column: self.column.as_deref(),
        }
    }

    fn shown(&self) -> String {
        titled(&self.object, self.column.as_deref())
    }
}

fn asked(
    ground: &Ground<'_>,
    (loaded, global): (&Loaded, &Global),
    written: &str,
) -> Result<Found, Failure> {
    let found = found(ground, written);
    let known = |found: &&Found| {
        let columns = ground.columns(&found.object);
        found.column.as_deref().is_none_or(|column| {
            columns.is_none_or(|columns| columns.iter().any(|one| *one == *column))
        })
    };
    let fitting: Vec<&Found> = found.iter().filter(known).collect();
    let impact = |name: &str| paste::command(global, &format!("impact {}", paste::quoted(name)));
    match (fitting.as_slice(), found.first()) {
        ([one], _) => Ok((*one).clone()),
        ([], Some(near)) => {
            let column = near.column.as_deref().unwrap_or_default();
            let message = format!("{} has no column \"{column}\"", near.object);
            let columns = ground.columns(&near.object).unwrap_or_default();
            let near = suggest(column, columns.iter().map(dormer_sql::Name::as_str)).map(|one| {
                format!(
                    "did you mean:   {}",
                    impact(&format!("{}.{one}", near.object))
                )
            });
            let show = paste::command(global, &format!("show {}", paste::quoted(written)));
            Err(Failure::new(Exit::Error, message)
                .maybe_hint(near)
                .hint(format!(
                    "see its columns:  {}",
                    show_of(&found, global).unwrap_or(show)
                )))
        }
        ([], None) => {
            let message = format!("no object is called \"{written}\"");
            let names: Vec<String> = ground.names().iter().map(ToString::to_string).collect();
            let near = suggest(written, names.iter().map(String::as_str));
            let near = near.map(str::to_owned).or_else(|| {
                // The name may be right but for its column.
                let (front, _) = written.rsplit_once('.')?;
                suggest(front, names.iter().map(String::as_str)).map(str::to_owned)
            });
            let errors = loaded.reading_errors();
            Err(Failure::new(Exit::Error, message)
                .maybe_hint(near.map(|near| format!("did you mean:     {}", impact(&near))))
                .maybe_hint(
                    (errors > 0)
                        .then(|| format!("see the errors:   {}", paste::command(global, "check"))),
                )
                .hint(format!(
                    "see all objects:  {}",
                    paste::command(global, "graph")
                )))
        }
        (several, _) => {
            let message = format!("\"{written}\" may be any of {}", several.len());
            let failure = Failure::new(Exit::Error, message);
            Err(several
                .iter()
                .fold(failure, |failure, one| failure.hint(impact(&one.shown()))))
        }
    }
}

fn show_of(found: &[Found], global: &Global) -> Option<String> {
    let near = found.first()?;
    let name = near.object.to_string();
    Some(paste::command(
        global,
        &format!("show {}", paste::quoted(&name)),
    ))
}

/// What a text can mean, the longest names first. A shell eats quotes: a name is also taken as it is.
fn found(ground: &Ground<'_>, written: &str) -> Vec<Found> {
    let folded = written.to_lowercase();
    let mut whole = Vec::new();
    let mut parts: Vec<(usize, Found)> = Vec::new();
    for name in ground.names() {
        let spelled = [
            name.to_string(),
            format!("{}.{}", name.schema, name.name),
            name.name.to_string(),
        ];
        for spelled in spelled {
            if written == spelled || folded == spelled {
                whole.push(Found {
                    object: name.clone(),
                    column: None,
                });
                continue;
            }
            let rest = after(written, &spelled).map(unquoted);
            let rest = rest.or_else(|| after(&folded, &spelled).map(unquoted));
            if let Some(column) = rest {
                let column = known_column(ground, name, column);
                let object = name.clone();
                parts.push((
                    spelled.len(),
                    Found {
                        object,
                        column: Some(column),
                    },
                ));
            }
        }
    }
    whole.sort();
    whole.dedup();
    if !whole.is_empty() {
        return qualified_first(whole, written);
    }
    parts.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let mut found: Vec<Found> = parts.into_iter().map(|(_, found)| found).collect();
    found.dedup();
    found
}

/// A name with its schema is meant before a bare one.
fn qualified_first(whole: Vec<Found>, written: &str) -> Vec<Found> {
    let exact: Vec<Found> = whole
        .iter()
        .filter(|found| {
            let name = &found.object;
            written == name.to_string() || written == format!("{}.{}", name.schema, name.name)
        })
        .cloned()
        .collect();
    if exact.is_empty() { whole } else { exact }
}

/// What stands behind a name and a dot.
fn after<'t>(written: &'t str, name: &str) -> Option<&'t str> {
    let rest = written.strip_prefix(name)?.strip_prefix('.')?;
    (!rest.is_empty()).then_some(rest)
}

fn unquoted(text: &str) -> String {
    let inside = text.strip_prefix('"');
    let inside = inside.and_then(|text| text.strip_suffix('"'));
    inside.map_or_else(|| text.to_owned(), |text| text.replace("\"\"", "\""))
}

/// The column as it is called; one that is not known is left as it was written.
fn known_column(ground: &Ground<'_>, of: &ObjectName, written: String) -> String {
    let columns = ground.columns(of).unwrap_or_default();
    if columns.iter().any(|column| *column == *written) {
        return written;
    }
    let folded = written.to_lowercase();
    let known = columns.iter().find(|column| ***column == *folded);
    known.map_or(written, ToString::to_string)
}
