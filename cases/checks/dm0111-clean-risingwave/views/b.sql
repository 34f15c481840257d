CREATE SINK marts.s FROM marts.orders WITH (connector = 'blackhole');
