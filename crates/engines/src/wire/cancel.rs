//! Ends from outside what a session runs: a short connection of its own, private as the session is.
//!
//! **Asking is over when the server has closed that connection:** it has passed the wish on by then, so
//! that a statement sent afterwards is not hit by it. A wish that reaches an idle session is lost.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use async_trait::async_trait;
use dormer_core::engine::session::Cancel;
use dormer_core::engine::{EngineError, ErrorKind};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{CancelToken, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long the server may take to hear the wish.
const PATIENCE: Duration = Duration::from_secs(10);

/// How the session came to its server.
#[derive(Clone)]
pub(super) enum Way {
    Plain(SocketAddr),
    /// By TLS where the server has it; the certificate must fit the name.
    Private {
        peer: SocketAddr,
        name: String,
        maker: MakeRustlsConnect,
    },
    #[cfg_attr(
        not(unix),
        expect(dead_code, reason = "this system has no unix sockets")
    )]
    Socket(String),
    /// There is no second connection.
    #[cfg(feature = "embedded")]
    Nowhere,
}

/// What ends the running statement of one session.
#[derive(Clone)]
pub(crate) struct Canceller {
    token: CancelToken,
    way: Way,
}

impl fmt::Debug for Canceller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Canceller").finish_non_exhaustive()
    }
}

impl Canceller {
    pub(super) const fn new(token: CancelToken, way: Way) -> Self {
        Self { token, way }
    }

    async fn ask(&self) -> Result<(), String> {
        match &self.way {
            Way::Plain(peer) => {
                let stream = TcpStream::connect(peer).await.map_err(said)?;
                let asked = self.token.cancel_query_raw(UntilClosed(stream), NoTls);
                asked.await.map_err(said)
            }
            Way::Private { peer, name, maker } => {
                let stream = TcpStream::connect(peer).await.map_err(said)?;
                let made = MakeTlsConnect::<UntilClosed<TcpStream>>::make_tls_connect(
                    &mut maker.clone(),
                    name,
                );
                let Ok(tls) = made;
                let asked = self.token.cancel_query_raw(UntilClosed(stream), tls);
                asked.await.map_err(said)
            }
            Way::Socket(path) => self.through_socket(path).await,
            #[cfg(feature = "embedded")]
            Way::Nowhere => Err("there is no second connection".to_owned()),
        }
    }

    #[cfg(unix)]
    async fn through_socket(&self, path: &str) -> Result<(), String> {
        let stream = tokio::net::UnixStream::connect(path).await.map_err(said)?;
        let asked = self.token.cancel_query_raw(UntilClosed(stream), NoTls);
        asked.await.map_err(said)
    }

    #[cfg(not(unix))]
    async fn through_socket(&self, _path: &str) -> Result<(), String> {
        Err("this system has no unix sockets".to_owned())
    }
}

#[async_trait]
impl Cancel for Canceller {
    async fn cancel(&self) -> Result<(), EngineError> {
        let failed = |detail: String| {
            EngineError::new(
                ErrorKind::Connection,
                "the running statement could not be ended",
            )
            .detail(detail)
        };
        match tokio::time::timeout(PATIENCE, self.ask()).await {
            Ok(asked) => asked.map_err(failed),
            Err(_) => Err(failed("no answer from the server".to_owned())),
        }
    }
}

fn said(error: impl fmt::Display) -> String {
    error.to_string()
}

/// A stream that is shut down when the other side has closed it too.
struct UntilClosed<S>(S);

impl<S: AsyncRead + Unpin> AsyncRead for UntilClosed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for UntilClosed<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Shut down a second time, it may complain that it is shut down: that is no trouble.
        let _ = ready!(Pin::new(&mut self.0).poll_shutdown(context));
        loop {
            let mut bytes = [0; 64];
            let mut buffer = ReadBuf::new(&mut bytes);
            match ready!(Pin::new(&mut self.0).poll_read(context, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => {}
                // The end, or a reset: either way the server is through with it.
                Ok(()) | Err(_) => return Poll::Ready(Ok(())),
            }
        }
    }
}
