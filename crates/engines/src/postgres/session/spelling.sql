SET LOCAL search_path = '';
SET LOCAL quote_all_identifiers = off;
SET LOCAL DateStyle = ISO;
SET LOCAL IntervalStyle = postgres;
SET LOCAL TimeZone = 'UTC';
SET LOCAL extra_float_digits = 1;
SET LOCAL bytea_output = hex;
SET LOCAL lc_monetary = 'C'
