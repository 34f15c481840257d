CREATE SINK marts.trips_out FROM marts.per_minute
WITH (connector = 'kafka', topic = 'per_minute', properties.bootstrap.server = 'broker:9092', primary_key = 'zone,window_start')
FORMAT UPSERT ENCODE JSON;

CREATE SUBSCRIPTION marts.trips_feed FROM marts.per_minute WITH (retention = '1 day');
