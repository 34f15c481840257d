CREATE OR REPLACE VIEW marts.v AS SELECT id FROM marts.orders;
COMMENT ON VIEW marts.v IS 'x';
