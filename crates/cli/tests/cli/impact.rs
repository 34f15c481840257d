//! `dormer impact` and `dormer show --observed` against a real server: the transcripts in `cases/target` hold.

use std::fs;

use dormer_testkit::server::{Binaries, Server};

use crate::shell::{Folder, Shell, Style, hold, replay, workspace};

/// What others made around the shop.
const OTHERS: &str = r#"
CREATE ROLE anna; GRANT USAGE ON SCHEMA core, raw TO anna; GRANT CREATE ON DATABASE postgres TO anna;
GRANT SELECT ON core.orders TO anna;
SET ROLE anna; CREATE SCHEMA sandbox;
CREATE VIEW sandbox.big AS SELECT o.* FROM core.orders o;
CREATE FUNCTION sandbox.how_many() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM core.orders';
CREATE FUNCTION sandbox.rows_of() RETURNS SETOF core.orders LANGUAGE sql AS 'SELECT * FROM core.orders';
RESET ROLE;
CREATE TABLE raw.notes (order_id bigint, "said.by" text, said_on date);
ALTER TABLE raw.notes ADD CONSTRAINT notes_key UNIQUE (order_id);
CREATE TABLE raw.replies (order_id bigint REFERENCES raw.notes (order_id));
CREATE VIEW sandbox."Notes" AS SELECT n."said.by" AS "who said", n.said_on FROM raw.notes n;
"#;

#[test]
fn impact_names_everybody_above() {
    let server = Server::start(&Binaries::find().unwrap()).unwrap();
    let mut admin = server.connect().unwrap();
    let seed = workspace().join("examples/shop/seed.sql");
    admin
        .batch_execute(&fs::read_to_string(seed).unwrap())
        .unwrap();
    let folder = Folder::new();
    let shell = Shell::new(&folder.0).with_steady(crate::steady::steady);
    let mut shell = shell.with_variable("PROD_DATABASE_URL", server.url());
    for command in ["dormer init shop", "cd shop", "dormer apply -t prod -y -q"] {
        let ran = shell.run(command);
        assert!(ran.status.success(), "{ran:?}");
    }
    admin.batch_execute(OTHERS).unwrap();
    let version: String = admin.query_one("SHOW server_version", &[]).unwrap().get(0);
    let version = version.split(' ').next().unwrap().to_owned();
    let path = workspace().join("cases/target/impact.txt");
    let text = fs::read_to_string(&path).unwrap();
    let now = replay(&text, &mut shell, Style::Exact).replace(&version, "[VERSION]");
    if let Err(difference) = hold(&path, &now) {
        panic!("{difference}record it anew with BLESS=1");
    }
}
