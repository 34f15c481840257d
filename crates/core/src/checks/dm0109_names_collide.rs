//! DM0109: two names of one schema that the engine cannot tell apart.

use std::borrow::Cow;

use dormer_sql::Ident;

use super::dm0108_name_too_long::cut;
use super::{Check, Context, facts};
use crate::diagnostic::{Code, Diagnostic, Location, Severity};
use crate::model::kind::ObjectKind;
use crate::model::object::Object;

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0109"),
    name: "names-collide",
    summary: "two names of one schema that become the same name",
    text: concat!(
        r#"Objects and indexes of a schema share one set of names. Two of them are the same name to the engine: written
twice, equal in the bytes that are left when a long name is cut, or equal after folding. The second CREATE
fails, or, with IF NOT EXISTS, silently does nothing.

```sql
-- views/marts/orders_daily.sql
CREATE UNIQUE INDEX orders_key ON marts.orders_daily (day);
-- views/marts/orders_weekly.sql
CREATE UNIQUE INDEX orders_key ON marts.orders_weekly (week);
```

Better:

```sql
CREATE UNIQUE INDEX orders_daily_key ON marts.orders_daily (day);
CREATE UNIQUE INDEX orders_weekly_key ON marts.orders_weekly (week);
```

Names that differ in letter case only are a warning: the engine keeps them apart, people do not.
"#,
        off!("DM0109")
    ),
    severity: Severity::Error,
    run,
};

/// One name with where it stands.
struct Named<'a> {
    words: &'static str,
    name: &'a str,
    object: &'a Object,
    written: Option<&'a Ident>,
}

impl Named<'_> {
    fn schema(&self) -> &str {
        &self.object.name.schema
    }

    fn location(&self) -> Location {
        let span = self
            .written
            .map_or(self.object.written.span, |name| name.span);
        self.object.location(span)
    }
}

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let dialect = context.project.target.dialect;
    let facts = facts::of(dialect);
    let limit = dialect.rules().name_bytes.filter(|_| facts.cuts_names);
    let limit = limit.unwrap_or(usize::MAX);
    let engine = Engine {
        name: facts.name,
        limit,
    };
    let mut all: Vec<(Cow<'_, str>, Named<'_>)> = context
        .project
        .catalog
        .objects
        .values()
        .flat_map(names)
        .map(|named| (lower(cut(named.name, limit)), named))
        .collect();
    // The objects come sorted by name, so this is little work; it keeps their order.
    all.sort_by(|(a, first), (b, second)| (first.schema(), a).cmp(&(second.schema(), b)));
    let mut findings = Vec::new();
    for alike in all.chunk_by(|(a, first), (b, second)| first.schema() == second.schema() && a == b)
    {
        for (index, (_, named)) in alike.iter().enumerate().skip(1) {
            let mut before = alike.iter().take(index).map(|(_, other)| other);
            let kept = cut(named.name, limit);
            let same = before.clone().find(|other| cut(other.name, limit) == kept);
            findings.extend(match same {
                Some(first) => Some(collision(first, named, &engine)),
                None => before.next_back().map(|first| case_only(first, named)),
            });
        }
    }
    findings
}

/// What cuts a name.
struct Engine {
    name: &'static str,
    limit: usize,
}

/// The object's own name and those of its indexes.
fn names(object: &Object) -> impl Iterator<Item = Named<'_>> {
    let own = (object.kind != ObjectKind::Function).then(|| Named {
        words: object.kind.words(),
        name: &object.name.name,
        object,
        written: object.written.parts.last(),
    });
    let indexes = object.companions.indexes.iter();
    let indexes = indexes.filter_map(move |index| {
        let written = index.index.name.as_ref()?.parts.last()?;
        Some(Named {
            words: "index",
            name: &written.value,
            object,
            written: Some(written),
        })
    });
    own.into_iter().chain(indexes)
}

fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

fn collision(first: &Named<'_>, second: &Named<'_>, engine: &Engine) -> Diagnostic {
    let schema = second.schema();
    let other = match first.words {
        words if words == second.words => "another",
        "index" => "an",
        _ => "a",
    };
    let finding = CHECK
        .finding(format!(
            "{} {} has the name of {other} {} in schema {schema}",
            second.words, second.name, first.words
        ))
        .at(second.location(), "taken already")
        .related(first.location(), "here it is taken first");
    if first.name == second.name {
        finding
    } else {
        let Engine { name, limit } = engine;
        let kept = cut(second.name, *limit);
        finding.note(format!(
            "{name} cuts names at {limit} bytes: both are called {kept}"
        ))
    }
}

fn case_only(first: &Named<'_>, second: &Named<'_>) -> Diagnostic {
    CHECK
        .warning(format!(
            "the names {} and {} differ in letter case only",
            first.name, second.name
        ))
        .at(second.location(), "needs its quotes in every query")
        .related(first.location(), "the other one")
}
