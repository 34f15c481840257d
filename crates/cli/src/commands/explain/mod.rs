//! `dormer explain`: what a code, a hazard, a note or an exit code means.

pub(crate) mod topics;

use dormer_core::checks;
use dormer_core::diagnostic::suggest;
use dormer_core::project::codes;

use super::Outcome;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::views::explain::{ExplainView, Rule, RulesView, Topic, TopicView};

const AFTER: &str = "\
Examples:
  dormer explain                  all codes, one line each
  dormer explain DM0104           why it matters, a bad case, a better way
  dormer explain unknown-column   the same by its name
  dormer explain leaves-foreign   a hazard or a note of a plan
  dormer explain exit-7           an exit code";

/// Explain a code, a hazard, a note or an exit code in plain words
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// The code, as dm0104, 104 or by its name; a hazard, a note, exit-7; all without it
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

/// Finds the rule, or lists all.
///
/// # Errors
///
/// When there is no such rule.
pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let rules = rules();
    let Some(written) = &args.code else {
        let topics = topics::topics();
        return Ok(Outcome::new(RulesView { rules, topics }));
    };
    let asked = written.trim().to_ascii_lowercase();
    if let Some(topic) = topic(&asked) {
        return Ok(Outcome::new(TopicView { topic }));
    }
    let digits = asked.trim_start_matches("dm");
    let code = match digits.parse::<u16>() {
        Ok(number) if digits.bytes().all(|b| b.is_ascii_digit()) => format!("DM{number:04}"),
        _ => asked.to_ascii_uppercase(),
    };
    match rules
        .iter()
        .find(|rule| rule.code == code || rule.name == asked)
    {
        Some(rule) => {
            let also = topic(&format!("exit-{asked}"));
            let also = also.map(|_| format!("an exit code:  dormer explain exit-{asked}\n"));
            let mut outcome = Outcome::new(ExplainView { rule: *rule });
            outcome.summary = also;
            Ok(outcome)
        }
        None => {
            let near = suggest(&code, rules.iter().map(|rule| rule.code))
                .filter(|_| !digits.is_empty() && asked.starts_with("dm"))
                .map(str::to_owned)
                .or_else(|| near(&asked, &rules));
            Err(
                Failure::new(Exit::Error, format!("no code is called \"{written}\""))
                    .maybe_hint(near.map(|near| format!("did you mean:   dormer explain {near}")))
                    .hint("see all codes:  dormer explain"),
            )
        }
    }
}

/// The hazard, note or exit code of this name.
fn topic(asked: &str) -> Option<Topic> {
    topics::topics().into_iter().find(|topic| match topic.kind {
        "exit code" => asked.strip_prefix("exit-") == Some(topic.name.as_str()),
        _ => topic.name == asked,
    })
}

/// The name that was meant, among all there are.
fn near(asked: &str, rules: &[Rule]) -> Option<String> {
    let topics = topics::topics();
    let named = topics.iter().filter(|topic| topic.kind != "exit code");
    let names = rules.iter().map(|rule| rule.name);
    let names = names.chain(named.map(|topic| topic.name.as_str()));
    suggest(asked, names).map(str::to_owned)
}

/// All rules by code: what reading a project finds, and the checks.
pub(crate) fn rules() -> Vec<Rule> {
    let reading = codes::TEXTS.iter().map(|rule| Rule {
        code: rule.code.as_str(),
        name: rule.name,
        summary: rule.summary,
        severity: rule.severity,
        text: rule.text,
    });
    let checks = checks::ALL.iter().map(|check| Rule {
        code: check.code.as_str(),
        name: check.name,
        summary: check.summary,
        severity: check.severity,
        text: check.text,
    });
    let mut rules: Vec<Rule> = reading.chain(checks).collect();
    rules.sort_by_key(|rule| rule.code);
    rules
}
