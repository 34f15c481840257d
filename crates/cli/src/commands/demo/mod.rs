//! `dormer demo`: all of it in one go, on a target in this process, in a folder that goes again.
//!
//! | file | holds |
//! |---|---|
//! | `story` | what is told, as data |
//! | `place` | the folder, and its end |
//!
//! - **Every step is a command that anybody can type**, run by its own code and shown by its own view.
//! - One keeper for all of them: the database is opened once.
//! - Whoever interrupts it ends the command that runs; then all goes as at any other end.

mod place;
mod story;

use std::future::pending;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};
use std::{env, fs};

use clap::FromArgMatches;
use dormer_deploy::Interrupt;

use super::Outcome;
use crate::args::{Cli, Global, When};
use crate::execute::listen;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::output::Output;
use crate::session::{self, Door};
use crate::views::demo::{self, Act, Done, Part, Story};
use crate::{help, paste};
use place::Place;
use story::{Chapter, Deed, STORY};

const AFTER: &str = "\
Examples:
  dormer demo               some seconds, and nothing is left of it
  dormer demo --keep shop   the same, and the project stays in the folder shop
  dormer demo --json        what came of each step

Nothing has to be there: the example is a small shop on a PostgreSQL inside of Dormer. Each step
is a command that is run as if it were typed, so what it shows is what you will see.";

/// So long the listener may take to be there.
const READY: Duration = Duration::from_secs(1);

/// Show all of it on a small shop: create, change, plan, swap, refresh, take back
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// Keep the project, in this folder; it must be empty
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// Tells the story.
///
/// # Errors
///
/// When the folder cannot be made, or a step does not end as it should.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let interrupt = heard();
    let keep = args.keep.as_ref().map(|folder| match &global.directory {
        Some(base) => base.join(folder),
        None => folder.clone(),
    });
    let started = Instant::now();
    let place = Place::make(keep.as_deref())?;
    place.fill()?;
    let mut telling = Telling {
        place,
        own: Global {
            directory: None,
            target: None,
            json: false,
            quiet: true,
            verbose: false,
            color: When::Always,
            keeper: Arc::default(),
        },
        output: Output::new(global),
        aloud: !global.json && !global.quiet,
        interrupt,
        parts: Vec::new(),
    };
    // Where a command is typed in the folder, what it shows can be typed there.
    let home = env::current_dir();
    enter(telling.place.folder())?;
    let told = telling.all();
    if let Ok(home) = &home {
        enter(home)?;
    }
    let kept = keep.map(|folder| folder.display().to_string());
    let next = match &kept {
        Some(folder) => format!("cd {} && dormer status", paste::quoted(folder)),
        None => "dormer init shop".to_owned(),
    };
    let parts = std::mem::take(&mut telling.parts);
    // The database ends before its folder does.
    drop(telling);
    told?;
    Ok(Outcome::new(Story {
        parts,
        kept,
        next,
        took: started.elapsed(),
    }))
}

fn enter(folder: &Path) -> Result<(), Failure> {
    env::set_current_dir(folder).map_err(|error| {
        Failure::new(Exit::Error, format!("cannot enter {}", folder.display())).because(&error)
    })
}

/// Hears of Ctrl-C from now on, whatever is under way. Twice ends it at the next moment that anything can end.
fn heard() -> Interrupt {
    let interrupt = Interrupt::new();
    let wish = interrupt.clone();
    let (ready, waited) = mpsc::channel();
    let listener = thread::Builder::new().spawn(move || {
        let _ended = session::wait(async {
            listen(&wish);
            tokio::task::yield_now().await;
            // Nobody waits for it any more when it comes late.
            let _told = ready.send(());
            pending::<Result<(), Failure>>().await
        });
    });
    if listener.is_ok() {
        let _ready = waited.recv_timeout(READY);
    }
    interrupt
}

/// The story as far as it is told.
struct Telling {
    /// The command line of all that is done.
    own: Global,
    place: Place,
    output: Output,
    /// Whether it is told while it happens.
    aloud: bool,
    interrupt: Interrupt,
    parts: Vec<Part>,
}

