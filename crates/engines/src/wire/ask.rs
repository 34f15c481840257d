//! Questions that are all sent at once, and whose answers are read one after the other.
//!
//! **No answer is held whole:** a row is gone when the next one is read, and the server waits with the
//! rest until somebody reads. So the answers have to be read in the order in which they were asked
//! for, each to its end or its error.

use std::future::Future;
use std::pin::{Pin, pin};

use futures_util::future::{MaybeDone, maybe_done};
use futures_util::{FutureExt as _, StreamExt as _};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row, RowStream};

/// A parameter with its type: the server need not be asked for it.
pub(crate) type Parameter<'a> = (&'a (dyn ToSql + Sync), Type);

/// Something that was sent, and whose answer was not read yet.
pub(crate) struct Sent<'a, T>(Pin<Box<MaybeDone<Answer<'a, T>>>>);

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

impl<'a, T> Sent<'a, T> {
    fn new(answer: impl Future<Output = Result<T, Error>> + Send + 'a) -> Self {
        let answer: Answer<'a, T> = Box::pin(answer);
        let mut sent = Box::pin(maybe_done(answer));
        // The first poll sends; what it hears is read later.
        let _heard = sent.as_mut().now_or_never();
        Self(sent)
    }

    /// Waits for the answer.
    pub(crate) async fn heard(mut self) -> Result<Option<T>, Error> {
        self.0.as_mut().await;
        self.0.as_mut().take_output().transpose()
    }
}

/// Sends a query.
pub(crate) fn ask<'a>(
    client: &'a Client,
    sql: &'a str,
    parameters: Vec<Parameter<'a>>,
) -> Sent<'a, RowStream> {
    Sent::new(client.query_typed_raw(sql, parameters))
}

/// Sends statements of which nothing but their success is wanted.
pub(crate) fn tell<'a>(client: &'a Client, sql: &'a str) -> Sent<'a, ()> {
    Sent::new(client.batch_execute(sql))
}

impl Sent<'_, RowStream> {
    /// Reads the answer row by row, to its end or to the first that cannot be taken.
    pub(crate) async fn read<E: From<Error>>(
        self,
        mut take: impl FnMut(&Row) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(rows) = self.heard().await? else {
            return Ok(());
        };
        let mut rows = pin!(rows);
        while let Some(row) = rows.next().await {
            take(&row?)?;
        }
        Ok(())
    }
}
