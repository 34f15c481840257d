//! A project folder for one test, and the binary run in it as a person or a script would.
//!
//! The address reaches the binary by the environment, which is empty but for that: a developer's own
//! variables have no say.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, io, process};

/// What `dormer.toml` says when a test says nothing else.
const TOML: &str = "\
[project]
name = \"shop\"
default_target = \"prod\"

[target.prod]
engine = \"postgres\"
url = \"${env:SHOP_URL}\"
";

/// A folder with a project, removed with this value.
#[derive(Debug)]
pub struct Project {
    folder: PathBuf,
    binary: PathBuf,
    variables: BTreeMap<String, OsString>,
}

/// What a run of the binary said.
#[derive(Debug, Clone)]
pub struct Ran {
    /// None when a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    /// The arguments, for messages.
    pub told: String,
}

impl Project {
    /// An empty project on a target.
    ///
    /// # Errors
    ///
    /// When the folder cannot be made.
    pub fn new(binary: &Path, url: &str) -> io::Result<Self> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("dormer-project-{}-{number}", process::id()));
        fs::create_dir_all(folder.join("views"))?;
        fs::create_dir_all(folder.join("home"))?;
        let mut project = Self {
            binary: binary.to_owned(),
            variables: BTreeMap::new(),
            folder,
        };
        project.variable("HOME", project.folder.join("home"));
        project.variable("SHOP_URL", url);
        project.write("dormer.toml", TOML)?;
        Ok(project)
    }

    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Sets a variable of the binary's environment.
    pub fn variable(&mut self, name: &str, value: impl Into<OsString>) {
        self.variables.insert(name.to_owned(), value.into());
    }

    pub fn forget_variable(&mut self, name: &str) {
        self.variables.remove(name);
    }

    /// Points the project at another address.
    pub fn aim(&mut self, url: &str) {
        self.variable("SHOP_URL", url);
    }

    /// Writes a file by its path from the project's folder.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write(&self, path: &str, text: &str) -> io::Result<()> {
        let path = self.folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)
    }

    /// Adds lines to the end of `dormer.toml`.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn configure(&self, more: &str) -> io::Result<()> {
        self.write("dormer.toml", &format!("{TOML}\n{more}"))
    }

    /// Writes an object's file: `views/NAME.sql`.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn view(&self, name: &str, text: &str) -> io::Result<()> {
        self.write(&format!("views/{name}.sql"), text)
    }

    /// Removes an object's file.
    ///
    /// # Errors
    ///
    /// When it is not there.
    pub fn forget(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.folder.join(format!("views/{name}.sql")))
    }

    /// Replaces all objects by the files of a folder.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read.
    pub fn views_from(&self, folder: &Path) -> io::Result<()> {
        let views = self.folder.join("views");
        fs::remove_dir_all(&views)?;
        fs::create_dir_all(&views)?;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            fs::copy(entry.path(), views.join(entry.file_name()))?;
        }
        Ok(())
    }

    /// The binary with arguments, in the project's folder.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .envs(&self.variables)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the binary to its end.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn run(&self, arguments: &[&str]) -> io::Result<Ran> {
        Ok(Ran::of(&self.command(arguments).output()?, arguments))
    }

    /// Starts the binary; its output goes to files, so that nobody has to read along.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn spawn(&self, arguments: &[&str]) -> io::Result<Running> {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let [stdout, stderr] =
            ["out", "err"].map(|ending| self.folder.join(format!("home/run-{number}.{ending}")));
        let child = self
            .command(arguments)
            .stdout(fs::File::create(&stdout)?)
            .stderr(fs::File::create(&stderr)?)
            .spawn()?;
        Ok(Running {
            child,
            stdout,
            stderr,
            told: arguments.join(" "),
        })
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        // What stays is left to the system's temporary folder.
        drop(fs::remove_dir_all(&self.folder));
    }
}

impl Ran {
    fn of(output: &Output, arguments: &[&str]) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            told: arguments.join(" "),
        }
    }

    /// Everything that it said, for a failed test.
    #[must_use]
    pub fn told(&self) -> String {
        let code = self
            .code
            .map_or("a signal".to_owned(), |code| code.to_string());
        format!(
            "`dormer {}` ended with {code}\n{}{}",
            self.told, self.stdout, self.stderr
        )
    }
}

/// The binary at work.
#[derive(Debug)]
pub struct Running {
    child: Child,
    stdout: PathBuf,
    stderr: PathBuf,
    told: String,
}

impl Running {
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it ended.
    ///
    /// # Errors
    ///
    /// When the system does not say.
    pub fn ended(&mut self) -> io::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Ends it at once, as `kill -9` does.
    ///
    /// # Errors
    ///
    /// When it cannot be waited for.
    pub fn kill(mut self) -> io::Result<Ran> {
        // It may have ended by itself.
        drop(self.child.kill());
        let status = self.child.wait()?;
        self.ran(status)
    }

    /// Waits for its end.
    ///
    /// # Errors
    ///
    /// When it cannot be waited for.
    pub fn wait(mut self) -> io::Result<Ran> {
        let status = self.child.wait()?;
        self.ran(status)
    }

    fn ran(self, status: ExitStatus) -> io::Result<Ran> {
        Ok(Ran {
            code: status.code(),
            stdout: String::from_utf8_lossy(&fs::read(&self.stdout)?).into_owned(),
            stderr: String::from_utf8_lossy(&fs::read(&self.stderr)?).into_owned(),
            told: self.told,
        })
    }
}
