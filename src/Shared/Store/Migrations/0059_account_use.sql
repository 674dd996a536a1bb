CREATE OR REPLACE SQL SECURITY INVOKER VIEW account_use AS
SELECT a.id AS account_id,
       IF(p.status <> 9, c.now, p.changed_at) AS last_used_at,
       IF(p.status <> 9, 0, TIMESTAMPDIFF(DAY, GREATEST(p.changed_at, COALESCE(a.unlocked_at, p.changed_at)), c.now)) AS idle_days,
       IF(EXISTS (SELECT 1 FROM contacts k WHERE k.owner_id = a.id AND k.state = 3), NULL, TIMESTAMPDIFF(DAY, COALESCE(a.unlocked_at, a.created_at), c.now)) AS days_without_contact,
       COALESCE(a.sign_in_locked_until > c.now, FALSE) AS is_locked,
       IF(a.sign_in_locked_until > c.now AND a.sign_in_locked_until < '9999-12-31', a.sign_in_locked_until, NULL) AS locked_until,
       IF(a.sign_in_locked_until < '9999-12-31', TIMESTAMPDIFF(SECOND, c.now, a.sign_in_locked_until), NULL) AS locked_seconds
FROM accounts a JOIN store_clock c JOIN presence p ON p.account_id = a.id
