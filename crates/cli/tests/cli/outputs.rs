//! Every command's JSON is what docs/reference/output.schema.json says, in a story on a real server.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::runs::Scene;
use crate::schema::Schema;
use crate::shell::workspace;

/// What happens next.
enum Act {
    /// A command, and what it prints by the name in the schema; `stream` for lines that name themselves.
    Prints(&'static str, &'static str),
    /// A command between.
    Does(&'static str),
    /// Somebody else's work in the target.
    Sql(&'static str),
    /// Somebody holds a lock on an object, from here to the next such line.
    Holds(&'static str),
}
use Act::{Does, Holds, Prints, Sql};

const STORY: &[Act] = &[
    // Without a target.
    Prints("init", "dormer init shop --json"),
    Prints("demo", "dormer demo --json"),
    Does("cd shop"),
    Prints("check", "dormer check --json"),
    Prints("graph", "dormer graph --json"),
    Prints("show", "dormer show open_payments --json"),
    Prints("show", "dormer show raw.orders --json"),
    Prints("explain", "dormer explain --json"),
    Prints("explain-rule", "dormer explain DM0104 --json"),
    Prints("explain-topic", "dormer explain data-loss --json"),
    Prints("completions", "dormer completions bash --json"),
    Prints("plan", "dormer plan --offline --json"),
    Prints("failure", "dormer show nothing --json"),
    Prints("failure", "dormer wrong --json"),
    Does("sed -i 's/o.order_day,/o.order_dya,/' views/marts/open_payments.sql"),
    Prints("check", "dormer check --json"),
    Prints("project-errors", "dormer plan -t prod --json"),
    Prints("project-errors", "dormer apply -t prod -y --json"),
    Does("sed -i 's/o.order_dya,/o.order_day,/' views/marts/open_payments.sql"),
    Does("sed -i 's|embedded:.dormer/dev|local:.dormer/pg|' dormer.toml"),
    Prints("local", "dormer local --json"),
    Prints(
        "impact",
        "dormer impact raw.orders.channel --offline --json",
    ),
    // The first apply.
    Prints("lock", "dormer lock -t prod --check --json"),
    Prints("status", "dormer status -t prod --json"),
    Prints("plan", "dormer plan -t prod --json"),
    Prints(
        "plan",
        "dormer plan -t prod --out plan.json > shown && cat plan.json",
    ),
    Prints("stream", "dormer apply plan.json -t prod -y --json"),
    Prints("history", "dormer history -t prod --json"),
    Prints("audit", "dormer audit -t prod --json"),
    Prints("status", "dormer status -t prod --json"),
    Prints("drift", "dormer drift -t prod --json"),
    Prints("show", "dormer show orders_daily -t prod --observed --json"),
    Prints("impact", "dormer impact raw.orders.channel -t prod --json"),
    Prints(
        "impact-script",
        "dormer impact raw.orders.channel -t prod --script --json",
    ),
    Prints("doctor", "dormer doctor -t prod --json"),
    // Refreshing.
    Prints("refresh", "dormer refresh -t prod --dry-run --json"),
    Prints("stream", "dormer refresh -t prod --all --json"),
    Prints(
        "failure",
        "PROD_DATABASE_URL=postgres://x@127.0.0.1:1/x dormer refresh -t prod --json",
    ),
    // A change that somebody is in the way of, and one that goes well.
    Does(
        "sed -i 's/    o.charged,/    o.charged,\\n    o.channel,/' views/marts/open_payments.sql",
    ),
    Does(
        "sed -i 's/    o.shop_country,$/&\\n    count(*) AS lines,/' views/marts/orders_daily.sql",
    ),
    Holds("marts.orders_daily"),
    Prints("locks", "dormer locks -t prod --json"),
    Prints("plan", "dormer plan -t prod --json"),
    Prints(
        "stream",
        "dormer apply -t prod -y --json --cutover-timeout 50ms --lock-timeout 20ms",
    ),
    Holds(""),
    Prints("stream", "dormer apply -t prod -y --json --resume --prove"),
    Prints(
        "history-run",
        "dormer history -t prod --json $(dormer history -t prod | head -1 | cut -d' ' -f1)",
    ),
    // An audit that fails on what is live, and one that stops a step.
    Sql(
        "UPDATE raw.orders SET placed_at = now() + interval '1 day'; REFRESH MATERIALIZED VIEW clean.orders",
    ),
    Prints("audit", "dormer audit -t prod --json"),
    Does(
        "printf 'CREATE MATERIALIZED VIEW marts.none AS SELECT 1 AS a;\\n\
         -- dormer: audit \"never\"\\nSELECT a FROM marts.none;\\n' > views/marts/none.sql",
    ),
    Does("printf 'CREATE VIEW marts.over AS SELECT a FROM marts.none;\\n' > views/marts/over.sql"),
    Prints("stream", "dormer apply -t prod -y --json"),
    Does(
        "printf 'CREATE MATERIALIZED VIEW marts.none AS SELECT 1/(id - id) AS a FROM raw.orders;\\n' \
         > views/marts/none.sql",
    ),
    Prints("stream", "dormer apply -t prod -y --json"),
    Does("rm views/marts/none.sql views/marts/over.sql"),
    // What is not as it was applied.
    Sql(
        "DROP INDEX marts.orders_daily_key; CREATE VIEW marts.theirs AS SELECT 1 AS a; \
         CREATE ROLE anna; GRANT SELECT ON clean.orders TO anna; DROP VIEW bi.best_sellers; \
         ALTER TABLE raw.orders ADD COLUMN note text",
    ),
    Prints("drift", "dormer drift -t prod --json"),
    Prints("status", "dormer status -t prod --json"),
    Prints("lock", "dormer lock -t prod --json"),
    Does("printf 'CREATE VIEW marts.theirs AS SELECT 2 AS a;\\n' > views/marts/theirs.sql"),
    Prints(
        "adopt",
        "dormer adopt marts.theirs -t prod --dry-run --json",
    ),
    Does("printf 'CREATE VIEW marts.theirs AS SELECT 1 AS a;\\n' > views/marts/theirs.sql"),
    Prints("stream", "dormer adopt marts.theirs -t prod -y --json"),
    // Back, and away.
    Prints("plan", "dormer plan -t prod --json"),
    Prints("stream", "dormer rollback -t prod -y --json --through"),
    Prints(
        "cleanup-plan",
        "dormer cleanup -t prod --dry-run --older-than 0s --json",
    ),
    Prints("stream", "dormer cleanup -t prod -y --older-than 0s --json"),
    Prints("history", "dormer history -t prod --json"),
];

/// Commands that write one object a line, whatever happens.
const STREAMS: &[&str] = &[
    "dormer apply",
    "dormer rollback",
    "dormer cleanup",
    "dormer adopt",
    "dormer refresh",
];

/// Lines that come only when time or chance will have it, or a server that is just going down.
const SELDOM: &[&str] = &[
    "step-progress",
    "step-repeated",
    "run-stopping",
    "step-waiting",
    "refresh-away",
];

#[test]
fn json_is_as_its_schema_says() {
    let mut scene = Scene::new();
    let mut shell = scene.shell();
    let schema = Schema::read();
    let mut holder = None;
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut commands: BTreeSet<String> = BTreeSet::new();
    let mut wrong = String::new();
    for act in STORY {
        match act {
            Does(command) => {
                let output = shell.run(command);
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(output.status.success(), "{command}: {said}");
            }
            Sql(sql) => scene.admin.batch_execute(sql).unwrap(),
            Holds("") => holder = None,
            Holds(object) => {
                let mut session = scene.server.connect().unwrap();
                session
                    .batch_execute(&format!("BEGIN; SELECT * FROM {object} LIMIT 1"))
                    .unwrap();
                holder = Some(session);
            }
            Prints(expected, command) => {
                let output = shell.run(command);
                let text = String::from_utf8(output.stdout).unwrap();
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                let values = values(&text, command);
                assert!(!values.is_empty(), "{command} printed nothing: {said}");
                for value in values {
                    let (name, told) = match *expected {
                        "stream" => schema.nearest(&value),
                        name => (name.to_owned(), schema.wrong(name, &value)),
                    };
                    let began =
                        *expected != "stream" || !["failure", "project-errors"].contains(&&*name);
                    assert!(began, "{command}: {value}");
                    for what in told {
                        wrong.push_str(&format!("\n{command}: {name}: {what}"));
                    }
                    if name == "result" && value["kind"] == "apply" {
                        can_be_read(&mut scene.admin, &value["readers"]["new"]);
                    }
                    commands.extend(value["command"].as_str().map(str::to_owned));
                    seen.insert(name);
                }
            }
        }
    }
    drop(holder);
    assert!(
        wrong.is_empty(),
        "{wrong}\nschema: outputs.toml beside json.md, then `cargo xtask generate`"
    );

    let unseen: Vec<String> = schema
        .names()
        .into_iter()
        .filter(|name| !seen.contains(name))
        .collect();
    let unseen: Vec<&String> = unseen
        .iter()
        .filter(|name| !SELDOM.contains(&name.as_str()))
        .collect();
    assert!(unseen.is_empty(), "nothing in the story prints {unseen:?}");
    let page = fs::read_to_string(workspace().join("docs/reference/cli.md")).unwrap();
    let all = page
        .lines()
        .filter_map(|line| line.strip_prefix("## dormer "));
    let untold: Vec<&str> = all.filter(|command| !commands.contains(*command)).collect();
    assert!(untold.is_empty(), "the story leaves out {untold:?}");
}

/// What a run says that readers see is there.
fn can_be_read(admin: &mut postgres::Client, new: &Value) {
    for object in new.as_array().unwrap() {
        let object = object.as_str().unwrap();
        let there = "SELECT to_regclass($1) IS NOT NULL";
        let there: bool = admin.query_one(there, &[&object]).unwrap().get(0);
        assert!(there, "{object} is said to be new, and is not there");
    }
}

/// One object, or one on each line.
fn values(text: &str, command: &str) -> Vec<Value> {
    let read = |text: &str| {
        let line = text.lines().next().unwrap_or_default();
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{command}: {error}: {line}"))
    };
    // Also what stands in place of a stream is one line.
    if STREAMS.iter().any(|verb| command.contains(verb)) {
        text.lines().map(read).collect()
    } else {
        vec![read(text)]
    }
}
