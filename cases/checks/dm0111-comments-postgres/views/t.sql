CREATE TABLE marts.t (id int);
COMMENT ON VIEW marts.t IS 'it is no view';
