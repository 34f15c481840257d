//! DM0112: a materialized view that every refresh takes away from its readers.

use dormer_sql::Dialect;
use dormer_sql::ident::quote;

use super::{Check, Context, Foreseen, facts, group_key, place};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::kind::ObjectKind;
use crate::model::object::{DeclaredIndex, Object};
use crate::project::settings::RefreshMode;

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0112"),
    name: "not-concurrently",
    summary: "a materialized view without the unique index that a refresh beside readers needs",
    text: concat!(
        r#"`REFRESH MATERIALIZED VIEW CONCURRENTLY` lets readers go on while the rows are brought up to date. PostgreSQL
does it only with a unique index on plain columns: no expression, no WHERE. Without one a refresh locks
the view, and every reader waits until it is done.

```sql
CREATE MATERIALIZED VIEW marts.orders_daily AS
SELECT day, shop_id, sum(net) AS revenue FROM sub.orders_clean GROUP BY day, shop_id;
```

Better, with the index in the same file:

```sql
CREATE UNIQUE INDEX orders_daily_key ON marts.orders_daily (day, shop_id);
```

It is an error where `refresh.mode` is `concurrently`, and nothing is said where it is `plain` or `never`.
"#,
        off!("DM0112")
    ),
    severity: Severity::Warning,
    run,
};

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    if !facts::of(context.project.target.dialect).concurrent_refresh {
        return Vec::new();
    }
    let objects = context.project.catalog.objects.values();
    objects
        .filter(|object| object.kind == ObjectKind::MaterializedView)
        .filter(|object| !object.companions.indexes.iter().any(is_usable))
        .filter_map(|object| finding(context, object))
        .collect()
}

/// Whether readers can go on while an object is refreshed; none where the engine has no such thing.
pub(super) fn foreseen(dialect: Dialect, object: &Object) -> Option<Foreseen> {
    let concurrent = facts::of(dialect).concurrent_refresh;
    let view = object.kind == ObjectKind::MaterializedView;
    (concurrent && view).then(|| {
        if object.companions.indexes.iter().any(is_usable) {
            Foreseen::Possible
        } else {
            Foreseen::Impossible
        }
    })
}

fn is_usable(index: &DeclaredIndex) -> bool {
    index.index.unique
        && index.index.predicate.is_none()
        && index.index.keys.iter().all(Option::is_some)
}

fn finding(context: &Context<'_>, object: &Object) -> Option<Diagnostic> {
    let settings = context.project.settings.get(&object.name);
    let mode = settings.map_or(RefreshMode::Auto, |settings| settings.refresh_mode.value);
    let message = format!("a refresh of {} makes its readers wait", object.name);
    let finding = match mode {
        RefreshMode::Auto => CHECK.warning(message),
        RefreshMode::Concurrently => CHECK
            .error(format!("{} cannot be refreshed concurrently", object.name))
            .note("refresh.mode is concurrently"),
        RefreshMode::Plain | RefreshMode::Never => return None,
    };
    let mut finding = finding.at(
        place::of_name(object),
        "has no unique index on plain columns",
    );
    for index in object.companions.indexes.iter().filter(|i| i.index.unique) {
        let why = if index.index.predicate.is_some() {
            "holds a part of the rows only"
        } else {
            "has an expression for a key"
        };
        finding = finding.related(object.location(index.span), why);
    }
    Some(with_index(context, object, finding))
}

/// Shows the index to add: with its columns where the GROUP BY proves them.
fn with_index(context: &Context<'_>, object: &Object, finding: Diagnostic) -> Diagnostic {
    let index = index_name(context, object);
    // A file says the schema by the name that all targets share.
    let names = context.project.target.names_of(&object.name);
    let name = place::sql(names.last().unwrap_or(&object.name));
    let create = |columns: &str| format!("CREATE UNIQUE INDEX {index}ON {name} ({columns});");
    if let Some(keys) = group_key::columns(context, object) {
        return finding.help(create(&keys.join(", ")));
    }
    let columns = context.lineages.columns.get(&object.name);
    let columns = columns.filter(|columns| !columns.is_empty());
    match columns {
        Some(columns) => finding.note(place::columns(columns)).help(create("...")),
        None => finding.help(create("...")),
    }
}

/// A name for the index, with a space behind it; nothing where it would be too long.
fn index_name(context: &Context<'_>, object: &Object) -> String {
    const SUFFIX: &str = "_key";
    let limit = context.project.target.dialect.rules().name_bytes;
    if limit.is_some_and(|limit| object.name.name.len() + SUFFIX.len() > limit) {
        return String::new();
    }
    format!("{} ", quote(&format!("{}{SUFFIX}", object.name.name)))
}
