//! One server for many cases: a database for each, made from a template and removed with its owner.
//!
//! The roles that cases speak of exist on every bed: `anna` and `bela`, who own things of their own; `finance`
//! and `intern`, who read; `builder`, who may build in the schemas of a case and is a member of `anna`
//! alone; `reader`, whom probes log in as, with the rights of `pg_read_all_data` as far as they exist.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use postgres::{Client, NoTls};

use crate::server::{Binaries, Server, ServerError, Setup};

/// Makes the roles.
pub const ROLES: &str = "
CREATE ROLE anna LOGIN; CREATE ROLE bela LOGIN; CREATE ROLE finance LOGIN; CREATE ROLE intern LOGIN;
CREATE ROLE builder LOGIN; GRANT anna TO builder;
CREATE ROLE outsider LOGIN;";

/// A server that cases share.
#[derive(Debug)]
pub struct Bed {
    server: Server,
    made: AtomicU32,
}

/// A database of one case, dropped with this value whoever is still in it.
#[derive(Debug)]
pub struct Database<'a> {
    bed: &'a Bed,
    name: String,
}

impl Bed {
    /// Starts the server and makes the roles.
    ///
    /// # Errors
    ///
    /// When there is no server.
    pub fn start(binaries: &Binaries) -> Result<Self, ServerError> {
        let setup = Setup {
            settings: vec![
                "max_connections=200".to_owned(),
                "autovacuum=off".to_owned(),
            ],
            ..Setup::default()
        };
        Self::start_with(binaries, &setup)
    }

    /// The same with settings of one's own.
    ///
    /// # Errors
    ///
    /// When there is no server.
    pub fn start_with(binaries: &Binaries, setup: &Setup) -> Result<Self, ServerError> {
        let server = Server::start_with(binaries, setup)?;
        server.connect()?.batch_execute(ROLES)?;
        Ok(Self {
            server,
            made: AtomicU32::new(0),
        })
    }

    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    #[must_use]
    pub fn major(&self) -> u16 {
        self.server.major()
    }

    /// Makes an empty database.
    ///
    /// # Errors
    ///
    /// When the server does not.
    pub fn database(&self) -> Result<Database<'_>, ServerError> {
        self.made_from("template0")
    }

    fn made_from(&self, template: &str) -> Result<Database<'_>, ServerError> {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let name = format!("case_{number}");
        let mut admin = self.server.connect()?;
        // A session that was just closed may still be leaving the template.
        let mut tries = 0;
        loop {
            match admin.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")) {
                Ok(()) => break,
                Err(_) if tries < 100 => {
                    tries += 1;
                    thread::sleep(Duration::from_millis(50));
                }
                Err(error) => return Err(error.into()),
            }
        }
        // What belongs to the database itself is not copied with it.
        admin.batch_execute(&format!(
            "GRANT CREATE ON DATABASE {name} TO builder, outsider"
        ))?;
        Ok(Database { bed: self, name })
    }
}

impl<'a> Database<'a> {
    /// Makes another database that is equal to this one; nobody may be in it.
    ///
    /// # Errors
    ///
    /// When somebody stays in it, or the server does not copy it.
    pub fn copy(&self) -> Result<Database<'a>, ServerError> {
        self.bed.made_from(&self.name)
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Opens a session as the superuser.
    ///
    /// # Errors
    ///
    /// When the server takes none.
    pub fn connect(&self) -> Result<Client, ServerError> {
        self.bed.server.connect_to(&self.name)
    }

    /// Opens a session as a role.
    ///
    /// # Errors
    ///
    /// When the server takes none.
    pub fn connect_as(&self, role: &str) -> Result<Client, ServerError> {
        Ok(Client::connect(&self.url_as(role), NoTls)?)
    }

    /// The address for the superuser.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_as("postgres")
    }

    /// The address for a role.
    #[must_use]
    pub fn url_as(&self, role: &str) -> String {
        let url = self.bed.server.url();
        let whole = url.replacen("postgres://postgres@", &format!("postgres://{role}@"), 1);
        match whole.rsplit_once('/') {
            Some((before, _)) => format!("{before}/{}", self.name),
            None => whole,
        }
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        if let Ok(mut admin) = self.bed.server.connect() {
            // A database that stays goes with its server.
            drop(admin.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_equal_and_go_with_their_owner() {
        let bed = Bed::start(&Binaries::find().unwrap()).unwrap();
        let first = bed.database().unwrap();
        first
            .connect()
            .unwrap()
            .batch_execute("CREATE TABLE t AS SELECT 7 AS a")
            .unwrap();
        let copy = first.copy().unwrap();
        let row = copy
            .connect()
            .unwrap()
            .query_one("SELECT a FROM t", &[])
            .unwrap();
        assert_eq!(row.get::<_, i32>(0), 7);
        let user = copy
            .connect_as("anna")
            .unwrap()
            .query_one("SELECT current_user::text", &[]);
        assert_eq!(user.unwrap().get::<_, String>(0), "anna");
        let name = copy.name().to_owned();
        drop(copy);
        assert!(bed.server().connect_to(&name).is_err());
    }
}
