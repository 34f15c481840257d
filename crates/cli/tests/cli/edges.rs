//! Readers that go away, disks that are full, SQL that nests, and JSON that stands alone.

use std::fs;
use std::process::Output;

use crate::shell::{Folder, Shell, workspace};

fn run(shell: &mut Shell, command: &str) -> Output {
    shell.run(command)
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn reader_that_goes_away_ends_it_quietly() {
    let mut shell = Shell::new(&workspace());
    for command in [
        "explain",
        "--help",
        "completions bash",
        "graph -C examples/shop --format svg",
    ] {
        // The pipe is closed before anything is written; fd 3 carries the exit code out.
        let line = format!("{{ sleep 0.05; dormer {command}; echo \"code $?\" >&2; }} | true");
        let output = run(&mut shell, &line);
        assert_eq!(stderr(&output), "code 0\n", "{command}");
    }
}

#[test]
fn full_disk_is_an_error() {
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }
    let mut shell = Shell::new(&workspace());
    let output = run(&mut shell, "dormer explain > /dev/full");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).starts_with("error: cannot write to standard output\n"));
}

#[test]
fn json_stands_alone_on_stdout() {
    let mut shell = Shell::new(&workspace());
    for (command, verb) in [
        ("check -C examples/shop", "check"),
        ("show -C examples/shop marts.orders_daily", "show"),
        ("show -C examples/shop nothing", "show"),
        ("show -C / nothing", "show"),
        ("graph -C examples/shop", "graph"),
        ("graph -C examples/shop -s nothing", "graph"),
        ("explain", "explain"),
        ("explain DM0104", "explain"),
        ("explain DM9999", "explain"),
    ] {
        let output = run(&mut shell, &format!("dormer {command} --json"));
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(json["format_version"], 1, "{command}");
        assert_eq!(json["command"], verb, "{command}");
        let failed = json.get("error").is_some();
        assert_eq!(failed, output.status.code() == Some(1), "{command}");
    }
}

#[test]
fn deep_nesting_is_no_crash() {
    let folder = Folder::new();
    let mut shell = Shell::new(&folder.0);
    fs::create_dir(folder.0.join("views")).unwrap();
    fs::write(folder.0.join("dormer.toml"), "[project]\nname = \"deep\"\n").unwrap();
    for depth in [100, 10_000, 100_000] {
        let sql = format!(
            "CREATE VIEW a.b AS SELECT {}1{};",
            "(".repeat(depth),
            ")".repeat(depth)
        );
        fs::write(folder.0.join("views/b.sql"), sql).unwrap();
        let output = run(&mut shell, "dormer check");
        let code = output.status.code();
        assert!(
            matches!(code, Some(0 | 4)),
            "{depth}: {code:?} {}",
            stderr(&output)
        );
    }
}

#[test]
fn little_memory_is_enough() {
    let mut shell = Shell::new(&workspace());
    let output = run(
        &mut shell,
        "ulimit -v 400000; dormer check -C examples/shop",
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn arguments_that_are_no_text_are_usage_errors() {
    let mut shell = Shell::new(&workspace());
    let output = run(&mut shell, "dormer show \"$(printf '\\377')\"");
    assert_eq!(output.status.code(), Some(64), "{}", stderr(&output));
}

/// The keys of all objects in a value.
fn keys(value: &serde_json::Value, found: &mut std::collections::BTreeSet<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (key, value) in fields {
                found.insert(key.clone());
                keys(value, found);
            }
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| keys(value, found)),
        _ => {}
    }
}

#[test]
fn every_json_field_is_in_the_reference() {
    let folder = Folder::new();
    let mut shell = Shell::new(&folder.0);
    let page = run(&mut shell, "dormer docs json").stdout;
    let page = String::from_utf8(page).unwrap();
    let mut found = std::collections::BTreeSet::new();
    run(
        &mut shell,
        "dormer init shop; cp shop/views/bi/shop_status.sql shop/views/bi/x.sql",
    );
    for command in [
        "init other",
        "check -C shop",
        "show -C shop orders_daily",
        "graph -C shop",
    ] {
        let output = run(&mut shell, &format!("dormer {command} --json"));
        keys(&serde_json::from_slice(&output.stdout).unwrap(), &mut found);
    }
    for command in [
        "explain",
        "explain DM0104",
        "explain none",
        "show -C shop raw.orders",
    ] {
        let output = run(&mut shell, &format!("dormer {command} --json"));
        keys(&serde_json::from_slice(&output.stdout).unwrap(), &mut found);
    }
    let told = |key: &String| {
        let forms = [
            format!("`{key}`"),
            format!("`{key}[]`"),
            format!("{key}[]`"),
            format!("{key}."),
            format!("{key}`"),
        ];
        forms.iter().any(|form| page.contains(form))
    };
    let untold: Vec<_> = found.iter().filter(|key| !told(key)).collect();
    assert!(
        found.len() > 30 && untold.is_empty(),
        "not in docs/reference/json.md: {untold:?}"
    );
}

#[test]
fn terminal_is_coloured_unless_no_color_is_set() {
    let mut shell = Shell::new(&workspace());
    if !run(&mut shell, "command -v script").status.success() {
        return;
    }
    let explain = "script -qec 'dormer explain DM0001' /dev/null < /dev/null";
    let coloured = |shell: &mut Shell, before: &str| {
        let output = run(shell, &format!("{before} {explain}"));
        assert!(!output.stdout.is_empty());
        output.stdout.contains(&0x1b)
    };
    assert!(coloured(&mut shell, "TERM=xterm"));
    assert!(!coloured(&mut shell, "TERM=xterm NO_COLOR=1"));
    assert!(!coloured(&mut shell, "TERM=dumb"));
}
