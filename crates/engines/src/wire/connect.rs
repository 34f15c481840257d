//! From an address to an open session: host after host until one answers.
//!
//! As libpq does it: a host that cannot be reached is passed over, one that answers and refuses ends
//! the search. `prefer` goes on without TLS where the server has none, where the handshake fails, and
//! where the server's rules refuse the session for having it; `allow` is the same the other way round.
//! A wrong password is never sent a second time. A unix socket is private as it is.

use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;

use dormer_core::engine::{EngineError, ErrorKind};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_postgres::config::{ChannelBinding as Binding, SslMode};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::{Address, ChannelBinding, Host, Password, SOCKET_FOLDERS, Secret, TlsMode};
use super::cancel::{Canceller, Way};
use super::files::{self, Readers};
use super::passfile::{self, Asked};
use super::pooler;
use super::problem;
use super::settings::Settings;
use super::tls;

/// The oldest server that Dormer knows.
const OLDEST: u32 = 13;

/// An open session on the wire; it ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) session: Client,
    pub(crate) canceller: Canceller,
}

impl Wire {
    fn new(session: Client, way: Way) -> Self {
        Self {
            canceller: Canceller::new(session.cancel_token(), way),
            session,
        }
    }
}

/// Connects and sets the session up; also says what was noticed on the way.
pub(crate) async fn connect(
    address: &Address,
    settings: &Settings,
) -> Result<(Wire, Vec<String>), EngineError> {
    let mut notes = BTreeSet::new();
    let mut unreached: Vec<EngineError> = Vec::new();
    for host in &address.hosts {
        let password = password(address, host, &mut notes)?;
        let attempt = Attempt {
            address,
            host,
            password: password.as_ref(),
        };
        match within(address.connect_timeout, host, attempt.run()).await {
            Ok(wire) => {
                let another = async { attempt.run().await.ok().map(|wire| wire.session) };
                pooler::refuse(&wire.session, another).await?;
                let statements = settings.statements();
                if !statements.is_empty() {
                    let set = wire.session.batch_execute(&statements).await;
                    set.map_err(|error| problem::of_statement(&error))?;
                }
                return Ok((wire, notes.into_iter().collect()));
            }
            Err(Failed::Unreached(error)) => unreached.push(error),
            Err(Failed::Refused(mut error)) => {
                // A password that was not used may be all that is missing.
                if error.kind == ErrorKind::Authentication && !notes.is_empty() {
                    let said = error.detail.into_iter().chain(notes);
                    error.detail = Some(said.collect::<Vec<_>>().join("; "));
                }
                return Err(error);
            }
        }
    }
    Err(problem::unreached(unreached))
}

/// A session over a stream that leads to nobody else: no host, no password, nothing to cancel with.
#[cfg(feature = "embedded")]
pub(crate) async fn through<S>(
    stream: S,
    (user, database): (&str, &str),
) -> Result<Wire, EngineError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut config = Config::new();
    config
        .user(user)
        .dbname(database)
        .application_name("dormer");
    let entered = config.connect_raw(stream, NoTls).await;
    let (session, connection) = entered.map_err(|error| problem::of_statement(&error))?;
    // Ends by itself when the session is dropped; its errors reach whoever waits for an answer.
    drop(tokio::spawn(async move { connection.await.ok() }));
    Ok(Wire::new(session, Way::Nowhere))
}

/// Why one host gave no session.
enum Failed {
    /// The next host may do better.
    Unreached(EngineError),
    Refused(EngineError),
}

async fn within(
    limit: Option<Duration>,
    host: &Host,
    attempt: impl Future<Output = Result<Wire, Failed>>,
) -> Result<Wire, Failed> {
    match limit {
        None => attempt.await,
        Some(limit) => match tokio::time::timeout(limit, attempt).await {
            Ok(result) => result,
            Err(_) => Err(Failed::Unreached(problem::too_slow(host, limit))),
        },
    }
}

/// The password for a host, from the address or from the file of passwords.
fn password(
    address: &Address,
    host: &Host,
    notes: &mut BTreeSet<String>,
) -> Result<Option<Password>, EngineError> {
    let file = match &address.secret {
        Secret::Given(password) => return Ok(Some(password.clone())),
        Secret::Nowhere => return Ok(None),
        Secret::File(file) => file,
    };
    let shown = file.display();
    let (text, readers) = match files::read_private(file) {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(None),
        Err(error) => {
            notes.insert(format!("{shown} is not used: {error}"));
            return Ok(None);
        }
    };
    if readers == Readers::Others {
        notes.insert(format!(
            "{shown} is not used: others may read it; mend it with: chmod 600 {shown}"
        ));
        return Ok(None);
    }
    let (name, usual);
    let hosts: &[&str] = match host {
        Host::Tcp { name, .. } => &[name],
        Host::Socket { folder, .. } => {
            name = folder.display().to_string();
            usual = [name.as_str(), "localhost"];
            if SOCKET_FOLDERS.contains(&name.as_str()) {
                &usual
            } else {
                usual.get(..1).unwrap_or(&[])
            }
        }
    };
    let asked = Asked {
        hosts,
        port: host.port(),
        database: &address.database,
        user: &address.user,
    };
    Ok(passfile::find(&text, asked))
}

/// Whether a try has TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Privacy {
    Plain,
    /// TLS where the server has it.
    Offered,
    Demanded,
}

struct Attempt<'a> {
    address: &'a Address,
    host: &'a Host,
    password: Option<&'a Password>,
}

