//! Finds out that a pooler hands one session from server process to server process.
//!
//! What is set, locked or made for a session is then lost, or meets somebody else's: settings, session
//! locks, temporary views. Such a session is refused **before anything is set in it.**
//!
//! - The server names its process when a session begins (that is how it can be cancelled). Who answers
//!   the first statement has the same number, unless a pooler stands between and made one up. That
//!   costs one short round, and is all there is to it without a pooler.
//! - A pooler that gives each session a process of its own is welcome. To tell, the number is asked for
//!   again, and a second session begins a transaction: it must not get the first one's process, nor
//!   drive the first one to another.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use dormer_core::engine::{EngineError, ErrorKind};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};
use tokio_postgres::{CancelToken, Client, Error, SimpleQueryMessage};

use super::problem;

/// How long the second session may take. A pooler with room for one session lets it wait: then the
/// first has its process for itself.
const PATIENCE: Duration = Duration::from_secs(2);
/// How a message that asks to cancel begins: its length, and its code.
const CANCEL: [u8; 8] = [0, 0, 0, 16, 4, 210, 22, 46];

/// Refuses a session that has no server process of its own. The other session is opened only where it
/// is needed.
pub(super) async fn refuse(
    session: &Client,
    another: impl Future<Output = Option<Client>>,
) -> Result<(), EngineError> {
    let fail = |error: Error| problem::of_statement(&error);
    let first = process(session).await.map_err(fail)?;
    if first.is_none() || named(session.cancel_token()).await == first {
        return Ok(());
    }
    let again = process(session).await.map_err(fail)?;
    if again != first {
        return Err(handed_on());
    }
    match tokio::time::timeout(PATIENCE, begin(another)).await {
        // There is no room for a second session, or it waits for its turn.
        Err(_) | Ok(Begun::Not) => Ok(()),
        Ok(Begun::Refused) => Err(handed_on()),
        Ok(Begun::By(_, process_of_other)) if process_of_other == first => Err(handed_on()),
        Ok(Begun::By(other, _)) => {
            let now = tokio::time::timeout(PATIENCE, process(session)).await;
            drop(other);
            // One that has a process of its own need not wait for it.
            let now = match now {
                Ok(now) => now.map_err(fail)?,
                Err(_) => return Err(handed_on()),
            };
            if now == first {
                Ok(())
            } else {
                Err(handed_on())
            }
        }
    }
}

fn handed_on() -> EngineError {
    EngineError::new(
        ErrorKind::Unsupported,
        "a pooler stands before the target and hands sessions from process to process",
    )
    .detail("settings, locks and temporary views of a session are lost in it, as by PgBouncer in transaction mode")
    .hint("connect directly: give the address of the server itself in the target's url")
}

/// How the transaction of the second session began.
enum Begun {
    Not,
    /// The pooler allows no transactions at all.
    Refused,
    By(Client, Option<i32>),
}

async fn begin(another: impl Future<Output = Option<Client>>) -> Begun {
    let Some(other) = another.await else {
        return Begun::Not;
    };
    match other.batch_execute("BEGIN").await {
        Ok(()) => {}
        Err(error) if error.as_db_error().is_some() => return Begun::Refused,
        Err(_) => return Begun::Not,
    }
    match process(&other).await {
        Ok(process) => Begun::By(other, process),
        Err(_) => Begun::Not,
    }
}

/// Who answers now; none where the server says no number. A simple query: no pooler loses it.
async fn process(session: &Client) -> Result<Option<i32>, Error> {
    let answer = session
        .simple_query("SELECT pg_catalog.pg_backend_pid()")
        .await?;
    let row = answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    Ok(row.and_then(|number| number.parse().ok()))
}

/// The process that the server named when the session began. The driver keeps it to itself, and writes
/// it into a message that asks to cancel: that one is read here, and sent to nobody.
async fn named(token: CancelToken) -> Option<i32> {
    let message = Message::default();
    let written = token.cancel_query_raw(message.clone(), Through).await;
    written.ok()?;
    let bytes = message.0.lock().unwrap_or_else(PoisonError::into_inner);
    let start = bytes.len().checked_sub(16)?;
    let rest = bytes.get(start..)?.strip_prefix(&CANCEL)?;
    rest.first_chunk().copied().map(i32::from_be_bytes)
}

/// Keeps what is written, and agrees to TLS when it is asked.
#[derive(Debug, Clone, Default)]
struct Message(Arc<Mutex<Vec<u8>>>);

impl AsyncRead for Message {
    fn poll_read(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        buffer.put_slice(b"S");
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Message {
    fn poll_write(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        written.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl TlsStream for Message {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

/// No TLS at all: the message stays here.
struct Through;

impl TlsConnect<Message> for Through {
    type Stream = Message;
    type Error = io::Error;
    type Future = std::future::Ready<io::Result<Message>>;

    fn connect(self, stream: Message) -> Self::Future {
        std::future::ready(Ok(stream))
    }
}
