//! The address of a target: what its URL says, and the defaults around it, as libpq reads them.
//!
//! | missing in the URL | taken from | else |
//! |---|---|---|
//! | host | `PGHOST` | the usual folders of a unix socket |
//! | port | `PGPORT` | 5432 |
//! | user | `PGUSER` | the name of the user in the system |
//! | password | `PGPASSWORD`, then `PGPASSFILE` or `~/.pgpass` | none |
//! | database | `PGDATABASE` | the user's name |
//! | sslmode | `PGSSLMODE` | `prefer` |
//! | sslrootcert | `PGSSLROOTCERT` | `~/.postgresql/root.crt`, else the well-known authorities |
//! | application_name | `PGAPPNAME` | `dormer` |
//! | connect_timeout | `PGCONNECT_TIMEOUT` | 10 seconds for each host |
//!
//! A parameter that Dormer does not know is refused, but for those that change nothing about what is
//! done. **Parsing is pure:** the environment is a function, files are read later. **Nothing here
//! shows a password.**

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use dormer_core::diagnostic::suggest;
use dormer_core::engine::{EngineError, ErrorKind};

use super::url::Url;

const DEFAULT_PORT: u16 = 5432;
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
/// Where PostgreSQL puts its socket: Debian's folder, and that of its source.
pub(super) const SOCKET_FOLDERS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// Parameters that are read.
const KNOWN: [&str; 12] = [
    "host",
    "port",
    "user",
    "password",
    "dbname",
    "passfile",
    "sslmode",
    "sslrootcert",
    "application_name",
    "connect_timeout",
    "options",
    "channel_binding",
];

/// Parameters that change nothing about what is done here, or how safe it is.
const WITHOUT_EFFECT: [&str; 10] = [
    "client_encoding",
    "fallback_application_name",
    "gssencmode",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "sslcompression",
    "sslsni",
    "tcp_user_timeout",
];

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Password(String);

impl Password {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the server alone.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// One place to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Host {
    Tcp { name: String, port: u16 },
    Socket { folder: PathBuf, port: u16 },
}

impl Host {
    pub(super) const fn port(&self) -> u16 {
        match self {
            Self::Tcp { port, .. } | Self::Socket { port, .. } => *port,
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { name, port } if name.contains(':') => write!(f, "[{name}]:{port}"),
            Self::Tcp { name, port } => write!(f, "{name}:{port}"),
            Self::Socket { folder, port } => {
                write!(f, "{}/.s.PGSQL.{port}", folder.display())
            }
        }
    }
}

/// How private a session must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TlsMode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

impl TlsMode {
    const ALL: [(&'static str, Self); 6] = [
        ("disable", Self::Disable),
        ("allow", Self::Allow),
        ("prefer", Self::Prefer),
        ("require", Self::Require),
        ("verify-ca", Self::VerifyCa),
        ("verify-full", Self::VerifyFull),
    ];
}

/// Whom a certificate must come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Roots {
    /// The file where there is one, else the well-known authorities.
    Usual(Option<PathBuf>),
    WellKnown,
    File(PathBuf),
}

/// Whether the password is bound to the TLS session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChannelBinding {
    Disable,
    Prefer,
    Require,
}

/// Where a password is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Secret {
    Given(Password),
    File(PathBuf),
    Nowhere,
}

/// Where a target is and how to get in; shown without its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub(super) hosts: Vec<Host>,
    pub(super) user: String,
    pub(super) secret: Secret,
    pub(super) database: String,
    pub(super) tls: TlsMode,
    pub(super) roots: Roots,
    pub(super) channel_binding: ChannelBinding,
    pub(super) application_name: String,
    /// None for as long as it takes.
    pub(super) connect_timeout: Option<Duration>,
    pub(super) options: Option<String>,
}

impl Address {
    /// Reads a URL, with everything filled in, and what the environment says beside it.
    ///
    /// # Errors
    ///
    /// When it is no URL, or says what Dormer does not know. No error quotes it.
    pub fn parse(
        url: &str,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, EngineError> {
        let url = Url::parse(url).map_err(|problem| refuse(problem.words()))?;
        let reader = Reader { url, environment };
        reader.parameters()?;
        reader.address()
    }
}

impl Address {
    /// What it says, line by line, with where each part is from as far as that is told apart. **Never the
    /// password:** only whether there is one.
    pub(crate) fn shown(&self) -> Vec<(&'static str, String)> {
        let hosts: Vec<String> = self.hosts.iter().map(ToString::to_string).collect();
        let tls = TlsMode::ALL.iter().find(|(_, mode)| *mode == self.tls);
        let password = match &self.secret {
            Secret::Given(_) => "given".to_owned(),
            Secret::File(path) => format!("looked up in {}", path.display()),
            Secret::Nowhere => "none".to_owned(),
        };
        vec![
            ("host", hosts.join(", ")),
            ("database", self.database.clone()),
            ("user", self.user.clone()),
            ("password", password),
            ("sslmode", tls.map_or("", |(name, _)| name).to_owned()),
        ]
    }
}

fn refuse(message: impl Into<String>) -> EngineError {
    EngineError::new(ErrorKind::Other, message)
        .detail("in a password, / ? # @ : % are written as %2F %3F %23 %40 %3A %25")
        .hint("write it so:  postgres://USER@HOST:5432/DATABASE")
}

struct Reader<'a> {
    url: Url,
    environment: &'a dyn Fn(&str) -> Option<String>,
}

