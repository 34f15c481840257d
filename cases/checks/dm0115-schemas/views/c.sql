CREATE TABLE marts.c (id int);
CREATE TABLE marts.anna_marts (id int);
