//! How each object stands, one line each, the worst first.
//!
//! Freshness has a place of its own between `bytes` and `applied`: what is added there is added to
//! [`COLUMNS`], to the cells of a line, and to [`HEADS`] in the same order.

use std::collections::BTreeMap;
use std::fmt;

use anstyle::Style;
use dormer_core::engine::RunId;
use dormer_core::plan::status::{Line, Next, State};
use dormer_core::project::Project;
use serde::Serialize;

use super::amount::{number, size};
use super::grid::{Column, Fit, Grid, Side};
use super::run_id;
use super::style::{ERROR, FAINT, GOOD, HELP, STRONG, WARNING, count, paint};
use super::time::length;
use crate::args::{Global, Wanted};
use crate::report::plain;
use crate::{output, paste};

const fn left(head: &'static str, fit: Fit) -> Column {
    Column {
        head,
        side: Side::Left,
        fit,
    }
}

const fn right(head: &'static str, fit: Fit) -> Column {
    Column {
        head,
        side: Side::Right,
        fit,
    }
}

/// The columns of the table.
const COLUMNS: [Column; 9] = [
    left("object", Fit::Middle(24)),
    left("state", Fit::Whole),
    left("kind", Fit::Out(1)),
    right("rows", Fit::Whole),
    right("bytes", Fit::Whole),
    left("applied", Fit::Out(4)),
    left("run", Fit::Out(2)),
    left("retired", Fit::Out(3)),
    left("problem", Fit::End(16)),
];

/// The heads of comma-separated values.
const HEADS: [&str; 13] = [
    "object",
    "state",
    "kind",
    "exists",
    "populated",
    "rows",
    "bytes",
    "applied_at",
    "run",
    "retired",
    "retired_bytes",
    "problem",
    "next",
];

/// What a status is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Table,
    Csv,
}

/// What is known around it.
pub(crate) struct About<'a> {
    pub(crate) project: &'a Project,
    /// The engine and its version.
    pub(crate) engine: String,
    /// How many objects drifted, those included where all was added by hand.
    pub(crate) drifted: usize,
    /// Those of them where all was added by hand.
    pub(crate) added: usize,
    pub(crate) form: Form,
    pub(crate) unseen: Vec<String>,
    /// Seconds since 1970.
    pub(crate) now: i64,
    pub(crate) global: &'a Global,
    pub(crate) wanted: &'a Wanted,
}

/// The result of `dormer status`.
#[derive(Debug, Serialize)]
pub(crate) struct StatusView {
    project: String,
    target: String,
    engine: String,
    /// By state; all of them, in their order.
    summary: BTreeMap<State, usize>,
    /// How many objects are not as they were applied.
    drifted: usize,
    /// Those of them that only got something by hand, which apply keeps.
    added_by_hand: usize,
    objects: Vec<Shown>,
    not_seen: Vec<String>,
    #[serde(skip)]
    form: Form,
    #[serde(skip)]
    now: i64,
    #[serde(skip)]
    hints: Vec<(&'static str, String)>,
}

/// One object.
#[derive(Debug, Serialize)]
struct Shown {
    object: String,
    state: State,
    kind: &'static str,
    exists: bool,
    populated: bool,
    rows: Option<u64>,
    bytes: Option<u64>,
    applied_at: Option<i64>,
    run: Option<RunId>,
    fingerprint: Option<String>,
    retired: ShownRetired,
    problem: Option<String>,
    /// The command that would help.
    next: Option<String>,
}

#[derive(Debug, Serialize)]
struct ShownRetired {
    count: usize,
    bytes: u64,
    /// When a cleanup may drop the last of them.
    until: Option<i64>,
}

impl StatusView {
    pub(crate) fn new(about: About<'_>, lines: Vec<Line>) -> Self {
        let mut summary: BTreeMap<State, usize> =
            State::ALL.into_iter().map(|state| (state, 0)).collect();
        for line in &lines {
            *summary.entry(line.state).or_default() += 1;
        }
        Self {
            hints: hints(&about, &lines),
            project: about.project.name.clone(),
            target: about.project.target.name.to_string(),
            summary,
            drifted: about.drifted,
            added_by_hand: about.added,
            objects: lines
                .into_iter()
                .map(|line| shown(about.global, line))
                .collect(),
            engine: about.engine,
            not_seen: about.unseen,
            form: about.form,
            now: about.now,
        }
    }