impl Reader<'_> {
    /// Refuses parameters that are not known; a name that may be a piece of a password is not shown.
    fn parameters(&self) -> Result<(), EngineError> {
        let known = |name: &String| {
            KNOWN.contains(&name.as_str()) || WITHOUT_EFFECT.contains(&name.as_str())
        };
        let mut names = self.url.parameters.iter().map(|(name, _)| name);
        let Some(unknown) = names.find(|name| !known(name)) else {
            return Ok(());
        };
        let letter = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        let harmless = unknown.bytes().all(letter)
            && !self
                .url
                .parameters
                .iter()
                .any(|(_, value)| value.contains('@'));
        if !harmless {
            return Err(refuse("the address has a parameter that is not known"));
        }
        let message = format!("the address has a parameter that is not known: {unknown}");
        let error = EngineError::new(ErrorKind::Unsupported, message);
        Err(match suggest(unknown, KNOWN) {
            Some(near) => error.hint(format!("did you mean:  {near}")),
            None => error.hint(format!("known are:  {}", KNOWN.join(", "))),
        })
    }

    /// A parameter of the URL; the last one counts.
    fn parameter(&self, name: &str) -> Option<&str> {
        let mut all = self.url.parameters.iter().rev();
        all.find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    fn variable(&self, name: &str) -> Option<String> {
        (self.environment)(name).filter(|value| !value.is_empty())
    }

    fn either(&self, parameter: &str, variable: &str) -> Option<String> {
        let written = self.parameter(parameter).map(str::to_owned);
        written.or_else(|| self.variable(variable))
    }

    fn home(&self, file: &str) -> Option<PathBuf> {
        self.variable("HOME")
            .map(|home| PathBuf::from(home).join(file))
    }

    fn address(&self) -> Result<Address, EngineError> {
        let user = self.user()?;
        Ok(Address {
            hosts: self.hosts()?,
            secret: self.secret(),
            database: self.database(&user),
            user,
            tls: self.tls()?,
            roots: self.roots(),
            channel_binding: self.channel_binding()?,
            application_name: self
                .either("application_name", "PGAPPNAME")
                .unwrap_or_else(|| "dormer".to_owned()),
            connect_timeout: self.connect_timeout()?,
            options: self.either("options", "PGOPTIONS"),
        })
    }

    fn user(&self) -> Result<String, EngineError> {
        let written = self.parameter("user").or(self.url.user.as_deref());
        let written = written.filter(|user| !user.is_empty()).map(str::to_owned);
        let variables = ["PGUSER", "USER", "LOGNAME"];
        let found = written.or_else(|| variables.iter().find_map(|name| self.variable(name)));
        found.ok_or_else(|| refuse("the address names no user, and PGUSER is not set"))
    }

    fn database(&self, user: &str) -> String {
        let written = self.parameter("dbname").or(self.url.database.as_deref());
        let written = written.filter(|name| !name.is_empty()).map(str::to_owned);
        written
            .or_else(|| self.variable("PGDATABASE"))
            .unwrap_or_else(|| user.to_owned())
    }

    fn secret(&self) -> Secret {
        let written = self.parameter("password").or(self.url.password.as_deref());
        let written = written.filter(|text| !text.is_empty()).map(str::to_owned);
        if let Some(text) = written.or_else(|| self.variable("PGPASSWORD")) {
            return Secret::Given(Password::new(text));
        }
        let file = self.either("passfile", "PGPASSFILE").map(PathBuf::from);
        file.or_else(|| self.home(".pgpass"))
            .map_or(Secret::Nowhere, Secret::File)
    }

    /// Hosts beside their ports: one port for all of them, or one for each.
    fn hosts(&self) -> Result<Vec<Host>, EngineError> {
        let mut names: Vec<String> = Vec::new();
        let mut ports: Vec<String> = Vec::new();
        let list = |text: &str| text.split(',').map(str::to_owned).collect();
        match self.parameter("host") {
            Some(hosts) => names = list(hosts),
            None => names.extend(self.url.hosts.iter().map(|(name, _)| name.clone())),
        }
        match self.parameter("port") {
            Some(written) => ports = list(written),
            None if self.url.hosts.iter().any(|(_, port)| !port.is_empty()) => {
                ports.extend(self.url.hosts.iter().map(|(_, port)| port.clone()));
            }
            None => {}
        }
        if names.iter().all(String::is_empty) {
            names = self
                .variable("PGHOST")
                .map_or_else(Vec::new, |hosts| list(&hosts));
        }
        if ports.is_empty() {
            ports = self
                .variable("PGPORT")
                .map_or_else(Vec::new, |ports| list(&ports));
        }
        if names.is_empty() {
            names = usual_hosts();
            ports.truncate(1);
        }
        if ports.len() > 1 && ports.len() != names.len() {
            return Err(refuse("the address has not as many ports as hosts"));
        }
        let every = ports.first().filter(|_| ports.len() == 1);
        let mut hosts = Vec::with_capacity(names.len());
        for (at, name) in names.iter().enumerate() {
            let port = port(every.or_else(|| ports.get(at)).map_or("", String::as_str))?;
            let usual = if name.is_empty() {
                usual_hosts()
            } else {
                vec![name.clone()]
            };
            for name in usual {
                hosts.push(host(name, port)?);
            }
        }
        Ok(hosts)
    }

    fn tls(&self) -> Result<TlsMode, EngineError> {
        let Some(written) = self.either("sslmode", "PGSSLMODE") else {
            return Ok(TlsMode::Prefer);
        };
        let known = TlsMode::ALL.into_iter().find(|(name, _)| *name == written);
        known.map(|(_, mode)| mode).ok_or_else(|| {
            let names = TlsMode::ALL.map(|(name, _)| name);
            EngineError::new(ErrorKind::Tls, "sslmode has a value that is not known")
                .hint(format!("one of:  {}", names.join(", ")))
        })
    }

    fn roots(&self) -> Roots {
        match self.either("sslrootcert", "PGSSLROOTCERT") {
            Some(name) if name == "system" => Roots::WellKnown,
            Some(file) => Roots::File(PathBuf::from(file)),
            None => Roots::Usual(self.home(".postgresql/root.crt")),
        }
    }

    fn channel_binding(&self) -> Result<ChannelBinding, EngineError> {
        match self
            .either("channel_binding", "PGCHANNELBINDING")
            .as_deref()
        {
            None | Some("prefer") => Ok(ChannelBinding::Prefer),
            Some("disable") => Ok(ChannelBinding::Disable),
            Some("require") => Ok(ChannelBinding::Require),
            Some(_) => Err(EngineError::new(
                ErrorKind::Tls,
                "channel_binding has a value that is not known",
            )
            .hint("one of:  disable, prefer, require")),
        }
    }

    fn connect_timeout(&self) -> Result<Option<Duration>, EngineError> {
        let Some(written) = self.either("connect_timeout", "PGCONNECT_TIMEOUT") else {
            return Ok(Some(DEFAULT_TIMEOUT));
        };
        match written.trim().parse::<i32>().map(u64::try_from) {
            Ok(Ok(0) | Err(_)) => Ok(None),
            Ok(Ok(seconds)) => Ok(Some(Duration::from_secs(seconds))),
            Err(_) => Err(refuse("connect_timeout is not a number of seconds")),
        }
    }
}

fn usual_hosts() -> Vec<String> {
    let folders: &[&str] = if cfg!(unix) {
        &SOCKET_FOLDERS
    } else {
        &["localhost"]
    };
    folders.iter().map(|folder| (*folder).to_owned()).collect()
}

fn port(text: &str) -> Result<u16, EngineError> {
    if text.is_empty() {
        return Ok(DEFAULT_PORT);
    }
    let port = text.parse().ok().filter(|port| *port > 0);
    port.ok_or_else(|| refuse("the port in the address is not a number from 1 to 65535"))
}

fn host(name: String, port: u16) -> Result<Host, EngineError> {
    if name.starts_with('/') {
        let folder = PathBuf::from(name);
        return Ok(Host::Socket { folder, port });
    }
    if name.starts_with('@') {
        return Err(EngineError::new(
            ErrorKind::Unsupported,
            "abstract unix sockets are not supported",
        )
        .hint("name the folder of the socket:  host=/var/run/postgresql"));
    }
    Ok(Host::Tcp { name, port })
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
