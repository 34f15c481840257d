//! The patterns of rules: which objects a `[[rule]]` is for.

use crate::model::kind::ObjectKind;
use crate::model::name::ObjectName;

/// A pattern as read from `match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// A glob on `schema.name`; without a dot, on the name in any schema.
    Name(String),
    Tag(String),
    /// A folder or file from the project's folder, or a glob on the whole path.
    Path(String),
    Kind(ObjectKind),
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
        let Some((word, rest)) = text.split_once(':') else {
            if text.is_empty() || text.contains(char::is_whitespace) {
                return Err("expected a glob such as \"marts.*\"".to_owned());
            }
            return Ok(Self::Name(text.to_ascii_lowercase()));
        };
        match word {
            _ if rest.is_empty() => Err(format!("nothing follows \"{word}:\"")),
            "tag" => Ok(Self::Tag(rest.to_owned())),
            "path" => {
                let path = rest.trim_start_matches("./").trim_end_matches('/');
                Ok(Self::Path(path.to_owned()))
            }
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
            Self::Name(glob) if glob.contains('.') => subject
                .names
                .iter()
                .any(|name| glob_matches(glob, &format!("{}.{}", name.schema, name.name))),
            Self::Name(glob) => subject
                .names
                .iter()
                .any(|name| glob_matches(glob, &name.name)),
            Self::Tag(tag) => subject.tags.contains(tag),
            Self::Path(path) if path.contains(['*', '?']) => glob_matches(path, subject.path),
            Self::Path(path) => subject
                .path
                .strip_prefix(path.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
            Self::Kind(kind) => subject.kind == *kind,
        }
    }
}

/// Matches `*` (any run of characters) and `?` (any one), in time linear in the product of both.
#[must_use]
pub fn glob_matches(glob: &str, text: &str) -> bool {
    let glob: Vec<char> = glob.chars().flat_map(char::to_lowercase).collect();
    let text: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    let (mut at, mut seen) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(letter) = text.get(seen) {
        match glob.get(at) {
            Some('*') => {
                star = Some((at, seen));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || wanted == letter => {
                at += 1;
                seen += 1;
            }
            _ => match star {
                Some((star_at, star_seen)) => {
                    star = Some((star_at, star_seen + 1));
                    at = star_at + 1;
                    seen = star_seen + 1;
                }
                None => return false,
            },
        }
    }
    glob.iter().skip(at).all(|letter| *letter == '*')
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
