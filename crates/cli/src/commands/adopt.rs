//! `dormer adopt`: takes existing objects over as they stand.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::ValueEnum;
use dormer_core::diagnostic::FilePath;
use dormer_core::engine::journal::RunKind;
use dormer_core::engine::lease::Life;
use dormer_core::engine::{EngineError, RunId};
use dormer_core::plan::adopt::{self, Accept, Found, State};
use dormer_core::plan::input::Input;
use dormer_core::plan::sequence::Frame;
use dormer_core::plan::{Plan, file, rehearsal};
use serde_json::Value;

use super::{Face, Outcome};
use crate::args::{Global, Wanted};
use crate::execute::{self, How, Proposal};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::output::Output;
use crate::planning::{self, Readied};
use crate::session::{self, Door};
use crate::views::adopt::{AdoptView, Filing, Report};
use crate::views::plan::{Around, Detail, Face as PlanFace, Knowledge, PlanView};
use crate::views::{self, View};
use crate::{clock, paste};

const AFTER: &str = "\
Examples:
  dormer adopt --dry-run                     which existing objects are what their files say
  dormer adopt -t prod                       take those over; the next plan is empty
  dormer adopt marts.orders_daily            one object, and what differs if it does
  dormer adopt --accept declared marts.x     take it over as it stands; the next apply brings it to its file
  dormer adopt --accept observed marts.x     write what the target has into its file, then take it over

The target itself is asked whether file and object are the same. Adopting changes no object: a
marker and the journal are written, and `dormer rollback` takes both back. What differs is shown
and left alone. Ends with 1 when an object that was asked for by name is not adopted.";

/// Take over objects that are there already, without changing them
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// Only these objects, as --select takes them; all declared objects without any
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Where file and object differ: which of the two holds, observed or declared; needs names
    #[arg(
        long,
        value_name = "SIDE",
        requires = "names",
        hide_possible_values = true
    )]
    accept: Option<Side>,
    /// Say what would be adopted, and do nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    how: How,
}

/// Which side holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Side {
    Observed,
    Declared,
}

impl Args {
    const fn accepted(&self) -> Option<Accept> {
        match self.accept {
            None => None,
            Some(Side::Observed) => Some(Accept::Observed),
            Some(Side::Declared) => Some(Accept::Declared),
        }
    }

    /// The command again.
    fn words(&self) -> String {
        let accept = match self.accept {
            None => "",
            Some(Side::Observed) => " --accept observed",
            Some(Side::Declared) => " --accept declared",
        };
        let names = self.names.iter().map(|name| paste::quoted(name));
        let names: String = names.map(|name| format!(" {name}")).collect();
        format!("adopt{accept}{names}")
    }
}

/// Looks, shows, and has the plan executed.
///
/// # Errors
///
/// When there is no session, a file cannot be written, or nobody says yes.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let loaded = match planning::ready(global)? {
        Readied::Ready(loaded) => loaded,
        Readied::Wrong(outcome) => return Ok(outcome),
    };
    let looked = look(&loaded, args)?;
    let written = looked.found.iter().filter_map(|(_, filing)| match filing {
        Filing::Written(rewrite, _) => Some(rewrite),
        Filing::None | Filing::Refused(_) => None,
    });
    let rewrites: Vec<_> = written.collect();
    if args.dry_run || rewrites.is_empty() {
        return propose(&loaded, looked, args, global);
    }
    let output = Output::new(global);
    if !global.json {
        output.complain(&looked.report(args, global).to_string());
    }
    let question = match rewrites.len() {
        1 => "Write this file?".to_owned(),
        n => format!("Write these files for {n} objects?"),
    };
    let command = paste::command(global, &args.words());
    execute::confirmed(&args.how, global, &question, &command)?;
    let mut edits: BTreeMap<&FilePath, Vec<(std::ops::Range<usize>, &str)>> = BTreeMap::new();
    for rewrite in rewrites {
        let span = rewrite.at.span;
        let range = span.start as usize..span.end as usize;
        let of_file = edits.entry(&rewrite.at.file).or_default();
        of_file.push((range, &rewrite.text));
    }
    let mut ready = Vec::new();
    for (file, edits) in edits {
        ready.push(edited(&loaded, file, edits)?);
    }
    for (file, path, text) in ready {
        replace(&path, &text).map_err(|error| unwritten(&loaded, file, &error))?;
    }
    // What the files say now is asked anew: only what the target agrees to is adopted.
    let loaded = match planning::ready(global)? {
        Readied::Ready(loaded) => loaded,
        Readied::Wrong(outcome) => return Ok(outcome),
    };
    let looked = look(&loaded, args)?;
    propose(&loaded, looked, args, global)
}

