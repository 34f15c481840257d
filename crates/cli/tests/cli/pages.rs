//! What README and the tutorial show is what happens: a reader in a clean folder runs them word by word.
//!
//! - A ```console block is run, and its output compared; a ```sh block is run, and every line must succeed.
//! - A ```text block shows no command. Nothing else looks like a command.
//! - The reader has a server of their own: an address that a page exports is replaced by theirs, and what a
//!   page does with the tools of PostgreSQL is done there. Asked whether to apply, the reader says yes.
//! - cargo is not run inside of cargo: `cargo run -- ARGUMENTS` is the binary that is there, and what else a page
//!   asks of cargo must exist.
//! - Times, runs and the server's version are those of one example.

use std::fs;
use std::path::Path;

use dormer_testkit::server::{Binaries, Server};

use crate::shell::{Folder, Shell, Style, hold, replay, workspace};
use crate::steady::steady;

/// Stands in for cargo.
const CARGO: &str = "\
cargo() {
  case \"$1\" in
    run) while [ \"$1\" != -- ]; do shift; done; shift; dormer \"$@\" ;;
    install) test -f \"$WORKSPACE/$3/Cargo.toml\" ;;
    xtask) grep -q \"^  $2 \" \"$WORKSPACE/xtask/src/main.rs\" ;;
    *) return 1 ;;
  esac
}
";

/// Somebody with a folder and a server.
struct Reader {
    server: Server,
    folder: Folder,
    shell: Shell,
}

impl Reader {
    fn new() -> Self {
        let server = Server::start(&Binaries::find().unwrap()).unwrap();
        let folder = Folder::new();
        let url = server.url();
        let url = format!("{}/shop", url.strip_suffix("/postgres").unwrap());
        // One cache for all pages.
        let cache = env!("CARGO_TARGET_TMPDIR").to_owned();
        let shell = Shell::new(&folder.0)
            .with_variable("XDG_CACHE_HOME", cache)
            .with_variable("DORMER_WHO", "anna".to_owned())
            .with_variable("PROD_DATABASE_URL", url)
            .with_steady(example);
        Self {
            server,
            folder,
            shell,
        }
    }

    /// Runs all blocks of a page, one after another, and compares it.
    fn follow(&mut self, page: &str) {
        let path = workspace().join(page);
        let text = fs::read_to_string(&path).unwrap();
        let mut now = String::new();
        let mut lines = text.split_inclusive('\n');
        let mut shown = 0;
        while let Some(line) = lines.next() {
            now.push_str(line);
            let Some(words) = line.strip_prefix("```") else {
                continue;
            };
            let inside = lines.by_ref().take_while(|line| line.trim_end() != "```");
            let block: String = inside.collect();
            match words.trim_end() {
                "console" => {
                    now.push_str(&replay(&block, &mut self.shell, Style::Terminal));
                    shown += 1;
                }
                "sh" => {
                    block.lines().for_each(|line| self.line(line));
                    now.push_str(&block);
                }
                _ => {
                    let command = block.lines().any(|line| line.starts_with("$ "));
                    assert!(!command, "{page}: nobody runs the commands of:\n{block}");
                    now.push_str(&block);
                }
            }
            now.push_str("```\n");
        }
        assert!(shown > 0, "{page} shows nothing");
        if let Err(difference) = hold(&path, &now) {
            panic!("{difference}record it anew with BLESS=1");
        }
    }

    /// Runs one line of a script.
    fn line(&mut self, line: &str) {
        let words: Vec<&str> = line.splitn(5, ' ').collect();
        match *words.as_slice() {
            ["createdb", name] => {
                let sql = format!("CREATE DATABASE {name}");
                self.sql("postgres", &sql);
            }
            ["psql", "-d", name, "-f", file] => {
                let sql = fs::read_to_string(self.shell.folder().join(file)).unwrap();
                self.sql(name, &sql);
            }
            ["psql", "-d", name, "-c", sql] => self.sql(name, sql.trim_matches('\'')),
            ["export", assigned, ..] => {
                assert!(assigned.starts_with("PROD_DATABASE_URL="), "{line}");
            }
            _ => {
                let line = line.replace("dormer apply", "dormer apply -y");
                let done = match line.strip_prefix("cd ") {
                    Some(_) => self.shell.run(&line),
                    None => self.shell.run(&format!("{CARGO}{line}")),
                };
                let said = String::from_utf8_lossy(&done.stderr);
                assert!(done.status.success(), "{line}\n{said}");
            }
        }
    }

