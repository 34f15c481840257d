//! What a code means, in plain words.

use std::fmt;

use dormer_core::diagnostic::Severity;
use serde::Serialize;

use super::style::{FAINT, HELP, STRONG, Table, paint};

/// One rule with its text.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Rule {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    /// Where nobody says otherwise.
    pub(crate) severity: Severity,
    /// Markdown.
    pub(crate) text: &'static str,
}

/// The result of `dormer explain CODE`.
#[derive(Debug, Serialize)]
pub(crate) struct ExplainView {
    pub(crate) rule: Rule,
}

impl fmt::Display for ExplainView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = &self.rule;
        let title = format!("{}  {}", rule.code, rule.name);
        writeln!(
            f,
            "{}   {}",
            paint(title, STRONG),
            paint(rule.severity.as_str(), FAINT)
        )?;
        writeln!(f, "{}\n", rule.summary)?;
        prose(f, rule.text)
    }
}

/// Writes Markdown as a terminal shows it: paragraphs broken, code in its own lines.
fn prose(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let mut paragraph = String::new();
    let mut in_code = false;
    // The fence at the end closes the last paragraph and prints nothing.
    for line in text.trim().lines().chain(["```"]) {
        let fence = line.starts_with("```");
        if in_code && !fence {
            writeln!(f, "    {}", paint(line, HELP))?;
            continue;
        }
        let starts = line.is_empty() || fence || line.starts_with("- ");
        if starts && !paragraph.is_empty() {
            wrap(f, &std::mem::take(&mut paragraph))?;
        }
        match (fence, line) {
            (true, _) => in_code = !in_code,
            (false, "") => writeln!(f)?,
            (false, line) => {
                paragraph.push_str(line);
                paragraph.push(' ');
            }
        }
    }
    Ok(())
}

/// Breaks a paragraph so that it can be read in a terminal of any usual width.
fn wrap(f: &mut fmt::Formatter<'_>, paragraph: &str) -> fmt::Result {
    const WIDTH: usize = 88;
    let indent = if paragraph.starts_with("- ") { 2 } else { 0 };
    let mut column = 0;
    for word in paragraph.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > WIDTH {
            write!(f, "\n{:indent$}", "")?;
            column = indent;
        } else if column > 0 {
            write!(f, " ")?;
            column += 1;
        }
        write!(f, "{word}")?;
        column += length;
    }
    writeln!(f)
}

/// A hazard, a note or an exit code.
#[derive(Debug, Serialize)]
pub(crate) struct Topic {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) summary: String,
    /// Markdown; empty where the summary says it all.
    pub(crate) text: String,
}

/// The result of `dormer explain NAME`.
#[derive(Debug, Serialize)]
pub(crate) struct TopicView {
    pub(crate) topic: Topic,
}

impl fmt::Display for TopicView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let topic = &self.topic;
        let name = paint(&topic.name, STRONG);
        writeln!(f, "{name}   {}", paint(topic.kind, FAINT))?;
        writeln!(f, "{}", topic.summary)?;
        if topic.text.is_empty() {
            return Ok(());
        }
        writeln!(f)?;
        prose(f, &topic.text)
    }
}

/// The result of `dormer explain`: all there is.
#[derive(Debug, Serialize)]
pub(crate) struct RulesView {
    pub(crate) rules: Vec<Rule>,
    pub(crate) topics: Vec<Topic>,
}

impl fmt::Display for RulesView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::default();
        for rule in &self.rules {
            table.row([
                (rule.code, STRONG),
                (rule.severity.as_str(), FAINT),
                (rule.name, anstyle::Style::new()),
                (rule.summary, FAINT),
            ]);
        }
        table.write(f, 0)?;
        let mut table = Table::default();
        for topic in &self.topics {
            let none = anstyle::Style::new();
            table.row([
                (topic.kind, FAINT),
                (topic.name.as_str(), none),
                (topic.summary.as_str(), FAINT),
            ]);
        }
        writeln!(f)?;
        table.write(f, 0)
    }
}
