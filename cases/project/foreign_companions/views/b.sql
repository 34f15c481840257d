GRANT SELECT ON marts.orders TO finance;