    fn sql(&self, database: &str, sql: &str) {
        let mut session = self.server.connect_to(database).unwrap();
        session.batch_execute(sql).unwrap();
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
    // Those that waited longest come first, which is another one each time.
    let mut proved: Vec<&str> = text.lines().filter_map(proved_line).collect();
    proved.sort_unstable();
    let width = proved.iter().map(|name| name.len()).max();
    let width = width.unwrap_or_default();
    let mut proved = proved.into_iter();
    for line in text.lines() {
        // Which views are the slowest nobody knows before.
        if line.starts_with("  slowest ") {
            continue;
        }
        let line = match proved_line(line).and_then(|_| proved.next()) {
            Some(name) => format!("  {name:width$}  308 reads  longest 12 ms"),
            None => counted(&settled(line)),
        };
        if runs.iter().any(|begins| line.starts_with(begins)) || line.contains(" UTC ") {
            let whole = line.starts_with("All of it in ");
            let line = steady(&line);
            let line = if whole {
                line.replace("[TIME]", "13.7 s")
            } else {
                line
            };
            let line = line.replace("[RUN]", "6ae1").replace("[TIME]", "1.4 s");
            let line = line.replace("[HOST]", "laptop");
            out.push_str(&line.replace("[MOMENT]", "2026-11-20 19:30:41 UTC"));
        } else {
            out.push_str(&line);
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
        let (name, rest) = line.split_at(line.find("__").unwrap() + 2);
        let rest = rest.get(8..).unwrap();
        let (rest, _) = rest.rsplit_once(' ').unwrap();
        return format!("{name}0gqz8wx1{rest} 6ae1");
    }
    line.to_owned()
}

/// The object that a line of a proof is about.
fn proved_line(line: &str) -> Option<&str> {
    let (head, _) = line.split_once(" reads  longest ")?;
    head.split_whitespace().next()
}

/// The version of the server, sizes, and the numbers of a proof.
fn settled(line: &str) -> String {
    let between = |line: &str, before: &str, after: &str, now: &str| {
        let Some((head, rest)) = line.split_once(before) else {
            return line.to_owned();
        };
        match rest.split_once(after) {
            Some((_, rest)) => format!("{head}{before}{now}{after}{rest}"),
            None => line.to_owned(),
        }
    };
    let line = between(line, "(postgres ", ")", "18.4");
    let line = between(&line, "Proof: ", " reads", "1231");
    let line = between(&line, "the longest took ", ".", "12 ms");
    between(&line, "about ", " more until cleanup", "256 kB")
}

#[test]
fn numbers_are_those_of_the_example() {
    assert_eq!(
        settled("Plan for target a (postgres 16.2), run 1"),
        "Plan for target a (postgres 18.4), run 1"
    );
    assert_eq!(
        settled("Proof: 7 reads the whole time, 1 failed, the longest took 3 ms."),
        "Proof: 1231 reads the whole time, 1 failed, the longest took 12 ms."
    );
    assert_eq!(
        example("  a.long  10 reads  longest 1.2 s\n  a.b      7 reads  longest 3 ms\n"),
        "  a.b     308 reads  longest 12 ms\n  a.long  308 reads  longest 12 ms\n"
    );
}

/// What others have in the target before the page begins.
const OTHERS: &str = "\
CREATE ROLE anna; CREATE SCHEMA other AUTHORIZATION anna; GRANT USAGE ON SCHEMA marts TO anna; \
GRANT SELECT ON marts.orders_daily TO anna; \
CREATE VIEW other.anna_weekly AS SELECT date_trunc('week', order_day) AS week, sum(revenue) AS revenue \
FROM marts.orders_daily GROUP BY 1; ALTER VIEW other.anna_weekly OWNER TO anna; \
CREATE INDEX by_hand ON marts.orders_daily (shop_id)";

#[test]
fn readme_shows_what_happens() {
    let mut reader = Reader::new();
    // A copy, because the page breaks something on the way.
    let copy = format!(
        "mkdir examples && cp -r {}/examples/shop examples",
        workspace().display()
    );
    assert!(reader.shell.run(&copy).status.success());
    reader.line("createdb shop");
    reader.line("psql -d shop -f examples/shop/seed.sql");
    reader.line("dormer apply -C examples/shop -t prod -q");
    reader.sql("shop", OTHERS);
    reader.follow("README.md");
}

#[test]
fn tutorial_shows_what_happens() {
    let mut reader = Reader::new();
    reader.follow("docs/start.md");
    assert!(
        Path::new(&reader.folder.0)
            .join("shop/dormer.toml")
            .exists()
    );
}
