//! What addresses mean, with and without an environment.

use super::*;

fn none(_: &str) -> Option<String> {
    None
}

/// An environment of these variables.
fn with<'a>(variables: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
    move |name| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    }
}

fn tcp(name: &str, port: u16) -> Host {
    let name = name.to_owned();
    Host::Tcp { name, port }
}

fn socket(folder: &str, port: u16) -> Host {
    let folder = PathBuf::from(folder);
    Host::Socket { folder, port }
}

fn hosts(url: &str) -> Vec<Host> {
    Address::parse(url, &with(&[("USER", "u")])).unwrap().hosts
}

#[test]
fn whole_address_is_read() {
    let url = "postgres://anna:secret@db:5433/shop?sslmode=verify-full&sslrootcert=/ca.pem\
               &application_name=report&connect_timeout=3&options=-c%20geqo%3Doff";
    let address = Address::parse(url, &none).unwrap();
    assert_eq!(address.hosts, [tcp("db", 5433)]);
    assert_eq!(address.user, "anna");
    assert_eq!(address.secret, Secret::Given(Password::new("secret")));
    assert_eq!(address.database, "shop");
    assert_eq!(address.tls, TlsMode::VerifyFull);
    assert_eq!(address.roots, Roots::File(PathBuf::from("/ca.pem")));
    assert_eq!(address.application_name, "report");
    assert_eq!(address.connect_timeout, Some(Duration::from_secs(3)));
    assert_eq!(address.options.as_deref(), Some("-c geqo=off"));
}

#[test]
fn what_is_missing_comes_from_the_environment() {
    let variables = [
        ("PGHOST", "a,b"),
        ("PGPORT", "1"),
        ("PGUSER", "berta"),
        ("PGPASSWORD", "secret"),
        ("PGDATABASE", "shop"),
        ("PGSSLMODE", "require"),
        ("PGSSLROOTCERT", "system"),
        ("PGAPPNAME", "night"),
        ("PGCONNECT_TIMEOUT", "0"),
    ];
    let environment = with(&variables);
    let address = Address::parse("postgres://", &environment).unwrap();
    assert_eq!(address.hosts, [tcp("a", 1), tcp("b", 1)]);
    assert_eq!(address.user, "berta");
    assert_eq!(address.secret, Secret::Given(Password::new("secret")));
    assert_eq!(address.database, "shop");
    assert_eq!(address.tls, TlsMode::Require);
    assert_eq!(address.roots, Roots::WellKnown);
    assert_eq!(address.application_name, "night");
    assert_eq!(address.connect_timeout, None);
    let written = Address::parse("postgres://anna@c:2/x?sslmode=disable", &environment).unwrap();
    assert_eq!(written.hosts, [tcp("c", 2)]);
    assert_eq!(
        (written.user.as_str(), written.database.as_str()),
        ("anna", "x")
    );
    assert_eq!(written.tls, TlsMode::Disable);
}

#[test]
fn without_anything_the_usual_holds() {
    let variables = [("USER", "anna"), ("HOME", "/srv/anna")];
    let address = Address::parse("postgresql://", &with(&variables)).unwrap();
    assert_eq!(
        address.hosts,
        [socket("/var/run/postgresql", 5432), socket("/tmp", 5432)]
    );
    assert_eq!(
        (address.user.as_str(), address.database.as_str()),
        ("anna", "anna")
    );
    assert_eq!(
        address.secret,
        Secret::File(PathBuf::from("/srv/anna/.pgpass"))
    );
    assert_eq!(address.tls, TlsMode::Prefer);
    let file = PathBuf::from("/srv/anna/.postgresql/root.crt");
    assert_eq!(address.roots, Roots::Usual(Some(file)));
    assert_eq!(address.application_name, "dormer");
    assert_eq!(address.connect_timeout, Some(Duration::from_secs(10)));
}

