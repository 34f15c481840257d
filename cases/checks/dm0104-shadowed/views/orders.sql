CREATE TABLE sub.orders (id int, net int);
