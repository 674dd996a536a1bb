SET @change = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'conversations' AND index_name = 'conversations_changed') = 0, 'DO 0',
    'ALTER TABLE conversations DROP INDEX conversations_changed');
PREPARE change_schema FROM @change;
EXECUTE change_schema;
DEALLOCATE PREPARE change_schema
