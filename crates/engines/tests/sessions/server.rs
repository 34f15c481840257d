//! Sessions with a real server: the socket, passwords, and what is said when there is none.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use dormer_core::engine::{Access, EngineError, ErrorKind, ServerInfo};
use dormer_engines::Settings;
use dormer_engines::registry::{self, Opened, Place};
use dormer_sql::Dialect;
use dormer_testkit::server::{Binaries, Listening, Server, Setup};
use tokio::runtime::Runtime;

/// What the server said, and what was noticed on the way.
pub(crate) type Answer = Result<(ServerInfo, Vec<String>), EngineError>;

fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

fn open(
    runtime: &Runtime,
    url: &str,
    environment: registry::Environment<'_>,
) -> Result<Opened, EngineError> {
    let place = Place {
        dialect: Dialect::Postgres,
        url,
        environment,
    };
    let settings = Settings::reading(Duration::from_secs(20), Duration::from_secs(5));
    runtime.block_on(registry::open(place, &settings))
}

fn ask_with(url: &str, variables: &[(&str, &str)]) -> Answer {
    let variables: BTreeMap<&str, &str> = variables.iter().copied().collect();
    let environment = |name: &str| variables.get(name).map(|value| (*value).to_owned());
    let runtime = runtime();
    let mut opened = open(&runtime, url, &environment)?;
    Ok((runtime.block_on(opened.session.server())?, opened.notes))
}

pub(crate) fn ask(url: &str) -> Answer {
    ask_with(url, &[])
}

pub(crate) fn kind(url: &str) -> ErrorKind {
    let error = ask(url).unwrap_err();
    assert!(error.hint.is_some(), "{error:?}");
    error.kind
}

pub(crate) fn newest() -> Binaries {
    Binaries::find().unwrap()
}

#[test]
fn server_tells_about_itself_on_every_major() {
    for binaries in Binaries::all().unwrap() {
        let server = Server::start(&binaries).unwrap();
        let (info, notes) = ask(&server.url()).unwrap();
        assert_eq!(notes, Vec::<String>::new());
        assert_eq!(info.version_number / 10_000, u32::from(server.major()));
        assert!(
            info.version.starts_with(&server.major().to_string()),
            "{info:?}"
        );
        assert_eq!(
            (info.user.as_str(), info.database.as_str()),
            ("postgres", "postgres")
        );
        assert_eq!(info.access, Access::ReadWrite);
    }
}

#[test]
fn socket_is_found_in_every_form() {
    let server = Server::start(&newest()).unwrap();
    let folder = server.socket_dir().to_str().unwrap();
    let url = format!("postgresql:///postgres?host={folder}&user=postgres&sslmode=verify-full");
    assert!(ask(&url).is_ok());
    assert!(ask_with("postgres://", &[("PGHOST", folder), ("PGUSER", "postgres")]).is_ok());
    // A host that is not there is passed over.
    let url = format!("postgres://postgres@/postgres?host=/nowhere,{folder}");
    assert!(ask(&url).is_ok());
    let error = ask("postgres://postgres@/postgres?host=/nowhere,/nothing").unwrap_err();
    assert_eq!(error.message, "none of the 2 hosts can be reached");
}

#[test]
fn session_is_named_and_read_only_user_is_seen() {
    let server = Server::start(&newest()).unwrap();
    let mut admin = server.connect().unwrap();
    let set = "ALTER ROLE postgres SET default_transaction_read_only = on";
    admin.batch_execute(set).unwrap();
    let runtime = runtime();
    let mut opened = open(&runtime, &server.url(), &|_| None).unwrap();
    let count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'dormer'";
    assert_eq!(admin.query_one(count, &[]).unwrap().get::<_, i64>(0), 1);
    let info = runtime.block_on(opened.session.server()).unwrap();
    assert_eq!(info.access, Access::ReadOnly);
}

