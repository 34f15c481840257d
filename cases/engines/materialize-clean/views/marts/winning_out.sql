CREATE SINK marts.winning_out IN CLUSTER io
FROM core.winning
INTO KAFKA CONNECTION raw.kafka (TOPIC 'winning')
KEY (auction_id) NOT ENFORCED
FORMAT JSON
ENVELOPE UPSERT;
