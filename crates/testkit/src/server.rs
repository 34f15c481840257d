//! A private PostgreSQL for one test: found, started on a unix socket, stopped and removed with its owner.
//!
//! Invariants
//! - Nothing is skipped: a machine without binaries is a [`ServerError::NotFound`] that says how to get them.
//! - No TCP port is opened but where a [`Setup`] asks for one, and then a free one of 127.0.0.1, so any
//!   number of servers run side by side.
//! - The server outlives nobody: a watching shell holds the read end of a pipe, so it stops the server and
//!   removes its folder even when the test process is killed.
//! - PostgreSQL refuses root, so a test that runs as root starts it as user `postgres` or `nobody`.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

use user::ServerUser;

mod binaries;
mod user;

pub use binaries::Binaries;

/// A unix socket's path has about 107 bytes; the socket's own file name takes 20 of them.
const LONGEST_FOLDER: usize = 80;
const READY_WITHIN: Duration = Duration::from_secs(60);
const PORT: u16 = 5432;
const SUPERUSER: &str = "postgres";

/// Stops the server when standard input ends, which is when the owner closes it or dies.
/// Only then is the folder removed, so that the owner can still read the log of a server that failed.
const WATCH: &str = r#"
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ cat <&3 >/dev/null; touch "$0/closed"; kill -QUIT "$server" 2>/dev/null; } &
exec 3<&-
wait "$server"
code=$?
[ -e "$0/closed" ] && rm -rf -- "$0"
exit "$code"
"#;

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    #[error("no PostgreSQL {wanted} found in {looked}; hint: {hint}")]
    NotFound {
        wanted: String,
        looked: String,
        hint: &'static str,
    },
    #[error("could not {doing} {path}")]
    Io {
        doing: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{program} failed: {output}")]
    Failed {
        program: &'static str,
        output: String,
    },
    #[error("the server took no session within {} s: {log}", READY_WITHIN.as_secs())]
    NotReady { log: String },
    #[error("root needs a user to run PostgreSQL as; hint: useradd --system postgres")]
    NoUser,
    #[error("no session")]
    Session(#[from] postgres::Error),
}

/// How a server differs from the plain one.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// As after `-c`: `ssl=on`.
    pub settings: Vec<String>,
    /// Name and text of files in the data folder, written before the start: `pg_hba.conf`.
    pub files: Vec<(String, String)>,
    pub listening: Listening,
}

/// Where a server listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Listening {
    #[default]
    Socket,
    /// Also on a free port of 127.0.0.1.
    Tcp,
}

/// A running server, stopped and removed when dropped.
#[derive(Debug)]
pub struct Server {
    watcher: Child,
    folder: PathBuf,
    major: u16,
    port: u16,
}

impl Server {
    /// Makes a new cluster (trust, C locale, UTF8) and waits until it takes sessions.
    pub fn start(binaries: &Binaries) -> Result<Self, ServerError> {
        Self::start_with(binaries, &Setup::default())
    }

    /// The same with settings and files of one's own; the superuser must get in on the socket.
    pub fn start_with(binaries: &Binaries, setup: &Setup) -> Result<Self, ServerError> {
        let folder = fresh_folder()?;
        let started = Self::start_in(binaries, &folder, setup);
        if started.is_err() {
            // What went wrong is worth more than a folder that could not be removed.
            drop(fs::remove_dir_all(&folder));
        }
        started
    }