#[test]
fn refusals_of_the_server_are_told_with_a_hint() {
    let setup = Setup {
        files: vec![(
            "pg_hba.conf".to_owned(),
            "local all postgres trust\nlocal all all scram-sha-256\n\
             host all refused 127.0.0.1/32 reject\nhost all all 127.0.0.1/32 scram-sha-256\n"
                .to_owned(),
        )],
        listening: Listening::Tcp,
        // Versions before 14 keep md5 hashes otherwise.
        settings: vec!["password_encryption=scram-sha-256".to_owned()],
    };
    let server = Server::start_with(&newest(), &setup).unwrap();
    let mut admin = server.connect().unwrap();
    admin
        .batch_execute("CREATE ROLE anna LOGIN PASSWORD 'pa:ss'; CREATE ROLE refused LOGIN;")
        .unwrap();
    let port = server.port();
    let at = |user: &str| format!("postgres://{user}@127.0.0.1:{port}/postgres");

    assert!(ask(&at("anna:pa%3Ass")).is_ok());
    assert!(ask_with(&at("anna"), &[("PGPASSWORD", "pa:ss")]).is_ok());
    let error = ask(&at("anna:hunter2")).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Authentication);
    assert_eq!(
        error.message,
        format!("wrong password for user \"anna\" at 127.0.0.1:{port}")
    );
    assert!(!format!("{error:?}").contains("hunter2"));
    let error = ask(&at("anna")).unwrap_err();
    assert!(error.message.contains("asks for a password"), "{error:?}");
    assert_eq!(kind(&at("refused:x")), ErrorKind::Authentication);

    let folder = server.socket_dir().to_str().unwrap();
    let url = format!("postgres://postgres@/shop?host={folder}&port={port}");
    let error = ask(&url).unwrap_err();
    assert!(
        error.message.starts_with("there is no database \"shop\""),
        "{error:?}"
    );
    let make = format!("make it:  createdb -h {folder} -p {port} -U postgres shop");
    assert_eq!(error.hint, Some(make));
    // There is no TLS here: demanded it fails, preferred it does without.
    let demanded = format!("{}?sslmode=require", at("anna:pa%3Ass"));
    assert_eq!(kind(&demanded), ErrorKind::Tls);

    passwords_of_a_file(&server);
}

fn passwords_of_a_file(server: &Server) {
    let file = server.socket_dir().join("passwords");
    let port = server.port();
    fs::write(&file, format!("127.0.0.1:{port}:*:anna:pa\\:ss\n")).unwrap();
    let url = format!("postgres://anna@127.0.0.1:{port}/postgres");
    let variables = [("PGPASSFILE", file.to_str().unwrap())];
    permit(&file, 0o644);
    let error = ask_with(&url, &variables).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Authentication);
    assert!(
        error
            .detail
            .as_deref()
            .is_some_and(|said| said.contains("chmod 600")),
        "{error:?}"
    );
    permit(&file, 0o600);
    let (_, notes) = ask_with(&url, &variables).unwrap();
    assert_eq!(notes, Vec::<String>::new());
    permit(&file, 0o640);
    let folder = server.socket_dir().to_str().unwrap();
    let trusted = format!("postgres://postgres@/postgres?host={folder}&port={port}");
    let (_, notes) = ask_with(&trusted, &variables).unwrap();
    assert!(
        notes.iter().any(|note| note.contains("chmod 600")),
        "{notes:?}"
    );
}

fn permit(file: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn nobody_there_is_told_as_such() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = format!("postgres://u@127.0.0.1:{port}/d");
    // It listens and never answers.
    let error = ask(&format!("{url}?connect_timeout=1")).unwrap_err();
    assert_eq!(
        error.message,
        format!("no answer from 127.0.0.1:{port} within 1 s")
    );
    // It answers in another language; who listened in vain is still in the queue.
    let speaker = std::thread::spawn(move || {
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 8];
            std::io::Read::read_exact(&mut stream, &mut request).unwrap();
            let _ = std::io::Write::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let error = ask(&url).unwrap_err();
    assert!(
        error.message.contains("does not speak the protocol"),
        "{error:?}"
    );
    assert_eq!(error.kind, ErrorKind::Connection);
    speaker.join().unwrap();
    let error = ask(&url).unwrap_err();
    assert_eq!(error.message, format!("cannot reach 127.0.0.1:{port}"));
    assert_eq!(
        error.hint,
        Some(format!(
            "is a server there?  pg_isready -h 127.0.0.1 -p {port}"
        ))
    );
    assert_eq!(kind("postgres://u@no..where/d"), ErrorKind::Connection);
}
