INSERT IGNORE INTO settings_revisions (kind, owner_id, revision, saved_at, author, comment, restored_from, content)
SELECT 'cluster', 0, 1, UTC_TIMESTAMP(6), 'IntraMessenger', 'First settings', NULL, '{"options":{}}' UNION ALL
SELECT 'set', policy_set_id, revision, saved_at, author, comment, restored_from, CONCAT('{"options":', options, '}') FROM policy_revisions
