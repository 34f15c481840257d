CREATE TABLE marts.fed (x int) FROM shop_source TABLE 'public.orders';
