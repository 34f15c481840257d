//! Variables in SQL text: `${name}` is filled in, and every place still leads back to the file.
//!
//! | written | becomes |
//! |---|---|
//! | `${name}` | the value in `vars` of the target, everywhere, also in comments and strings |
//! | `$${` | a literal `${` |
//! | `${secret:NAME}` | itself: filled in at execution only |
//! | `${env:NAME}` | an error: the environment is for `dormer.toml` |
//!
//! Two dollars stand for one only before a brace, so that `$$ .. $$` and `$$${name}$$` stay dollar
//! quotes. **What cannot be filled in becomes its own name,** so that reading goes on.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use dormer_sql::Span;

use super::codes;
use crate::diagnostic::{Diagnostic, FilePath, Location, Severity, suggest};
use crate::model::object::{OriginPiece, SourceText};

/// One variable of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// `Err` names an environment variable that its value needs and that is not set.
    pub value: Result<String, String>,
    /// Where `dormer.toml` says so.
    pub at: Location,
}

/// The variables of a target, for messages with its name.
#[derive(Debug, Clone, Copy)]
pub struct Variables<'a> {
    pub target: &'a str,
    pub values: &'a BTreeMap<String, Variable>,
}

/// Fills in the variables of one file. A text without any is not copied.
#[must_use]
pub fn fill(
    file: &FilePath,
    text: &Arc<str>,
    variables: Variables<'_>,
) -> (SourceText, Vec<Diagnostic>) {
    if !text.contains("${") {
        let source = SourceText {
            file: file.clone(),
            text: Arc::clone(text),
            origin: Vec::new(),
        };
        return (source, Vec::new());
    }
    let mut filling = Filling {
        file,
        text,
        variables,
        out: String::new(),
        origin: Vec::new(),
        diagnostics: Vec::new(),
    };
    filling.run();
    let source = SourceText {
        file: file.clone(),
        text: filling.out.into(),
        origin: filling.origin,
    };
    (source, filling.diagnostics)
}

struct Filling<'a> {
    file: &'a FilePath,
    text: &'a str,
    variables: Variables<'a>,
    out: String,
    origin: Vec<OriginPiece>,
    diagnostics: Vec<Diagnostic>,
}

impl Filling<'_> {
    fn run(&mut self) {
        let mut at = 0;
        self.out.reserve(self.text.len());
        while let Some(found) = self.text.get(at..).and_then(|rest| rest.find("${")) {
            let dollar = at + found;
            let before = self.text.get(at..dollar).unwrap_or("");
            let dollars = before.len() - before.trim_end_matches('$').len();
            if dollars % 2 == 1 {
                self.copy(at..dollar - 1);
                self.replace(dollar - 1..dollar + 2, "${");
                at = dollar + 2;
            } else {
                self.copy(at..dollar);
                at = self.variable(dollar);
            }
        }
        self.copy(at..self.text.len());
    }

    fn copy(&mut self, range: std::ops::Range<usize>) {
        self.out.push_str(self.text.get(range).unwrap_or(""));
    }

    fn replace(&mut self, on_disk: std::ops::Range<usize>, value: &str) {
        let start = self.out.len();
        self.out.push_str(value);
        self.origin.push(OriginPiece {
            rendered: Span::of(start..self.out.len()),
            on_disk: Span::of(on_disk),
        });
    }

    /// Handles the `${` at `start`; returns where to go on.
    fn variable(&mut self, start: usize) -> usize {
        let inside = self.text.get(start + 2..).unwrap_or("");
        let end = inside
            .find(['}', '\n', '\r', '$', '\'', '"'])
            .unwrap_or(inside.len());
        let name = inside.get(..end).unwrap_or("");
        let after = start + 2 + end;
        if !inside.get(end..).unwrap_or("").starts_with('}') {
            self.error(
                start..start + 2,
                "variable is not closed".to_owned(),
                "no } follows",
                |diagnostic| diagnostic.help("write $${ for a literal ${"),
            );
            self.copy(start..after);
            return after;
        }
        let whole = start..after + 1;
        if name.strip_prefix("secret:").is_some_and(is_name) {
            self.copy(whole);
            return after + 1;
        }
        if name.starts_with("env:") {
            self.error(
                whole.clone(),
                format!("${{{name}}} does not work in SQL text"),
                "the environment is for dormer.toml",
                |diagnostic| {
                    diagnostic.help(format!(
                        "put it into the target: vars = {{ name = \"${{{name}}}\" }}, and write ${{name}} here"
                    ))
                },
            );
            self.replace(whole, name.trim_start_matches("env:"));
            return after + 1;
        }
        let variables = self.variables;
        match variables.values.get(name) {
            Some(Variable {
                value: Ok(value), ..
            }) => self.replace(whole, value),
            Some(Variable {
                value: Err(unset),
                at,
            }) => {
                let message = format!("variable \"{name}\" needs {unset}, which is not set");
                self.error(whole.clone(), message, "used here", |diagnostic| {
                    diagnostic
                        .related(at.clone(), "defined here")
                        .help(format!("export {unset}=.."))
                });
                self.replace(whole, name);
            }
            None => {
                self.unknown(name, whole.clone());
                self.replace(whole, if is_name(name) { name } else { "" });
            }
        }
        after + 1
    }

    fn unknown(&mut self, name: &str, whole: std::ops::Range<usize>) {
        let Variables { target, values } = self.variables;
        if !is_name(name) {
            let message = format!("\"{name}\" is not a name of a variable");
            let label = "expected letters, digits and _";
            return self.error(whole, message, label, |diagnostic| {
                diagnostic.help("write $${ for a literal ${")
            });
        }
        let message = format!("variable \"{name}\" is not known");
        let label = format!("not in vars of target {target}");
        let meant = suggest(name, values.keys().map(String::as_str));
        let help = meant.map_or_else(
            || format!("add it to dormer.toml: [target.{target}] vars = {{ {name} = \"..\" }}"),
            |meant| format!("did you mean \"{meant}\"?"),
        );
        self.error(whole, message, &label, |diagnostic| diagnostic.help(help));
    }

    fn error(
        &mut self,
        on_disk: std::ops::Range<usize>,
        message: String,
        label: &str,
        more: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        let at = Location {
            file: self.file.clone(),
            span: Span::of(on_disk),
        };
        let diagnostic = Diagnostic::new(codes::UNKNOWN_VARIABLE, Severity::Error, message);
        self.diagnostics.push(more(diagnostic.at(at, label)));
    }
}

