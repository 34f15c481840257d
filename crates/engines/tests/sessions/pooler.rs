//! A pooler in transaction mode is refused, one that gives each session a process is not.
//!
//! The pooler is a small one of our own: it greets by itself, makes a number up, and gives each
//! transaction, or each session, one of its sessions with the server.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use dormer_core::engine::ErrorKind;
use dormer_testkit::server::{Server, Setup};

use super::server::{ask, newest};

/// When a session with the server goes back, and which is taken next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Session,
    /// The one that came back last.
    Transaction,
    /// The one that came back first, of two.
    TransactionInTurn,
    /// There is but one.
    TransactionAlone,
}

struct Pooler {
    mode: Mode,
    socket: PathBuf,
    idle: Mutex<VecDeque<UnixStream>>,
    came_back: Condvar,
}

/// Starts one, and gives its address.
fn start(server: &Server, mode: Mode) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let socket = format!(".s.PGSQL.{}", server.port());
    let pooler = Arc::new(Pooler {
        mode,
        socket: server.socket_dir().join(socket),
        idle: Mutex::default(),
        came_back: Condvar::new(),
    });
    let ready = match mode {
        Mode::Session | Mode::Transaction => 0,
        Mode::TransactionAlone => 1,
        Mode::TransactionInTurn => 2,
    };
    for _ in 0..ready {
        let session = pooler.enter().unwrap();
        pooler.idle.lock().unwrap().push_back(session);
    }
    thread::spawn(move || {
        for stream in listener.incoming() {
            let pooler = Arc::clone(&pooler);
            // It ends with its client, in whatever way.
            thread::spawn(move || pooler.serve(&mut stream.unwrap()).ok());
        }
    });
    format!("postgres://postgres@127.0.0.1:{port}/postgres")
}

/// One message: its letter where it has one, and its bytes, whole.
fn message(stream: &mut impl Read, lettered: bool) -> io::Result<(u8, Vec<u8>)> {
    let head = usize::from(lettered);
    let mut bytes = vec![0; head + 4];
    stream.read_exact(&mut bytes)?;
    let length = u32::from_be_bytes(*bytes[head..].first_chunk().unwrap());
    let mut rest = vec![0; length as usize - 4];
    stream.read_exact(&mut rest)?;
    let letter = if lettered { bytes[0] } else { 0 };
    bytes.extend(rest);
    Ok((letter, bytes))
}

impl Pooler {
    /// A session with the server, ready for a statement.
    fn enter(&self) -> io::Result<UnixStream> {
        let mut session = UnixStream::connect(&self.socket)?;
        let parameters = b"\0\x03\0\0user\0postgres\0database\0postgres\0\0";
        session.write_all(&(parameters.len() as u32 + 4).to_be_bytes())?;
        session.write_all(parameters)?;
        while message(&mut session, true)?.0 != b'Z' {}
        Ok(session)
    }

    fn serve(&self, client: &mut TcpStream) -> io::Result<()> {
        while message(client, false)?.1[4..8] == 80_877_103_u32.to_be_bytes() {
            client.write_all(b"N")?;
        }
        client.write_all(b"R\0\0\0\x08\0\0\0\0S\0\0\0\x18server_version\x0016.4\0")?;
        client.write_all(b"K\0\0\0\x0c\0\x12\x34\x56\0\0\0\x01Z\0\0\0\x05I")?;
        let mut held = None;
        loop {
            let (letter, bytes) = message(client, true)?;
            if letter == b'X' {
                return Ok(());
            }
            let mut session = match held.take() {
                Some(session) => session,
                None => self.take()?,
            };
            session.write_all(&bytes)?;
            let mut state = b'T';
            if matches!(letter, b'Q' | b'S') {
                state = relay(&mut session, client)?;
            }
            if state == b'I' && self.mode != Mode::Session {
                self.give_back(session);
            } else {
                held = Some(session);
            }
        }
    }

    fn take(&self) -> io::Result<UnixStream> {
        let mut idle = self.idle.lock().unwrap();
        loop {
            match idle.pop_front() {
                Some(session) => return Ok(session),
                None if self.mode != Mode::TransactionAlone => return self.enter(),
                None => idle = self.came_back.wait(idle).unwrap(),
            }
        }
    }

    fn give_back(&self, session: UnixStream) {
        let mut idle = self.idle.lock().unwrap();
        match self.mode {
            Mode::TransactionInTurn => idle.push_back(session),
            _ => idle.push_front(session),
        }
        self.came_back.notify_one();
    }
}

/// Hands the answer on; the letter says whether a transaction is open.
fn relay(session: &mut UnixStream, client: &mut TcpStream) -> io::Result<u8> {
    loop {
        let (letter, bytes) = message(session, true)?;
        client.write_all(&bytes)?;
        if letter == b'Z' {
            return Ok(bytes[5]);
        }
    }
}

#[test]
fn session_without_a_process_of_its_own_is_refused() {
    let server = Server::start(&newest()).unwrap();
    for mode in [
        Mode::Transaction,
        Mode::TransactionInTurn,
        Mode::TransactionAlone,
    ] {
        let error = ask(&start(&server, mode)).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unsupported, "{mode:?}");
        assert!(error.message.contains("pooler"), "{error}");
        assert!(error.hint.unwrap().starts_with("connect directly"));
    }
}

#[test]
fn session_with_a_process_of_its_own_is_welcome_behind_a_pooler() {
    let server = Server::start(&newest()).unwrap();
    let (info, _) = ask(&start(&server, Mode::Session)).unwrap();
    assert_eq!(info.user, "postgres");
}

#[test]
fn direct_session_opens_no_second_one() {
    let setup = Setup {
        settings: vec!["log_connections=on".to_owned()],
        ..Setup::default()
    };
    let server = Server::start_with(&newest(), &setup).unwrap();
    let count = || server.log().matches("connection authorized").count();
    let before = count();
    ask(&server.url()).unwrap();
    assert_eq!(count(), before + 1, "{}", server.log());
}
