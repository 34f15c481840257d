CREATE MATERIALIZED VIEW marts.a_name_of_exactly_sixty_three_bytes_so_that_nothing_more_fits_x AS
SELECT shop_id, sum(net) + 1 AS net FROM sub.clean GROUP BY shop_id;
CREATE UNIQUE INDEX a_name_of_exactly_sixty_three_bytes_so_that_nothing_more_f_keyx ON marts.a_name_of_exactly_sixty_three_bytes_so_that_nothing_more_fits_x (shop_id);
