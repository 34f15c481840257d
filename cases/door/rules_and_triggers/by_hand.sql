CREATE FUNCTION bi.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER no_change INSTEAD OF INSERT ON marts.shown FOR EACH ROW EXECUTE FUNCTION bi.refuse();
COMMENT ON TRIGGER no_change ON marts.shown IS 'read only';
CREATE VIEW bi.written AS SELECT day, revenue FROM marts.daily;
CREATE RULE quiet AS ON DELETE TO bi.written DO INSTEAD NOTHING;
