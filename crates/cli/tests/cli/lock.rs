//! `dormer lock` against a real server: the transcripts in `cases/target` hold.

use std::fs;

use dormer_testkit::server::{Binaries, Server};

use crate::shell::{Folder, Shell, Style, hold, replay, workspace};

/// Somebody else's work between the two transcripts.
const CHANGES: &str = "\
ALTER TABLE raw.orders RENAME COLUMN channel TO sold_through;
ALTER TABLE raw.orders ADD COLUMN note text;
ALTER TABLE raw.products ALTER COLUMN price_cents TYPE bigint;
DROP TABLE raw.shops CASCADE;
CREATE VIEW raw.shops_now AS SELECT 1 AS id;
";

#[test]
fn lock_says_what_the_target_has() {
    let server = Server::start(&Binaries::find().unwrap()).unwrap();
    let mut admin = server.connect().unwrap();
    let seed = workspace().join("examples/shop/seed.sql");
    admin
        .batch_execute(&fs::read_to_string(seed).unwrap())
        .unwrap();
    let folder = Folder::new();
    let shell = Shell::new(&folder.0);
    let mut shell = shell.with_variable("PROD_DATABASE_URL", server.url());
    let mut differ = String::new();
    for (name, changes) in [("lock.txt", ""), ("lock_changed.txt", CHANGES)] {
        admin.batch_execute(changes).unwrap();
        let path = workspace().join("cases/target").join(name);
        let text = fs::read_to_string(&path).unwrap();
        let now = replay(&text, &mut shell, Style::Exact);
        // The server's own version is no part of what is held.
        let now = now.replace(&version(&mut admin), "[VERSION]");
        if let Err(difference) = hold(&path, &now) {
            differ.push_str(&difference);
        }
    }
    assert!(
        differ.is_empty(),
        "\n{differ}\nrecord them anew with BLESS=1"
    );
}

fn version(admin: &mut postgres::Client) -> String {
    let row = admin.query_one("SHOW server_version", &[]).unwrap();
    let version: String = row.get(0);
    version.split(' ').next().unwrap().to_owned()
}
