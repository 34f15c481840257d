//! Makes the data folder of a private server, starts it, looks at it, stops it.
//!
//! **Whoever calls `run` or `stop` holds the gate,** so nobody else starts or stops it meanwhile. A server
//! may still do so by itself: it crashes, or the command that started it was killed half-way. So a look
//! at it tells more than whether it is there.

use std::path::{Path, PathBuf};
use std::process::Child;

use dormer_core::engine::EngineError;

use super::binaries::{self, Binaries, Machine};
use super::folder::{self, Folder, NAME, NEW};
use super::pidfile::{self, Phase, Pidfile};
use super::process::Program;
use super::runner::Runner;
use super::{Environment, disk, problem, process};

/// How often a server is looked at, and for how long it may start or stop, in milliseconds.
const LOOK_EVERY: u64 = 3;
const PATIENCE: u64 = 60_000;
/// Sessions of a server that crashed may outlive it for a moment, and then it does not start.
const TRIES: u32 = 30;
const BETWEEN_TRIES: u64 = 100;

/// What is seen of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Look {
    Absent,
    /// It takes sessions on the socket in this folder.
    Ready(PathBuf, u32),
    /// It starts, stops or recovers.
    Changing(u32),
    /// What a server left that is no more.
    Dead(Pidfile),
}

/// Looks at the server of a folder.
pub(super) fn look(folder: &Folder) -> Look {
    let text = disk::read(&folder.pidfile());
    let Some(found) = text.as_deref().and_then(Pidfile::parse) else {
        return Look::Absent;
    };
    let answers = |at: &PathBuf| disk::answers(&folder::socket(at));
    match found.socket_folder.clone().filter(answers) {
        Some(at) if found.phase == Phase::Ready => Look::Ready(at, found.pid),
        Some(_) => Look::Changing(found.pid),
        None if process::serves(found.pid, &folder.data()) => Look::Changing(found.pid),
        None => Look::Dead(found),
    }
}

/// Stops the server, and waits until it is gone; whether there was one.
///
/// # Errors
///
/// When it does not go.
pub(super) fn stop(folder: &Folder, mut child: Option<&mut Child>) -> Result<bool, EngineError> {
    let (pid, socket_folder) = match look(folder) {
        Look::Absent | Look::Dead(_) => return Ok(false),
        Look::Ready(at, pid) => (pid, Some(at)),
        Look::Changing(pid) => (pid, None),
    };
    process::stop(pid)
        .map_err(|error| problem::of_file("stop the server in", folder.root(), &error))?;
    for _ in 0..PATIENCE / LOOK_EVERY {
        // A process that nobody waits for stays in the list of the system.
        let _ = child.as_mut().map(|child| child.try_wait());
        let text = disk::read(&folder.pidfile());
        let now = text.as_deref().and_then(Pidfile::parse);
        if now.is_none_or(|now| now.pid != pid) {
            if let Some(at) = socket_folder.filter(|at| at != folder.root()) {
                disk::remove_empty(&at);
            }
            return Ok(true);
        }
        process::pause(LOOK_EVERY);
    }
    Err(problem::silent(pid, folder.root()))
}

/// What is needed to run a server.
pub(super) struct Server<'a> {
    pub(super) folder: &'a Folder,
    pub(super) environment: Environment<'a>,
}

