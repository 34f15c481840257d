//! DM0127: a materialized view that every refresh has to compute as a whole.
//!
//! Found by the words of the query. What the engine decides by the plan of the query is not seen
//! here: its own catalog tells it once the view exists.

use std::collections::BTreeMap;

use dormer_sql::Span;
use dormer_sql::lex::{Token, TokenKind};
use rayon::prelude::*;

use super::body::Body;
use super::{Check, Context, facts};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::kind::ObjectKind;
use crate::model::name::ObjectName;
use crate::model::object::Object;
use crate::project::settings::RefreshMode;

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0127"),
    name: "full-recompute",
    summary: "a query that the engine cannot refresh incrementally",
    text: concat!(
        r#"Redshift brings in only what changed when the query is simple enough: inner joins, WHERE, GROUP BY, and the
aggregates SUM, COUNT, MIN, MAX and AVG. Everything else is computed as a whole at every refresh: outer joins,
set operations, window functions, DISTINCT inside an aggregate, LISTAGG, MEDIAN and their like, subqueries
outside FROM, and whatever reads such a view.

```sql
CREATE MATERIALIZED VIEW marts.orders_daily AS
SELECT day, count(DISTINCT customer_id) AS customers FROM sub.orders GROUP BY day;
```

Better, where the numbers allow it: keep what can be counted up in the materialized view, and the rest in a
view that reads it.

```sql
CREATE MATERIALIZED VIEW marts.orders_by_customer AS
SELECT day, customer_id, count(*) AS orders FROM sub.orders GROUP BY day, customer_id;

CREATE VIEW marts.orders_daily AS
SELECT day, count(*) AS customers FROM marts.orders_by_customer GROUP BY day;
```
"#,
        off!("DM0127")
    ),
    severity: Severity::Warning,
    run,
};

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let project = context.project;
    if !facts::of(project.target.dialect).incremental_refresh {
        return Vec::new();
    }
    let reasons: BTreeMap<&ObjectName, Vec<(Span, &'static str)>> = project
        .catalog
        .objects
        .par_iter()
        .filter(|(_, object)| object.kind == ObjectKind::MaterializedView)
        .filter_map(|(name, object)| {
            let body = Body::of(object, project.target.dialect)?;
            let found = Words::of(object).reasons(&body);
            (!found.is_empty()).then_some((name, found))
        })
        .collect();
    let above = above(context, reasons.keys().copied().collect());
    let objects = project.catalog.objects.values();
    objects
        .filter(|object| is_refreshed(context, object))
        .filter_map(|object| match reasons.get(&object.name) {
            Some(found) => of_words(object, found),
            None => of_below(context, object, above.get(&object.name)?),
        })
        .collect()
}

fn is_refreshed(context: &Context<'_>, object: &Object) -> bool {
    let settings = context.project.settings.get(&object.name);
    object.kind == ObjectKind::MaterializedView
        && settings.is_none_or(|settings| settings.refresh_mode.value != RefreshMode::Never)
}

fn finding(object: &Object) -> Diagnostic {
    CHECK.finding(format!(
        "every refresh of {} computes all of it",
        object.name
    ))
}

fn of_words(object: &Object, found: &[(Span, &'static str)]) -> Option<Diagnostic> {
    let ((span, why), others) = found.split_first()?;
    let first = finding(object).at(object.location(*span), *why);
    Some(others.iter().fold(first, |finding, (span, why)| {
        finding.related(object.location(*span), *why)
    }))
}

fn of_below(context: &Context<'_>, object: &Object, below: &ObjectName) -> Option<Diagnostic> {
    let key = (object.name.clone(), below.clone());
    let at = context.graph.edges.get(&key)?.at.first()?;
    Some(finding(object).at(at.clone(), format!("{below} is computed as a whole itself")))
}

/// The materialized views that read one of these, at any distance, each with the one it reads.
fn above<'a>(
    context: &Context<'a>,
    mut wave: Vec<&'a ObjectName>,
) -> BTreeMap<&'a ObjectName, &'a ObjectName> {
    let objects = &context.project.catalog.objects;
    let mut above: BTreeMap<&ObjectName, &ObjectName> = BTreeMap::new();
    while let Some(name) = wave.pop() {
        for reader in context.graph.readers.get(name).into_iter().flatten() {
            let kind = objects.get(reader).map(|object| object.kind);
            if kind == Some(ObjectKind::MaterializedView) && !above.contains_key(reader) {
                above.insert(reader, name);
                wave.push(reader);
            }
        }
    }
    above
}

/// The longest word that is looked for.
const LONGEST: usize = 16;

struct Words<'a> {
    text: &'a str,
}

impl<'a> Words<'a> {
    fn of(object: &'a Object) -> Self {
        Self {
            text: &object.source.text,
        }
    }

    fn is(&self, token: Option<Token>, word: &str) -> bool {
        token.is_some_and(|token| token.is_word(self.text, word))
    }

    fn is_one_of(&self, token: Option<Token>, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(token, word))
    }

    /// Each reason once, at its first place.
    fn reasons(&self, body: &Body<'_>) -> Vec<(Span, &'static str)> {
        let grouped = body.pair("group", "by").is_some();
        let mut reasons: Vec<(Span, &'static str)> = Vec::new();
        for [before, token, after] in body.neighbours() {
            let Some(token) = token else { continue };
            let why = match token.kind {
                TokenKind::Word => self.of_word(token, [before, after], grouped),
                TokenKind::OpenParen => self.of_subquery([before, after]),
                _ => None,
            };
            if let Some(why) = why
                && !reasons.iter().any(|(_, other)| *other == why)
            {
                reasons.push((token.span, why));
            }
        }
        reasons
    }

    fn of_word(
        &self,
        word: Token,
        [before, after]: [Option<Token>; 2],
        grouped: bool,
    ) -> Option<&'static str> {
        let opens = |token: Option<Token>| token.is_some_and(|t| t.kind == TokenKind::OpenParen);
        let mut letters = [0; LONGEST];
        match lower(word.text(self.text), &mut letters)? {
            "left" | "right" | "full" => self
                .is_one_of(after, &["join", "outer"])
                .then_some("an outer join"),
            "intersect" | "except" | "minus" => Some("a set operation"),
            "union" => (grouped || !self.is(after, "all")).then_some("a set operation"),
            "over" => opens(after).then_some("a window function"),
            "distinct" => opens(before).then_some("an aggregate over DISTINCT values"),
            "approximate" => Some("an aggregate that cannot be counted up"),
            "median" | "percentile_cont" | "percentile_disc" | "listagg" | "stddev"
            | "stddev_pop" | "stddev_samp" | "variance" | "var_pop" | "var_samp" => {
                opens(after).then_some("an aggregate that cannot be counted up")
            }
            _ => None,
        }
    }

    fn of_subquery(&self, [before, after]: [Option<Token>; 2]) -> Option<&'static str> {
        const BEFORE: [&str; 11] = [
            "in", "exists", "any", "all", "some", "not", "where", "and", "or", "select", "when",
        ];
        let compares = before.is_some_and(|before| before.kind == TokenKind::Operator)
            || self.is_one_of(before, &BEFORE);
        let is_query = self.is_one_of(after, &["select", "with"]);
        (is_query && compares).then_some("a subquery outside FROM")
    }
}

/// The word in lower case; none for one that is longer than all that are looked for.
fn lower<'a>(word: &str, letters: &'a mut [u8; LONGEST]) -> Option<&'a str> {
    let letters = letters.get_mut(..word.len())?;
    letters.copy_from_slice(word.as_bytes());
    letters.make_ascii_lowercase();
    std::str::from_utf8(letters).ok()
}
