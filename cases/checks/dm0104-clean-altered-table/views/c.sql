CREATE VIEW marts.gross AS
SELECT orders.net, lines.number, days.net AS day, kept.id
FROM shop.orders JOIN shop.lines ON true JOIN shop.days ON true JOIN shop.kept ON true;
