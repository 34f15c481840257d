CREATE TABLE marts.notes (
    shop_id integer PRIMARY KEY,
    note text NOT NULL,
    written_at timestamptz DEFAULT now()
);
COMMENT ON TABLE marts.notes IS 'written by people';
GRANT SELECT ON marts.notes TO finance;
