-- Customers as the shop knows them: one spelling for mail and country, no test accounts.
-- Read by core.customer_orders and by nobody else, because it holds data of persons.
-- dormer: tags = ["person"]
CREATE MATERIALIZED VIEW clean.customers AS
SELECT
    c.id AS customer_id,
    lower(trim(c.email)) AS email,
    initcap(trim(c.full_name)) AS full_name,
    upper(c.country) AS country,
    c.created_at AS registered_at,
    coalesce(c.newsletter, false) AS newsletter
FROM raw.customers AS c
WHERE c.email NOT LIKE '%@test.invalid';

CREATE UNIQUE INDEX customers_key ON clean.customers (customer_id);
CREATE INDEX customers_country ON clean.customers (country);

COMMENT ON MATERIALIZED VIEW clean.customers IS 'Customers without test accounts; holds data of persons';
COMMENT ON COLUMN clean.customers.email IS 'Lower case, trimmed';
COMMENT ON COLUMN clean.customers.country IS 'Two letters, ISO 3166-1';

-- dormer: audit "a mail address belongs to one customer"
SELECT cu.email, count(*) AS customers
FROM clean.customers AS cu
GROUP BY cu.email
HAVING count(*) > 1;

-- dormer: audit "a country has two letters"
SELECT cu.customer_id, cu.country
FROM clean.customers AS cu
WHERE cu.country !~ '^[A-Z]{2}$';
