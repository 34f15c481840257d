CREATE VIEW marts.account_document AS
SELECT a.id, jsonb_build_object(
    'name', a.name,
    'invoices', COALESCE((SELECT jsonb_agg(to_jsonb(i) - 'lines' ORDER BY i.issued_on DESC) FROM app.invoices i WHERE i.account_id = a.id), '[]'),
    'children', ARRAY(SELECT t.id FROM base.account_tree t WHERE t.root_id = a.id AND t.depth > 1)
) AS document
FROM base.accounts a;