/// What was found, and the plan for it.
struct Looked {
    found: Vec<(Found, Filing)>,
    plan: Plan,
    notes: Vec<String>,
    /// An adoption that did not end, and that nobody works on.
    dead: Option<RunId>,
}

impl Looked {
    fn report(&self, args: &Args, global: &Global) -> Report {
        let differ = self
            .found
            .iter()
            .find(|(found, _)| found.state == State::Differs);
        let mut next = Vec::new();
        if let Some(run) = &self.dead {
            let what = format!("adoption {run} did not end; bring it to its end");
            let words = format!("apply --resume {run}");
            next.push((what, paste::command(global, &words)));
        }
        if let Some((found, filing)) = differ {
            let name = paste::quoted(&found.object.to_string());
            let both = [
                (
                    "let the target hold, and write it into the file",
                    "observed",
                ),
                ("let the file hold, and apply it later", "declared"),
            ];
            // What is left of what was accepted already only an apply can bring together.
            let left = args.accept.is_some() && !matches!(filing, Filing::Written(..));
            let offered = both.iter().skip(usize::from(left));
            let offered = offered.filter(|_| args.accept.is_none() || left);
            for (what, side) in offered {
                let words = format!("adopt --accept {side} {name}");
                next.push(((*what).to_owned(), paste::command(global, &words)));
            }
        }
        Report::new(&self.found, next)
    }
}

fn look(loaded: &Loaded, args: &Args) -> Result<Looked, Failure> {
    let project = &loaded.project;
    let wanted = Wanted {
        select: args.names.clone(),
        exclude: Vec::new(),
    };
    let selected = loaded.selected(&wanted)?;
    let door = Door::of(loaded)?.knowing(project);
    let run = clock::new_run();
    let looking = async {
        let opened = door.reading().await?;
        let mut session = opened.session;
        let seen = planning::look(session.as_mut(), loaded).await?;
        let journal = seen.journal.clone().unwrap_or_default();
        let input = Input {
            project,
            graph: &loaded.graph,
            engine: seen.engine.as_ref(),
            server: Some(&seen.server),
            observed: &seen.observed,
            journal: &journal,
            run: &run,
            selected: selected.as_ref(),
            renames: None,
            pending: None,
        };
        let questions = rehearsal::of_what_stands(&input);
        let rehearsal = planning::ask(session.as_mut(), &input, questions).await?;
        let found = adopt::examine(&input, &rehearsal, args.accepted());
        let engine_text = planning::engine_text(project, Some(&seen.server.version));
        let frame = Frame {
            tool: clock::TOOL,
            project: &project.name,
            target: &project.target.name.0,
            engine: seen.engine.as_ref(),
            engine_text: &engine_text,
            run: &run,
            kind: RunKind::Adopt,
            journal: &journal,
            limits: planning::limits(project, args.how.limits()),
        };
        let plan = adopt::plan(&found, &seen.observed, &frame);
        let found = found.into_iter().map(|found| {
            let filing = filing(&input, loaded, &found, args);
            (found, filing)
        });
        let mut unfinished = journal.unfinished.iter();
        let dead = unfinished.find(|run| {
            run.kind == RunKind::Adopt
                && run.project == project.name
                && run.session != Some(Life::Alive)
        });
        Ok(Looked {
            dead: dead.map(|run| run.run.clone()),
            found: found.collect(),
            plan,
            notes: opened.notes,
        })
    };
    session::wait(async {
        looking
            .await
            .map_err(|error: EngineError| session::unreadable(&project.target, &error))
    })
}

