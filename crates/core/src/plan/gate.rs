//! The gate: which hazards of a plan still block, and what would let them pass.
//!
//! **A hazard passes by its name alone:** with the object that it is about, or for all objects.

use std::collections::BTreeSet;

use super::Plan;
use crate::engine::hazard::{Allowance, Hazard};

/// The hazards that nobody allowed, in the order of the plan.
#[must_use]
pub fn blocking<'a>(plan: &'a Plan, allowances: &[Allowance]) -> Vec<&'a Hazard> {
    let allowed = |hazard: &&Hazard| !allowances.iter().any(|allowance| allowance.covers(hazard));
    plan.hazards.iter().filter(allowed).collect()
}

/// The options that would let these hazards pass, each once, ready to be pasted:
/// `--allow data-loss:marts.orders`.
#[must_use]
pub fn suggestions(hazards: &[&Hazard]) -> Vec<String> {
    let options: BTreeSet<String> = hazards.iter().map(|hazard| suggestion(hazard)).collect();
    options.into_iter().collect()
}

fn suggestion(hazard: &Hazard) -> String {
    let Some(object) = &hazard.object else {
        return format!("--allow {}", hazard.kind);
    };
    let value = format!("{}:{object}", hazard.kind);
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.:".contains(letter);
    if value.chars().all(plain) {
        format!("--allow {value}")
    } else {
        format!("--allow '{}'", value.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::hazard::HazardKind;
    use crate::model::name::ObjectName;

    fn hazard(kind: HazardKind, object: Option<(&str, &str)>) -> Hazard {
        Hazard {
            kind,
            object: object.map(|(schema, name)| ObjectName::new(schema, name)),
            text: "it would be gone".to_owned(),
            hint: None,
        }
    }

    #[test]
    fn hazards_pass_by_name_or_by_object() {
        let mut plan = crate::plan::sequence::fixture::empty();
        plan.hazards = vec![
            hazard(HazardKind::DataLoss, Some(("marts", "a"))),
            hazard(HazardKind::DataLoss, Some(("marts", "it's"))),
            hazard(HazardKind::NotEnoughSpace, None),
        ];
        let allow = |texts: &[&str]| -> Vec<Allowance> {
            texts
                .iter()
                .map(|text| Allowance::parse(text).unwrap())
                .collect()
        };
        assert_eq!(blocking(&plan, &[]).len(), 3);
        let left = blocking(&plan, &allow(&["data-loss:marts.a"]));
        assert_eq!(
            suggestions(&left),
            [
                r#"--allow 'data-loss:marts."it'\''s"'"#,
                "--allow not-enough-space"
            ]
        );
        let all = allow(&["data-loss", "not-enough-space"]);
        assert!(blocking(&plan, &all).is_empty());
    }
}
