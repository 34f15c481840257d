//! Errors of the wire and the server, as errors of an engine: a fact, what was said, what to do.
//!
//! The kind comes from the SQLSTATE, and from its class where the code itself is not known. **No text
//! here has a password in it:** messages name hosts, users, databases, and what the server said, which
//! never repeats one.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use dormer_core::engine::{EngineError, ErrorKind};
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

use super::address::{Address, Host, Secret};

/// What the driver says of a failed handshake; its kinds are its own.
const HANDSHAKE: &str = "error performing TLS handshake";
const WITHOUT_TLS: &str = "server does not support TLS";
const BEHIND_PGBOUNCER: &str = "a pooler such as PgBouncer in transaction mode loses prepared statements: \
     give the address of the server itself";
const READ_ONLY: &str = "a standby, or a database set to default_transaction_read_only, takes no changes: \
     give the address of the primary";

/// The host was not reached at all.
pub(super) fn of_reaching(error: &io::Error, host: &Host) -> EngineError {
    let failed = EngineError::new(ErrorKind::Connection, format!("cannot reach {host}"));
    let failed = failed.detail(system(error));
    match (error.kind(), host) {
        (io::ErrorKind::ConnectionRefused, Host::Tcp { .. })
        | (io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused, Host::Socket { .. }) => {
            failed.hint(format!("is a server there?  pg_isready {}", reached(host)))
        }
        (io::ErrorKind::PermissionDenied, Host::Socket { .. }) => {
            failed.hint("use a TCP address:  postgres://USER@localhost:5432/DATABASE")
        }
        _ if error.to_string().contains("lookup") => {
            failed.hint("is the name of the host spelled right?")
        }
        _ => failed.hint("is the host reachable from here, and its port open?"),
    }
}

/// What the system says, without its number.
fn system(error: &io::Error) -> String {
    let said = error.to_string();
    let words = said.split(" (os error ").next().unwrap_or(&said);
    lowered(words)
}

/// The options by which a program of PostgreSQL reaches the same host.
fn reached(host: &Host) -> String {
    match host {
        Host::Tcp { name, port } => format!("-h {name} -p {port}"),
        Host::Socket { folder, port } => format!("-h {} -p {port}", folder.display()),
    }
}

/// The time for one host was up.
pub(super) fn too_slow(host: &Host, limit: Duration) -> EngineError {
    let message = format!("no answer from {host} within {} s", limit.as_secs());
    EngineError::new(ErrorKind::Connection, message)
        .hint("is the host reachable from here? wait longer with:  connect_timeout=30")
}

