//! The parts of a `postgres://` URL, decoded, with no meaning given to them.
//!
//! `scheme://[user[:password]@][host[:port]][,host[:port]..][/database][?name=value[&..]]`, as libpq
//! reads it. More lenient in one point: the **last** `@` before the path ends the password, so that a
//! password with an `@` in it works. **No error quotes the text:** any part of a URL that was cut
//! wrongly may be a part of a password.

/// What a URL says.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct Url {
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    /// Host and port as written, either may be empty.
    pub(super) hosts: Vec<(String, String)>,
    pub(super) database: Option<String>,
    pub(super) parameters: Vec<(String, String)>,
}

/// Why a text is no URL; never with a part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UrlProblem {
    Scheme,
    Escape,
    Bracket,
    Parameter,
    At,
}

impl UrlProblem {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Scheme => "the address does not start with postgres://",
            Self::Escape => "the address has a % that is not followed by two hexadecimal digits",
            Self::Bracket => "the address has a [ without its ]",
            Self::At => "the address has an @ after its host",
            Self::Parameter => "the address has a parameter without a value",
        }
    }
}

impl Url {
    pub(super) fn parse(text: &str) -> Result<Self, UrlProblem> {
        let rest = text
            .strip_prefix("postgres://")
            .or_else(|| text.strip_prefix("postgresql://"))
            .ok_or(UrlProblem::Scheme)?;
        let (before_query, query) = match rest.split_once('?') {
            Some((before, query)) => (before, Some(query)),
            None => (rest, None),
        };
        let (authority, database) = match before_query.split_once('/') {
            Some((authority, database)) => (authority, Some(database)),
            None => (before_query, None),
        };
        let (credentials, hosts) = match authority.rsplit_once('@') {
            Some((credentials, hosts)) => (Some(credentials), hosts),
            None => (None, authority),
        };
        let mut url = Self::default();
        if let Some(credentials) = credentials {
            let (user, password) = match credentials.split_once(':') {
                Some((user, password)) => (user, Some(password)),
                None => (credentials, None),
            };
            url.user = Some(decode(user)?);
            url.password = password.map(decode).transpose()?;
        }
        for host in hosts.split(',') {
            url.hosts.push(host_and_port(host)?);
        }
        // It may be the end of a password with a slash in it, and would be shown as a database.
        if database.is_some_and(|database| database.contains('@')) {
            return Err(UrlProblem::At);
        }
        url.database = database.map(decode).transpose()?;
        for parameter in query.unwrap_or("").split('&').filter(|p| !p.is_empty()) {
            let (name, value) = parameter.split_once('=').ok_or(UrlProblem::Parameter)?;
            url.parameters.push((decode(name)?, decode(value)?));
        }
        Ok(url)
    }
}

fn host_and_port(text: &str) -> Result<(String, String), UrlProblem> {
    let (host, port) = if let Some(inside) = text.strip_prefix('[') {
        let (host, after) = inside.split_once(']').ok_or(UrlProblem::Bracket)?;
        (host, after.strip_prefix(':').unwrap_or(after))
    } else {
        text.rsplit_once(':').unwrap_or((text, ""))
    };
    Ok((decode(host)?, decode(port)?))
}

/// Turns `%2F` into `/`; what is no text then is no text at all.
fn decode(text: &str) -> Result<String, UrlProblem> {
    if !text.contains('%') {
        return Ok(text.to_owned());
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    let digit = |bytes: &mut std::str::Bytes<'_>| {
        let byte = bytes.next().ok_or(UrlProblem::Escape)?;
        char::from(byte).to_digit(16).ok_or(UrlProblem::Escape)
    };
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let value = digit(&mut bytes)? * 16 + digit(&mut bytes)?;
            let value = u8::try_from(value).map_err(|_| UrlProblem::Escape)?;
            // A zero byte would end a field of the protocol.
            if value == 0 {
                return Err(UrlProblem::Escape);
            }
            out.push(value);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).map_err(|_| UrlProblem::Escape)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(text: &str) -> Vec<(String, String)> {
        Url::parse(text).unwrap().hosts
    }

    #[test]
    fn every_part_is_found_and_decoded() {
        let url =
            Url::parse("postgres://an%20na:p%3Aw@db:5433/my%2Fdb?sslmode=require&a=%26").unwrap();
        assert_eq!(url.user.as_deref(), Some("an na"));
        assert_eq!(url.password.as_deref(), Some("p:w"));
        assert_eq!(url.hosts, [("db".to_owned(), "5433".to_owned())]);
        assert_eq!(url.database.as_deref(), Some("my/db"));
        let parameter = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            url.parameters,
            [parameter("sslmode", "require"), parameter("a", "&")]
        );
    }

    #[test]
    fn hosts_are_several_bracketed_or_folders() {
        let host = |host: &str, port: &str| (host.to_owned(), port.to_owned());
        assert_eq!(
            hosts("postgresql://a,b:1,[::1]:2,[fe80::1]/d"),
            [
                host("a", ""),
                host("b", "1"),
                host("::1", "2"),
                host("fe80::1", "")
            ]
        );
        assert_eq!(
            hosts("postgres://%2Frun%2Fpg:5432"),
            [host("/run/pg", "5432")]
        );
        assert_eq!(hosts("postgres:///d"), [host("", "")]);
    }

    #[test]
    fn password_may_hold_an_at_sign() {
        let url = Url::parse("postgres://u:p@ss@h/d").unwrap();
        assert_eq!(url.password.as_deref(), Some("p@ss"));
        assert_eq!(url.hosts, [("h".to_owned(), String::new())]);
    }

    #[test]
    fn what_is_no_url_is_told_without_its_text() {
        let problem = |text| Url::parse(text).err();
        assert_eq!(problem("host=a password=b"), Some(UrlProblem::Scheme));
        assert_eq!(problem("postgres://u:%zz@h"), Some(UrlProblem::Escape));
        assert_eq!(problem("postgres://u:%00@h"), Some(UrlProblem::Escape));
        assert_eq!(problem("postgres://u:%ff@h"), Some(UrlProblem::Escape));
        assert_eq!(problem("postgres://[::1/d"), Some(UrlProblem::Bracket));
        assert_eq!(
            problem("postgres://h/d?sslmode"),
            Some(UrlProblem::Parameter)
        );
    }
}
