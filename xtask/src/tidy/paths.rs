//! The module paths that a file names: every `use` tree flattened, and every path in an expression.

/// A path as written, where it stands, and the modules of this file that are open around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) offset: usize,
    pub(super) inside: Vec<String>,
    pub(super) segments: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    Separator,
    Sign(char),
}

/// Finds the paths of two or more segments in blanked code.
pub(super) fn named(code: &str) -> Vec<Named> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut modules: Vec<(String, usize)> = Vec::new();
    let (mut depth, mut at) = (0_usize, 0);
    while let Some((offset, token)) = tokens.get(at).copied() {
        match token {
            Token::Word("mod") => {
                if let (Some((_, Token::Word(name))), Some((_, Token::Sign('{')))) =
                    (tokens.get(at + 1), tokens.get(at + 2))
                {
                    modules.push(((*name).to_owned(), depth));
                }
            }
            Token::Sign('{') => depth += 1,
            Token::Sign('}') => {
                depth = depth.saturating_sub(1);
                modules.pop_if(|(_, opened)| *opened == depth);
            }
            Token::Word(_)
                if tokens
                    .get(at + 1)
                    .is_some_and(|(_, next)| *next == Token::Separator) =>
            {
                let mut flat = Vec::new();
                at = tree(&tokens, at, &mut Vec::new(), &mut flat);
                let inside: Vec<String> = modules.iter().map(|(name, _)| name.clone()).collect();
                found.extend(flat.into_iter().map(|segments| Named {
                    offset,
                    inside: inside.clone(),
                    segments,
                }));
                continue;
            }
            Token::Word(_) | Token::Separator | Token::Sign(_) => {}
        }
        at += 1;
    }
    found
}

/// Reads one path or group from `at` on, adds what it names, and gives the place behind it.
fn tree(
    tokens: &[(usize, Token<'_>)],
    mut at: usize,
    before: &mut Vec<String>,
    found: &mut Vec<Vec<String>>,
) -> usize {
    let length = before.len();
    loop {
        match tokens.get(at).map(|(_, token)| *token) {
            Some(Token::Word(word)) => before.push(word.to_owned()),
            Some(Token::Sign('*')) if before.len() > length => before.push("*".to_owned()),
            Some(Token::Sign('{')) if before.len() > length => {
                at += 1;
                while let Some((_, token)) = tokens.get(at).copied() {
                    match token {
                        Token::Sign('}') => {
                            at += 1;
                            break;
                        }
                        Token::Word("as") => at += 2,
                        Token::Word(_) => at = tree(tokens, at, before, found),
                        Token::Sign(_) | Token::Separator => at += 1,
                    }
                }
                before.truncate(length);
                return at;
            }
            // A turbofish or the end: the path so far is what is named.
            _ => break,
        }
        at += 1;
        if tokens
            .get(at)
            .is_none_or(|(_, token)| *token != Token::Separator)
        {
            break;
        }
        at += 1;
    }
    found.push(before.clone());
    before.truncate(length);
    at
}

fn tokens(code: &str) -> Vec<(usize, Token<'_>)> {
    let mut found = Vec::new();
    let mut rest = code.char_indices().peekable();
    while let Some((start, character)) = rest.next() {
        if character.is_alphanumeric() || character == '_' {
            let mut end = start + character.len_utf8();
            while let Some((at, next)) =
                rest.next_if(|(_, next)| next.is_alphanumeric() || *next == '_')
            {
                end = at + next.len_utf8();
            }
            found.push((start, Token::Word(code.get(start..end).unwrap_or_default())));
        } else if character == ':' && rest.next_if(|(_, next)| *next == ':').is_some() {
            found.push((start, Token::Separator));
        } else if !character.is_whitespace() {
            found.push((start, Token::Sign(character)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str) -> Vec<String> {
        named(code)
            .into_iter()
            .map(|named| named.segments.join("::"))
            .collect()
    }

    #[test]
    fn use_trees_are_flattened() {
        let code = "use crate::{graph::{build, order::*}, plan as p, self};";
        assert_eq!(
            shown(code),
            [
                "crate::graph::build",
                "crate::graph::order::*",
                "crate::plan",
                "crate::self"
            ]
        );
    }

    #[test]
    fn paths_in_expressions_and_turbofish_are_named() {
        assert_eq!(
            shown("let a = super::b::c::<crate::d::E>();"),
            ["super::b::c", "crate::d::E"]
        );
    }

    #[test]
    fn modules_of_the_file_are_known() {
        let found = named("mod tests { fn a() { super::b::c(); } } use super::d::e;");
        assert_eq!(found[0].inside, ["tests"]);
        assert!(found[1].inside.is_empty());
    }

    #[test]
    fn single_colons_and_visibility_are_no_paths() {
        assert!(shown("pub(crate) fn a(b: c) -> d {}").is_empty());
    }
}