/// None of the hosts was reached: what was said of the first, and of the others below it.
pub(super) fn unreached(errors: Vec<EngineError>) -> EngineError {
    let several = errors.len() > 1;
    let mut errors = errors.into_iter();
    let Some(first) = errors.next() else {
        return EngineError::new(ErrorKind::Connection, "the address names no host");
    };
    if !several {
        return first;
    }
    let mut details = vec![said(&first)];
    details.extend(errors.map(|error| said(&error)));
    let message = format!("none of the {} hosts can be reached", details.len());
    let error = EngineError::new(ErrorKind::Connection, message).detail(details.join("; "));
    match first.hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

fn said(error: &EngineError) -> String {
    match &error.detail {
        Some(detail) => format!("{}: {detail}", error.message),
        None => error.message.clone(),
    }
}

/// The server is older than Dormer knows.
pub(super) fn too_old(version: &str, oldest: u32) -> EngineError {
    let message = format!("PostgreSQL {version} is too old: {oldest} is the oldest that works");
    let error = EngineError::new(ErrorKind::Unsupported, message);
    // Redshift has called itself 8.0.2 from its first day.
    if version == "8.0.2" {
        return error
            .detail("Amazon Redshift calls itself by this version")
            .hint("name the engine in dormer.toml:  engine = \"redshift\"");
    }
    error.hint("upgrade the server, or name another one in dormer.toml")
}

/// Tells whether the session may come about with TLS in place of none, or without it.
pub(super) fn is_about_privacy(error: &Error) -> bool {
    match error.as_db_error() {
        // The rules of the server have no entry for such a session.
        Some(refusal) => *refusal.code() == SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
        None => error.to_string() == HANDSHAKE,
    }
}

/// The host answered, and no session came of it.
pub(super) fn of_entering(error: &Error, address: &Address, host: &Host) -> EngineError {
    if let Some(refusal) = error.as_db_error() {
        return of_refusal(refusal, address, host);
    }
    let cause = error.source().map(ToString::to_string);
    let cause = cause.unwrap_or_else(|| error.to_string());
    if error.to_string() == HANDSHAKE {
        return of_handshake(&cause, host);
    }
    match error.to_string().as_str() {
        "invalid configuration" if cause.contains("password") => {
            let user = &address.user;
            EngineError::new(
                ErrorKind::Authentication,
                format!("{host} asks for a password of user \"{user}\", and none is given"),
            )
            .hint("put it into ~/.pgpass, or:  export PGPASSWORD=..")
        }
        "authentication error" | "invalid configuration" => EngineError::new(
            ErrorKind::Authentication,
            format!("{host} asks for a proof that Dormer cannot give"),
        )
        .detail(cause)
        .hint("let the server ask for a password: scram-sha-256 in its pg_hba.conf"),
        _ => EngineError::new(
            ErrorKind::Connection,
            format!("what answers at {host} does not speak the protocol of PostgreSQL"),
        )
        .detail(cause)
        .hint("is this the port of PostgreSQL, 5432 for most servers?"),
    }
}

fn of_handshake(cause: &str, host: &Host) -> EngineError {
    if cause == WITHOUT_TLS {
        return EngineError::new(ErrorKind::Tls, format!("{host} has no TLS"))
            .hint("turn it on there (ssl = on), or accept in the target's url a session that others can read:  sslmode=prefer");
    }
    let failed = EngineError::new(ErrorKind::Tls, format!("no private session with {host}"));
    let failed = failed.detail(cause);
    if cause.contains("not valid for name") {
        failed.hint("use the host name that the certificate has, or accept any of its authority:  sslmode=verify-ca")
    } else if cause.contains("UnknownIssuer") {
        failed.hint("name the certificate of its authority:  sslrootcert=/path/ca.pem")
    } else if cause.contains("expired") {
        failed.hint("renew the certificate of the server")
    } else {
        failed.hint(
            "look at its certificate:  openssl s_client -starttls postgres -connect HOST:PORT",
        )
    }
}

fn of_refusal(refusal: &DbError, address: &Address, host: &Host) -> EngineError {
    let error = of_database(refusal);
    let (user, database) = (&address.user, &address.database);
    let code = refusal.code();
    if *code == SqlState::INVALID_PASSWORD {
        let mend = match address.secret {
            Secret::Given(_) => "mend it in the target's url or PGPASSWORD",
            Secret::File(_) | Secret::Nowhere => "mend it in ~/.pgpass",
        };
        let message = format!("wrong password for user \"{user}\" at {host}");
        let reached = reached(host);
        return renamed(error, message).hint(format!(
            "{mend}, and try it:  psql {reached} -U {user} -d {database}"
        ));
    }
    if *code == SqlState::INVALID_CATALOG_NAME {
        let message = format!("there is no database \"{database}\" at {host}");
        let reached = reached(host);
        return renamed(error, message)
            .hint(format!("make it:  createdb {reached} -U {user} {database}"));
    }
    if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION {
        let error = renamed(error, format!("{host} does not let user \"{user}\" in"));
        return if refusal.message().contains("no encryption") {
            error.hint("ask for TLS, at the end of the target's url:  ?sslmode=require")
        } else if refusal.message().ends_with("does not exist") {
            let reached = reached(host);
            error.hint(format!("make the user:  createuser {reached} {user}"))
        } else {
            error.hint("let the user in: a role with LOGIN, and a line in its pg_hba.conf")
        };
    }
    if refusal.message().contains("unsupported startup parameter") {
        return error.hint("PgBouncer refuses options: leave options= away, or give the address of the server itself");
    }
    error
}

/// Puts a fact of our own before what the server said.
fn renamed(mut error: EngineError, message: String) -> EngineError {
    let said = std::mem::replace(&mut error.message, message);
    error.detail = Some(match error.detail {
        Some(detail) => format!("{said}: {detail}"),
        None => said,
    });
    error
}

/// A statement failed.
pub(crate) fn of_statement(error: &Error) -> EngineError {
    match error.as_db_error() {
        Some(refusal) => of_database(refusal),
        None if error.is_closed() => EngineError::new(ErrorKind::Connection, "the session broke")
            .hint("look at the log of the server"),
        None => {
            let cause = error.source().map(ToString::to_string);
            let failed = EngineError::new(ErrorKind::Connection, error.to_string());
            match cause {
                Some(cause) => failed.detail(cause),
                None => failed,
            }
        }
    }
}

/// What the server says, with its own hint where it has one.
fn of_database(refusal: &DbError) -> EngineError {
    let code = refusal.code();
    let message = lowered(refusal.message());
    let mut error = EngineError::new(kind(code.code()), message).sqlstate(code.code());
    error.detail = refusal.detail().map(str::to_owned);
    error.hint = refusal.hint().map(lowered);
    let lost =
        *code == SqlState::INVALID_SQL_STATEMENT_NAME || *code == SqlState::DUPLICATE_PSTATEMENT;
    if lost && refusal.message().contains("prepared statement") {
        error.hint = Some(BEHIND_PGBOUNCER.to_owned());
    }
    if error.hint.is_none() && *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        error.hint = Some(READ_ONLY.to_owned());
    }
    if error.hint.is_none() && *code == SqlState::INSUFFICIENT_PRIVILEGE {
        error.hint =
            Some("grant the right to the user of the target's url, or use another user".to_owned());
    }
    error
}

