SET @change = IF((SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'policy_revisions') = 0, 'DO 0',
    'INSERT IGNORE INTO settings_revisions (kind, owner_id, revision, saved_at, author, comment, restored_from, content)
     SELECT ''cluster'', 0, 1, UTC_TIMESTAMP(6), ''IntraMessenger'', ''First settings'', NULL, ''{"options":{}}'' UNION ALL
     SELECT ''set'', policy_set_id, revision, saved_at, author, comment, restored_from, CONCAT(''{"options":'', options, ''}'') FROM policy_revisions');
PREPARE change_data FROM @change;
EXECUTE change_data;
DEALLOCATE PREPARE change_data
