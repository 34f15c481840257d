//! A private PostgreSQL for one test: found, started on a unix socket, stopped and removed with its owner.
//!
//! Invariants
//! - Nothing is skipped: a machine without binaries is a [`ServerError::NotFound`] that says how to get them.
//! - No TCP port is opened, so any number of servers run side by side.
//! - The server outlives nobody: a watching shell holds the read end of a pipe, so it stops the server and
//!   removes its folder even when the test process is killed.
//! - PostgreSQL refuses root, so a test that runs as root starts it as user `postgres` or `nobody`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

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

/// The folder that holds `initdb` and `postgres` of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    folder: PathBuf,
    major: u16,
}

impl Binaries {
    /// Finds the first: `DORMER_PG_BIN`, then `target/pg` and Debian's folders with the newest ahead, then `PATH`.
    pub fn find() -> Result<Self, ServerError> {
        let places = places();
        let found = places.iter().find_map(|folder| Self::at(folder));
        found.ok_or_else(|| not_found("binaries".to_owned(), &places))
    }

    /// Finds the first of one major version, in the same order.
    pub fn find_major(major: u16) -> Result<Self, ServerError> {
        let places = places();
        let found = places.iter().filter_map(|folder| Self::at(folder));
        found
            .into_iter()
            .find(|binaries| binaries.major == major)
            .ok_or_else(|| not_found(major.to_string(), &places))
    }

    /// Finds one of each major version that this machine has, the oldest first.
    pub fn all() -> Result<Vec<Self>, ServerError> {
        let places = places();
        let mut by_major = BTreeMap::new();
        for found in places.iter().filter_map(|folder| Self::at(folder)) {
            by_major.entry(found.major).or_insert(found);
        }
        if by_major.is_empty() {
            return Err(not_found("binaries".to_owned(), &places));
        }
        Ok(by_major.into_values().collect())
    }

    /// Takes a folder that holds both programs, and asks the server for its version.
    #[must_use]
    pub fn at(folder: &Path) -> Option<Self> {
        if !folder.join("initdb").is_file() {
            return None;
        }
        let output = Command::new(folder.join("postgres"))
            .arg("--version")
            .output()
            .ok()?;
        let major = major_of(&String::from_utf8_lossy(&output.stdout))?;
        Some(Self {
            folder: folder.to_owned(),
            major,
        })
    }

    #[must_use]
    pub fn major(&self) -> u16 {
        self.major
    }

    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Reads `postgres (PostgreSQL) 18.4 (Debian 18.4-1)`.
fn major_of(version: &str) -> Option<u16> {
    let number = version.split_once("(PostgreSQL)")?.1.trim_start();
    let digits = number.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

fn not_found(wanted: String, places: &[PathBuf]) -> ServerError {
    let looked: Vec<_> = places
        .iter()
        .map(|place| place.display().to_string())
        .collect();
    let looked = format!("DORMER_PG_BIN, target/pg, {}", looked.join(", "));
    ServerError::NotFound {
        wanted,
        looked,
        hint: "cargo xtask test (it installs what tests need)",
    }
}

fn places() -> Vec<PathBuf> {
    let mut places: Vec<PathBuf> = env::var_os("DORMER_PG_BIN")
        .map(PathBuf::from)
        .into_iter()
        .collect();
    places.extend(numbered(&target_folder().join("pg")));
    places.extend(numbered(Path::new("/usr/lib/postgresql")));
    places.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
    places
}

fn target_folder() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => workspace.join(folder),
        None => workspace.join("target"),
    }
}

/// The `bin` folders under folders named by a major version, newest first.
fn numbered(parent: &Path) -> Vec<PathBuf> {
    let mut majors: Vec<u16> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    majors.sort_unstable_by(|a, b| b.cmp(a));
    majors
        .into_iter()
        .map(|major| parent.join(major.to_string()).join("bin"))
        .collect()
}

/// A running server, stopped and removed when dropped.
#[derive(Debug)]
pub struct Server {
    watcher: Child,
    folder: PathBuf,
    major: u16,
}

impl Server {
    /// Makes a new cluster (trust, C locale, UTF8) and waits until it takes sessions.
    pub fn start(binaries: &Binaries) -> Result<Self, ServerError> {
        let folder = fresh_folder()?;
        let started = Self::start_in(binaries, &folder);
        if started.is_err() {
            // What went wrong is worth more than a folder that could not be removed.
            drop(fs::remove_dir_all(&folder));
        }
        started
    }

