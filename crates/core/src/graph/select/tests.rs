//! The selection grammar: tables for the cases, laws for all graphs.

use proptest::prelude::*;

use super::*;
use crate::graph::fixture::{graph, line, name, number, numbered};

struct Shop {
    graph: Graph,
    facts: Vec<(ObjectName, ObjectKind, Vec<String>, FilePath)>,
}

fn shop() -> Shop {
    let view = ObjectKind::View;
    let stored = ObjectKind::MaterializedView;
    let fact = |of: &str, kind, tags: &[&str], path: &str| {
        let tags = tags.iter().map(ToString::to_string).collect();
        (name(of), kind, tags, FilePath::new(path))
    };
    Shop {
        graph: graph(&[
            "sub.orders < shop.orders",
            "sub.lines < shop.lines sub.orders",
            "marts.daily < sub.lines",
            "marts.weekly < marts.daily",
            "bi.daily < marts.daily",
        ]),
        facts: vec![
            fact("bi.daily", view, &["finance"], "views/bi/daily.sql"),
            fact("marts.daily", stored, &["finance"], "views/marts/daily.sql"),
            fact("marts.weekly", stored, &[], "views/marts/weekly.sql"),
            fact("sub.lines", view, &[], "views/sub/lines.sql"),
            fact("sub.orders", view, &["raw"], "views/sub/orders.sql"),
        ],
    }
}

impl Shop {
    fn find(&self, select: &[&str], exclude: &[&str]) -> Result<String, Vec<SelectionError>> {
        let facts = self.facts.iter().map(|(name, kind, tags, path)| Facts {
            name,
            names: vec![name.clone(), ObjectName::new("declared", &name.name)],
            kind: *kind,
            tags,
            path,
        });
        let facts: Vec<_> = facts.collect();
        let selection = Selection::parse(select, exclude, Dialect::Postgres)?;
        let found = selection.find(&self.graph, &facts, None)?;
        Ok(line(&found))
    }

    fn error(&self, select: &str) -> String {
        let errors = self.find(&[select], &[]).unwrap_err();
        let error = errors.first().unwrap();
        format!("{error}; {}", error.help().unwrap_or_default())
    }
}

#[test]
fn selectors_find_what_they_say() {
    let cases: [(&[&str], &[&str], &str); 24] = [
        (&["marts.daily"], &[], "marts.daily"),
        (&["weekly"], &[], "marts.weekly"),
        (&["Weekly"], &[], "marts.weekly"),
        (&["\"weekly\"+"], &[], "marts.weekly"),
        (&["orders"], &[], "sub.orders"),
        (&["declared.orders"], &[], "sub.orders"),
        (&["declared.week*"], &[], "marts.weekly"),
        (&["shop.orders"], &[], "shop.orders"),
        (
            &["shop.lines+"],
            &[],
            "bi.daily marts.daily marts.weekly shop.lines sub.lines",
        ),
        (&["marts.daily+"], &[], "bi.daily marts.daily marts.weekly"),
        (
            &["+lines"],
            &[],
            "shop.lines shop.orders sub.lines sub.orders",
        ),
        (
            &["+marts.daily+"],
            &[],
            "bi.daily marts.daily marts.weekly shop.lines shop.orders sub.lines sub.orders",
        ),
        (&["marts.*"], &[], "marts.daily marts.weekly"),
        (&["*ly"], &[], "bi.daily marts.daily marts.weekly"),
        (&["*.d?ily"], &[], "bi.daily marts.daily"),
        (&["shop.*"], &[], "shop.lines shop.orders"),
        (&["tag:finance"], &[], "bi.daily marts.daily"),
        (
            &["kind:mv", "kind:view"],
            &["sub.*"],
            "bi.daily marts.daily marts.weekly",
        ),
        (&["path:views/marts"], &[], "marts.daily marts.weekly"),
        (&["path:./views/marts/"], &[], "marts.daily marts.weekly"),
        (&["path:views/*/daily.sql"], &[], "bi.daily marts.daily"),
        (&["path:views/sub/orders.sql"], &[], "sub.orders"),
        (&["+weekly"], &["+sub.lines"], "marts.daily marts.weekly"),
        (
            &[],
            &["marts.daily+"],
            "shop.lines shop.orders sub.lines sub.orders",
        ),
    ];
    for (select, exclude, expected) in cases {
        let found = shop().find(select, exclude);
        assert_eq!(found.as_deref(), Ok(expected), "{select:?} {exclude:?}");
    }
}

