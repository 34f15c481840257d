CREATE EXTERNAL TABLE spectrum.events (id int, payload varchar(100)) PARTITIONED BY (dt date, hr int) STORED AS PARQUET LOCATION 's3://x';
CREATE VIEW marts.events AS SELECT e.id, e.dt, e.hr, e."$path", e."$size" FROM spectrum.events e WITH NO SCHEMA BINDING;
CREATE VIEW marts.clicks AS SELECT id, "$path" FROM spectrum.clicks WITH NO SCHEMA BINDING;