impl Telling {
    fn all(&mut self) -> Result<(), Failure> {
        for (at, chapter) in STORY.iter().enumerate() {
            self.say(&demo::heading(at, chapter.title, chapter.why))?;
            self.parts.push(Part::new(chapter.title, chapter.why));
            self.chapter(chapter)?;
        }
        Ok(())
    }

    fn chapter(&mut self, chapter: &Chapter) -> Result<(), Failure> {
        for deed in chapter.deeds {
            if self.interrupt.raised() {
                return Err(Failure::new(Exit::Interrupted, "the demo was interrupted"));
            }
            let act = match deed {
                Deed::Command(words) => Act::Command(words.join(" ")),
                Deed::Edit {
                    path,
                    before,
                    after,
                } => Act::Edit {
                    path: (*path).to_owned(),
                    before: (*before).to_owned(),
                    after: (*after).to_owned(),
                },
                Deed::Rows(sql) => Act::Rows((*sql).to_owned()),
            };
            self.say(&act.to_string())?;
            let since = Instant::now();
            let result = match deed {
                Deed::Command(words) => Some(self.command(words)?),
                Deed::Edit {
                    path,
                    before,
                    after,
                } => self.edit(path, (before, after)).map(|()| None)?,
                Deed::Rows(sql) => self.rows(sql).map(|()| None)?,
            };
            if let Some(part) = self.parts.last_mut() {
                part.done.push(Done::new(act, since.elapsed(), result));
            }
        }
        Ok(())
    }

    fn say(&self, text: &str) -> Result<(), Failure> {
        if !self.aloud {
            return Ok(());
        }
        self.output
            .data(text)
            .map_err(|error| Failure::new(Exit::Error, "the demo cannot be shown").because(&error))
    }

    /// Runs a command as if it were typed, and shows what it came back with.
    fn command(
        &self,
        words: &[&str],
    ) -> Result<serde_json::Map<String, serde_json::Value>, Failure> {
        let shown = words.join(" ");
        let line = ["dormer"].iter().chain(words);
        let parsed = help::command().try_get_matches_from(line);
        let parsed = parsed.and_then(|parsed| Cli::from_arg_matches(&parsed));
        let command = parsed.ok().and_then(|parsed| parsed.command);
        let Some(command) = command else {
            let message = format!("dormer {shown} is no command");
            return Err(Failure::new(Exit::Error, message));
        };
        let outcome = super::run(&command, &self.own)?;
        self.say(&outcome.view.text())?;
        if outcome.exit != Exit::Done {
            self.output
                .complain(outcome.complaint.as_deref().unwrap_or_default());
            let message = format!("the demo ends here: dormer {shown} did not do its work");
            let failure = Failure::new(outcome.exit, message);
            return Err(match outcome.exit {
                Exit::Interrupted => failure,
                _ => failure.hint("keep its project, and look:  dormer demo --keep shop"),
            });
        }
        outcome.view.fields().map_err(|error| {
            Failure::new(Exit::Error, "the result has no JSON form").because(&error)
        })
    }

    fn edit(&self, path: &str, (before, after): (&str, &str)) -> Result<(), Failure> {
        let path = Path::new(path);
        let changed = fs::read_to_string(path)
            .and_then(|text| fs::write(path, text.replacen(before, after, 1)));
        changed.map_err(|error| {
            let message = format!("cannot write {}", path.display());
            Failure::new(Exit::Error, message).because(&error)
        })
    }

    fn rows(&self, sql: &str) -> Result<(), Failure> {
        let loaded = Loaded::open(&self.own)?;
        let door = Door::of(&loaded)?;
        session::wait(async {
            let written = async { door.working().await?.session.seed(sql).await };
            let written = written.await;
            written.map_err(|error| {
                session::failure(
                    format!("target {} takes no rows", loaded.project.target.name),
                    &error,
                )
            })
        })
    }
}