    /// Whether anything is not as it was applied.
    pub(crate) const fn drifted(&self) -> bool {
        self.drifted > 0
    }
}

fn shown(global: &Global, line: Line) -> Shown {
    let next = line
        .problem
        .as_ref()
        .map(|(_, next)| paste::command(global, &words(*next, &line.name.to_string())));
    Shown {
        object: line.name.to_string(),
        state: line.state,
        kind: line.kind.as_str(),
        exists: line.exists,
        populated: line.populated,
        rows: line.rows,
        bytes: line.bytes,
        applied_at: line.applied.as_ref().and_then(|applied| applied.at),
        run: line.applied.as_ref().map(|applied| applied.run.clone()),
        fingerprint: line.applied.map(|applied| applied.fingerprint),
        retired: ShownRetired {
            count: line.retired.count,
            bytes: line.retired.bytes,
            until: line.retired.until,
        },
        problem: line.problem.map(|(text, _)| text),
        next,
    }
}

/// The command for one object.
fn words(next: Next, name: &str) -> String {
    let name = paste::quoted(name);
    match next {
        Next::Apply => format!("apply -s {name}"),
        Next::Drift => format!("drift -s {name}"),
        Next::Adopt => format!("adopt {name}"),
        Next::Retire => "apply".to_owned(),
        Next::Cleanup => "cleanup".to_owned(),
        Next::Resume => "apply --resume".to_owned(),
    }
}

/// What would help, once for all objects that it helps.
fn hints(about: &About<'_>, lines: &[Line]) -> Vec<(&'static str, String)> {
    let mut found: BTreeMap<Next, Vec<String>> = BTreeMap::new();
    for line in lines {
        if let Some((_, next)) = &line.problem {
            let names = found.entry(*next).or_default();
            names.push(line.name.to_string());
        }
    }
    let hints = found.into_iter().map(|(next, names)| {
        let what = match next {
            Next::Apply => "put back, fill, or do what the files say:",
            Next::Retire => "retire what no file declares:",
            Next::Drift => "see what changed:",
            Next::Adopt => "take over what is there:",
            Next::Resume => "go on with the run:",
            Next::Cleanup => "drop what was left:",
        };
        let words = match (names.as_slice(), next) {
            ([one], _) => words(next, one),
            (_, Next::Apply) => format!("apply{}", about.wanted.words()),
            (_, Next::Drift) => format!("drift{}", about.wanted.words()),
            (names, Next::Adopt) => {
                let quoted = names.iter().map(|name| paste::quoted(name));
                format!("adopt {}", quoted.collect::<Vec<_>>().join(" "))
            }
            (names, _) => words(next, names.first().map_or("", String::as_str)),
        };
        (what, paste::command(about.global, &words))
    });
    let mut hints: Vec<(&'static str, String)> = hints.collect();
    let sees = lines
        .iter()
        .any(|line| matches!(line.problem, Some((_, Next::Drift))));
    if about.added > 0 && !sees {
        let words = format!("drift{}", about.wanted.words());
        hints.push((
            "see what was added by hand:",
            paste::command(about.global, &words),
        ));
    }
    hints
}

impl fmt::Display for StatusView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.form {
            Form::Table => self.table(f),
            Form::Csv => self.csv(f),
        }
    }
}

impl StatusView {
    fn table(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.objects.is_empty() {
            return writeln!(
                f,
                "No object is declared for target {}, and none was applied.",
                self.target
            );
        }
        let mut grid = Grid::new(COLUMNS);
        let runs: Vec<&RunId> = self
            .objects
            .iter()
            .filter_map(|one| one.run.as_ref())
            .collect();
        for object in &self.objects {
            grid.row(self.cells(object, &runs));
        }
        let width = output::is_terminal().then(output::width);
        grid.write(f, width)?;
        writeln!(f, "\n{}", self.summed())?;
        for unseen in &self.not_seen {
            writeln!(f, "{}: not seen: {}", paint("note", WARNING), plain(unseen))?;
        }
        for (what, command) in &self.hints {
            writeln!(f, "{}: {what}  {command}", paint("hint", HELP))?;
        }
        Ok(())
    }

