CREATE SOURCE raw.trips (
    id bigint,
    driver_id bigint,
    started_at timestamptz,
    pickup struct<lon double precision, lat double precision, zone varchar>,
    fares numeric[],
    payload jsonb,
    WATERMARK FOR started_at AS started_at - INTERVAL '10 seconds'
)
INCLUDE timestamp AS arrived_at
WITH (
    connector = 'kafka',
    topic = 'trips',
    properties.bootstrap.server = 'broker:9092'
) FORMAT PLAIN ENCODE JSON;
