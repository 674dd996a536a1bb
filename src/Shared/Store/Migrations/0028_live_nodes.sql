CREATE OR REPLACE SQL SECURITY INVOKER VIEW live_nodes AS
SELECT l.id AS life_id, l.node_id, l.management_url, l.expires_at
FROM node_lives l JOIN store_clock c ON l.expires_at > c.lease_now
