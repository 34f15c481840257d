-- The raw tables of the shop, filled with rows that are the same in every run, and the two roles
-- that the grants name. It can run any number of times; rows that are there stay as they are.

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'finance') THEN
        CREATE ROLE finance NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'analyst') THEN
        CREATE ROLE analyst NOLOGIN;
    END IF;
END
$$;

CREATE SCHEMA IF NOT EXISTS raw;

-- Schemas that come later can be entered by both roles; raw stays with the loader.
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO finance, analyst;

CREATE TABLE IF NOT EXISTS raw.shops (
    id integer PRIMARY KEY,
    name text NOT NULL,
    country text NOT NULL,
    time_zone text NOT NULL,
    is_test boolean NOT NULL DEFAULT false,
    opened_on date NOT NULL
);

CREATE TABLE IF NOT EXISTS raw.customers (
    id bigint PRIMARY KEY,
    email text NOT NULL,
    full_name text NOT NULL,
    country text NOT NULL,
    newsletter boolean,
    created_at timestamptz NOT NULL
);

CREATE TABLE IF NOT EXISTS raw.products (
    id bigint PRIMARY KEY,
    sku text NOT NULL UNIQUE,
    title text NOT NULL,
    category_path text NOT NULL,
    price_cents integer NOT NULL,
    discontinued_at timestamptz
);

CREATE TABLE IF NOT EXISTS raw.orders (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES raw.customers (id),
    shop_id integer NOT NULL REFERENCES raw.shops (id),
    status text NOT NULL,
    channel text,
    placed_at timestamptz NOT NULL
);

CREATE TABLE IF NOT EXISTS raw.order_items (
    order_id bigint NOT NULL REFERENCES raw.orders (id),
    line_no integer NOT NULL,
    product_id bigint NOT NULL REFERENCES raw.products (id),
    quantity integer NOT NULL,
    unit_price_cents integer NOT NULL,
    discount_percent integer NOT NULL DEFAULT 0,
    PRIMARY KEY (order_id, line_no)
);

CREATE TABLE IF NOT EXISTS raw.payments (
    id bigint PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES raw.orders (id),
    kind text NOT NULL,
    method text NOT NULL,
    status text NOT NULL,
    amount_cents bigint NOT NULL,
    settled_at timestamptz
);

-- Eight shops; the last one is for tests and never counts.
INSERT INTO raw.shops (id, name, country, time_zone, is_test, opened_on)
VALUES
    (1, 'Berlin Mitte', 'DE', 'Europe/Berlin', false, '2019-03-01'),
    (2, 'Hamburg Altona', 'DE', 'Europe/Berlin', false, '2020-05-15'),
    (3, 'Wien Neubau', 'AT', 'Europe/Vienna', false, '2020-09-01'),
    (4, 'Lisboa Baixa', 'PT', 'Europe/Lisbon', false, '2021-02-10'),
    (5, 'London Soho', 'GB', 'Europe/London', false, '2021-11-05'),
    (6, 'New York SoHo', 'US', 'America/New_York', false, '2022-06-20'),
    (7, 'Tokyo Ebisu', 'JP', 'Asia/Tokyo', false, '2023-04-12'),
    (8, 'Test shop', 'DE', 'Europe/Berlin', true, '2019-01-01')
ON CONFLICT DO NOTHING;

-- 300 customers; every fiftieth is a test account, some mails are written carelessly.
INSERT INTO raw.customers (id, email, full_name, country, newsletter, created_at)
SELECT
    n,
    CASE
        WHEN n % 50 = 0 THEN 'robot' || n || '@test.invalid'
        WHEN n % 7 = 0 THEN ' Person' || n || '@Example.com '
        ELSE 'person' || n || '@example.com'
    END,
    (ARRAY['ada', 'Ben', 'CLEO', 'dora', 'Emil'])[1 + n % 5] || ' ' || (ARRAY['moss', 'Reed', 'STONE', 'wells'])[1 + n % 4],
    (ARRAY['DE', 'de', 'AT', 'PT', 'gb', 'US', 'JP'])[1 + n % 7],
    CASE n % 3 WHEN 0 THEN true WHEN 1 THEN false END,
    timestamptz '2024-08-01 08:00:00+00' + n * interval '11 hours'
