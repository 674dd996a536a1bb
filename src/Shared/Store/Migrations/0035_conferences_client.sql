SET @migration = (SELECT IF(COUNT(*) > 0, 'DO 0', 'ALTER TABLE conversations ADD UNIQUE KEY conversations_client (creator_id, client_id)')
    FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'conversations' AND index_name = 'conversations_client');
PREPARE migration FROM @migration;
EXECUTE migration;
DEALLOCATE PREPARE migration
