//! What no finished file holds: places of one machine, notes to oneself, silenced tests and lints.

use super::Finding;
use crate::workspace::File;

/// Folders of one machine, each with something below it.
const MACHINE_FOLDERS: [&str; 5] = [
    concat!("/ho", "me/"),
    concat!("/wo", "rk/"),
    concat!("/tm", "p/"),
    concat!("/Us", "ers/"),
    concat!("/ro", "ot/"),
];
const UNFINISHED: [&str; 3] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];
/// Folders whose files are data of tests: what they hold is not said by the project.
const DATA: [&str; 3] = ["cases", "corpus", "testdata"];

/// Looks at any text file.
pub(super) fn text(file: &File) -> Vec<Finding> {
    if file.path == "Cargo.lock" || file.path.split('/').any(|folder| DATA.contains(&folder)) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        for folder in MACHINE_FOLDERS
            .iter()
            .filter(|folder| names_folder(line, folder))
        {
            let what = format!("names a folder of one machine: {folder}");
            findings.push(Finding::new(&file.path, index + 1, what));
        }
        for mark in UNFINISHED.iter().filter(|mark| has_word(line, mark)) {
            findings.push(Finding::new(
                &file.path,
                index + 1,
                format!("{mark}: do it, or write it down elsewhere"),
            ));
        }
    }
    findings
}

/// A path from the root of a machine, not a part of a longer path or of an address.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line
            .get(at + folder.len()..)
            .and_then(|text| text.chars().next());
        before.is_none_or(|c| {
            !c.is_alphanumeric() && !matches!(c, '.' | '_' | '-' | '~' | '/' | '}' | ')' | '>')
        }) && after.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '$' | '{' | '<'))
    })
}

fn has_word(line: &str, word: &str) -> bool {
    line.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|found| found == word)
}

/// Looks at blanked Rust code.
pub(super) fn code(file: &File, blanked: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in blanked.lines().enumerate() {
        let dense: String = line.chars().filter(|c| !c.is_whitespace()).collect();
        let attribute = dense.contains("#[") || dense.contains("#![");
        if attribute && dense.contains(concat!("allow", "(")) {
            findings.push(Finding::new(
                &file.path,
                index + 1,
                "silences a lint: use expect with a reason",
            ));
        }
        if attribute && (dense.contains("[ignore") || dense.contains(",ignore")) {
            findings.push(Finding::new(&file.path, index + 1, "silences a test"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{code as rust, file};

    fn lines(found: &[Finding]) -> Vec<usize> {
        found.iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn folders_of_one_machine_are_found_outside_of_test_data() {
        let wrong = format!(
            "see {}anna/shop\nor `{}x`\n",
            MACHINE_FOLDERS[0], MACHINE_FOLDERS[2]
        );
        assert_eq!(lines(&text(&file("docs/a.md", &wrong))), [1, 2]);
        assert!(text(&file("cases/a/b.sql", &wrong)).is_empty());
    }

    #[test]
    fn parts_of_other_paths_are_fine() {
        for fine in [
            "https://example.com/work/a",
            "src/home/a",
            "./tmp/x",
            "~/work/a",
            "under /tmp",
            "a/tmp/b",
        ] {
            assert!(text(&file("docs/a.md", fine)).is_empty(), "{fine}");
        }
    }

    #[test]
    fn unfinished_marks_are_found_as_whole_words() {
        assert_eq!(
            lines(&text(&file(
                "a.rs",
                &format!("// {}: later\n", UNFINISHED[0])
            ))),
            [1]
        );
        assert!(text(&file("a.rs", "todo!() METHODO AUTODOC\n")).is_empty());
    }

    #[test]
    fn silenced_lints_and_tests_are_found() {
        let wrong = format!(
            "#[{}(dead_code)]\n#[test]\n#[ignore = \"slow\"]\nfn a() {{}}\n",
            "allow"
        );
        assert_eq!(
            lines(&code(&file("a.rs", &wrong), &rust::blank(&wrong))),
            [1, 3]
        );
        let fine =
            "fn allow(a: u8) { allow(1) }\n// #[ignore]\nlet a = \"#[ignore]\";\n#[expect(x)]\n";
        assert!(code(&file("a.rs", fine), &rust::blank(fine)).is_empty());
    }
}
