CREATE VIEW marts.of_alias AS SELECT ordr.net, xx.net AS x FROM sub.orders "ordre", sub.orders AS xs;
