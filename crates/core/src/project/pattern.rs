//! Patterns: which objects a `[[rule]]` and a selector are for.
//!
//! **One meaning everywhere:** in names, tags and paths `*` is any run of letters and `?` any one. A
//! name is compared part by part from its end, whatever the case of its letters; a part in quotes
//! is meant exactly. A path is that of a file or of a folder that it lies in.

use crate::model::kind::ObjectKind;
use crate::model::name::ObjectName;

/// A pattern as read from `match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// A glob on `schema.name`; without a dot, on the name in any schema.
    Name(NameGlob),
    Tag(String),
    /// A folder or file from the project's folder.
    Path(String),
    Kind(ObjectKind),
}

/// A glob on the last parts of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameGlob {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// In lower case.
    Glob(String),
    /// What stood in quotes.
    Exact(String),
}

impl NameGlob {
    /// Reads up to three parts; none where one is empty or a quote is not closed.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        loop {
            let after = if let Some(quoted) = rest.strip_prefix('"') {
                let (inside, after) = quoted_part(quoted)?;
                parts.push(Part::Exact(inside));
                after
            } else {
                let end = rest.find('.').unwrap_or(rest.len());
                let (part, after) = rest.split_at_checked(end)?;
                if part.is_empty() || part.contains(|c: char| c == '"' || c.is_whitespace()) {
                    return None;
                }
                parts.push(Part::Glob(part.to_ascii_lowercase()));
                after
            };
            if after.is_empty() {
                return (parts.len() <= 3).then_some(Self { parts });
            }
            rest = after.strip_prefix('.')?;
        }
    }

    /// Tells whether it has a letter that stands for others.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let open = |part: &Part| matches!(part, Part::Glob(glob) if glob.contains(['*', '?']));
        self.parts.iter().any(open)
    }

    /// Compares the parts with the last parts of a name.
    #[must_use]
    pub fn matches(&self, name: &ObjectName) -> bool {
        let own = [
            Some(name.name.as_str()),
            Some(name.schema.as_str()),
            name.database.as_deref(),
        ];
        let mut own = own.into_iter().flatten();
        self.parts.iter().rev().all(|part| {
            own.next().is_some_and(|own| match part {
                Part::Glob(glob) => glob_matches(glob, &own.to_ascii_lowercase()),
                Part::Exact(exact) => exact == own,
            })
        })
    }
}

/// Reads to the closing quote; two stand for one.
fn quoted_part(text: &str) -> Option<(String, &str)> {
    let mut inside = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('"')?;
        inside.push_str(before);
        match after.strip_prefix('"') {
            Some(after) => {
                inside.push('"');
                rest = after;
            }
            None if inside.is_empty() => return None,
            None => return Some((inside, after)),
        }
    }
}

/// What a pattern looks at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Under every name that the object has: as declared, and as the target calls it.
    pub names: &'a [ObjectName],
    pub path: &'a str,
    pub kind: ObjectKind,
    pub tags: &'a [String],
}

impl Pattern {
    /// Reads a pattern; the error says what is accepted.
    pub fn parse(text: &str) -> Result<Self, String> {
        let method = text.split_once(':').filter(|_| !text.contains('"'));
        let Some((word, rest)) = method else {
            let glob = NameGlob::parse(text);
            return glob
                .map(Self::Name)
                .ok_or_else(|| "expected a glob such as \"marts.*\"".to_owned());
        };
        match word {
            _ if rest.is_empty() => Err(format!("nothing follows \"{word}:\"")),
            "tag" => Ok(Self::Tag(rest.to_owned())),
            "path" => Ok(Self::Path(path_of(rest).to_owned())),
            "kind" => ObjectKind::parse(rest).map(Self::Kind).ok_or_else(|| {
                let kinds: Vec<_> = ObjectKind::ALL.iter().map(|kind| kind.as_str()).collect();
                format!("expected one of mv, {}", kinds.join(", "))
            }),
            _ => Err(format!(
                "\"{word}:\" is not known; expected a glob on schema.name, tag:x, path:dir or kind:mv"
            )),
        }
    }

