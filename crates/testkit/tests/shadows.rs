//! A view that was made over copies is the same as one made over the originals, once the copies
//! have their names.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a broken server or case is a failed test"
)]

use dormer_testkit::oracle::shadow::{How, Swapped, swap};
use dormer_testkit::oracle::{Body, Catalog, Server, bodies};
use dormer_testkit::server::Binaries;

/// How many bodies of the corpus may need an alias.
const ALIASED: usize = 6;

/// How many the server may refuse over copies: their functions and casts take the row type of the
/// original.
const REFUSED: usize = 8;

/// How many may name the original elsewhere than in FROM, in a constant or a type.
const HELD: usize = 6;

/// Queries whose relations have no alias, and whose columns are qualified.
const WITHOUT_ALIAS: &[&str] = &[
    "SELECT orders.id AS a, shop.orders.total AS b, orders.* FROM shop.orders",
    "SELECT count(orders.*), json_agg(shop.orders.*) AS j FROM shop.orders",
    "SELECT oracle.shop.orders.id FROM oracle.shop.orders WHERE orders.* IS NOT NULL",
    "SELECT shop.customers.id, crm.customers.id AS c FROM shop.customers, crm.customers",
    "SELECT customers.id FROM shop.customers WHERE EXISTS (SELECT 1 FROM crm.customers
       WHERE customers.owner = shop.customers.name)",
    "SELECT customers.id FROM shop.customers WHERE EXISTS (SELECT customers.name FROM crm.customers
       WHERE EXISTS (SELECT shop.customers.id, customers.owner))",
    "SELECT orders.id FROM shop.orders WHERE EXISTS (SELECT 1 FROM crm.invoices AS orders
       WHERE orders.due IS NULL AND shop.orders.total > 1)",
    "SELECT customers.name FROM shop.customers WHERE EXISTS (SELECT 1 FROM crm.customers,
       shop.note JOIN shop.payments ON customers.score > 1)",
    "SELECT customers.name FROM shop.customers WHERE EXISTS (SELECT customers.owner
       FROM crm.customers, (SELECT customers.score) AS s, LATERAL (SELECT customers.owner) AS l)",
    "SELECT customers.name FROM shop.customers WHERE EXISTS (SELECT customers.score
       FROM (crm.customers JOIN shop.note ON customers.id = note.id) AS j)",
    "WITH orders AS (SELECT orders.id FROM shop.orders) SELECT orders.id FROM orders",
    "WITH orders AS (SELECT orders.id AS n FROM shop.orders) SELECT shop.orders.id, o.n
       FROM shop.orders JOIN orders AS o ON o.n = orders.id",
    "WITH RECURSIVE categories AS (SELECT shop.categories.id FROM shop.categories
       UNION ALL SELECT categories.id FROM categories) SELECT categories.id FROM categories",
    "(SELECT orders.id FROM shop.orders) ORDER BY orders.total, shop.orders.note LIMIT 3",
    "TABLE shop.orders ORDER BY orders.id",
    "SELECT DISTINCT ON (orders.status) orders.id FROM shop.orders
       ORDER BY orders.status, shop.orders.total DESC",
    "SELECT max(orders.total) FILTER (WHERE orders.id > 1) OVER w AS orders, id note
       FROM shop.orders WINDOW w AS (PARTITION BY orders.status ORDER BY orders.placed_at
       RANGE BETWEEN interval '1 day' PRECEDING AND CURRENT ROW) ORDER BY orders",
    "SELECT orders.status, count(*) AS orders, percentile_cont(0.5) WITHIN GROUP
       (ORDER BY orders.total) FROM shop.orders GROUP BY orders.status, ROLLUP (orders.currency)
       HAVING min(orders.id) > 1 ORDER BY orders.status, orders",
    "SELECT orders.id FROM shop.orders UNION SELECT customers.id FROM shop.customers
       INTERSECT SELECT customers.id FROM crm.customers ORDER BY id",
    "SELECT customers.id FROM shop.customers NATURAL JOIN shop.employees",
    "SELECT orders.id, customers.name FROM shop.orders FULL JOIN shop.customers USING (id)",
    "SELECT id, p.n FROM shop.orders, LATERAL (SELECT max(payments.amount) AS n
       FROM shop.payments WHERE payments.order_id = orders.id) AS p",
    "SELECT g, u FROM shop.orders, generate_series(1, orders.id) AS g, unnest(orders.tags) AS u",
    "SELECT v.x FROM shop.orders, LATERAL (VALUES (orders.id), (shop.orders.customer_id)) AS v (x)",
    "SELECT orders.id FROM ONLY (shop.orders) WHERE orders.id = ANY (SELECT invoices.order_id
       FROM crm.invoices WHERE invoices.due > orders.shipped_on)",
    "SELECT CASE WHEN orders.id > 1 THEN orders.note ELSE customers.name END
       FROM shop.orders LEFT JOIN shop.customers ON customers.id = orders.customer_id",
    "SELECT (customers.address).city, (shop.customers.address).zip, customers.tags[1],
       array_agg(customers.score ORDER BY customers.name) FROM shop.customers
       GROUP BY customers.id",
    "SELECT xmlelement(name a, xmlattributes(orders.id), orders.note),
       xmlforest(orders.id, orders.note AS n) FROM shop.orders",
    "SELECT \"order\".\"user\", \"order\".\"Order\" FROM shop.\"order\" WHERE \"order\".id IS NOT NULL",
    "SELECT\"orders\".id,ORDERS . id AS b,shop/* x */. orders.id AS c FROM shop.orders",
    "SELECT orders.id FROM shop.orders WHERE ROW(orders.id, orders.note) IN
       (SELECT note.id, note.orders FROM shop.note WHERE note.note = orders.note)",
    "SELECT orders.id FROM shop.orders TABLESAMPLE bernoulli (10) FOR UPDATE",
    "SELECT orders.tableoid, orders.ctid FROM shop.orders ORDER BY orders.xmin::text",
];