    fn start_in(binaries: &Binaries, folder: &Path, setup: &Setup) -> Result<Self, ServerError> {
        let user = ServerUser::of(folder)?;
        user.give(folder)?;
        let programs = user.reachable(binaries)?;
        let data = folder.join("data");

        let output = user
            .command(&programs.join("initdb"), folder)
            .args(["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"])
            .args(["--username", SUPERUSER, "--pgdata"])
            .arg(&data)
            .stdin(Stdio::null())
            .output()
            .map_err(io_error("run", &programs.join("initdb")))?;
        if !output.status.success() {
            let text = [output.stdout, output.stderr].concat();
            let output = String::from_utf8_lossy(&text).into_owned();
            return Err(ServerError::Failed {
                program: "initdb",
                output,
            });
        }

        for (name, text) in &setup.files {
            let path = data.join(name);
            fs::write(&path, text).map_err(io_error("write", &path))?;
            // The server refuses a key that others may read.
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600))
                .map_err(io_error("close", &path))?;
            user.give(&path)?;
        }
        let port = match setup.listening {
            Listening::Socket => PORT,
            Listening::Tcp => free_port()?,
        };

        let log_path = folder.join("log");
        let log = fs::File::create(&log_path).map_err(io_error("create", &log_path))?;
        let also_log = log.try_clone().map_err(io_error("open", &log_path))?;
        let mut command = user.command(Path::new("/bin/sh"), folder);
        command
            .arg("-c")
            .arg(WATCH)
            .arg(folder)
            .arg(programs.join("postgres"))
            .arg("-D")
            .arg(&data);
        for setting in settings(folder, port) {
            command.arg("-c").arg(setting);
        }
        if setup.listening == Listening::Tcp {
            command.args(["-c", "listen_addresses=127.0.0.1"]);
        }
        for setting in &setup.settings {
            command.arg("-c").arg(setting);
        }
        command.stdin(Stdio::piped()).stdout(log).stderr(also_log);
        let watcher = command
            .spawn()
            .map_err(io_error("run", &programs.join("postgres")))?;
        let mut server = Self {
            watcher,
            folder: folder.to_owned(),
            major: binaries.major(),
            port,
        };
        server.wait_until_ready()?;
        Ok(server)
    }

    fn wait_until_ready(&mut self) -> Result<(), ServerError> {
        let started = Instant::now();
        loop {
            if self.connect().is_ok() {
                return Ok(());
            }
            let ended = self
                .watcher
                .try_wait()
                .map_err(io_error("watch", &self.folder))?;
            if ended.is_some() {
                return Err(ServerError::Failed {
                    program: "postgres",
                    output: self.log(),
                });
            }
            if started.elapsed() > READY_WITHIN {
                return Err(ServerError::NotReady { log: self.log() });
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Opens a session as superuser in the database `postgres`.
    pub fn connect(&self) -> Result<postgres::Client, ServerError> {
        self.connect_to("postgres")
    }

    /// Opens a session as superuser in a database that exists.
    pub fn connect_to(&self, database: &str) -> Result<postgres::Client, ServerError> {
        let mut config = postgres::Config::new();
        config
            .host_path(&self.folder)
            .port(self.port)
            .user(SUPERUSER)
            .dbname(database);
        Ok(config.connect(postgres::NoTls)?)
    }

    /// The address as a URL that libpq and Dormer read.
    #[must_use]
    pub fn url(&self) -> String {
        let mut host = String::new();
        for byte in self.folder.as_os_str().as_encoded_bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.~".contains(byte) {
                host.push(char::from(*byte));
            } else {
                // Writing to a String cannot fail.
                let _ = write!(host, "%{byte:02X}");
            }
        }
        format!("postgres://{SUPERUSER}@{host}:{}/postgres", self.port)
    }

    #[must_use]
    pub fn socket_dir(&self) -> &Path {
        &self.folder
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    #[must_use]
    pub fn major(&self) -> u16 {
        self.major
    }

    /// What the server wrote so far.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read(self.folder.join("log"))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        drop(self.watcher.wait());
        // The watcher has usually removed it; what is left is left to the system's temporary folder.
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// A folder with the same programs that the user of a server can come to, where the tests run as root.
///
/// # Errors
///
/// When there is no such user, or the programs cannot be copied.
pub fn for_any_user(binaries: &Binaries) -> Result<PathBuf, ServerError> {
    let folder = fresh_folder()?;
    let found = ServerUser::of(&folder).and_then(|user| user.reachable(binaries));
    // Only made to see who makes it.
    drop(fs::remove_dir_all(&folder));
    found
}

/// Durability is given up: a test's cluster never survives a crash.
fn settings(folder: &Path, port: u16) -> Vec<OsString> {
    let mut socket = OsString::from("unix_socket_directories=");
    socket.push(folder);
    let mut settings = vec![socket, OsString::from(format!("port={port}"))];
    settings.extend(
        [
            "listen_addresses=",
            "unix_socket_permissions=0777",
            "fsync=off",
            "full_page_writes=off",
            "synchronous_commit=off",
            "shared_buffers=32MB",
            "max_connections=64",
        ]
        .map(OsString::from),
    );
    settings
}

/// A port that nobody listens on now; somebody may before the server does, but rarely.
fn free_port() -> Result<u16, ServerError> {
    let failed = |source| ServerError::Io {
        doing: "listen on",
        path: PathBuf::from("127.0.0.1"),
        source,
    };
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).map_err(failed)?;
    Ok(listener.local_addr().map_err(failed)?.port())
}

fn temporary_folder() -> PathBuf {
    let usual = env::temp_dir();
    if usual.as_os_str().len() <= LONGEST_FOLDER - 24 {
        usual
    } else {
        PathBuf::from("/tmp")
    }
}

fn fresh_folder() -> Result<PathBuf, ServerError> {
    static STARTED: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let folder = temporary_folder().join(format!("dormer-{}-{number}", process::id()));
        match fs::DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(io_error("create", &folder)(error)),
        }
    }
}

fn io_error(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ServerError {
    let path = path.to_owned();
    move |source| ServerError::Io {
        doing,
        path,
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_answers_and_leaves_nothing_behind() {
        let server = Server::start(&Binaries::find().unwrap()).unwrap();
        let folder = server.socket_dir().to_owned();
        let row = server
            .connect()
            .unwrap()
            .query_one("select 40 + 2", &[])
            .unwrap();
        assert_eq!(row.get::<_, i32>(0), 42);
        let by_url = postgres::Client::connect(&server.url(), postgres::NoTls);
        assert!(by_url.is_ok());
        drop((by_url, server));
        assert!(!folder.exists());
    }

    #[test]
    fn server_of_every_installed_major_starts() {
        for binaries in Binaries::all().unwrap() {
            let server = Server::start(&binaries).unwrap();
            let row = server
                .connect()
                .unwrap()
                .query_one("show server_version_num", &[])
                .unwrap();
            let number: u32 = row.get::<_, String>(0).parse().unwrap();
            assert_eq!(number / 10_000, u32::from(binaries.major()));
        }
    }
}
