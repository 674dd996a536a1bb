SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'policy_sets' AND column_name = 'revision') = 0, 'DO 0',
    'INSERT IGNORE INTO policy_sets (id, set_key, prefix, revision) VALUES (1, ''a'', ''a'', 1), (2, ''b'', ''b'', 1)');
PREPARE change_data FROM @change;
EXECUTE change_data;
DEALLOCATE PREPARE change_data
