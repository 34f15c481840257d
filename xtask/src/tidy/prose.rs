//! The words of a text that are said to a reader: Markdown without code, links and comments; names cut into words.

/// One word in lower case and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) line: usize,
}

/// The words of Markdown prose; fenced and inline code, link targets, addresses and comments are none.
pub(super) fn markdown(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut fence: Option<&str> = None;
    let mut comment = false;
    for (index, line) in text.lines().enumerate() {
        let begin = line.trim_start();
        let mark = ["```", "~~~"]
            .into_iter()
            .find(|mark| begin.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (Some(_), _) => {}
            (None, None) => {
                let said = without_comments(line, &mut comment);
                let said = without_links(&without_code(&said));
                words.extend(split(&said).map(|text| Word {
                    text,
                    line: index + 1,
                }));
            }
        }
    }
    words
}

fn without_comments(line: &str, inside: &mut bool) -> String {
    let mut said = String::new();
    let mut rest = line;
    loop {
        let mark = if *inside { "-->" } else { "<!--" };
        let (before, after) = match rest.split_once(mark) {
            Some((before, after)) => (before, Some(after)),
            None => (rest, None),
        };
        if !*inside {
            said.push_str(before);
        }
        match after {
            Some(after) => rest = after,
            None => return said,
        }
        *inside = !*inside;
    }
}

/// Drops what stands between backticks; a backtick without its second is a backtick.
fn without_code(line: &str) -> String {
    let pieces: Vec<&str> = line.split('`').collect();
    let closed = pieces.len() - pieces.len().saturating_sub(1) % 2;
    let said = pieces
        .iter()
        .enumerate()
        .filter(|(index, _)| index % 2 == 0 || *index >= closed);
    said.map(|(_, piece)| *piece)
        .collect::<Vec<_>>()
        .join(" ; ")
}

fn without_links(line: &str) -> String {
    let mut said = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("](") {
        said.push_str(before);
        said.push_str("] ");
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    said.push_str(rest);
    let words = said.split_whitespace().filter(|word| !word.contains("://"));
    words.collect::<Vec<_>>().join(" ")
}

/// The words of a name, of whatever style: `ObjectName`, `object_name`, `OBJECT_NAME`, `object-name`.
pub(super) fn split(text: &str) -> impl Iterator<Item = String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let follows_small = before.is_lowercase() || before.is_numeric();
        let ends_capitals =
            before.is_uppercase() && rest.peek().is_some_and(|next| next.is_lowercase());
        if !character.is_alphanumeric()
            || (character.is_uppercase() && (follows_small || ends_capitals))
        {
            words.push(std::mem::take(&mut word));
        }
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        }
        before = character;
    }
    words.push(word);
    words.into_iter().filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        markdown(text)
            .into_iter()
            .map(|word| word.text)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn code_links_and_comments_are_not_prose() {
        assert_eq!(
            said("a `b` c\n```sql\nd\n```\ne\n~~~\nf\n```\n~~~\ng"),
            "a c e g"
        );
        assert_eq!(said("[a](b/c.md) d https://e.f/g h"), "a d h");
        assert_eq!(said("a <!-- b --> c <!-- d\ne --> f"), "a c f");
        assert_eq!(said("a ` b"), "a b");
    }

    #[test]
    fn names_are_cut_into_words() {
        for name in ["ObjectName", "object_name", "OBJECT_NAME", "object-name"] {
            assert_eq!(
                split(name).collect::<Vec<_>>(),
                ["object", "name"],
                "{name}"
            );
        }
        assert_eq!(
            split("SQLText2Tree").collect::<Vec<_>>(),
            ["sql", "text2", "tree"]
        );
    }

    #[test]
    fn lines_are_counted_through_fences() {
        assert_eq!(markdown("```\n\n```\na")[0].line, 4);
    }
}
