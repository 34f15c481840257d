ALTER TABLE marts.snapshot ADD CONSTRAINT snapshot_pkey PRIMARY KEY (shop_id);
ALTER TABLE marts.snapshot ALTER COLUMN net SET DEFAULT 1.5;
ALTER TABLE marts.snapshot REPLICA IDENTITY USING INDEX snapshot_pkey;
ALTER TABLE marts.snapshot SET UNLOGGED;
CREATE FUNCTION bi.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER no_change BEFORE INSERT ON marts.snapshot FOR EACH ROW EXECUTE FUNCTION bi.refuse();
ALTER TABLE marts.snapshot DISABLE TRIGGER no_change;
COMMENT ON TRIGGER no_change ON marts.snapshot IS 'it''s off';
CREATE RULE quiet AS ON DELETE TO marts.snapshot DO INSTEAD NOTHING;
COMMENT ON RULE quiet ON marts.snapshot IS 'nobody deletes';
ALTER TABLE marts.snapshot ENABLE ROW LEVEL SECURITY;
CREATE POLICY sells ON marts.snapshot FOR SELECT TO finance, intern
    USING (EXISTS (SELECT FROM raw.shops AS s WHERE s.id = shop_id));
COMMENT ON POLICY sells ON marts.snapshot IS 'sells';
GRANT SELECT ON marts.snapshot TO finance, intern;
