//! What the documents show is what happens: every ```console block in them is run.

use std::fs;
use std::path::Path;

use crate::shell::{Folder, Shell, Style, hold, replay, workspace};
use crate::steady::steady;

/// Runs the blocks of one page, one after another in the same shell.
fn check(page: &str, folder: &Path) {
    let path = workspace().join(page);
    let text = fs::read_to_string(&path).unwrap();
    // One cache for all pages.
    let cache = env!("CARGO_TARGET_TMPDIR").to_owned();
    let mut shell = Shell::new(folder)
        .with_variable("XDG_CACHE_HOME", cache)
        .with_variable("DORMER_WHO", "anna".to_owned())
        .with_steady(example);
    let mut now = String::new();
    let mut rest = text.as_str();
    let mut blocks = 0;
    while let Some((before, after)) = rest.split_once("```console\n") {
        let (block, after) = after.split_once("```").unwrap();
        now.push_str(before);
        now.push_str("```console\n");
        now.push_str(&replay(block, &mut shell, Style::Terminal));
        now.push_str("```");
        rest = after;
        blocks += 1;
    }
    now.push_str(rest);
    assert!(blocks > 0, "{page} shows nothing");
    if let Err(difference) = hold(&path, &now) {
        panic!("{difference}record it anew with BLESS=1");
    }
}

/// One run for all that a page shows: those of the reader have other names and take other times.
fn example(text: &str) -> String {
    let runs = [
        "Plan for ",
        "Done: ",
        "hint: ",
        "Rollback ",
        "run ",
        "Refreshed ",
        "All of it in ",
    ];
    let mut out = String::new();
    for line in text.lines() {
        // Which views are the slowest, and how often somebody read between statements, nobody knows before.
        if line.starts_with("  slowest ") {
            continue;
        }
        let line = &counted(line);
        if runs.iter().any(|begins| line.starts_with(begins)) || line.contains(" UTC ") {
            let line = steady(line);
            let line = line.replace("[RUN]", "6ae1").replace("[TIME]", "1.4 s");
            let line = line.replace("[HOST]", "laptop");
            out.push_str(&line.replace("[MOMENT]", "2026-11-20 19:30:41 UTC"));
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// The same count of reads in every run, and the same generation.
fn counted(line: &str) -> String {
    if let Some((_, rest)) = line.split_once(" reads between") {
        return format!("Proof: 24 reads between{rest}");
    }
    if let Some((name, _)) = line.rsplit_once("  ").filter(|_| line.ends_with(" reads")) {
        return format!("{name}  8 reads");
    }
    if line.contains(" retired generation of ") {
        let line = steady(line).replace("[GEN]", "0gqz8wx1");
        return line.trim_end().replace("[RUN]", "6ae1");
    }
    line.to_owned()
}

#[test]
fn readme_shows_what_happens() {
    // A copy, because the page breaks something on the way.
    let folder = Folder::new();
    let copy = format!(
        "mkdir examples && cp -r {}/examples/shop examples",
        workspace().display()
    );
    assert!(Shell::new(&folder.0).run(&copy).status.success());
    check("README.md", &folder.0);
}

#[test]
fn tutorial_shows_what_happens() {
    let folder = Folder::new();
    check("docs/start.md", &folder.0);
}
