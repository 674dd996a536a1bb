SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'policy_sets' AND column_name = 'revision') = 0, 'DO 0',
    'INSERT IGNORE INTO settings_heads (kind, owner_id, revision) SELECT ''cluster'', 0, 1 UNION ALL SELECT ''set'', id, revision FROM policy_sets');
PREPARE change_data FROM @change;
EXECUTE change_data;
DEALLOCATE PREPARE change_data