/// Queries in which a word may be a whole row, or stands where only an alias may.
const WITH_ALIAS: &[&str] = &[
    "SELECT orders, orders.id FROM shop.orders",
    "SELECT count(orders), json_agg((orders).id), max(shop.orders.note) FROM shop.orders",
    "SELECT ROW(orders)::text AS r, orders::text AS t FROM shop.orders",
    "SELECT (orders.*), orders.id AS n FROM shop.orders",
    "SELECT (SELECT orders) AS o FROM shop.orders",
    "SELECT xmlforest(orders.*) AS x FROM shop.orders",
    "SELECT orders.id FROM shop.orders FOR UPDATE OF orders",
    "SELECT orders.id FROM shop.orders ORDER BY orders",
    "SELECT orders.id FROM shop.orders, shop.note AS orders__abcdefgh",
    "SELECT note.id, note FROM shop.note",
];

fn made(texts: &[&str]) -> Vec<Body> {
    let body = |(at, text): (usize, &&str)| Body {
        name: format!("made {at}"),
        since: 13,
        columns: Vec::new(),
        text: (*text).to_owned(),
    };
    texts.iter().enumerate().map(body).collect()
}

/// The words of a definition, one of a name and the same name as its alias.
fn words(definition: &str) -> Vec<&str> {
    let words = definition.split_ascii_whitespace();
    let mut words: Vec<&str> = words
        .map(|word| word.trim_matches(|c| matches!(c, '(' | ')' | ',' | ';')))
        .collect();
    words.dedup();
    words
}

/// What became of some bodies on one server.
#[derive(Debug, Default)]
struct Told {
    all: usize,
    same: usize,
    /// An original is named elsewhere than in FROM, and that does not follow.
    held: usize,
    aliased: Vec<String>,
    refused: Vec<String>,
    wrong: Vec<String>,
}

impl Told {
    fn of(server: &mut Server, bodies: &[Body], catalog: &Catalog) -> Self {
        let mut told = Self::default();
        for (name, one) in swap(server, bodies, catalog).unwrap() {
            told.all += 1;
            let one = one.unwrap_or_else(|error| panic!("{name}: {error}"));
            told.add(&name, &one);
        }
        told
    }

    fn add(&mut self, name: &str, one: &Swapped) {
        let swapped = match &one.swapped {
            Ok(swapped) => swapped,
            Err(error) => {
                self.refused.push(format!("{name}: {error}\n{}", one.text));
                return;
            }
        };
        let alike = words(&swapped.text) == words(&one.built.text);
        match one.how {
            How::WithoutAlias if *swapped == one.built => self.same += 1,
            How::WithoutAlias if swapped.text.replace("__retired", "") == one.built.text => {
                self.held += 1;
            }
            How::WithAlias if alike && swapped.columns == one.built.columns => {
                self.aliased.push(format!("{name}\n{}", one.text));
            }
            How::WithAlias | How::WithoutAlias => {
                let (built, text) = (&one.built, &one.text);
                self.wrong
                    .push(format!("{name}\n{text}\n{built:?}\n{swapped:?}"));
            }
        }
    }
}

#[test]
fn definitions_are_the_same_after_a_swap() {
    let bodies = bodies().unwrap();
    let catalog = Catalog::read().unwrap();
    for binaries in Binaries::all().unwrap() {
        let mut server = Server::start(&binaries).unwrap();
        let major = server.major();
        let accepted = bodies.iter().filter(|body| body.since <= major);
        let accepted: Vec<Body> = accepted.cloned().collect();
        let told = Told::of(&mut server, &accepted, &catalog);
        let few = told.aliased.len() <= ALIASED
            && told.refused.len() <= REFUSED
            && told.held <= HELD
            && told.wrong.is_empty();
        assert!(few, "PostgreSQL {major}: {told:#?}");
        assert!(
            told.same >= 1000,
            "PostgreSQL {major}: {} are compared",
            told.same
        );
    }
}

#[test]
fn columns_of_relations_without_alias_keep_their_meaning() {
    let catalog = Catalog::read().unwrap();
    for binaries in Binaries::all().unwrap() {
        let mut server = Server::start(&binaries).unwrap();
        let told = Told::of(&mut server, &made(WITHOUT_ALIAS), &catalog);
        assert_eq!(told.same, WITHOUT_ALIAS.len(), "{told:#?}");
        let mut server = Server::start(&binaries).unwrap();
        let told = Told::of(&mut server, &made(WITH_ALIAS), &catalog);
        assert_eq!(told.aliased.len(), WITH_ALIAS.len(), "{told:#?}");
    }
}
