//! Private sessions: what a certificate must prove in every mode, and when it is done without.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use dormer_core::engine::ErrorKind;
use dormer_core::engine::lease::{LeaseTaken, Takeover};
use dormer_testkit::server::{Listening, Server, Setup};

use crate::desk::{WRITING, run, runtime, session_at, take, together, work};
use crate::server::{ask, kind, newest};

/// A certificate for `localhost` from an authority (`server`), and one that signs itself (`own`).
const MAKE: &str = "\
set -e
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=authority' -keyout ca.key -out ca.pem
openssl req -newkey rsa:2048 -nodes -subj '/CN=localhost' -keyout server.key -out server.csr
printf 'subjectAltName=DNS:localhost' > names
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
  -extfile names -out server.pem
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=localhost' \
  -addext subjectAltName=DNS:localhost -keyout own.key -out own.pem
";

/// A folder of certificates that goes away with its owner.
struct Certificates(PathBuf);

impl Certificates {
    fn make(name: &str) -> Self {
        let folder = format!("dormer-tls-{name}-{}", std::process::id());
        let made = Self(std::env::temp_dir().join(folder));
        fs::create_dir_all(&made.0).unwrap();
        let output = Command::new("sh")
            .args(["-c", MAKE])
            .current_dir(&made.0)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        made
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    /// The file as a parameter.
    fn root(&self, name: &str) -> String {
        format!("sslrootcert={}", self.0.join(name).display())
    }
}

impl Drop for Certificates {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(Path::new(&self.0));
    }
}

/// A server with that certificate, these rules, and a user with a password.
fn server(certificates: &Certificates, name: &str, rules: &str) -> Server {
    let settings = [
        "ssl=on",
        "ssl_cert_file=server.crt",
        "ssl_key_file=server.key",
        "password_encryption=scram-sha-256",
        "log_connections=on",
    ];
    let file = |name: &str, text: String| (name.to_owned(), text);
    let setup = Setup {
        settings: settings.map(str::to_owned).to_vec(),
        files: vec![
            file("server.crt", certificates.text(&format!("{name}.pem"))),
            file("server.key", certificates.text(&format!("{name}.key"))),
            file("pg_hba.conf", rules.to_owned()),
        ],
        listening: Listening::Tcp,
    };
    let server = Server::start_with(&newest(), &setup).unwrap();
    let mut admin = server.connect().unwrap();
    let role = "CREATE ROLE anna LOGIN PASSWORD 'secret'";
    admin.batch_execute(role).unwrap();
    server
}

#[test]
fn certificates_prove_what_the_mode_asks_for() {
    let certificates = Certificates::make("modes");
    let rules = "local all postgres trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n";
    let server = server(&certificates, "server", rules);
    let port = server.port();
    let try_to = |host: &str, rest: &str| {
        ask(&format!(
            "postgres://anna:secret@{host}:{port}/postgres?{rest}"
        ))
    };
    let works = |host: &str, rest: &str| {
        let count = || server.log().matches("connection authorized").count();
        let before = count();
        let answer = try_to(host, rest);
        assert!(answer.is_ok(), "{host} {rest} {answer:?}");
        assert_eq!(count(), before + 1, "no second session is opened");
    };
    let fails = |host: &str, rest: &str, hint: &str| {
        let error = try_to(host, rest).unwrap_err();
        let found = error.hint.as_deref().unwrap_or_default();
        assert!(found.contains(hint), "{host} {rest} {error:?}");
    };
    let ca = certificates.root("ca.pem");
    works("localhost", &format!("sslmode=verify-full&{ca}"));
    works("127.0.0.1", &format!("sslmode=verify-ca&{ca}"));
    works("localhost", "sslmode=require&channel_binding=require");
    for mode in ["require", "prefer", "allow"] {
        works("127.0.0.1", &format!("sslmode={mode}"));
    }
    let other = certificates.root("own.pem");
    for mode in ["verify-full", "verify-ca", "require"] {
        fails(
            "localhost",
            &format!("sslmode={mode}&{other}"),
            "sslrootcert",
        );
    }
    fails(
        "127.0.0.1",
        &format!("sslmode=verify-full&{ca}"),
        "verify-ca",
    );
    fails("localhost", "sslmode=verify-full", "sslrootcert");
    fails("localhost", "sslmode=disable", "sslmode=require");
    let error = try_to("localhost", "sslmode=verify-ca&sslrootcert=/nowhere.pem").unwrap_err();
    assert_eq!(error.kind, ErrorKind::Tls);
    assert!(error.message.contains("/nowhere.pem"), "{error:?}");
}

#[test]
fn certificate_that_signs_itself_is_trusted_where_it_is_named() {
    let certificates = Certificates::make("own");
    let rules = "local all postgres trust\nhostnossl all anna 127.0.0.1/32 scram-sha-256\n\
                 hostssl all postgres 127.0.0.1/32 trust\n";
    let server = server(&certificates, "own", rules);
    let port = server.port();
    let url = |user: &str, host: &str, rest: &str| {
        format!("postgres://{user}@{host}:{port}/postgres?{rest}")
    };
    let full = format!("sslmode=verify-full&{}", certificates.root("own.pem"));
    let answer = ask(&url("postgres", "localhost", &full));
    assert!(answer.is_ok(), "{answer:?}");
    assert_eq!(kind(&url("postgres", "127.0.0.1", &full)), ErrorKind::Tls);
    // The rules let this user in only without TLS: prefer goes on without it, require does not.
    let answer = ask(&url("anna:secret", "localhost", "sslmode=prefer"));
    assert!(answer.is_ok(), "{answer:?}");
    let demanded = url("anna:secret", "localhost", "sslmode=require");
    assert_eq!(kind(&demanded), ErrorKind::Authentication);
}

#[test]
fn private_session_is_cancelled_in_private() {
    let certificates = Certificates::make("cancel");
    // The wish to cancel is no session: no rule is asked for it.
    let rules = "local all postgres trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n";
    let server = server(&certificates, "server", rules);
    let mut admin = server.connect().unwrap();
    let schema = "CREATE SCHEMA dormer AUTHORIZATION anna";
    admin.batch_execute(schema).unwrap();
    let (port, ca) = (server.port(), certificates.root("ca.pem"));
    let runtime = runtime();
    for rest in [&format!("sslmode=verify-full&{ca}"), "sslmode=prefer"] {
        let url = format!("postgres://anna:secret@localhost:{port}/postgres?{rest}");
        runtime.block_on(async {
            let mut session = session_at(&url, &WRITING).await.unwrap();
            session.prepare().await.unwrap();
            let run = run(1);
            let taken = take(&mut *session, &run, Takeover::Never).await;
            let LeaseTaken::Held(lease, _) = taken else {
                panic!("the lease is not had");
            };
            let sleeps = together(&["SELECT pg_sleep(20)"]);
            let mut sleep = work(&lease.token, &sleeps);
            sleep.limits.whole = Some(Duration::from_millis(100));
            let error = session.execute(&sleep).await.unwrap_err();
            assert_eq!(error.message, "the deadline of 100 ms was over");
            session.release(&lease).await.unwrap();
        });
    }
}