impl Attempt<'_> {
    async fn run(&self) -> Result<Wire, Failed> {
        if matches!(self.host, Host::Socket { .. }) {
            return self
                .once(Privacy::Plain)
                .await
                .map_err(|tried| tried.failed);
        }
        let (first, second) = match self.address.tls {
            TlsMode::Disable => (Privacy::Plain, None),
            TlsMode::Allow => (Privacy::Plain, Some(Privacy::Demanded)),
            TlsMode::Prefer => (Privacy::Offered, Some(Privacy::Plain)),
            TlsMode::Require | TlsMode::VerifyCa | TlsMode::VerifyFull => (Privacy::Demanded, None),
        };
        let tried = match self.once(first).await {
            Ok(wire) => return Ok(wire),
            Err(tried) => tried,
        };
        match second {
            Some(second) if tried.privacy_matters => match self.once(second).await {
                Ok(wire) => Ok(wire),
                // The first answer is the one that tells what the server wants.
                Err(_) => Err(tried.failed),
            },
            _ => Err(tried.failed),
        }
    }

    async fn once(&self, privacy: Privacy) -> Result<Wire, Tried> {
        match self.host {
            Host::Tcp { name, port } => {
                let stream = TcpStream::connect((name.as_str(), *port)).await;
                let stream = stream.map_err(|error| self.unreached(&error))?;
                // Small messages go out at once; a system that cannot is only slower.
                let _ = stream.set_nodelay(true);
                // A name may stand for several machines: who cancels must reach the same one.
                let peer = stream.peer_addr().map_err(|error| self.unreached(&error))?;
                if privacy == Privacy::Plain {
                    let session = self.enter(stream, NoTls, privacy).await?;
                    return Ok(Wire::new(session, Way::Plain(peer)));
                }
                let configuration = tls::configuration(self.address).map_err(Tried::refused)?;
                let maker = MakeRustlsConnect::new(configuration);
                let tls = MakeTlsConnect::<TcpStream>::make_tls_connect(&mut maker.clone(), name);
                let Ok(tls) = tls;
                let session = self.enter(stream, tls, privacy).await?;
                let name = name.clone();
                Ok(Wire::new(session, Way::Private { peer, name, maker }))
            }
            Host::Socket { .. } => self.through_socket(privacy).await,
        }
    }

    #[cfg(unix)]
    async fn through_socket(&self, privacy: Privacy) -> Result<Wire, Tried> {
        let path = self.host.to_string();
        let stream = tokio::net::UnixStream::connect(&path).await;
        let stream = stream.map_err(|error| self.unreached(&error))?;
        let session = self.enter(stream, NoTls, privacy).await?;
        Ok(Wire::new(session, Way::Socket(path)))
    }

    #[cfg(not(unix))]
    async fn through_socket(&self, _privacy: Privacy) -> Result<Wire, Tried> {
        Err(Tried::refused(EngineError::new(
            ErrorKind::Unsupported,
            "this system has no unix sockets",
        )))
    }

    /// Speaks the protocol up to the point where the server takes statements.
    async fn enter<S, T>(&self, stream: S, tls: T, privacy: Privacy) -> Result<Client, Tried>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        T: TlsConnect<S>,
        T::Stream: Send + 'static,
    {
        let entered = self.config(privacy).connect_raw(stream, tls).await;
        let (session, connection) = entered.map_err(|error| Tried {
            privacy_matters: problem::is_about_privacy(&error),
            failed: Failed::Refused(problem::of_entering(&error, self.address, self.host)),
        })?;
        let version = connection.parameter("server_version").unwrap_or("");
        check_version(version).map_err(Tried::refused)?;
        // Ends by itself when the session is dropped; its errors reach whoever waits for an answer.
        drop(tokio::spawn(async move { connection.await.ok() }));
        Ok(session)
    }

    fn config(&self, privacy: Privacy) -> Config {
        let address = self.address;
        let mut config = Config::new();
        config
            .user(&address.user)
            .dbname(&address.database)
            .application_name(&address.application_name)
            .ssl_mode(match privacy {
                Privacy::Plain => SslMode::Disable,
                Privacy::Offered => SslMode::Prefer,
                Privacy::Demanded => SslMode::Require,
            })
            .channel_binding(match address.channel_binding {
                ChannelBinding::Disable => Binding::Disable,
                ChannelBinding::Prefer => Binding::Prefer,
                ChannelBinding::Require => Binding::Require,
            });
        if let Some(password) = self.password {
            config.password(password.reveal());
        }
        if let Some(options) = &address.options {
            config.options(options);
        }
        config
    }

    fn unreached(&self, error: &std::io::Error) -> Tried {
        Tried {
            privacy_matters: false,
            failed: Failed::Unreached(problem::of_reaching(error, self.host)),
        }
    }
}

/// Refuses a server that is too old, before anything is asked of it.
fn check_version(version: &str) -> Result<(), EngineError> {
    let digits = version.split(|c: char| !c.is_ascii_digit()).next();
    match digits.and_then(|digits| digits.parse::<u32>().ok()) {
        Some(major) if major < OLDEST => Err(problem::too_old(version, OLDEST)),
        _ => Ok(()),
    }
}

/// A try without success.
struct Tried {
    /// Whether it may go well with TLS in place of none, or the other way round.
    privacy_matters: bool,
    failed: Failed,
}

impl Tried {
    fn refused(error: EngineError) -> Self {
        Self {
            privacy_matters: false,
            failed: Failed::Refused(error),
        }
    }
}
