CREATE TABLE raw.drivers (
    id bigint PRIMARY KEY,
    name varchar,
    zone varchar,
    rating double precision
) WITH (connector = 'kafka', topic = 'drivers', properties.bootstrap.server = 'broker:9092')
FORMAT UPSERT ENCODE AVRO (schema.registry = 'http://registry:8081');
