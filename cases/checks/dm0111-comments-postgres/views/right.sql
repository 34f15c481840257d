CREATE VIEW marts.v_right AS SELECT 1 AS id;
COMMENT ON VIEW marts.v_right IS 'it is one';
CREATE MATERIALIZED VIEW marts.m_right AS SELECT 1 AS id;
CREATE UNIQUE INDEX m_right_key ON marts.m_right (id);
COMMENT ON MATERIALIZED VIEW marts.m_right IS 'it is one';
CREATE TABLE marts.t_right (id int);
COMMENT ON TABLE marts.t_right IS 'it is one';
