CREATE VIEW marts.over AS SELECT day FROM marts.shown;
