//! DM0116: a number in a name that claims another layer than the graph knows.
//!
//! People count from 0 or from 1; whichever fits more names of the project is taken for the
//! counting of a way of numbering (`mv_01_x`, `l1_x`, `01_x`).

use std::collections::BTreeMap;

use super::{Check, Context, place};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::object::Object;

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0116"),
    name: "layer-in-name",
    summary: "a number in a name that claims another layer than the true one",
    text: concat!(
        r#"Names such as `mv_01_orders` or `l2_orders` were an order of creation and refresh, kept by hand. The order that
holds comes from what the queries read, and a name that says something else misleads whoever reads it.

```sql
CREATE MATERIALIZED VIEW marts.mv_01_weekly AS     -- stands above mv_01_daily: layer 2
SELECT week, sum(revenue) AS revenue FROM marts.mv_01_daily GROUP BY week;
```

Better: leave the number out. `dormer graph` shows the layers.

```sql
CREATE MATERIALIZED VIEW marts.orders_weekly AS
SELECT week, sum(revenue) AS revenue FROM marts.orders_daily GROUP BY week;
```

Numbers may count from 0 or from 1; the counting that fits more names is taken. A number that stands alone, as in
`7_day_orders`, is a layer only where it has a zero before it or where several such names are right.
"#,
        off!("DM0116")
    ),
    severity: Severity::Warning,
    run,
};

/// A number in a name.
struct Claim<'a> {
    object: &'a Object,
    claimed: u32,
    layer: u32,
    form: Form,
}

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Behind a word that makes it a layer: `mv_1_x`.
    Word,
    /// Alone, with a zero before it: `01_x`.
    Padded,
    /// Alone: `7_x`.
    Bare,
}

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut families: BTreeMap<&str, Vec<Claim<'_>>> = BTreeMap::new();
    for (name, object) in &context.project.catalog.objects {
        let Some((family, claimed, form)) = claim(&name.name) else {
            continue;
        };
        let Some((_, Some(layer))) = context.graph.nodes.get(name) else {
            continue;
        };
        families.entry(family).or_default().push(Claim {
            object,
            claimed,
            layer: *layer,
            form,
        });
    }
    let mut findings = Vec::new();
    for claims in families.values() {
        let first = counts_from(claims);
        if !are_layers(claims, first) {
            continue;
        }
        let wrong = claims
            .iter()
            .filter(|claim| claim.claimed != expected(claim.layer, first));
        findings.extend(wrong.map(|claim| finding(context, claim, first)));
    }
    findings
}

/// The number that a name on this layer should have, when the lowest objects have `first`.
const fn expected(layer: u32, first: u32) -> u32 {
    layer.saturating_sub(1) + first
}

/// Tells whether numbers without a word before them are layers at all, and not seven days: when one
/// is written as people write places in an order, or when several are right.
fn are_layers(claims: &[Claim<'_>], first: u32) -> bool {
    let fits = |claim: &&Claim<'_>| claim.claimed == expected(claim.layer, first);
    claims.iter().any(|claim| claim.form != Form::Bare) || claims.iter().filter(fits).count() >= 2
}

/// Whether a way of numbering counts from 0 or from 1.
fn counts_from(claims: &[Claim<'_>]) -> u32 {
    let wrong = |first: u32| {
        claims
            .iter()
            .filter(|claim| claim.claimed != expected(claim.layer, first))
            .count()
    };
    let has_zero = claims.iter().any(|claim| claim.claimed == 0);
    match wrong(0).cmp(&wrong(1)) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Greater => 1,
        std::cmp::Ordering::Equal => u32::from(!has_zero),
    }
}

fn finding(context: &Context<'_>, claim: &Claim<'_>, first: u32) -> Diagnostic {
    let name = &claim.object.name;
    let layer = expected(claim.layer, first);
    let finding = CHECK
        .finding(format!(
            "the name {} claims layer {}, its layer is {layer}",
            name.name, claim.claimed
        ))
        .at(
            place::of_name(claim.object),
            format!("says {}", claim.claimed),
        );
    let reads = context.graph.reads.get(name).into_iter().flatten();
    let highest = reads
        .filter_map(|read| {
            let (_, layer) = context.graph.nodes.get(read)?;
            Some(((*layer)?, read))
        })
        .max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.cmp(a.1)));
    match highest {
        Some((below, read)) if below > 0 => finding.note(format!(
            "it reads {read} on layer {}, counted from {first}",
            expected(below, first)
        )),
        Some(_) => finding.note(format!(
            "it reads externals only, and layers count from {first} here"
        )),
        None => finding.note(format!(
            "it reads nothing, and layers count from {first} here"
        )),
    }
    .help("leave the number out: dormer graph shows the layers")
}

/// Words before a number that make it a layer: `mv_01_orders`, `layer_2_orders`.
const WORDS: [&str; 7] = ["mv", "vw", "view", "layer", "level", "lvl", "l"];

/// Reads the number that a name claims and the way of numbering that it belongs to.
fn claim(name: &str) -> Option<(&'static str, u32, Form)> {
    let digits_at = name.find(|c: char| c.is_ascii_digit())?;
    let (before, rest) = name.split_at_checked(digits_at)?;
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    let (digits, after) = rest.split_at_checked(end)?;
    if !after.starts_with('_') || digits.len() > 3 {
        return None;
    }
    let word = before.strip_suffix('_').unwrap_or(before);
    let (family, form) = if before.is_empty() {
        let padded = digits.len() > 1 && digits.starts_with('0');
        ("", if padded { Form::Padded } else { Form::Bare })
    } else {
        let known = WORDS.into_iter().find(|known| *known == word)?;
        // `mv2_x` is the second version of a name and no layer; `l2_x` is one.
        if before == word && !matches!(known, "l" | "layer" | "level" | "lvl") {
            return None;
        }
        (known, Form::Word)
    };
    let number = digits.parse().ok()?;
    Some((family, number, form))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_no_layers_are_left_alone() {
        assert_eq!(claim("mv_01_orders"), Some(("mv", 1, Form::Word)));
        assert_eq!(claim("mv_001_orders"), Some(("mv", 1, Form::Word)));
        assert_eq!(claim("l2_orders"), Some(("l", 2, Form::Word)));
        assert_eq!(claim("03_orders"), Some(("", 3, Form::Padded)));
        assert_eq!(claim("7_day_orders"), Some(("", 7, Form::Bare)));
        assert_eq!(claim("orders_2024_x"), None);
        assert_eq!(claim("top_10_shops"), None);
        assert_eq!(claim("mv_2024_orders"), None);
        assert_eq!(claim("mv2_orders"), None);
        assert_eq!(claim("orders"), None);
        assert_eq!(claim("mv_01"), None);
    }

    #[test]
    fn layers_may_count_from_zero_or_one() {
        assert_eq!(expected(1, 0), 0);
        assert_eq!(expected(1, 1), 1);
        assert_eq!(expected(3, 0), 2);
    }
}
