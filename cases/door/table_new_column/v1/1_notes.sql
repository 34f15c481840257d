CREATE TABLE marts.notes (
    shop_id integer PRIMARY KEY,
    note text NOT NULL
);
COMMENT ON TABLE marts.notes IS 'written by people';
