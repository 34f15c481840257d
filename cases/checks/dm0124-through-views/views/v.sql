CREATE VIEW sub.v AS SELECT id FROM raw.t WHERE day > getdate();
CREATE VIEW sub.w AS SELECT id FROM marts.m;
CREATE VIEW sub.x AS SELECT id FROM raw.t;
CREATE MATERIALIZED VIEW marts.m AS SELECT id FROM raw.t;
