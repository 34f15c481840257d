-- What every case stands on.
CREATE SCHEMA raw;
CREATE SCHEMA sub;
CREATE SCHEMA marts;
CREATE SCHEMA bi;
GRANT USAGE ON SCHEMA raw, sub, marts, bi TO PUBLIC;
GRANT CREATE ON SCHEMA sub, marts, bi TO builder, anna;

CREATE TABLE raw.orders (
    id integer PRIMARY KEY,
    shop_id integer NOT NULL,
    day date NOT NULL,
    net numeric(12, 2) NOT NULL,
    tax numeric(12, 2) NOT NULL,
    status text NOT NULL
);
INSERT INTO raw.orders
SELECT i, i % 5, date '2026-01-01' + i % 30, i * 1.5, i * 0.3, CASE i % 4 WHEN 0 THEN 'open' ELSE 'paid' END
FROM generate_series(1, 400) AS i;

CREATE TABLE raw.shops (id integer PRIMARY KEY, name text NOT NULL, region text);
INSERT INTO raw.shops VALUES (0, 'Aachen', 'west'), (1, 'Bremen', 'north'), (2, 'Celle', 'north'), (3, 'Dresden', 'east'), (4, 'Erfurt', NULL);
GRANT SELECT ON ALL TABLES IN SCHEMA raw TO PUBLIC;
