//! Every command as it is used and misused: the transcripts in `cases/cli` hold.
//!
//! `BLESS=1 cargo test -p dormer-cli` records them anew.

use std::fs;

use crate::shell::{Folder, Shell, Style, hold, replay, workspace};

#[test]
fn transcripts_hold() {
    let mut paths: Vec<_> = fs::read_dir(workspace().join("cases/cli"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no transcripts");
    let mut differ = String::new();
    for path in paths {
        let folder = Folder::new();
        let text = fs::read_to_string(&path).unwrap();
        let now = replay(&text, &mut Shell::new(&folder.0), Style::Exact);
        if let Err(difference) = hold(&path, &now) {
            differ.push_str(&difference);
        }
    }
    assert!(
        differ.is_empty(),
        "\n{differ}\nrecord them anew with BLESS=1"
    );
}