FROM generate_series(1, 300) AS n
ON CONFLICT DO NOTHING;

-- 240 products in six categories.
INSERT INTO raw.products (id, sku, title, category_path, price_cents, discontinued_at)
SELECT
    n,
    'SKU-' || lpad(n::text, 4, '0'),
    (ARRAY['Plain', 'Fine', 'Bold', 'Small'])[1 + n % 4] || ' ' || (ARRAY['mug', 'lamp', 'scarf', 'book', 'chair', 'pen'])[1 + n % 6] || ' ' || n,
    (ARRAY['kitchen/cups', 'home/light', 'wear/winter', 'books', 'home/seats', 'office/writing'])[1 + n % 6],
    500 + (n * 7919) % 9500,
    CASE WHEN n % 40 = 0 THEN timestamptz '2025-05-01 00:00:00+00' END
FROM generate_series(1, 240) AS n
ON CONFLICT DO NOTHING;

-- 900 orders over the first half of 2025.
INSERT INTO raw.orders (id, customer_id, shop_id, status, channel, placed_at)
SELECT
    n,
    1 + (n * 37 + n / 11) % 300,
    1 + (n * 5 + n / 7) % 8,
    (ARRAY['delivered', 'delivered', 'delivered', 'shipped', 'paid', 'cancelled', 'delivered', 'shipped', 'draft'])[1 + n % 9],
    (ARRAY['web', 'till', 'web', 'phone', ''])[1 + (n / 3) % 5],
    timestamptz '2025-01-01 06:00:00+00' + n * interval '4 hours 47 minutes'
FROM generate_series(1, 900) AS n
ON CONFLICT DO NOTHING;

-- One to four lines an order; a line without quantity is what the till leaves over.
INSERT INTO raw.order_items (order_id, line_no, product_id, quantity, unit_price_cents, discount_percent)
SELECT
    o.id,
    l,
    p.id,
    CASE WHEN (o.id + l) % 29 = 0 THEN 0 ELSE 1 + (o.id + l) % 3 END,
    p.price_cents - CASE WHEN o.id % 6 = 0 THEN p.price_cents / 20 ELSE 0 END,
    CASE WHEN o.id % 10 = 0 THEN 15 WHEN o.id % 4 = 0 THEN 5 ELSE 0 END
FROM raw.orders AS o
CROSS JOIN LATERAL generate_series(1, 1 + (o.id % 4)::integer) AS l
JOIN raw.products AS p ON p.id = 1 + (o.id * 13 + l * 59) % 240
ON CONFLICT DO NOTHING;

-- A charge for most orders, some failed, some for a part only.
INSERT INTO raw.payments (id, order_id, kind, method, status, amount_cents, settled_at)
SELECT
    o.id,
    o.id,
    'charge',
    (ARRAY['card', 'transfer', 'wallet'])[1 + o.id % 3],
    CASE WHEN o.id % 19 = 0 THEN 'failed' ELSE 'settled' END,
    CASE WHEN o.id % 23 = 0 THEN i.cents / 2 ELSE i.cents END,
    CASE WHEN o.id % 19 <> 0 THEN o.placed_at + (o.id % 72) * interval '1 hour' END
FROM raw.orders AS o
JOIN (
    SELECT order_id, sum(round(quantity * unit_price_cents * (100 - discount_percent) / 100.0))::bigint AS cents
    FROM raw.order_items
    GROUP BY order_id
) AS i ON i.order_id = o.id
WHERE o.status <> 'draft'
  AND o.id % 17 <> 0
ON CONFLICT DO NOTHING;

-- Cancelled orders that were paid get their money back.
INSERT INTO raw.payments (id, order_id, kind, method, status, amount_cents, settled_at)
SELECT 100000 + p.id, p.order_id, 'refund', p.method, 'settled', p.amount_cents, p.settled_at + interval '3 days'
FROM raw.payments AS p
JOIN raw.orders AS o ON o.id = p.order_id
WHERE p.kind = 'charge'
  AND p.status = 'settled'
  AND o.status = 'cancelled'
ON CONFLICT DO NOTHING;

ANALYZE raw.shops, raw.customers, raw.products, raw.orders, raw.order_items, raw.payments;