#[test]
fn what_matches_nothing_is_an_error_with_a_hint() {
    let cases = [
        (
            "marts.dayly",
            "\"marts.dayly\" matches nothing; did you mean \"marts.daily\"?",
        ),
        (
            "wekly+",
            "\"wekly+\" matches nothing; did you mean \"marts.weekly\"?",
        ),
        (
            "marts.lines",
            "\"marts.lines\" matches nothing; did you mean \"sub.lines\"?",
        ),
        (
            "tag:finanse",
            "\"tag:finanse\" matches nothing; did you mean \"tag:finance\"?",
        ),
        (
            "path:views/mart",
            "\"path:views/mart\" matches nothing; did you mean \"path:views/marts\"?",
        ),
        (
            "path:view",
            "\"path:view\" matches nothing; did you mean \"path:views\"?",
        ),
        ("nothing.*", "\"nothing.*\" matches nothing; "),
        (
            "daily",
            "\"daily\" matches several objects: bi.daily, marts.daily; write the schema too: bi.daily",
        ),
        (
            "kind:veiw",
            "\"kind:veiw\" names no kind of object; did you mean \"kind:view\"?",
        ),
        (
            "tags:x",
            "\"tags:x\" starts with \"tags:\", which selects nothing; did you mean \"tag:\"?",
        ),
        (
            "state:new",
            "\"state:new\" names no state; only state:modified is known",
        ),
        (
            "state:modified+",
            "\"state:modified+\" needs a target to compare with; only plan and apply look at a target:  dormer plan -s state:modified",
        ),
        (
            "a b",
            "\"a b\" is not a selector; write a name, a glob, or one of tag: path: kind: state:",
        ),
    ];
    for (select, expected) in cases {
        assert_eq!(shop().error(select), expected);
    }
    for select in ["", "+", "++", ".", "a.", "tag:", "a.b.c.d", "\"open"] {
        let _never_panics = shop().find(&[select], &[select]);
    }
}

#[test]
fn all_errors_are_told_at_once() {
    let errors = shop().find(&["nope", "state:modified"], &["kind:view", "nix"]);
    assert_eq!(errors.unwrap_err().len(), 3);
    let errors = shop().find(&["tags:x", "kind:x"], &["state:x"]);
    assert_eq!(errors.unwrap_err().len(), 3);
}

#[test]
fn globs_match_like_globs() {
    let cases = [
        ("*", "", true),
        ("?", "", false),
        ("a*b*c", "a-b-b-c", true),
        ("a*b*c", "a-b-b-d", false),
        ("*a", "banana", true),
        ("**", "x", true),
        ("ü?", "üü", true),
        ("abc", "ab", false),
        ("ab", "abc", false),
    ];
    for (pattern, text, expected) in cases {
        assert_eq!(glob_matches(pattern, text), expected, "{pattern} {text}");
    }
}

#[test]
fn what_differs_from_a_target_is_handed_in() {
    let shop = shop();
    let facts: Vec<Facts<'_>> = shop
        .facts
        .iter()
        .map(|(name, kind, tags, path)| Facts {
            name,
            names: vec![name.clone()],
            kind: *kind,
            tags,
            path,
        })
        .collect();
    let find = |text: &str, modified: &[&str]| {
        let modified = modified.iter().map(|text| name(text)).collect();
        let selection = Selection::parse(&[text], &[], Dialect::Postgres).unwrap();
        assert!(selection.asks_a_target());
        line(
            &selection
                .find(&shop.graph, &facts, Some(&modified))
                .unwrap(),
        )
    };
    assert_eq!(
        find("state:modified+", &["marts.daily"]),
        "bi.daily marts.daily marts.weekly"
    );
    // One that no file declares any more is in no graph.
    assert_eq!(find("state:modified", &["marts.gone"]), "marts.gone");
    assert_eq!(find("state:modified", &[]), "");
}

