SET @change = IF((SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'policy_revisions') = 0, 'DO 0',
    'INSERT IGNORE INTO policy_revisions (policy_set_id, revision, saved_at, author, comment, options) VALUES
        (1, 1, UTC_TIMESTAMP(6), ''IntraMessenger'', ''First settings'', ''{"contacts.max":3,"sessions.maxConnectedUsers":50}''),
        (2, 1, UTC_TIMESTAMP(6), ''IntraMessenger'', ''First settings'', ''{"contacts.max":20,"sessions.maxConnectedUsers":200}'')');
PREPARE change_data FROM @change;
EXECUTE change_data;
DEALLOCATE PREPARE change_data