    #[must_use]
    pub fn matches(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::Name(glob) => subject.names.iter().any(|name| glob.matches(name)),
            Self::Tag(tag) => subject.tags.iter().any(|own| glob_matches(tag, own)),
            Self::Path(path) => lies_in(subject.path, path),
            Self::Kind(kind) => subject.kind == *kind,
        }
    }
}

/// A path as people write it, as that of a file or folder.
#[must_use]
pub fn path_of(text: &str) -> &str {
    text.trim_start_matches("./").trim_end_matches('/')
}

/// A path and all folders above it.
pub fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| {
        path.rsplit_once('/').map(|(folder, _)| folder)
    })
}

/// Tells whether a file is what a pattern means, or lies in such a folder.
#[must_use]
pub fn lies_in(path: &str, wanted: &str) -> bool {
    prefixes(path).any(|prefix| glob_matches(wanted, prefix))
}

/// Compares a pattern with `*` and `?` with a text, in time that grows with their product at most.
#[must_use]
pub fn glob_matches(pattern: &str, text: &str) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    // Where to go on when the letters after the last `*` do not fit: one letter further.
    let mut retry = None;
    loop {
        let (before, letter) = (text.clone(), text.next());
        let wanted = pattern.next();
        if wanted == Some('*') {
            text = before;
            retry = Some((pattern.clone(), text.clone()));
        } else if letter.is_none() && wanted.is_none() {
            return true;
        } else if letter.is_none() || (wanted != Some('?') && wanted != letter) {
            let Some((after_star, from)) = retry.as_mut() else {
                return false;
            };
            if from.next().is_none() {
                return false;
            }
            (pattern, text) = (after_star.clone(), from.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_whole_names() {
        assert!(glob_matches("marts.*", "marts.orders_daily"));
        assert!(glob_matches("*_daily", "orders_daily"));
        assert!(glob_matches("a*b*c", "axxbyyc"));
        assert!(glob_matches("?rders", "orders"));
        assert!(!glob_matches("marts.*", "mart.orders"));
        assert!(!glob_matches("a*b", "axxbx"));
        assert!(glob_matches("*", ""));
    }

    #[test]
    fn patterns_say_what_they_accept() {
        assert_eq!(
            Pattern::parse("kind:mv"),
            Ok(Pattern::Kind(ObjectKind::MaterializedView))
        );
        assert!(
            Pattern::parse("kind:model")
                .unwrap_err()
                .contains("materialized-view")
        );
        assert!(Pattern::parse("state:modified").is_err());
        assert!(Pattern::parse("tag:").is_err());
        assert_eq!(
            Pattern::parse("path:./views/marts/"),
            Ok(Pattern::Path("views/marts".into()))
        );
    }

    #[test]
    fn names_match_part_by_part() {
        let matches = |glob: &str, name: &ObjectName| NameGlob::parse(glob).unwrap().matches(name);
        let plain = ObjectName::new("marts", "orders");
        let quoted = ObjectName::new("Marts", "orders.all");
        assert!(matches("marts.orders", &plain));
        assert!(matches("MARTS.o?ders", &plain));
        assert!(matches("orders", &plain));
        assert!(!matches("mart*s", &plain));
        assert!(matches("marts.*", &quoted));
        assert!(matches("\"Marts\".*", &quoted));
        assert!(!matches("\"Marts\".*", &plain));
        assert!(matches("\"orders.all\"", &quoted));
        for wrong in ["", "a.", ".a", "a b", "\"a", "\"\"", "a\"b\"", "a.b.c.d"] {
            assert_eq!(NameGlob::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn paths_match_whole_parts() {
        let subject = |path| Subject {
            names: &[],
            path,
            kind: ObjectKind::View,
            tags: &[],
        };
        let pattern = Pattern::Path("views/marts".into());
        assert!(pattern.matches(&subject("views/marts/a.sql")));
        assert!(!pattern.matches(&subject("views/marts2/a.sql")));
    }
}