    fn cells(&self, object: &Shown, runs: &[&RunId]) -> [(String, Style); 9] {
        let plain = Style::new();
        let amount = |n: Option<u64>, shown: fn(u64) -> String| match n {
            Some(n) if object.exists && object.kind != "view" => (shown(n), plain),
            _ => ("-".to_owned(), FAINT),
        };
        let applied = object.applied_at.map(|at| self.ago(at));
        let run = object.run.as_ref();
        let run = run.map(|run| run_id::shown(run, runs.iter().copied()).to_owned());
        let style = match object.state {
            State::Missing | State::Unpopulated => ERROR,
            State::Drifted | State::ShadowLeft | State::Pending => WARNING,
            State::Ok => GOOD,
        };
        [
            (object.object.clone(), STRONG),
            (object.state.as_str().to_owned(), style),
            (object.kind.replace('-', " "), FAINT),
            amount(object.rows, number),
            amount(object.bytes, size),
            (applied.unwrap_or_else(|| "-".to_owned()), FAINT),
            (run.unwrap_or_else(|| "-".to_owned()), FAINT),
            (self.retired(&object.retired), FAINT),
            (object.problem.clone().unwrap_or_default(), plain),
        ]
    }

    /// `1, 41 GB, 3 h 2 min left`.
    fn retired(&self, retired: &ShownRetired) -> String {
        if retired.count == 0 {
            return String::new();
        }
        let bytes = if retired.bytes > 0 {
            format!(", {}", size(retired.bytes))
        } else {
            String::new()
        };
        let left = retired.until.map(|until| until.saturating_sub(self.now));
        let left = match left.map(|left| u64::try_from(left).unwrap_or(0)) {
            None => String::new(),
            Some(0) => ", may go".to_owned(),
            Some(left) => format!(", {} left", length(left.saturating_mul(1_000))),
        };
        format!("{}{bytes}{left}", retired.count)
    }

    fn ago(&self, at: i64) -> String {
        let seconds = u64::try_from(self.now.saturating_sub(at)).unwrap_or(0);
        format!("{} ago", length(seconds.saturating_mul(1_000)))
    }

    /// `15 objects on target prod: 1 drifted, 14 ok; 1.2 GB retired`.
    fn summed(&self) -> String {
        let states = self.summary.iter().filter(|(_, count)| **count > 0);
        let states: Vec<String> = states
            .map(|(state, count)| format!("{count} {}", state.as_str()))
            .collect();
        let retired: u64 = self.objects.iter().map(|one| one.retired.bytes).sum();
        let kept = match retired {
            0 => String::new(),
            bytes => format!("; {} in retired generations", size(bytes)),
        };
        let added = match self.added_by_hand {
            0 => String::new(),
            n => format!("; {n} with something added by hand"),
        };
        format!(
            "{} on target {} ({}): {}{added}{kept}.",
            count(self.objects.len(), "object"),
            self.target,
            self.engine,
            states.join(", ")
        )
    }

    fn csv(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", HEADS.join(","))?;
        for object in &self.objects {
            let number = |n: Option<String>| n.unwrap_or_default();
            let cells = [
                object.object.clone(),
                object.state.as_str().to_owned(),
                object.kind.to_owned(),
                object.exists.to_string(),
                object.populated.to_string(),
                number(object.rows.map(|n| n.to_string())),
                number(object.bytes.map(|n| n.to_string())),
                number(object.applied_at.map(|n| n.to_string())),
                number(object.run.as_ref().map(ToString::to_string)),
                object.retired.count.to_string(),
                object.retired.bytes.to_string(),
                object.problem.clone().unwrap_or_default(),
                object.next.clone().unwrap_or_default(),
            ];
            let quoted = cells.map(|cell| csv_cell(&plain(&cell)));
            writeln!(f, "{}", quoted.join(","))?;
        }
        Ok(())
    }
}

