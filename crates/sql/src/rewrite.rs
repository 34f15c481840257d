//! Text with other words in chosen places, and every other byte as it was.

use std::fmt;

use crate::span::Span;

/// One place and what stands there afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub span: Span,
    pub replacement: String,
}

/// Edits that have no single meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RewriteError {
    /// Two edits touch the same bytes, or two insert at one place.
    Overlap { first: Span, second: Span },
    /// The span does not stand in the text that is rewritten, or cuts a character.
    Outside { span: Span },
}

impl fmt::Display for RewriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overlap { first, second } => write!(
                f,
                "edits overlap at bytes {}..{} and {}..{}",
                first.start, first.end, second.start, second.end
            ),
            Self::Outside { span } => {
                write!(f, "bytes {}..{} are not in the text", span.start, span.end)
            }
        }
    }
}

impl std::error::Error for RewriteError {}

/// Writes the text of the span with the edits applied; they may come in any order.
///
/// # Errors
/// [`RewriteError`] when edits overlap or do not stand in the span.
pub fn rewrite(text: &str, span: Span, edits: &[Edit]) -> Result<String, RewriteError> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| edit.span);
    let added: usize = sorted.iter().map(|edit| edit.replacement.len()).sum();
    let mut out = String::with_capacity(span.len() as usize + added);
    let mut at = span.start;
    let mut last: Option<Span> = None;
    for edit in sorted {
        if let Some(first) = last.filter(|last| edit.span.start < at || *last == edit.span) {
            let second = edit.span;
            return Err(RewriteError::Overlap { first, second });
        }
        let outside = RewriteError::Outside { span: edit.span };
        let fits = span.contains(edit.span) && text.get(edit.span.range()).is_some();
        let before = Span::new(at, edit.span.start);
        let kept = text.get(before.range()).filter(|_| fits);
        out.push_str(kept.ok_or(outside)?);
        out.push_str(&edit.replacement);
        at = edit.span.end;
        last = Some(edit.span);
    }
    let rest = text.get(at as usize..span.end as usize);
    out.push_str(rest.ok_or(RewriteError::Outside { span })?);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edit(start: u32, end: u32, replacement: &str) -> Edit {
        Edit {
            span: Span::new(start, end),
            replacement: replacement.to_owned(),
        }
    }

    #[test]
    fn edits_touch_only_their_bytes() {
        let text = "-- a\nselect a from a;";
        let span = Span::new(5, 20);
        let edits = [edit(19, 20, "s.b"), edit(12, 13, "")];
        assert_eq!(rewrite(text, span, &edits).unwrap(), "select  from s.b");
        assert_eq!(
            rewrite(text, span, &[edit(5, 5, "x ")]).unwrap(),
            "x select a from a"
        );
    }

    #[test]
    fn bad_edits_are_values() {
        let text = "sélect a";
        let whole = Span::of(0..text.len());
        let overlap = |a, b| {
            matches!(
                rewrite(text, whole, &[a, b]),
                Err(RewriteError::Overlap { .. })
            )
        };
        assert!(overlap(edit(3, 5, "x"), edit(4, 6, "y")));
        assert!(overlap(edit(3, 5, "x"), edit(3, 5, "y")));
        assert!(overlap(edit(3, 3, "x"), edit(3, 3, "y")));
        assert!(!overlap(edit(3, 5, "x"), edit(5, 6, "y")));
        let outside = |edit| {
            matches!(
                rewrite(text, whole, &[edit]),
                Err(RewriteError::Outside { .. })
            )
        };
        assert!(outside(edit(2, 4, "x")));
        assert!(outside(edit(8, 99, "x")));
        assert!(outside(edit(5, 3, "x")));
    }

    proptest! {
        #[test]
        fn no_edits_change_nothing(text in ".*") {
            let whole = Span::of(0..text.len());
            prop_assert_eq!(rewrite(&text, whole, &[]), Ok(text));
        }

        #[test]
        fn any_edits_answer_without_panic(
            text in ".{0,20}",
            spans in proptest::collection::vec((0..30_u32, 0..30_u32), 0..5),
        ) {
            let edits: Vec<Edit> = spans.into_iter().map(|(a, b)| edit(a, b, "x")).collect();
            let _ = rewrite(&text, Span::of(0..text.len()), &edits);
        }
    }
}
