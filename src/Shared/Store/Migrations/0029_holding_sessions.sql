CREATE OR REPLACE SQL SECURITY INVOKER VIEW holding_sessions AS
SELECT s.id, s.account_id, s.policy_set_id, s.status, s.reason
FROM sessions s
JOIN store_clock c
LEFT JOIN node_lives l ON l.id = s.life_id
WHERE s.expires_at > c.now
  AND (l.expires_at + INTERVAL 15 SECOND > c.lease_now
       OR s.life_id IS NULL AND s.last_seen_at + INTERVAL 75 SECOND > c.lease_now)