    fn start_in(binaries: &Binaries, folder: &Path) -> Result<Self, ServerError> {
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
        for setting in settings(folder) {
            command.arg("-c").arg(setting);
        }
        command.stdin(Stdio::piped()).stdout(log).stderr(also_log);
        let watcher = command
            .spawn()
            .map_err(io_error("run", &programs.join("postgres")))?;
        let mut server = Self {
            watcher,
            folder: folder.to_owned(),
            major: binaries.major,
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
            .port(PORT)
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
        format!("postgres://{SUPERUSER}@{host}:{PORT}/postgres")
    }

    #[must_use]
    pub fn socket_dir(&self) -> &Path {
        &self.folder
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        PORT
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

/// Durability is given up: a test's cluster never survives a crash.
fn settings(folder: &Path) -> Vec<OsString> {
    let mut socket = OsString::from("unix_socket_directories=");
    socket.push(folder);
    let mut settings = vec![socket, OsString::from(format!("port={PORT}"))];
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

/// Who runs the server: nobody special, or for root a user that PostgreSQL accepts.
#[derive(Debug)]
struct ServerUser {
    other: Option<(u32, u32)>,
}

impl ServerUser {
    /// Root is told by the owner of a folder that this process has just made.
    fn of(folder: &Path) -> Result<Self, ServerError> {
        let owner = fs::metadata(folder)
            .map_err(io_error("look at", folder))?
            .uid();
        if owner != 0 {
            return Ok(Self { other: None });
        }
        let users = Path::new("/etc/passwd");
        let text = fs::read_to_string(users).map_err(io_error("read", users))?;
        let found = ["postgres", "nobody"]
            .iter()
            .find_map(|name| user_ids(&text, name));
        found
            .map(|ids| Self { other: Some(ids) })
            .ok_or(ServerError::NoUser)
    }

    fn give(&self, folder: &Path) -> Result<(), ServerError> {
        let Some((user, group)) = self.other else {
            return Ok(());
        };
        std::os::unix::fs::chown(folder, Some(user), Some(group))
            .map_err(io_error("give away", folder))
    }

    fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        // A developer's PG* variables and locale have no say in a test.
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("LC_ALL", "C")
            .current_dir(folder);
        if let Some((user, group)) = self.other {
            command.uid(user).gid(group);
        }
        command
    }

    /// Where the programs can be run from: another user may not pass a checkout below root's home,
    /// so the binaries are copied once, beside the clusters, and shared by later servers.
    fn reachable(&self, binaries: &Binaries) -> Result<PathBuf, ServerError> {
        let folder =
            fs::canonicalize(&binaries.folder).map_err(io_error("find", &binaries.folder))?;
        if self.other.is_none() || folder.ancestors().all(passable) {
            return Ok(folder);
        }
        let Some(whole) = folder.parent() else {
            return Ok(folder);
        };
        let stamp = fs::metadata(folder.join("postgres")).map_err(io_error("look at", &folder))?;
        let name = format!(
            "dormer-pg-{}-{}-{}",
            binaries.major,
            stamp.len(),
            stamp.mtime()
        );
        let copy = temporary_folder().join(name);
        if !copy.is_dir() {
            let partial = copy.with_extension(process::id().to_string());
            copy_tree(whole, &partial)?;
            if let Err(error) = fs::rename(&partial, &copy) {
                drop(fs::remove_dir_all(&partial));
                // Another test may have been faster; its copy is as good.
                if !copy.is_dir() {
                    return Err(io_error("create", &copy)(error));
                }
            }
        }
        Ok(copy.join("bin"))
    }
}

fn user_ids(users: &str, name: &str) -> Option<(u32, u32)> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then_some(())?;
        Some((fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?))
    })
}

fn passable(folder: &Path) -> bool {
    fs::metadata(folder).is_ok_and(|found| found.permissions().mode() & 0o001 != 0)
}

fn copy_tree(from: &Path, to: &Path) -> Result<(), ServerError> {
    fs::create_dir(to).map_err(io_error("create", to))?;
    fs::set_permissions(to, fs::Permissions::from_mode(0o755)).map_err(io_error("open up", to))?;
    for entry in fs::read_dir(from).map_err(io_error("read", from))? {
        let entry = entry.map_err(io_error("read", from))?;
        let (source, copy) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().map_err(io_error("look at", &source))?;
        if kind.is_dir() {
            copy_tree(&source, &copy)?;
        } else if kind.is_symlink() {
            let aim = fs::read_link(&source).map_err(io_error("read", &source))?;
            std::os::unix::fs::symlink(aim, &copy).map_err(io_error("create", &copy))?;
        } else {
            fs::copy(&source, &copy).map_err(io_error("copy", &source))?;
        }
    }
    Ok(())
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
    fn major_is_read_from_any_version_text() {
        assert_eq!(major_of("postgres (PostgreSQL) 18.4\n"), Some(18));
        assert_eq!(
            major_of("postgres (PostgreSQL) 15.16 (Debian 15.16-0+deb12u1)"),
            Some(15)
        );
        assert_eq!(major_of("postgres (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(major_of("something else"), None);
    }

    #[test]
    fn user_is_found_by_its_whole_name() {
        let users = "root:x:0:0::/root:/bin/sh\npostgresql:x:7:7:::\npostgres:x:101:104:::\n";
        assert_eq!(user_ids(users, "postgres"), Some((101, 104)));
        assert_eq!(user_ids(users, "nobody"), None);
    }

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

    #[test]
    fn missing_major_says_where_it_looked_and_what_to_do() {
        let text = Binaries::find_major(3).unwrap_err().to_string();
        assert!(
            text.contains("target/pg") && text.contains("cargo xtask test"),
            "{text}"
        );
    }
}
