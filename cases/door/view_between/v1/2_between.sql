CREATE VIEW sub.between AS
SELECT day, shop_id, net FROM sub.clean WHERE net > 10;