#[test]
fn hosts_are_read_in_every_form() {
    assert_eq!(hosts("postgres://a,b:7/d"), [tcp("a", 5432), tcp("b", 7)]);
    assert_eq!(hosts("postgres://[::1]:7/d"), [tcp("::1", 7)]);
    assert_eq!(hosts("postgres://%2Frun%2Fx:7/d"), [socket("/run/x", 7)]);
    assert_eq!(
        hosts("postgres:///d?host=/run/pg&port=7"),
        [socket("/run/pg", 7)]
    );
    assert_eq!(
        hosts("postgres:///d?host=a,/s&port=1,2"),
        [tcp("a", 1), socket("/s", 2)]
    );
    assert_eq!(
        hosts("postgres://:7/d").first(),
        Some(&socket("/var/run/postgresql", 7))
    );
    assert_eq!(tcp("::1", 7).to_string(), "[::1]:7");
    assert_eq!(socket("/s", 7).to_string(), "/s/.s.PGSQL.7");
}

#[test]
fn password_is_never_shown() {
    let secret = "hunter2";
    let urls = [
        "postgres://u:hunter2@h/d",
        "postgres://u@h/d?password=hunter2",
        "postgres://u:hunter2@h:x/d",
        "postgres://u:hunter2@h/d?sslmode=x",
        "postgres://u:1/hunter2@h/d",
        "postgres://u:1?hunter2=x@h/d",
        "postgres://u:1?hunter2@h/d",
        "postgres://u:%zzhunter2@h/d",
        "postgres://u:[hunter2",
        "user=u password=hunter2",
        "hunter2://x",
    ];
    for url in urls {
        let read = Address::parse(url, &with(&[("USER", "u")]));
        let shown = match &read {
            Ok(address) => format!("{address:?} {address:#?}"),
            Err(error) => format!("{error} {error:?} {error:#?}"),
        };
        assert!(!shown.contains(secret), "{url}: {shown}");
    }
}

#[test]
fn what_is_not_known_is_refused_with_a_hint() {
    let refused = |url: &str| {
        let error = Address::parse(url, &with(&[("USER", "u")])).unwrap_err();
        (error.message, error.hint.unwrap_or_default())
    };
    let (message, hint) = refused("postgres://h/d?sslmod=require");
    assert_eq!(
        message,
        "the address has a parameter that is not known: sslmod"
    );
    assert_eq!(hint, "did you mean:  sslmode");
    let (_, hint) = refused("postgres://h/d?sslmode=full");
    assert_eq!(
        hint,
        "one of:  disable, allow, prefer, require, verify-ca, verify-full"
    );
    let (message, _) = refused("postgres://h:0/d");
    assert_eq!(
        message,
        "the port in the address is not a number from 1 to 65535"
    );
    let (message, _) = refused("postgres://h:1,g:2/d?port=1,2,3");
    assert_eq!(message, "the address has not as many ports as hosts");
    let (message, hint) = refused("mysql://h/d");
    assert_eq!(message, "the address does not start with postgres://");
    assert_eq!(hint, "write it so:  postgres://USER@HOST:5432/DATABASE");
    let error = Address::parse("postgres://h/d", &none).unwrap_err();
    assert_eq!(
        error.message,
        "the address names no user, and PGUSER is not set"
    );
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reader(
        text in "(postgres(ql)?://)?([a-z0-9:@/?&=,%\\[\\]._é-]{0,40}|.{0,20})",
        variable in proptest::option::of("[a-z0-9,/]{0,10}"),
    ) {
        let _ = Address::parse(&text, &|_| variable.clone());
    }

    #[test]
    fn any_password_comes_through_when_encoded(password in "[ -~é]{1,20}") {
        let encoded: String = password.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let address = Address::parse(&format!("postgres://u:{encoded}@h/d"), &none).unwrap();
        proptest::prop_assert_eq!(address.secret, Secret::Given(Password::new(password)));
    }
}