/// Server messages begin in lower case; some of others do not, and some end with a period.
fn lowered(message: &str) -> String {
    let mut letters = message.trim_end_matches('.').chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second))
            if first.is_ascii_uppercase() && second.is_ascii_lowercase() =>
        {
            std::iter::once(first.to_ascii_lowercase())
                .chain(letters)
                .collect()
        }
        _ => message.trim_end_matches('.').to_owned(),
    }
}

/// The kind of a SQLSTATE.
pub(super) fn kind(code: &str) -> ErrorKind {
    let class = code.get(..2).unwrap_or("");
    match (class, code) {
        (_, "55P03") => ErrorKind::LockTimeout,
        (_, "57014") => ErrorKind::Cancelled,
        // Dormer's own: what the journal's function `prove` raises.
        (_, "DO001") => ErrorKind::LeaseLost,
        (_, "DO002" | "40001" | "40P01") => ErrorKind::Conflict,
        (_, "42501") | ("25", "25006") => ErrorKind::Permission,
        (_, "57P01" | "57P02" | "57P03" | "53300") => ErrorKind::Unavailable,
        ("08", _) => ErrorKind::Connection,
        (_, "0A000") => ErrorKind::Unsupported,
        ("28", _) => ErrorKind::Authentication,
        ("42" | "3F", _) => ErrorKind::Syntax,
        _ => ErrorKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_their_kinds() {
        for (code, wanted) in [
            ("55P03", ErrorKind::LockTimeout),
            ("57014", ErrorKind::Cancelled),
            ("DO001", ErrorKind::LeaseLost),
            ("40P01", ErrorKind::Conflict),
            ("42501", ErrorKind::Permission),
            ("25006", ErrorKind::Permission),
            ("53300", ErrorKind::Unavailable),
            ("57P03", ErrorKind::Unavailable),
            ("3D000", ErrorKind::Other),
            ("08006", ErrorKind::Connection),
            ("28P01", ErrorKind::Authentication),
            ("28000", ErrorKind::Authentication),
            ("42P01", ErrorKind::Syntax),
            ("42601", ErrorKind::Syntax),
            ("0A000", ErrorKind::Unsupported),
            ("23505", ErrorKind::Other),
            ("", ErrorKind::Other),
        ] {
            assert_eq!(kind(code), wanted, "{code}");
        }
    }

    #[test]
    fn messages_are_lowercase_fragments() {
        assert_eq!(
            lowered("Tenant or user not found."),
            "tenant or user not found"
        );
        assert_eq!(lowered("SSL is off"), "SSL is off");
        assert_eq!(
            lowered("relation \"A\" does not exist"),
            "relation \"A\" does not exist"
        );
    }

    #[test]
    fn several_hosts_are_told_in_one_error() {
        let host = |name: &str| Host::Tcp {
            name: name.to_owned(),
            port: 5432,
        };
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        let errors = vec![
            of_reaching(&refused, &host("a")),
            too_slow(&host("b"), Duration::from_secs(10)),
        ];
        let error = unreached(errors);
        assert_eq!(error.message, "none of the 2 hosts can be reached");
        assert_eq!(
            error.detail.as_deref(),
            Some("cannot reach a:5432: connection refused; no answer from b:5432 within 10 s")
        );
        assert_eq!(
            error.hint.as_deref(),
            Some("is a server there?  pg_isready -h a -p 5432")
        );
    }

    #[test]
    fn old_servers_are_named() {
        assert!(too_old("12.3", 13).message.contains("12.3"));
        assert!(too_old("8.0.2", 13).hint.unwrap().contains("redshift"));
    }
}
