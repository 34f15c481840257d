CREATE VIEW marts.v AS SELECT 1 AS id;
COMMENT /* with space */ ON
  MATERIALIZED /* and more */ VIEW marts.v IS 'it is none';
