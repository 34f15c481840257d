//! DM0108: names over the engine's limit in bytes, alone or with the suffix of a generation.

use dormer_sql::Ident;

use super::facts::{self, Facts};
use super::{Check, Context};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::kind::ObjectKind;
use crate::model::object::Object;

/// The bytes that a generation adds to a name: two underscores and eight characters.
const GENERATION_SUFFIX: usize = 10;

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0108"),
    name: "name-too-long",
    summary: "a name that is longer than the engine allows, in bytes",
    text: concat!(
        r#"Engines count the **bytes** of a name: 63 on PostgreSQL, 127 on Redshift, 255 on Materialize. PostgreSQL and
Redshift cut a longer name without an error, so the object is called something that no file says, and two
long names can become one. Materialize refuses it. Letters beyond ASCII take two bytes and more.

```sql
CREATE VIEW marts.revenue_per_shop_and_day_with_returns_and_discounts_and_shipping_costs AS SELECT 1 AS id;
```

Better:

```sql
CREATE VIEW marts.revenue_per_shop_and_day AS SELECT 1 AS id;
```

A new generation is built beside the old one under the name with ten bytes more, such as
`orders__k3v9q2ma`. Where that does not fit, Dormer shortens the name of the generation, which stays
unique; the finding is then only a warning, because such names are hard to recognise in the target.
"#,
        off!("DM0108")
    ),
    severity: Severity::Error,
    run,
};

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let dialect = context.project.target.dialect;
    let Some(limit) = dialect.rules().name_bytes else {
        return Vec::new();
    };
    let facts = facts::of(dialect);
    let mut findings = Vec::new();
    for object in context.project.catalog.objects.values() {
        let look = Look {
            object,
            limit,
            facts,
        };
        let (last, before) = match object.written.parts.split_last() {
            Some((last, before)) => (Some(last), before),
            None => (None, object.written.parts.as_slice()),
        };
        findings.extend(before.iter().filter_map(|part| look.written(part)));
        findings.extend(last.and_then(|part| look.replaced(part)));
        let indexes = object.companions.indexes.iter();
        let names = indexes.filter_map(|index| index.index.name.as_ref()?.parts.last());
        findings.extend(names.filter_map(|name| look.replaced(name)));
    }
    findings
}

/// What one name is held against.
struct Look<'a> {
    object: &'a Object,
    limit: usize,
    facts: &'static Facts,
}

impl Look<'_> {
    /// A name that is used as it is written.
    fn written(&self, name: &Ident) -> Option<Diagnostic> {
        let bytes = name.value.len();
        let (limit, engine) = (self.limit, self.facts.name);
        (bytes > limit).then(|| {
            CHECK
                .finding(format!(
                    "the name has {bytes} bytes, {engine} allows {limit}"
                ))
                .at(
                    self.object.location(name.span),
                    format!("{} too many", count_bytes(bytes - limit)),
                )
                .note(if self.facts.cuts_names {
                    format!("it would be cut to {}", cut(&name.value, self.limit))
                } else {
                    format!("{engine} refuses it")
                })
        })
    }

    /// A name of something that is built anew beside the old one.
    fn replaced(&self, name: &Ident) -> Option<Diagnostic> {
        let bytes = name.value.len() + GENERATION_SUFFIX;
        if name.value.len() > self.limit || bytes <= self.limit || !self.has_generations() {
            return self.written(name);
        }
        let (limit, engine) = (self.limit, self.facts.name);
        Some(
            CHECK
                .warning(format!(
                    "with the suffix of a generation the name has {bytes} bytes, {engine} allows \
                     {limit}"
                ))
                .at(
                    self.object.location(name.span),
                    format!("{} too many", count_bytes(bytes - limit)),
                )
                .note("Dormer shortens the names of its generations, they stay unique"),
        )
    }

    fn has_generations(&self) -> bool {
        match self.object.kind {
            ObjectKind::MaterializedView
            | ObjectKind::View
            | ObjectKind::TableAs
            | ObjectKind::Sink => true,
            ObjectKind::Table
            | ObjectKind::Source
            | ObjectKind::Subscription
            | ObjectKind::Function => false,
        }
    }
}

fn count_bytes(bytes: usize) -> String {
    if bytes == 1 {
        "1 byte".to_owned()
    } else {
        format!("{bytes} bytes")
    }
}

/// Cuts a name to at most this many bytes, at the end of a letter, as engines do.
pub(super) fn cut(name: &str, limit: usize) -> &str {
    let end = (0..=limit.min(name.len()))
        .rev()
        .find(|end| name.is_char_boundary(*end));
    name.get(..end.unwrap_or(0)).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_never_splits_a_letter() {
        assert_eq!(cut("abc", 5), "abc");
        assert_eq!(cut("abc", 2), "ab");
        assert_eq!(cut("aü", 2), "a");
    }
}
