//! `.pgpass`: lines of `host:port:database:user:password`, the first that fits counts.
//!
//! | in a line | means |
//! |---|---|
//! | `#` at its start | a comment |
//! | `*` alone in a field | anything |
//! | `\:` and `\\` | a colon and a backslash |
//! | `localhost` as host | also the usual folders of a unix socket |
//!
//! The password is the rest of the line. **A file that others may read is not used,** as libpq does.

use super::address::Password;

/// What a line is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// All names of the host: the folder of a socket may also be called `localhost`.
    pub(super) hosts: &'a [&'a str],
    pub(super) port: u16,
    pub(super) database: &'a str,
    pub(super) user: &'a str,
}

/// Finds the password for a session.
pub(super) fn find(text: &str, asked: Asked<'_>) -> Option<Password> {
    let port = asked.port.to_string();
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .find_map(|line| {
            let mut rest = line;
            let host = field(&mut rest)?;
            let fits = |field: &str, value: &str| field == "*" || field == value;
            let all = asked.hosts.iter().any(|name| fits(&host, name))
                & fits(&field(&mut rest)?, &port)
                & fits(&field(&mut rest)?, asked.database)
                & fits(&field(&mut rest)?, asked.user);
            let password = unescape(rest.trim_end_matches('\r'));
            (all && !password.is_empty()).then(|| Password::new(password))
        })
}

/// Takes one field off the line; none where no colon ends it. A wildcard that was escaped is
/// told apart from one that was not: `\*` fits only a star, which no name has.
fn field(rest: &mut &str) -> Option<String> {
    let mut escaped = false;
    let end = rest.find(|c: char| {
        let ends = c == ':' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    let (field, after) = rest.split_at_checked(end)?;
    *rest = after.strip_prefix(':')?;
    Some(unescape(field))
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => out.extend(letters.next()),
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Option<String> {
        let asked = Asked {
            hosts: &["db.example"],
            port: 5432,
            database: "shop",
            user: "anna",
        };
        find(text, asked).map(|password| password.reveal().to_owned())
    }

    #[test]
    fn first_line_that_fits_counts() {
        let text = "# db.example:5432:shop:anna:comment\n\
                    other:5432:shop:anna:a\n\
                    db.example:5433:shop:anna:b\n\
                    db.example:*:shop:anna:c\n\
                    *:*:*:*:d\n";
        assert_eq!(password(text).as_deref(), Some("c"));
        assert_eq!(password("*:*:*:*:d").as_deref(), Some("d"));
        assert_eq!(password("db.example:5432:shop:berta:a"), None);
    }

    #[test]
    fn colons_and_backslashes_are_escaped() {
        assert_eq!(password(r"*:*:*:anna:a\:b\\c").as_deref(), Some(r"a:b\c"));
        assert_eq!(password("*:*:*:anna:a:b\r").as_deref(), Some("a:b"));
        let asked = Asked {
            hosts: &["::1"],
            port: 1,
            database: r"a\b",
            user: "u",
        };
        assert!(find(r"\:\:1:1:a\\b:u:p", asked).is_some());
    }

    #[test]
    fn lines_without_all_fields_are_passed_over() {
        assert_eq!(password("db.example:5432:shop\n\n:::\n*:*:*:*:\n"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "([a-z*:\\\\#\\n]{0,20}|.{0,5}){0,8}") {
            let _ = password(&text);
        }
    }
}
