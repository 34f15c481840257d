CREATE VIEW marts.of_table AS SELECT nett FROM sub.orders o WHERE o.iid > 0;