/// Tells whether a word can name a variable.
#[must_use]
pub fn is_name(word: &str) -> bool {
    let mut bytes = word.bytes();
    bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Fills `${env:NAME}` into a value of `dormer.toml`; the error names what is not set.
///
/// `${secret:NAME}` and everything else stay as they are, `$${` becomes `${`.
pub fn fill_environment(
    text: &str,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        if let Some(before) = before.strip_suffix('$') {
            out.push_str(before);
            out.push_str("${");
            rest = after.get(2..).unwrap_or("");
            continue;
        }
        out.push_str(before);
        let inside = after.get(2..).unwrap_or("").split_once('}');
        match inside.and_then(|(name, rest)| Some((name.strip_prefix("env:")?, rest))) {
            Some((name, following)) => {
                out.push_str(&environment(name).ok_or_else(|| name.to_owned())?);
                rest = following;
            }
            None => {
                out.push_str("${");
                rest = after.get(2..).unwrap_or("");
            }
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// How a placeholder of a secret begins.
const SECRET: &str = "${secret:";

/// The names of the secrets that a text holds placeholders for.
pub fn secrets(text: &str) -> impl Iterator<Item = &str> {
    let after = text.split(SECRET).skip(1);
    after
        .filter_map(|after| Some(after.split_once('}')?.0))
        .filter(|name| is_name(name))
}

/// Fills `${secret:NAME}` into a text that is about to run; the error names what is not known.
pub fn fill_secrets<'a>(
    text: &'a str,
    secret: &dyn Fn(&str) -> Option<String>,
) -> Result<Cow<'a, str>, String> {
    let mut parts = text.split(SECRET);
    let first = parts.next().unwrap_or_default();
    if first.len() == text.len() {
        return Ok(Cow::Borrowed(text));
    }
    let mut out = first.to_owned();
    for part in parts {
        match part.split_once('}').filter(|(name, _)| is_name(name)) {
            Some((name, rest)) => {
                out.push_str(&secret(name).ok_or_else(|| name.to_owned())?);
                out.push_str(rest);
            }
            None => {
                out.push_str(SECRET);
                out.push_str(part);
            }
        }
    }
    Ok(Cow::Owned(out))
}

/// What stands in a file for a secret.
#[must_use]
pub fn secret_placeholder(name: &str) -> String {
    format!("{SECRET}{name}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> (SourceText, Vec<Diagnostic>) {
        let variable = |value: &str| Variable {
            value: Ok(value.to_owned()),
            at: Location {
                file: FilePath::new("dormer.toml"),
                span: Span::default(),
            },
        };
        let values = BTreeMap::from([
            ("stage".to_owned(), variable("production")),
            ("empty".to_owned(), variable("")),
            ("x".to_owned(), variable("y")),
        ]);
        let variables = Variables {
            target: "dev",
            values: &values,
        };
        fill(&FilePath::new("a.sql"), &text.into(), variables)
    }

    #[test]
    fn values_are_filled_in_everywhere() {
        let (source, diagnostics) = filled("-- ${stage}\nSELECT '${stage}', a_${empty}b");
        assert_eq!(&*source.text, "-- production\nSELECT 'production', a_b");
        assert!(diagnostics.is_empty());
    }

    #[test]
    fn secrets_are_filled_in_and_what_is_missing_is_named() {
        let secret = |name: &str| (name == "KEY").then(|| "${secret:KEY}x".to_owned());
        let text = "a '${secret:KEY}' ${secret:no name} ${secret:KEY}${secret:";
        assert_eq!(secrets(text).collect::<Vec<_>>(), ["KEY", "KEY"]);
        assert_eq!(
            fill_secrets(text, &secret).unwrap(),
            "a '${secret:KEY}x' ${secret:no name} ${secret:KEY}x${secret:"
        );
        assert_eq!(
            fill_secrets("${secret:OTHER}", &secret).unwrap_err(),
            "OTHER"
        );
        assert!(matches!(fill_secrets("a", &secret), Ok(Cow::Borrowed("a"))));
    }

    #[test]
    fn dollar_quotes_stay_dollar_quotes() {
        assert_eq!(&*filled("$${x}").0.text, "${x}");
        assert_eq!(&*filled("$$${x}$$").0.text, "$$y$$");
        assert_eq!(&*filled("$$ {x} $$").0.text, "$$ {x} $$");
        assert_eq!(&*filled("$$$${x}").0.text, "$$${x}");
        assert_eq!(&*filled("${secret:KEY}").0.text, "${secret:KEY}");
    }

    #[test]
    fn places_after_a_value_lead_back_to_the_file() {
        let text = "SELECT ${stage} FROM t";
        let (source, _) = filled(text);
        let table = source.text.find(" t").unwrap() + 1;
        let at = source.location(Span::of(table..table + 1)).span;
        assert_eq!(at.slice(text), "t");
        let value = source.text.find("duct").unwrap();
        let at = source.location(Span::of(value..value + 4)).span;
        assert_eq!(at.slice(text), "${stage}");
    }

    #[test]
    fn mistakes_have_their_place() {
        let text = "a ${stge} ${open\nb ${env:HOME} ${a b}";
        let (_, diagnostics) = filled(text);
        let places: Vec<&str> = diagnostics
            .iter()
            .map(|found| found.primary.as_ref().unwrap().at.span.slice(text))
            .collect();
        assert_eq!(places, ["${stge}", "${", "${env:HOME}", "${a b}"]);
        assert_eq!(diagnostics[0].help, ["did you mean \"stage\"?"]);
    }

    #[test]
    fn the_environment_fills_values_of_the_configuration() {
        let environment = |name: &str| (name == "USER").then(|| "anna".to_owned());
        assert_eq!(
            fill_environment("${env:USER}_marts", &environment).unwrap(),
            "anna_marts"
        );
        assert_eq!(
            fill_environment("$${env:USER}", &environment).unwrap(),
            "${env:USER}"
        );
        assert_eq!(
            fill_environment("${env:HOME}", &environment).unwrap_err(),
            "HOME"
        );
    }

    proptest::proptest! {
        #[test]
        fn text_outside_of_values_keeps_its_place(
            parts in proptest::collection::vec("[a-z ]{1,5}|\\$\\{stage\\}|\\$\\{empty\\}|\\$\\$\\{|é\n|\\$\\{secret:K\\}", 0..20)
        ) {
            let text = parts.concat();
            let (source, _) = filled(&text);
            for (at, letter) in source.text.char_indices() {
                let span = Span::of(at..at + letter.len_utf8());
                let inside = source.origin.iter().any(|piece| piece.rendered.contains(span));
                let on_disk = source.location(span).span;
                proptest::prop_assert!(text.get(on_disk.range()).is_some());
                if !inside {
                    proptest::prop_assert_eq!(on_disk.slice(&text), span.slice(&source.text));
                }
            }
        }

        #[test]
        fn any_text_is_filled_in_without_panic(text in "[$\\{\\}a-z:\n]*|.*") {
            let (source, _) = filled(&text);
            let whole = source.location(Span::of(0..source.text.len())).span;
            proptest::prop_assert!(text.get(whole.range()).is_some());
        }
    }
}
