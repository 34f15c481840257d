//! Plans and runs against a real server: the transcripts in `cases/target` hold.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use dormer_testkit::server::{Binaries, Server};

use crate::shell::{Folder, Shell, Style, hold, replay, workspace};
use crate::steady::steady;

/// A server with the raw tables of the shop, and a shell that knows it.
struct Scene {
    server: Server,
    admin: postgres::Client,
    folder: Folder,
}

impl Scene {
    fn new() -> Self {
        let server = Server::start(&Binaries::find().unwrap()).unwrap();
        let mut admin = server.connect().unwrap();
        let seed = workspace().join("examples/shop/seed.sql");
        admin
            .batch_execute(&fs::read_to_string(seed).unwrap())
            .unwrap();
        Self {
            server,
            admin,
            folder: Folder::new(),
        }
    }

    fn shell(&self) -> Shell {
        Shell::new(&self.folder.0)
            .with_variable("PROD_DATABASE_URL", self.server.url())
            .with_variable("DORMER_WHO", "anna".to_owned())
            .with_steady(steady)
    }

    /// Runs a transcript and compares it.
    fn hold(&mut self, name: &str) {
        let path = workspace().join("cases/target").join(name);
        let text = fs::read_to_string(&path).unwrap();
        let row = self.admin.query_one("SHOW server_version", &[]).unwrap();
        let version: String = row.get(0);
        let version = version.split(' ').next().unwrap();
        let now = replay(&text, &mut self.shell(), Style::Exact);
        let now = now.replace(&format!("postgres {version}"), "postgres [VERSION]");
        if let Err(difference) = hold(&path, &now) {
            panic!("\n{difference}\nrecord it anew with BLESS=1");
        }
    }
}

#[test]
fn runs_are_planned_done_and_taken_back() {
    Scene::new().hold("runs.txt");
}

#[test]
fn what_goes_wrong_says_what_to_do() {
    let mut scene = Scene::new();
    let rights = "CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA raw TO reader; \
                  GRANT SELECT ON ALL TABLES IN SCHEMA raw TO reader";
    scene.admin.batch_execute(rights).unwrap();
    scene.hold("runs_refused.txt");
}

#[test]
fn locks_show_who_waits_for_whom() {
    let mut scene = Scene::new();
    let mut holder = scene.server.connect().unwrap();
    holder
        .batch_execute("SET application_name = 'report'; BEGIN; LOCK TABLE raw.orders")
        .unwrap();
    let mut waiter = scene.server.connect().unwrap();
    let waiting = thread::spawn(move || {
        let sql = "SET application_name = 'loader'; SELECT count(*) FROM raw.orders";
        waiter.batch_execute(sql)
    });
    let waits = "SELECT 1 FROM pg_locks WHERE NOT granted";
    let since = Instant::now();
    while scene.admin.query(waits, &[]).unwrap().is_empty() {
        assert!(since.elapsed() < Duration::from_secs(10));
        // The server does the waiting.
        scene.admin.execute("SELECT pg_sleep(0.02)", &[]).unwrap();
    }
    scene.hold("locks.txt");
    holder.batch_execute("ROLLBACK").unwrap();
    waiting.join().unwrap().unwrap();
}
