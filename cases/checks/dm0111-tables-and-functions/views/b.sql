CREATE UNLOGGED TABLE raw.u (id int) WITH (fillfactor = 70);
