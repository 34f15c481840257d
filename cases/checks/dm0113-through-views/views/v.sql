CREATE VIEW sub.v AS SELECT id FROM raw.t WHERE day > current_date;
CREATE VIEW sub.w AS SELECT id FROM sub.v;
