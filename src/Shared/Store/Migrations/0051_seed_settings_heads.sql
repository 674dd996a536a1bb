INSERT IGNORE INTO settings_heads (kind, owner_id, revision) SELECT 'cluster', 0, 1 UNION ALL SELECT 'set', id, revision FROM policy_sets