/// A cell, in quotes where it needs them.
fn csv_cell(text: &str) -> String {
    if !text.contains([',', '"', '\n', '\r']) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use anstream::adapter::strip_str;
    use dormer_core::model::name::ObjectName;
    use dormer_core::model::observed::relation::RelationKind;
    use dormer_core::plan::status::{Applied, Retired};

    use super::*;
    use crate::args::When;
    use crate::views::View;

    fn line(name: &str, state: State) -> Line {
        let run = RunId::parse("7f3a000000").unwrap();
        Line {
            name: ObjectName::new("marts", name),
            kind: RelationKind::MaterializedView,
            state,
            exists: true,
            populated: true,
            rows: Some(12_345),
            bytes: Some(5 << 20),
            applied: Some(Applied {
                at: Some(1_000),
                run,
                fingerprint: "f".to_owned(),
            }),
            retired: Retired::default(),
            problem: None,
        }
    }

    fn view(form: Form, added: usize, lines: Vec<Line>) -> StatusView {
        let global = Global {
            directory: Some(PathBuf::from("shop")),
            target: None,
            json: false,
            quiet: false,
            verbose: false,
            color: When::Never,
            keeper: std::sync::Arc::default(),
        };
        let wanted = Wanted {
            select: Vec::new(),
            exclude: Vec::new(),
        };
        let about = About {
            project: &Project {
                name: "shop".to_owned(),
                ..Project::default()
            },
            engine: "postgres 18.1".to_owned(),
            drifted: added,
            added,
            form,
            unseen: vec!["grants, which the role may not read".to_owned()],
            now: 8_200,
            global: &global,
            wanted: &wanted,
        };
        StatusView::new(about, lines)
    }

    #[test]
    fn retired_generations_say_how_long_they_are_kept() {
        let mut kept = line("kept", State::Ok);
        kept.retired = Retired {
            count: 2,
            bytes: 3 << 30,
            until: Some(8_200 + 7_500),
        };
        let mut may_go = line("may_go", State::Ok);
        may_go.retired = Retired {
            count: 1,
            bytes: 0,
            until: Some(8_000),
        };
        let text = view(Form::Table, 1, vec![kept, may_go]).text();
        assert_eq!(
            strip_str(&text).to_string(),
            "\
object        state  kind               rows  bytes  applied        run   retired
marts.kept    ok     materialized view   12k   5 MB  2 h 0 min ago  7f3a  2, 3 GB, 2 h 5 min left
marts.may_go  ok     materialized view   12k   5 MB  2 h 0 min ago  7f3a  1, may go

2 objects on target dev (postgres 18.1): 2 ok; 1 with something added by hand; 3 GB in retired generations.
note: not seen: grants, which the role may not read
hint: see what was added by hand:  dormer drift -C shop
"
        );
    }

    #[test]
    fn what_stands_between_commas_is_quoted_where_it_must_be() {
        let mut pending = line("a, \"b\"", State::Pending);
        pending.problem = Some(("edited, not applied yet".to_owned(), Next::Apply));
        assert_eq!(
            view(Form::Csv, 0, vec![pending]).text(),
            "object,state,kind,exists,populated,rows,bytes,applied_at,run,retired,retired_bytes,problem,next\n\
             \"marts.\"\"a, \"\"\"\"b\"\"\"\"\"\"\",pending,materialized-view,true,true,12345,5242880,1000,7f3a000000,0,0,\
             \"edited, not applied yet\",\"dormer apply -s 'marts.\"\"a, \"\"\"\"b\"\"\"\"\"\"' -C shop\"\n"
        );
    }

    #[test]
    fn commands_are_told_once_for_all_that_they_help() {
        let of = |name: &str, next| {
            let mut line = line(name, State::Pending);
            line.problem = Some(("p".to_owned(), next));
            line
        };
        let lines = vec![
            of("a", Next::Apply),
            of("b", Next::Apply),
            of("c", Next::Adopt),
            of("d", Next::Adopt),
            of("e", Next::Cleanup),
            of("f", Next::Drift),
        ];
        let text = view(Form::Table, 1, lines).text();
        let text = strip_str(&text).to_string();
        let hints: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("hint"))
            .collect();
        assert_eq!(
            hints,
            [
                "hint: put back, fill, or do what the files say:  dormer apply -C shop",
                "hint: see what changed:  dormer drift -s marts.f -C shop",
                "hint: drop what was left:  dormer cleanup -C shop",
                "hint: take over what is there:  dormer adopt marts.c marts.d -C shop",
            ]
        );
    }
}
