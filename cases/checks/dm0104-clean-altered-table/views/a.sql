CREATE TABLE shop.orders (id int);
CREATE TABLE shop.lines (id int);
CREATE TABLE shop.days AS SELECT 1 AS id;
CREATE TABLE shop.kept (id int);
