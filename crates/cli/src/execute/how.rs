//! What a command line can say about how a plan is executed.

use std::time::Duration;

use clap::ValueEnum;
use dormer_core::diagnostic::suggest;
use dormer_core::engine::hazard::{Allowance, HazardKind};
use dormer_core::engine::lease::Takeover;
use dormer_core::plan::Plan;
use dormer_core::project::{Project, quantity};
use dormer_deploy::{OnLock, Options};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::planning::Limits;
use crate::views::plan::allowance;
use crate::views::style::{HELP, WARNING, paint};
use crate::{clock, paste};

/// Options of the commands that change a target.
#[derive(Debug, clap::Args)]
pub(crate) struct How {
    /// Do not ask; needed where there is no terminal
    #[arg(short = 'y', long, alias = "yes")]
    auto_approve: bool,
    /// Let a hazard pass: data-loss:marts.x, or data-loss for all objects
    #[arg(long, value_name = "HAZARD")]
    pub(crate) allow: Vec<String>,
    /// How long a step may wait for one lock: 500ms, 5s
    #[arg(long, value_name = "TIME", value_parser = span)]
    lock_timeout: Option<quantity::Duration>,
    /// How long a cutover may take, from its first lock to its end
    #[arg(long, value_name = "TIME", value_parser = span)]
    cutover_timeout: Option<quantity::Duration>,
    /// When somebody holds a lock that is needed: wait without end, retry some times, or fail
    #[arg(
        long,
        value_name = "WHAT",
        default_value = "retry",
        hide_possible_values = true
    )]
    on_lock: Locked,
    /// How many steps may be done at once
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    jobs: Option<u32>,
    /// Read every touched object the whole time, and report failed reads and stalls
    #[arg(long)]
    prove: bool,
    /// Take the lease from a run whose session is gone
    #[arg(long)]
    take_lease: bool,
}

/// What to do about a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Locked {
    Wait,
    Retry,
    Fail,
}

impl How {
    /// Whether nobody has to be asked.
    pub(crate) const fn approved(&self) -> bool {
        self.auto_approve
    }

    /// How many steps the command line wants done at once.
    pub(crate) const fn jobs(&self) -> Option<u32> {
        self.jobs
    }

    /// The options again that are not about one hazard found now, each with a space before it.
    pub(crate) fn words(&self) -> String {
        let mut words = String::new();
        for allow in &self.allow {
            words.push_str(" --allow ");
            words.push_str(&paste::quoted(allow));
        }
        let times = [
            (" --lock-timeout ", &self.lock_timeout),
            (" --cutover-timeout ", &self.cutover_timeout),
        ];
        for (option, time) in times {
            words.extend(time.as_ref().map(|time| format!("{option}{time}")));
        }
        match self.on_lock {
            Locked::Wait => words.push_str(" --on-lock wait"),
            Locked::Retry => {}
            Locked::Fail => words.push_str(" --on-lock fail"),
        }
        words.extend(self.jobs.map(|jobs| format!(" -j {jobs}")));
        if self.prove {
            words.push_str(" --prove");
        }
        if self.take_lease {
            words.push_str(" --take-lease");
        }
        if self.auto_approve {
            words.push_str(" -y");
        }
        words
    }

    /// What the command line says about the limits of a fresh plan.
    pub(crate) const fn limits(&self) -> Limits {
        Limits {
            lock_timeout: self.lock_timeout,
            cutover_timeout: self.cutover_timeout,
            jobs: self.jobs,
        }
    }

    /// How a plan is executed: as it says itself, but for what the command line says.
    pub(crate) fn options(&self, plan: &Plan, resume: bool) -> Options {
        let mut options = Options::new(plan.limits);
        let time = |given: Option<quantity::Duration>, planned: Duration| {
            given.map_or(planned, |time| Duration::from_millis(time.milliseconds))
        };
        options.lock_timeout = time(self.lock_timeout, options.lock_timeout);
        options.cutover_timeout = time(self.cutover_timeout, options.cutover_timeout);
        options.jobs = self.jobs.unwrap_or(options.jobs);
        options.on_lock = match self.on_lock {
            Locked::Wait => OnLock::Wait,
            Locked::Retry => OnLock::Retry,
            Locked::Fail => OnLock::Fail,
        };
        options.prove = self.prove;
        options.takeover = if self.take_lease {
            Takeover::Dead
        } else {
            Takeover::Never
        };
        options.resume = resume;
        options.who = clock::who();
        options.host = clock::host();
        options.tool = clock::TOOL.to_owned();
        options
    }
}

/// A warning for each allowance of the command line that lets nothing of a plan pass, with what may
/// have been meant.
pub(crate) fn unmatched(allow: &[String], plan: &Plan) -> Vec<String> {
    let given = allow.iter().filter_map(|text| {
        let allowance = Allowance::parse(text)?;
        let idle = !plan.hazards.iter().any(|hazard| allowance.covers(hazard));
        idle.then_some(text)
    });
    let there: Vec<String> = plan.hazards.iter().map(allowance).collect();
    let warning = paint("warning", WARNING);
    let hint = paint("hint", HELP);
    given
        .map(|text| {
            let near = suggest(text, there.iter().map(String::as_str));
            let near = near
                .map(|near| format!("{hint}: did you mean:  --allow {}\n", paste::quoted(near)));
            let near = near.unwrap_or_default();
            format!(
                "{warning}: --allow {text} lets nothing pass: the plan has no such hazard\n{near}"
            )
        })
        .collect()
}

/// Reads a length of time of the command line.
pub(crate) fn span(text: &str) -> Result<quantity::Duration, String> {
    quantity::Duration::parse(text)
        .ok_or_else(|| "no length of time, such as 500ms or 5s".to_owned())
}

/// The hazards that the command line and the target's setting let pass.
///
/// # Errors
///
/// When one on the command line is no hazard.
pub(crate) fn allowances(allow: &[String], project: &Project) -> Result<Vec<Allowance>, Failure> {
    let settings = project.target.limits.allow.iter();
    // What is wrong in a setting was said when the project was read.
    let mut allowed: Vec<Allowance> = settings.filter_map(|text| Allowance::parse(text)).collect();
    for text in allow {
        let Some(allowance) = Allowance::parse(text) else {
            let names: Vec<&str> = HazardKind::ALL.iter().map(|kind| kind.as_str()).collect();
            let message = format!("no hazard is called \"{text}\"");
            return Err(Failure::new(Exit::Usage, message)
                .hint(format!("one of:               {}", names.join(", ")))
                .hint("for one object alone: --allow data-loss:marts.x"));
        };
        allowed.push(allowance);
    }
    Ok(allowed)
}
