CREATE VIEW marts.a AS SELECT x.id FROM anna_marts.x JOIN marts.c ON true JOIN shared.y ON true JOIN marts.anna_marts ON true;
GRANT SELECT ON marts.a TO "team stag", GROUP stag, stag_x;
GRANT SELECT ON marts.a TO "to stag team";
