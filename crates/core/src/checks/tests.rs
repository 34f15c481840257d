//! The list of checks holds what a reader may rely on.

use std::collections::BTreeSet;

use super::ALL;
use crate::project::codes;

#[test]
fn codes_are_unique_and_in_order() {
    assert!(ALL.is_sorted_by(|a, b| a.code < b.code));
}

#[test]
fn names_are_unique_and_in_kebab_case() {
    let names: BTreeSet<&str> = ALL.iter().map(|check| check.name).collect();
    assert_eq!(names.len(), ALL.len());
    for name in names {
        let fits = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(name.chars().all(fits), "{name}");
        assert!(!name.starts_with('-') && !name.ends_with('-'), "{name}");
    }
}

#[test]
fn summaries_are_fragments() {
    for check in ALL {
        assert!(!check.summary.is_empty(), "{}", check.code);
        assert!(!check.summary.ends_with('.'), "{}", check.code);
    }
}

#[test]
fn every_text_has_an_example_a_better_one_and_the_way_to_switch_it_off() {
    for check in ALL {
        let code = check.code.as_str();
        assert!(check.text.matches("```sql").count() >= 3, "{code}");
        assert!(check.text.contains("Better"), "{code}");
        let off = format!("-- dormer: checks = {{ {code} = \"off\" }}");
        assert!(check.text.contains(&off), "{code}");
        assert!(check.text.lines().all(|line| line.len() <= 120), "{code}");
    }
}

#[test]
fn every_room_of_a_check_stands_in_the_list() {
    let rooms = include_str!("mod.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("mod dm"))
        .map(|room| format!("dm{}", room.trim_end_matches(';')))
        .collect::<Vec<_>>();
    let listed: Vec<String> = ALL
        .iter()
        .map(|check| {
            let code = check.code.as_str().to_ascii_lowercase();
            format!("{code}_{}", check.name.replace('-', "_"))
        })
        .collect();
    assert_eq!(rooms, listed);
}

#[test]
fn no_code_or_name_is_also_one_of_the_project_floor() {
    for check in ALL {
        for rule in codes::TEXTS {
            assert_ne!(check.code, rule.code);
            assert_ne!(check.name, rule.name);
        }
    }
}
