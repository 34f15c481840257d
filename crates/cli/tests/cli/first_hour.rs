//! The mistakes of a first hour, each with its answer: the transcript in `cases/target` holds.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::thread;

use dormer_testkit::server::{Binaries, Listening, Server, Setup};

use crate::shell::{Folder, Shell, Style, hold, replay, workspace};
use crate::steady::steady;

/// A certificate that signs itself.
const CERTIFICATE: &str = "\
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=localhost' -keyout server.key -out server.crt";

/// Whoever comes over the network needs TLS and a password.
const RULES: &str = "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n";

const GROUND: &str = "\
CREATE SCHEMA raw;
CREATE SCHEMA marts;
CREATE TABLE raw.orders (id integer PRIMARY KEY, placed_at timestamptz NOT NULL);
INSERT INTO raw.orders VALUES (1, '2026-01-01 10:00:00+00');
CREATE FUNCTION raw.size(integer) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'could not extend file \"base/5/16384\": No space left on device'
    USING ERRCODE = 'disk_full', HINT = 'Check free disk space.';
END $$;
";

/// Roles that may less than all.
const ROLES: &str = "\
CREATE ROLE anna LOGIN PASSWORD 'right';
CREATE ROLE nobody LOGIN;
CREATE ROLE reader LOGIN;
CREATE ROLE frozen SUPERUSER LOGIN;
ALTER ROLE frozen SET default_transaction_read_only = on;
";

const RIGHTS: &str = "\
CREATE SCHEMA dormer AUTHORIZATION reader;
GRANT USAGE ON SCHEMA raw TO reader, nobody;
GRANT SELECT ON raw.orders TO reader, nobody;
";

#[test]
fn every_mistake_is_answered_with_help() {
    let folder = Folder::new();
    let server = server(&folder.0);
    let mut admin = server.connect().unwrap();
    for statements in [GROUND, ROLES, "CREATE DATABASE rights"] {
        admin.batch_execute(statements).unwrap();
    }
    let mut rights = server.connect_to("rights").unwrap();
    rights.batch_execute(GROUND).unwrap();
    rights.batch_execute(RIGHTS).unwrap();

    let tcp = |user: &str| format!("postgres://{user}@127.0.0.1:{}/postgres", server.port());
    let on_socket = |user: &str, database: &str| {
        let url = server.url().replace("//postgres@", &format!("//{user}@"));
        url.replace("/postgres", &format!("/{database}"))
    };
    let (too_old, pooler) = (greeter("9.6.24"), greeter("18.4"));
    let at = |port: u16| format!("postgres://anna@127.0.0.1:{port}/postgres");
    let home = folder.0.join("home");
    fs::create_dir(&home).unwrap();
    let mut shell = Shell::new(&home)
        .with_variable("DATABASE_URL", server.url())
        .with_variable("WRONG_PASSWORD", tcp("anna:wrong"))
        .with_variable("NO_PASSWORD", tcp("anna"))
        .with_variable("WITHOUT_TLS", tcp("anna:right") + "?sslmode=disable")
        .with_variable("TOO_OLD", at(too_old))
        .with_variable("POOLER", at(pooler))
        .with_variable("READER", on_socket("reader", "rights"))
        .with_variable("NOBODY", on_socket("nobody", "rights"))
        .with_variable("FROZEN", on_socket("frozen", "postgres"))
        .with_variable("DORMER_WHO", "anna".to_owned())
        .with_steady(steady);

    let path = workspace().join("cases/target/first_hour.txt");
    let text = fs::read_to_string(&path).unwrap();
    let now = replay(&text, &mut shell, Style::Exact);
    let version: String = admin.query_one("SHOW server_version", &[]).unwrap().get(0);
    let version = version.split(' ').next().unwrap();
    let now = now.replace(&format!("postgres {version}"), "postgres [VERSION]");
    let now = now.replace(&server.port().to_string(), "[PORT]");
    if let Err(difference) = hold(&path, &now) {
        panic!("\n{difference}\nrecord it anew with BLESS=1");
    }
}

fn server(folder: &Path) -> Server {
    let made = Command::new("sh")
        .args(["-c", CERTIFICATE])
        .current_dir(folder)
        .output();
    assert!(made.unwrap().status.success());
    let file = |name: &str| {
        let text = fs::read_to_string(folder.join(name)).unwrap();
        (name.to_owned(), text)
    };
    let settings = [
        "ssl=on",
        "ssl_cert_file=server.crt",
        "ssl_key_file=server.key",
        "password_encryption=scram-sha-256",
    ];
    let setup = Setup {
        settings: settings.map(str::to_owned).to_vec(),
        files: vec![
            file("server.crt"),
            file("server.key"),
            ("pg_hba.conf".to_owned(), RULES.to_owned()),
        ],
        listening: Listening::Tcp,
    };
    Server::start_with(&Binaries::find().unwrap(), &setup).unwrap()
}

/// Greets as a server of some version does, and answers every query with the number of another process:
/// what a pooler does that hands sessions from one to the next.
fn greeter(version: &str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let version = version.to_owned();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let version = version.clone();
            // It ends with its client, in whatever way.
            thread::spawn(move || greet(&mut stream.unwrap(), &version).ok());
        }
    });
    port
}

fn greet(client: &mut TcpStream, version: &str) -> io::Result<()> {
    // The wish for TLS is 8 bytes long; what follows a refusal is longer.
    while read(client, 0)?.len() == 4 {
        client.write_all(b"N")?;
    }
    send(client, b'R', &[0; 4])?;
    send(
        client,
        b'S',
        format!("server_version\0{version}\0").as_bytes(),
    )?;
    send(client, b'K', &[0, 0, 0, 1, 0, 0, 0, 1])?;
    send(client, b'Z', b"I")?;
    for process in 2_u32.. {
        read(client, 1)?;
        let number = process.to_string();
        let length = u32::try_from(number.len()).unwrap().to_be_bytes();
        let column = b"\0\x01pid\0\0\0\0\0\0\0\0\0\0\x17\0\x04\xff\xff\xff\xff\0\0";
        send(client, b'T', column)?;
        send(
            client,
            b'D',
            &[b"\0\x01", &length[..], number.as_bytes()].concat(),
        )?;
        send(client, b'C', b"SELECT 1\0")?;
        send(client, b'Z', b"I")?;
    }
    Ok(())
}

/// What stands in a message, behind its length.
fn read(client: &mut TcpStream, letters: usize) -> io::Result<Vec<u8>> {
    let mut head = vec![0; letters + 4];
    client.read_exact(&mut head)?;
    let length = u32::from_be_bytes(*head[letters..].first_chunk().unwrap());
    let mut rest = vec![0; length as usize - 4];
    client.read_exact(&mut rest)?;
    Ok(rest)
}

fn send(client: &mut TcpStream, letter: u8, text: &[u8]) -> io::Result<()> {
    let length = u32::try_from(text.len() + 4).unwrap().to_be_bytes();
    client.write_all(&[&[letter], &length[..], text].concat())
}
