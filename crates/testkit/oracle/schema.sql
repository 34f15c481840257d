-- The fixture that the bodies in bodies/*.sql read. It loads unchanged on PostgreSQL 13 to 18
-- into an empty database named oracle; what only newer servers accept is in schema.<major>.sql.
-- Every name is qualified, so the search_path of the loading session does not count.

CREATE SCHEMA shop;
CREATE SCHEMA crm;
CREATE SCHEMA "Odd Schema";

-- Types.

CREATE TYPE shop.order_status AS ENUM ('new', 'paid', 'shipped', 'returned');
CREATE TYPE shop."Mood" AS ENUM ('Good', 'bad', 'in between');
CREATE TYPE shop.address AS (street text, city text, zip text, country text);
CREATE TYPE shop.dimensions AS (w numeric, h numeric, d numeric);
CREATE TYPE shop.parcel AS (weight numeric, size shop.dimensions, "Label Text" text);
CREATE TYPE shop.money_range AS RANGE (subtype = numeric);
CREATE DOMAIN shop.email_address AS text CHECK (VALUE LIKE '%@%');
CREATE DOMAIN shop.percent AS numeric CHECK (VALUE BETWEEN 0 AND 100);
CREATE COLLATION shop.plain FROM "C";

-- Tables.

CREATE TABLE shop.customers (
    id integer PRIMARY KEY,
    name text NOT NULL,
    email shop.email_address,
    "Full Name" text,
    tags text[],
    address shop.address,
    prefs jsonb,
    created_at timestamp with time zone,
    country text,
    score numeric,
    ref uuid
);

CREATE TABLE shop.orders (
    id bigint PRIMARY KEY,
    customer_id integer REFERENCES shop.customers (id),
    status shop.order_status,
    placed_at timestamp with time zone,
    shipped_on date,
    total numeric(12, 2),
    note text,
    tags text[],
    meta jsonb,
    currency text
);

CREATE TABLE shop.categories (
    id integer PRIMARY KEY,
    parent_id integer REFERENCES shop.categories (id),
    name text,
    path text
);

CREATE TABLE shop.products (
    id integer PRIMARY KEY,
    sku text UNIQUE,
    name text,
    price numeric(10, 2),
    attributes jsonb,
    dims integer[],
    spec xml,
    category_id integer REFERENCES shop.categories (id),
    available daterange,
    "Unit" text
);

CREATE TABLE shop.order_items (
    order_id bigint REFERENCES shop.orders (id),
    line_no integer,
    product_id integer REFERENCES shop.products (id),
    quantity integer,
    price numeric(10, 2),
    discount shop.percent,
    PRIMARY KEY (order_id, line_no)
);

CREATE TABLE shop.payments (
    id bigint PRIMARY KEY,
    order_id bigint REFERENCES shop.orders (id),
    amount numeric(12, 2),
    paid_at timestamp with time zone,
    method text,
    details json
);

CREATE TABLE shop.events (
    id bigint,
    kind text,
    payload json,
    occurred_at timestamp with time zone NOT NULL,
    actor uuid
) PARTITION BY RANGE (occurred_at);

CREATE TABLE shop.events_2024 PARTITION OF shop.events
    FOR VALUES FROM ('2024-01-01 00:00+00') TO ('2025-01-01 00:00+00');
CREATE TABLE shop.events_2025 PARTITION OF shop.events
    FOR VALUES FROM ('2025-01-01 00:00+00') TO ('2026-01-01 00:00+00');

CREATE TABLE shop.vehicles (plate text PRIMARY KEY, wheels integer, maker text);
CREATE TABLE shop.trucks (payload_kg integer, axle_loads numeric[]) INHERITS (shop.vehicles);

CREATE TABLE shop.bookings (
    room integer,
    during tstzrange,
    guest text,
    valid_from date,
    valid_to date,
    starts time,
    seats int4range
);

CREATE TABLE shop.employees (
    id integer PRIMARY KEY,
    manager_id integer REFERENCES shop.employees (id),
    name text,
    department text,
    salary numeric,
    hired date,
    home shop.address,
    skills text[]
);

CREATE TABLE shop.shipments (
    id bigint PRIMARY KEY,
    order_id bigint REFERENCES shop.orders (id),
    destination shop.address,
    stops shop.address[],
    parcel shop.parcel,
    sent_at timestamp without time zone
);

CREATE TABLE shop.readings (
    sensor text,
    at timestamp without time zone,
    value double precision,
    grid double precision[][],
    flags bit(8),
    raw bytea,
    PRIMARY KEY (sensor, at)
);

-- Names that fight with keywords, aliases and each other.

CREATE TABLE shop."order" (id integer, "user" text, "desc" text, "table" text, "Order" integer);
CREATE TABLE shop.note (id integer, note text, orders text, body text);
CREATE TABLE crm.customers (id integer PRIMARY KEY, name text, owner text, segment text, external_ref uuid);
CREATE TABLE crm.contacts (
    id integer PRIMARY KEY,
    customer_id integer REFERENCES crm.customers (id),
    phone text,
    notes text,
    created_at timestamp with time zone
);
CREATE TABLE crm."Lead" ("Id" integer, "Select" text, "from" text, "Group" text, plain text);
CREATE TABLE crm.invoices (id integer, order_id bigint, "Total" numeric, due date);
CREATE TABLE "Odd Schema"."Odd Table" (
    "Odd Column" integer,
    "col""quote" text,
    "sp ace" text,
    "naïve" text,
    "日本" text,
    "UPPER" text,
    lower text
);
CREATE TABLE "Odd Schema".plain (a integer, "A" integer, b text);
CREATE TABLE public.settings (key text PRIMARY KEY, value text);

-- A table without columns, and one whose numbering has a gap.

CREATE TABLE shop.bare ();
CREATE TABLE shop.legacy (id integer, old text, kept text);
ALTER TABLE shop.legacy DROP COLUMN old;
ALTER TABLE shop.legacy ADD COLUMN added text;

-- A foreign table behind a wrapper that never answers.

CREATE FOREIGN DATA WRAPPER silent;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER silent;
CREATE FOREIGN TABLE shop.remote_stock (sku text, quantity integer) SERVER elsewhere;

CREATE SEQUENCE shop.invoice_no;

-- Functions.

CREATE FUNCTION shop.net(amount numeric, rate numeric DEFAULT 0.2) RETURNS numeric
    LANGUAGE sql IMMUTABLE AS 'SELECT amount / (1 + rate)';
CREATE FUNCTION shop.order_label(shop.orders) RETURNS text
    LANGUAGE sql IMMUTABLE AS 'SELECT ''order '' || $1.id';
CREATE FUNCTION shop.customer_rank(c shop.customers) RETURNS integer
    LANGUAGE sql STABLE AS 'SELECT 1';
CREATE FUNCTION shop.split_name(full_name text, OUT first text, OUT last text) RETURNS SETOF record
    LANGUAGE sql IMMUTABLE AS $$SELECT split_part(full_name, ' ', 1), split_part(full_name, ' ', 2)$$;
CREATE FUNCTION shop.bounds(vals numeric[], OUT lo numeric, OUT hi numeric)
    LANGUAGE sql IMMUTABLE AS 'SELECT min(v), max(v) FROM unnest(vals) AS v';
CREATE FUNCTION shop.top_products(how_many integer)
    RETURNS TABLE (product_id integer, title text, revenue numeric)
    LANGUAGE sql STABLE AS $$
        SELECT p.id, p.name, sum(i.quantity * i.price)
        FROM shop.products AS p JOIN shop.order_items AS i ON i.product_id = p.id
        GROUP BY p.id, p.name ORDER BY 3 DESC LIMIT how_many
    $$;
CREATE FUNCTION shop.orders_of(customer integer) RETURNS SETOF shop.orders
    LANGUAGE sql STABLE AS 'SELECT * FROM shop.orders WHERE customer_id = customer';
CREATE FUNCTION shop.order_numbers(customer integer) RETURNS SETOF bigint
    LANGUAGE sql STABLE AS 'SELECT id FROM shop.orders WHERE customer_id = customer';
CREATE FUNCTION shop.words(VARIADIC parts text[]) RETURNS SETOF text
    LANGUAGE sql IMMUTABLE AS 'SELECT unnest(parts)';
CREATE FUNCTION shop.anything(what text) RETURNS SETOF record
    LANGUAGE sql STABLE AS 'SELECT id, name FROM shop.customers WHERE name = what';
CREATE FUNCTION shop.home_of(employee integer) RETURNS shop.address
    LANGUAGE sql STABLE AS 'SELECT home FROM shop.employees WHERE id = employee';
CREATE FUNCTION shop.latest_order() RETURNS shop.orders
    LANGUAGE sql STABLE AS 'SELECT * FROM shop.orders ORDER BY placed_at DESC LIMIT 1';
CREATE FUNCTION shop.echo(anyelement) RETURNS anyelement
    LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION shop.twice(x integer, OUT doubled integer)
    LANGUAGE sql IMMUTABLE AS 'SELECT 2 * x';
CREATE FUNCTION crm.initials(who text) RETURNS text
    LANGUAGE sql IMMUTABLE AS 'SELECT upper(left(who, 1))';
CREATE FUNCTION "Odd Schema"."Odd Function"("Arg" integer) RETURNS integer
    LANGUAGE sql IMMUTABLE AS 'SELECT "Arg" + 1';

CREATE OPERATOR shop.<+> (FUNCTION = shop.net, LEFTARG = numeric, RIGHTARG = numeric);
CREATE FUNCTION shop.negated(numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT -$1';
CREATE OPERATOR shop.~~~ (FUNCTION = shop.negated, RIGHTARG = numeric);

CREATE AGGREGATE shop.product_of(numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = '1');
CREATE FUNCTION shop.keep_first(anyelement, anyelement) RETURNS anyelement
    LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1';
CREATE AGGREGATE shop.first_seen(anyelement) (SFUNC = shop.keep_first, STYPE = anyelement);

-- Views and a materialized view.

CREATE VIEW shop.active_customers AS
    SELECT c.id, c.name, c.email, c.country, c.address
    FROM shop.customers AS c
    WHERE EXISTS (SELECT FROM shop.orders AS o WHERE o.customer_id = c.id);

CREATE VIEW shop.order_totals (order_id, lines, gross, "Net") AS
    SELECT i.order_id, count(*), sum(i.price * i.quantity), sum(shop.net(i.price * i.quantity))
    FROM shop.order_items AS i
    GROUP BY i.order_id;

CREATE VIEW shop.customer_summary AS
    SELECT a.id AS customer_id, a.name, count(t.order_id) AS orders, sum(t.gross) AS gross
    FROM shop.active_customers AS a
    LEFT JOIN shop.orders AS o ON o.customer_id = a.id
    LEFT JOIN shop.order_totals AS t ON t.order_id = o.id
    GROUP BY a.id, a.name;

CREATE MATERIALIZED VIEW shop.daily_sales AS
    SELECT o.placed_at::date AS day, o.currency, count(*) AS orders, sum(o.total) AS revenue
    FROM shop.orders AS o
    GROUP BY 1, 2;

CREATE VIEW shop.weekly_sales AS
    SELECT date_trunc('week', d.day)::date AS week, d.currency, sum(d.revenue) AS revenue
    FROM shop.daily_sales AS d
    GROUP BY 1, 2;

CREATE VIEW crm.phone_book AS
    SELECT c.name, k.phone FROM crm.customers AS c JOIN crm.contacts AS k ON k.customer_id = c.id;

CREATE VIEW "Odd Schema"."Odd View" AS
    SELECT "Odd Column" AS "Key", "sp ace" AS "Select" FROM "Odd Schema"."Odd Table";
