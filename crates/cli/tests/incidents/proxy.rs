//! Stands between the binary and a server, and loses the answer to the n-th COMMIT.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use std::{env, fs, process, thread};

use dormer_testkit::server::Server;

/// Which COMMIT is meant; 0 for none.
#[derive(Debug, Default)]
struct Aim {
    number: AtomicUsize,
    seen: AtomicUsize,
    lost: AtomicBool,
}

/// The proxy on a socket of its own, until the process ends.
pub(crate) struct Proxy {
    folder: PathBuf,
    aim: Arc<Aim>,
    port: u16,
}

impl Proxy {
    pub(crate) fn start(server: &Server) -> Result<Self, String> {
        let folder =
            env::temp_dir().join(format!("dormer-proxy-{}-{}", process::id(), server.major()));
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let name = format!(".s.PGSQL.{}", server.port());
        let listener = UnixListener::bind(folder.join(&name)).map_err(|error| error.to_string())?;
        let there = server.socket_dir().join(&name);
        let aim = Arc::new(Aim::default());
        let shared = Arc::clone(&aim);
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                if let Ok(far) = UnixStream::connect(&there) {
                    between(near, far, &shared);
                }
            }
        });
        Ok(Self {
            folder,
            aim,
            port: server.port(),
        })
    }

    /// The address of a database through the proxy.
    pub(crate) fn url(&self, database: &str) -> String {
        let host = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{host}:{}/{database}", self.port)
    }

    /// Counts anew, and loses the answer to this one.
    pub(crate) fn lose(&self, number: usize) {
        self.aim.seen.store(0, Ordering::SeqCst);
        self.aim.lost.store(false, Ordering::SeqCst);
        self.aim.number.store(number, Ordering::SeqCst);
    }

    pub(crate) fn has_lost(&self) -> bool {
        self.aim.lost.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// Passes bytes on both ways.
fn between(near: UnixStream, far: UnixStream, aim: &Arc<Aim>) {
    let (Ok(near_too), Ok(far_too)) = (near.try_clone(), far.try_clone()) else {
        return;
    };
    let deaf = Arc::new(AtomicBool::new(false));
    let (deaf_too, aim) = (Arc::clone(&deaf), Arc::clone(aim));
    thread::spawn(move || questions(near, far, (&aim, &deaf)));
    thread::spawn(move || answers(far_too, near_too, &deaf_too));
}

fn questions(mut near: UnixStream, mut far: UnixStream, (aim, deaf): (&Aim, &AtomicBool)) {
    let mut buffer = [0; 65536];
    while let Ok(length @ 1..) = near.read(&mut buffer) {
        let bytes = buffer.get(..length).unwrap_or_default();
        if commits(bytes) {
            let seen = aim.seen.fetch_add(1, Ordering::SeqCst) + 1;
            if seen == aim.number.load(Ordering::SeqCst) {
                aim.lost.store(true, Ordering::SeqCst);
                deaf.store(true, Ordering::SeqCst);
                drop(far.write_all(bytes));
                // The server does what it was told, and nobody hears of it.
                thread::sleep(Duration::from_millis(100));
                drop(near.shutdown(Shutdown::Both));
                break;
            }
        }
        if far.write_all(bytes).is_err() {
            break;
        }
    }
    drop(far.shutdown(Shutdown::Both));
}

fn answers(mut far: UnixStream, mut near: UnixStream, deaf: &AtomicBool) {
    let mut buffer = [0; 65536];
    while let Ok(length @ 1..) = far.read(&mut buffer) {
        if deaf.load(Ordering::SeqCst) {
            break;
        }
        if near
            .write_all(buffer.get(..length).unwrap_or_default())
            .is_err()
        {
            break;
        }
    }
    drop(near.shutdown(Shutdown::Both));
}

fn commits(bytes: &[u8]) -> bool {
    bytes
        .windows(b"COMMIT".len())
        .any(|window| window.eq_ignore_ascii_case(b"COMMIT"))
}

#[test]
fn server_does_what_nobody_hears_of() {
    use dormer_testkit::bed::Bed;
    use dormer_testkit::server::Binaries;

    let bed = Bed::start(&Binaries::find().unwrap()).unwrap();
    let database = bed.database().unwrap();
    let proxy = Proxy::start(bed.server()).unwrap();
    let open = || postgres::Client::connect(&proxy.url(database.name()), postgres::NoTls).unwrap();
    proxy.lose(2);
    let mut session = open();
    session
        .batch_execute("BEGIN; CREATE TABLE a (x int); COMMIT")
        .unwrap();
    let lost = session.batch_execute("BEGIN; CREATE TABLE b (x int); COMMIT");
    assert!(lost.is_err() && proxy.has_lost());
    let row = database
        .connect()
        .unwrap()
        .query_one("SELECT count(*) FROM a, b", &[]);
    assert!(row.is_ok());
    assert!(open().batch_execute("BEGIN; COMMIT").is_ok());
}
