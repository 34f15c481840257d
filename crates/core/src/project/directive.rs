//! Directives: comment lines `-- dormer: ..` that belong to the statement after them.
//!
//! | line | before |
//! |---|---|
//! | `-- dormer: key = value` (TOML) | a CREATE of an object |
//! | `-- dormer: audit "text"` | a SELECT that must return no row |

use dormer_sql::Span;

use super::codes;
use super::key::Section;
use super::reading::{Given, Reading};
use super::toml::{self, Value};
use crate::diagnostic::{Diagnostic, Location, Severity, suggest};
use crate::model::object::SourceText;

/// The word after `--` that makes a comment a directive.
pub const WORD: &str = "dormer:";

/// What one line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    Settings(Vec<Given>),
    /// The next query is an audit of this name.
    Audit(String),
    /// It could not be read; that has been told.
    Nothing,
}

/// One directive and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    pub said: Said,
    pub at: Location,
}

/// Finds what follows `dormer:` in a comment, with its offset in the comment.
fn inside(comment: &str) -> Option<(usize, &str)> {
    let after = comment.strip_prefix("--")?;
    let said = after.trim_start().strip_prefix(WORD)?;
    Some((comment.len() - said.len(), said))
}

/// Tells what a comment most likely was meant to say that only misses the mark of a directive:
/// `-- dormer owner = "x"`.
fn almost(comment: &str) -> Option<&str> {
    let after = comment.strip_prefix("--")?.trim_start();
    let (word, rest) = after.split_at_checked(WORD.len() - 1)?;
    let rest = rest.trim_start().trim_start_matches(':').trim();
    let key = rest.split(['=', '.', '{']).next().unwrap_or("").trim();
    let setting = rest.contains('=') && !key.is_empty() && !key.contains(' ');
    let audit = rest.starts_with("audit \"");
    (word.eq_ignore_ascii_case("dormer") && (setting || audit)).then_some(rest)
}

/// Tells whether a comment is a directive.
#[must_use]
pub fn is_directive(comment: &str) -> bool {
    inside(comment).is_some()
}

/// Reads the directive in a comment; none where it is only a comment.
pub fn read(
    source: &SourceText,
    comment: Span,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Directive> {
    let text = comment.slice(&source.text);
    let Some((offset, said)) = inside(text) else {
        if let Some(meant) = almost(text) {
            let message = "a comment that looks like a directive is none";
            let label = "expected -- dormer:";
            let found = misplaced(source.location(comment), message, label);
            diagnostics.push(found.help(format!("write -- dormer: {meant}")));
        }
        return None;
    };
    let offset = comment.start + Span::of(0..offset).end;
    let locate = |span| source.location(span);
    let mut reading = Reading {
        locate: &locate,
        diagnostics,
    };
    let said = match audit(said, offset) {
        Some(Ok(name)) => Said::Audit(name),
        Some(Err(span)) => {
            let message = "an audit says in words what must hold".to_owned();
            let label = "expected audit \"text\"".to_owned();
            let words = (message, label);
            let diagnostic = reading.error(codes::MISPLACED_DIRECTIVE, span, words);
            reading.push(diagnostic);
            Said::Nothing
        }
        None => settings(said, offset, &mut reading),
    };
    let at = source.location(comment);
    Some(Directive { said, at })
}

/// Reads `audit "text"`; none where it is no audit, the place where its text is wrong.
fn audit(said: &str, offset: u32) -> Option<Result<String, Span>> {
    let said = said.trim_end();
    let rest = said.trim_start().strip_prefix("audit")?;
    if !rest.trim_start().starts_with(['"', '\'']) && !rest.is_empty() {
        return None;
    }
    let word = said.len() - said.trim_start().len();
    let place = Span::of(word..said.len());
    let place = Span::new(offset + place.start, offset + place.end);
    let text = toml::parse(&format!("a={rest}"), 0).ok();
    let name = text.and_then(|entries| match entries.into_iter().next()?.node.value {
        Value::Text(text) if !text.trim().is_empty() => Some(text),
        _ => None,
    });
    Some(name.ok_or(place))
}

fn settings(said: &str, offset: u32, reading: &mut Reading<'_>) -> Said {
    match toml::parse(said, offset) {
        Ok(entries) if entries.is_empty() => {
            let span = Span::new(offset.saturating_sub(7), offset);
            let message = "a directive says nothing".to_owned();
            let words = (message, "expected key = value".to_owned());
            let diagnostic = reading.error(codes::MISPLACED_DIRECTIVE, span, words);
            reading.push(diagnostic);
            Said::Nothing
        }
        Ok(entries) => Said::Settings(reading.section(Section::Directive, &entries)),
        Err(problem) => {
            let message = "a directive is not TOML".to_owned();
            let words = (message, problem.message);
            let diagnostic = reading.error(codes::INVALID_TOML, problem.span, words);
            let first = said.split_whitespace().next().unwrap_or("");
            let diagnostic = match suggest(first, ["audit"]) {
                Some(_) => diagnostic.help("did you mean audit \"text\"?"),
                None => diagnostic.help("write key = value, or audit \"text\""),
            };
            reading.push(diagnostic);
            Said::Nothing
        }
    }
}

/// Tells that a directive stands where it means nothing.
#[must_use]
pub fn misplaced(at: Location, message: &str, label: &str) -> Diagnostic {
    Diagnostic::new(codes::MISPLACED_DIRECTIVE, Severity::Error, message).at(at, label)
}
