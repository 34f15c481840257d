//! Carries the messages of one session after the other to the database, and its answers back.
//!
//! **This thread waits for a client, then for the database, never for both.** The database does one round at
//! a time and cannot be interrupted in it. It greets once: later sessions hear the greeting of the first,
//! and nothing of what the one before set, locked or left open.

use std::error::Error;

use oliphaunt_wasix::DatabaseStorage;
use oliphaunt_wasix::session::{
    PostgresConfig, PreparedDatabase, ProtocolSession, StartupConfig, default_catalog_profile,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::folder::Held;
use crate::protocol::{Round, query, refusal, round, startup};
use crate::{DATABASE, USER};

/// What a session leaves is gone with it.
const CLEAN: [&str; 2] = ["ROLLBACK", "DISCARD ALL"];

/// Runs the database of a folder until nobody can ask for another session.
pub(crate) fn serve(held: &Held, streams: UnboundedReceiver<DuplexStream>) {
    let Ok(runtime) = Builder::new_current_thread().build() else {
        // Clients see that their streams have ended.
        return;
    };
    let mut clients = Clients {
        runtime,
        streams,
        next: None,
    };
    if let Err(error) = run(held, &mut clients) {
        let refusal = refusal(&told(error.as_ref()));
        // Whoever still asks learns why there is nothing.
        while let Some(mut client) = clients.next() {
            client.write(&refusal);
        }
    }
}

type Wrong = Box<dyn Error + Send + Sync>;

fn run(held: &Held, clients: &mut Clients) -> Result<(), Wrong> {
    let storage = DatabaseStorage::Directory(held.data.clone());
    let mut database = PreparedDatabase::prepare(storage, default_catalog_profile(), USER)?;
    let who = StartupConfig {
        username: USER.to_owned(),
        database: DATABASE.to_owned(),
    };
    let mut session = database.runtime()?.open(PostgresConfig::default(), who)?;
    let answered = answer(&mut session, clients);
    // The files are whole either way: what is not written out now is in the log.
    let ended = session.shutdown();
    if ended.is_ok() {
        drop(session);
        database.release()?;
    }
    answered?;
    ended?;
    Ok(())
}

/// Answers all clients, until there is none.
fn answer(session: &mut ProtocolSession, clients: &mut Clients) -> Result<(), Wrong> {
    let mut greeting = None;
    while let Some(mut client) = clients.next() {
        let Some(first) = client.next(startup) else {
            continue;
        };
        let greeting = match &greeting {
            Some(greeting) => greeting,
            None => {
                let response = session.startup_with_packet(&first);
                let response = response.inspect_err(|error| client.refuse(error.as_ref()))?;
                if !response.accepted {
                    client.write(&response.output);
                    return Ok(());
                }
                greeting.insert(response.output)
            }
        };
        client.write(greeting);
        while let Some(messages) = client.next(round) {
            let answer = session.send_buffered(&messages);
            let answer = answer.inspect_err(|error| client.refuse(error.as_ref()))?;
            client.write(&answer);
        }
        for statement in CLEAN {
            session.send_buffered(&query(statement))?;
        }
    }
    Ok(())
}

/// All causes in one line.
fn told(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Those who want a session, one after the other.
struct Clients {
    runtime: Runtime,
    streams: UnboundedReceiver<DuplexStream>,
    /// Who came while another was there, which is gone then.
    next: Option<DuplexStream>,
}

impl Clients {
    /// Waits for the next one; none when nobody can come any more.
    fn next(&mut self) -> Option<Client<'_>> {
        let next = self.next.take().or_else(|| self.streams.blocking_recv());
        next.map(|stream| Client {
            all: self,
            stream,
            over: false,
            bytes: Vec::new(),
        })
    }
}

/// The other end of one stream.
struct Client<'c> {
    all: &'c mut Clients,
    stream: DuplexStream,
    /// Whether nobody is there any more.
    over: bool,
    /// What it sent that is not yet a whole round.
    bytes: Vec<u8>,
}

impl Client<'_> {
    /// Waits for the next round; none when the client is gone.
    fn next(&mut self, find: fn(&[u8]) -> Round) -> Option<Vec<u8>> {
        loop {
            match find(&self.bytes) {
                Round::Whole(end) => {
                    let rest = self.bytes.split_off(end.min(self.bytes.len()));
                    return Some(std::mem::replace(&mut self.bytes, rest));
                }
                Round::Over | Round::Broken => return None,
                Round::Unfinished if self.over => return None,
                Round::Unfinished => {}
            }
            let (stream, bytes, all) = (&mut self.stream, &mut self.bytes, &mut *self.all);
            let read = all.runtime.block_on(async {
                tokio::select! {
                    read = stream.read_buf(bytes) => read.unwrap_or(0),
                    next = all.streams.recv() => {
                        all.next = next;
                        0
                    }
                }
            });
            self.over = read == 0;
        }
    }

    /// Who is gone hears nothing.
    fn write(&mut self, bytes: &[u8]) {
        if self.over {
            return;
        }
        let (stream, all) = (&mut self.stream, &mut *self.all);
        self.over = all.runtime.block_on(async {
            tokio::select! {
                written = stream.write_all(bytes) => written.is_err(),
                next = all.streams.recv() => {
                    all.next = next;
                    true
                }
            }
        });
    }

    fn refuse(&mut self, error: &(dyn Error + 'static)) {
        self.write(&refusal(&told(error)));
    }
}