/// What is to become of the file of an object.
fn filing(input: &Input<'_>, loaded: &Loaded, found: &Found, args: &Args) -> Filing {
    let accepts = args.accepted() == Some(Accept::Observed) && found.state == State::Differs;
    let object = loaded.project.catalog.objects.get(&found.object);
    let Some(object) = object.filter(|_| accepts && found.difference.definition.is_some()) else {
        return Filing::None;
    };
    match adopt::rewrite(input, object) {
        Ok(rewrite) => {
            let text = loaded.project.files.get(&rewrite.at.file);
            let before = text.map_or("", |text| rewrite.at.span.slice(text));
            let before = before.to_owned();
            Filing::Written(rewrite, before)
        }
        Err(why) => Filing::Refused(why),
    }
}

fn propose(
    loaded: &Loaded,
    looked: Looked,
    args: &Args,
    global: &Global,
) -> Result<Outcome, Failure> {
    let project = &loaded.project;
    let report = looked.report(args, global);
    let found: Vec<Found> = looked
        .found
        .iter()
        .map(|(found, _)| found.clone())
        .collect();
    let refused = !args.names.is_empty() && !adopt::refused(&found).is_empty();
    let around = Around {
        blocking: Vec::new(),
        command: paste::command(global, &args.words()),
        file: None,
        along: Vec::new(),
        blockers: Vec::new(),
        knowledge: Knowledge::Target,
    };
    if args.dry_run {
        let plan = PlanView {
            plan: looked.plan,
            around,
            face: PlanFace::Text,
            detail: if global.verbose {
                Detail::Steps
            } else {
                Detail::Changes
            },
        };
        let view = AdoptView::new(plan, report);
        let mut outcome = Outcome::new(view).face(Face::Stream).notes(&looked.notes);
        if refused {
            outcome.exit = Exit::Error;
        }
        return Ok(outcome);
    }
    let output = Output::new(global);
    if global.json {
        examined(output, &report)?;
    } else {
        output.talk(&report.to_string());
    }
    let door = Door::of(loaded)?.knowing(project);
    let proposal = Proposal {
        text: file::to_text(&looked.plan),
        plan: looked.plan,
        around,
        resume: false,
        places: BTreeMap::new(),
        notes: looked.notes,
    };
    let mut outcome = execute::execute(&proposal, &args.how, global, &door)?;
    if refused && outcome.exit == Exit::Done {
        outcome.exit = Exit::Error;
    }
    Ok(outcome)
}

/// The report as the first line of the stream.
fn examined(output: Output, report: &Report) -> Result<(), Failure> {
    let failed = |error: &dyn std::error::Error| {
        Failure::new(Exit::Error, "the report cannot be written").because(error)
    };
    let mut fields = report.fields().map_err(|error| failed(&error))?;
    fields.insert("event".to_owned(), Value::from("examined"));
    let line = views::line(Some("adopt"), fields);
    output.data(&line).map_err(|error| failed(&error))
}

fn unwritten(loaded: &Loaded, file: &FilePath, error: &io::Error) -> Failure {
    Failure::new(Exit::Error, format!("cannot write {}{file}", loaded.prefix)).because(error)
}

/// A file with texts in the place of others, from the end on, so that no place moves before it is used.
/// **Nothing is written here:** all files are looked at before the first changes.
fn edited<'a>(
    loaded: &Loaded,
    file: &'a FilePath,
    mut edits: Vec<(std::ops::Range<usize>, &str)>,
) -> Result<(&'a FilePath, PathBuf, String), Failure> {
    let failed = |error: &io::Error| unwritten(loaded, file, error);
    let path = loaded.root.join(file.to_string());
    let mut text = fs::read_to_string(&path).map_err(|error| failed(&error))?;
    let read = loaded.project.files.get(file);
    if read.is_none_or(|read| **read != *text) {
        let error = io::Error::other("somebody changed it meanwhile");
        return Err(failed(&error));
    }
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    for (range, new) in edits {
        if text.get(range.clone()).is_none() {
            return Err(failed(&io::Error::other("its text is not as it was read")));
        }
        text.replace_range(range, new);
    }
    Ok((file, path, text))
}

/// Puts a whole file in the place of another, so that nobody ever sees half of it.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_extension("sql.new");
    fs::write(&beside, text)?;
    if let Ok(was) = fs::metadata(path) {
        // Where it cannot be kept, the new file has the rights of every new one.
        let _kept = fs::set_permissions(&beside, was.permissions());
    }
    fs::rename(&beside, path).inspect_err(|_| {
        // The new one is of no use; the error that counts is the first.
        let _gone = fs::remove_file(&beside);
    })
}