impl Server<'_> {
    /// Makes the folder, as far as it is not there.
    pub(super) fn prepare(&self) -> Result<(), EngineError> {
        let root = self.folder.root();
        let files = [
            self.folder.gate(),
            self.folder.users(),
            self.folder.gitignore(),
        ];
        if files.iter().all(|file| disk::exists(file)) {
            return Ok(());
        }
        let ours = disk::exists(&self.folder.gate());
        let nothing = disk::empty(root);
        let nothing = nothing.map_err(|error| problem::of_file("look into", root, &error))?;
        if !ours && !nothing {
            return Err(problem::not_ours(root));
        }
        let runner = self.runner()?;
        let mut missing: Vec<&Path> = root
            .ancestors()
            .take_while(|path| !disk::exists(path))
            .collect();
        while let Some(path) = missing.pop() {
            disk::make(path).map_err(|error| problem::of_file("make", path, &error))?;
            give(path, runner.as_ref())?;
        }
        disk::close(root).map_err(|error| problem::of_file("close", root, &error))?;
        give(root, runner.as_ref())?;
        // The gate first: it tells that the folder is one of ours.
        for file in [self.folder.gate(), self.folder.users()] {
            disk::lockable(&file).map_err(|error| problem::of_file("write", &file, &error))?;
            give(&file, runner.as_ref())?;
        }
        let gitignore = self.folder.gitignore();
        disk::write(&gitignore, "*\n")
            .map_err(|error| problem::of_file("write", &gitignore, &error))?;
        give(&gitignore, runner.as_ref())
    }

    /// As whom the server runs; none for as oneself.
    fn runner(&self) -> Result<Option<Runner>, EngineError> {
        if !process::am_root() {
            return Ok(None);
        }
        let users = disk::read(Path::new("/etc/passwd")).unwrap_or_default();
        let root = self.folder.root();
        let data = self.folder.data();
        let places = std::iter::once(data.as_path()).chain(root.ancestors());
        // The folder that is there and nearest says whose all of it is.
        let owner = places
            .into_iter()
            .find_map(disk::owner)
            .map(|owner| owner.user);
        let owners: Vec<u32> = owner.into_iter().collect();
        let runner = Runner::choose(&users, &owners).ok_or_else(problem::no_user)?;
        Ok(Some(runner))
    }

    /// Sees to it that the server runs; where it takes sessions, and the process if it was started here.
    pub(super) fn run(&self) -> Result<(PathBuf, Option<Child>), EngineError> {
        for _ in 0..PATIENCE / LOOK_EVERY {
            match look(self.folder) {
                Look::Ready(at, _) => return Ok((at, None)),
                Look::Changing(_) => process::pause(LOOK_EVERY),
                Look::Absent => return self.start(),
                Look::Dead(left) => {
                    self.clear(&left)?;
                    return self.start();
                }
            }
        }
        match look(self.folder) {
            Look::Changing(pid) => Err(problem::silent(pid, self.folder.root())),
            Look::Ready(at, _) => Ok((at, None)),
            Look::Absent | Look::Dead(_) => self.start(),
        }
    }

    /// Clears away what a server left whose process is gone, as far as it would stand in the way.
    ///
    /// PostgreSQL does not start where the process that its file names exists, and that number may be
    /// another's by now. With the number of its own parent there it goes on, and still makes sure that
    /// no session of the old server is alive; the file itself must stay for that.
    fn clear(&self, left: &Pidfile) -> Result<(), EngineError> {
        let path = self.folder.pidfile();
        let text = disk::read(&path).unwrap_or_default();
        let text = pidfile::with_pid(&text, process::me());
        disk::write(&path, &text).map_err(|error| problem::of_file("write", &path, &error))?;
        if let Some(at) = &left.socket_folder {
            for file in [folder::socket(at), folder::socket_lock(at)] {
                disk::remove(&file).map_err(|error| problem::of_file("remove", &file, &error))?;
            }
            if at != self.folder.root() {
                disk::remove_empty(at);
            }
        }
        Ok(())
    }

    fn start(&self) -> Result<(PathBuf, Option<Child>), EngineError> {
        let runner = self.runner()?;
        let user = runner.as_ref();
        self.reachable(user)?;
        let binaries = self.binaries(user)?;
        self.clear_unfinished();
        if !disk::exists(&self.folder.version()) {
            self.make_data(&binaries, user)?;
        }
        let at = self.socket_folder(user)?;
        // Only for people; a log that cannot be renamed grows.
        let _ = disk::rename(&self.folder.log(), &self.folder.old_log());
        let mut tries = 0;
        loop {
            tries += 1;
            let mut child = self.spawn(&binaries, user, &at)?;
            let Some(said) = self.until_ready(&mut child)? else {
                return Ok((at, Some(child)));
            };
            let others = said.contains("shared memory block") || said.contains("lock file");
            if !others || tries == TRIES {
                if at != self.folder.root() {
                    disk::remove_empty(&at);
                }
                return Err(problem::not_started(self.folder.root(), &said));
            }
            process::pause(BETWEEN_TRIES);
        }
    }

    /// Refuses a folder that the user of the server cannot come to.
    fn reachable(&self, user: Option<&Runner>) -> Result<(), EngineError> {
        let Some(user) = user else {
            return Ok(());
        };
        let closed = |path: &&Path| disk::owner(path).is_some_and(|owner| !user.may_pass(owner));
        match self.folder.root().ancestors().find(closed) {
            Some(path) => Err(problem::closed(&user.name, path)),
            None => Ok(()),
        }
    }

    fn binaries(&self, user: Option<&Runner>) -> Result<Binaries, EngineError> {
        let variable = |name| (self.environment)(name).filter(|value| !value.is_empty());
        let (given, path) = (variable(binaries::VARIABLE), variable("PATH"));
        let found = binaries::find(&ThisMachine { user }, given.as_deref(), path.as_deref());
        let version = disk::read(&self.folder.version());
        let wanted = version.and_then(|text| text.trim().parse().ok());
        found.choose(wanted).cloned().ok_or_else(|| match wanted {
            Some(major) => problem::other_major(major, self.folder.root(), &found),
            None => problem::no_binaries(&found, user.map(|user| user.name.as_str())),
        })
    }

    /// Removes data folders that were never finished: nobody makes one now who does not hold the gate.
    /// What an orphan still writes to is cleared away by a later start.
    fn clear_unfinished(&self) {
        let root = self.folder.root();
        let unfinished = disk::names(root);
        for name in unfinished.iter().filter(|name| name.starts_with(NEW)) {
            let _busy = disk::remove_all(&root.join(name));
        }
    }

    /// Makes the data folder beside its place, and moves it there when it is whole.
    fn make_data(&self, binaries: &Binaries, user: Option<&Runner>) -> Result<(), EngineError> {
        let new = self.folder.new_data(process::me());
        let failed = |doing| {
            let new = new.clone();
            move |error: std::io::Error| problem::of_file(doing, &new, &error)
        };
        disk::remove_all(&new).map_err(failed("remove"))?;
        let at = new.display().to_string();
        let mut made = vec![
            "-D",
            &at,
            "--username",
            NAME,
            "--auth=trust",
            "--encoding=UTF8",
        ];
        made.extend(["--locale=C", "--no-sync"]);
        if binaries.major >= 17 {
            // Letters beyond ASCII are letters, on every system the same.
            made.extend(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]);
        }
        self.must((binaries, "initdb"), user, &made, "")?;
        let single = [
            "--single",
            "-D",
            &at,
            "-c",
            "exit_on_error=true",
            "-c",
            "fsync=off",
            "postgres",
        ];
        let create = format!("CREATE DATABASE {NAME}\n");
        self.must((binaries, "postgres"), user, &single, &create)?;
        // Once for all that was written.
        let mut sync = vec!["--sync-only", "-D", &at];
        if binaries.major >= 17 && cfg!(target_os = "linux") {
            sync.push("--sync-method=syncfs");
        }
        self.must((binaries, "initdb"), user, &sync, "")?;
        disk::rename(&new, &self.folder.data()).map_err(failed("rename"))
    }

    /// Runs a program that must do its work.
    fn must(
        &self,
        (binaries, name): (&Binaries, &str),
        user: Option<&Runner>,
        arguments: &[&str],
        input: &str,
    ) -> Result<(), EngineError> {
        let program = Program {
            path: binaries.program(name),
            arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
            runner: user,
            folder: self.folder.root(),
            environment: self.environment,
        };
        let said = program
            .run(input)
            .map_err(|error| problem::of_file("run", &program.path, &error))?;
        if said.success {
            Ok(())
        } else {
            Err(problem::of_program(name, self.folder.root(), &said.text))
        }
    }

    /// The folder itself where a socket can be in it, else a new short one for its owner alone.
    fn socket_folder(&self, user: Option<&Runner>) -> Result<PathBuf, EngineError> {
        let root = self.folder.root();
        if folder::holds_socket(root) {
            return Ok(root.to_owned());
        }
        let given = (self.environment)("TMPDIR").map(PathBuf::from);
        let fits = |path: &PathBuf| {
            let closed = |owner| user.is_some_and(|user| !user.may_pass(owner));
            path.is_absolute()
                && folder::holds_socket(&path.join("dormer-1234567890-10"))
                && !path.ancestors().filter_map(disk::owner).any(closed)
        };
        let parent = given.filter(fits).unwrap_or_else(|| PathBuf::from("/tmp"));
        let mut number = 0;
        loop {
            let path = parent.join(format!("dormer-{}-{number}", process::me()));
            match disk::make_private(&path) {
                Ok(()) => {
                    give(&path, user)?;
                    return Ok(path);
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && number < 10 => {
                    number += 1;
                }
                Err(error) => return Err(problem::of_file("make", &path, &error)),
            }
        }
    }

    fn spawn(
        &self,
        binaries: &Binaries,
        user: Option<&Runner>,
        at: &Path,
    ) -> Result<Child, EngineError> {
        let settings = [
            format!("port={}", folder::PORT),
            "listen_addresses=".to_owned(),
            format!("unix_socket_directories={}", at.display()),
            "unix_socket_permissions=0700".to_owned(),
            "logging_collector=off".to_owned(),
        ];
        let data = self.folder.data().display().to_string();
        let settings = settings
            .into_iter()
            .flat_map(|setting| ["-c".to_owned(), setting]);
        let program = Program {
            path: binaries.program("postgres"),
            arguments: ["-D".to_owned(), data]
                .into_iter()
                .chain(settings)
                .collect(),
            runner: user,
            folder: self.folder.root(),
            environment: self.environment,
        };
        let path = self.folder.log();
        let log =
            disk::appendable(&path).map_err(|error| problem::of_file("write", &path, &error))?;
        give(&path, user)?;
        let started = program.start(log);
        started.map_err(|error| problem::of_file("run", &program.path, &error))
    }

    /// Waits until the server takes sessions; what it wrote where it ended instead.
    fn until_ready(&self, child: &mut Child) -> Result<Option<String>, EngineError> {
        for _ in 0..PATIENCE / LOOK_EVERY {
            if let Look::Ready(_, pid) = look(self.folder)
                && pid == child.id()
            {
                return Ok(None);
            }
            let ended = child.try_wait();
            if ended.is_ok_and(|ended| ended.is_some()) {
                return Ok(Some(disk::read(&self.folder.log()).unwrap_or_default()));
            }
            process::pause(LOOK_EVERY);
        }
        Err(problem::silent(child.id(), self.folder.root()))
    }
}

/// Gives what root made to the user of the server.
fn give(path: &Path, user: Option<&Runner>) -> Result<(), EngineError> {
    let Some(user) = user else {
        return Ok(());
    };
    let given = disk::give(path, user.user, user.group);
    given.map_err(|error| problem::of_file("give away", path, &error))
}

/// The machine that this runs on, as the user of the server sees it.
struct ThisMachine<'a> {
    user: Option<&'a Runner>,
}

impl Machine for ThisMachine<'_> {
    fn names(&self, folder: &Path) -> Vec<String> {
        disk::names(folder)
    }

    fn has(&self, file: &Path) -> bool {
        disk::runs(file)
    }

    fn open(&self, folder: &Path) -> bool {
        let Some(user) = self.user else {
            return true;
        };
        let whole = disk::whole(folder).unwrap_or_else(|_| folder.to_owned());
        let mut owners = whole.ancestors().filter_map(disk::owner);
        owners.all(|owner| user.may_pass(owner))
    }

    fn version(&self, postgres: &Path) -> Option<String> {
        process::version(postgres)
    }
}