/// A slow way to say the same, for comparing.
fn matches_slowly(pattern: &[char], text: &[char]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some(('*', rest)), _) => {
            matches_slowly(rest, text)
                || text
                    .split_first()
                    .is_some_and(|(_, less)| matches_slowly(pattern, less))
        }
        (Some((wanted, rest)), Some((letter, less))) => {
            (*wanted == '?' || wanted == letter) && matches_slowly(rest, less)
        }
        _ => false,
    }
}

fn found(graph: &Graph, select: &[String], exclude: &[String]) -> BTreeSet<ObjectName> {
    let path = FilePath::new("all.sql");
    let facts = graph.nodes.keys().map(|name| Facts {
        name,
        names: vec![name.clone()],
        kind: ObjectKind::View,
        tags: &[],
        path: &path,
    });
    let facts: Vec<_> = facts.collect();
    let selection = Selection::parse(select, exclude, Dialect::Postgres).unwrap();
    selection.find(graph, &facts, None).unwrap()
}

proptest! {
    #[test]
    fn selection_keeps_its_laws(
        pairs in prop::collection::vec((0_u32..9, 0_u32..9), 0..20),
        a in 0_u32..9,
        b in 0_u32..9,
    ) {
        let graph = numbered(9, &pairs);
        let text = |n: u32, before: &str, after: &str| format!("{before}{}{after}", number(n));
        let find = |select: &[String], exclude: &[String]| found(&graph, select, exclude);
        let (up, down) = (text(a, "", "+"), text(a, "+", ""));
        let (upward, downward) = (find(std::slice::from_ref(&up), &[]), find(std::slice::from_ref(&down), &[]));

        // Both sides are the union of each side, and several selectors are a union in any order.
        let both: BTreeSet<_> = upward.union(&downward).cloned().collect();
        prop_assert_eq!(&find(&[text(a, "+", "+")], &[]), &both);
        prop_assert_eq!(&find(&[up.clone(), down.clone()], &[]), &both);
        prop_assert_eq!(&find(&[down, up.clone()], &[]), &both);
        // What is excluded is never found, and everything is what nobody narrows.
        let other = text(b, "", "+");
        let kept = find(std::slice::from_ref(&up), std::slice::from_ref(&other));
        let gone = find(&[other], &[]);
        prop_assert!(kept.is_disjoint(&gone));
        prop_assert!(kept.is_subset(&upward));
        prop_assert_eq!(kept.len() + upward.intersection(&gone).count(), upward.len());
        prop_assert_eq!(find(&[], &[]).len(), graph.nodes.len());
        prop_assert_eq!(find(&["*".to_owned()], &[]).len(), graph.nodes.len());
        prop_assert!(find(std::slice::from_ref(&up), std::slice::from_ref(&up)).is_empty());
        // A closure is closed.
        for name in &upward {
            let above = find(&[format!("{name}+")], &[]);
            prop_assert!(above.is_subset(&upward));
        }
    }

    #[test]
    fn globs_agree_with_the_slow_way(pattern in "[ab*?]{0,8}", text in "[ab]{0,10}") {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        prop_assert_eq!(
            glob_matches(&pattern, &text),
            matches_slowly(&letters(&pattern), &letters(&text))
        );
    }

    #[test]
    fn no_selector_panics(text in ".{0,20}") {
        for dialect in Dialect::ALL {
            let _read = Selector::parse(&text, dialect);
        }
    }
}
