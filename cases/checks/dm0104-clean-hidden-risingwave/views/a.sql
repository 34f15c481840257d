CREATE TABLE raw.events (id int, kind varchar);
CREATE MATERIALIZED VIEW marts.events AS SELECT e._row_id AS row_no, e.id, e._rw_timestamp AS seen FROM raw.events AS e;
CREATE MATERIALIZED VIEW marts.orders AS SELECT id, _rw_kafka_timestamp AS arrived FROM raw.orders;
CREATE VIEW marts.jobs AS SELECT name FROM rw_materialized_views;
