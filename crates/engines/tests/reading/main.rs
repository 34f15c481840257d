//! What a session with PostgreSQL reads beside the catalog: rehearsals, pulses, locks, probes.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a broken server is a failed test"
)]

use std::time::Duration;

use dormer_core::engine::Session;
use dormer_core::model::name::ObjectName;
use dormer_engines::Settings;
use dormer_engines::registry::{Place, open};
use dormer_sql::Dialect;
use dormer_testkit::server::Server;
use tokio::runtime::Runtime;

mod locks;
mod lowering;
mod pulses;
mod rehearsal;

/// A session with its runtime.
pub(crate) struct Opened {
    pub(crate) runtime: Runtime,
    pub(crate) session: Box<dyn Session>,
}

/// Opens a session as a plan does: one that only reads.
pub(crate) fn reading(url: &str) -> Opened {
    let limit = Duration::from_secs(20);
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().build().unwrap();
    let place = Place {
        dialect: Dialect::Postgres,
        url,
        environment: &|_| None,
    };
    let opened = runtime.block_on(open(place, &Settings::reading(limit, limit)));
    Opened {
        session: opened.unwrap().session,
        runtime,
    }
}

pub(crate) fn name(text: &str) -> ObjectName {
    ObjectName::parse(text, Dialect::Postgres).unwrap()
}

pub(crate) fn run(server: &Server, sql: &str) {
    server.connect().unwrap().batch_execute(sql).unwrap();
}
