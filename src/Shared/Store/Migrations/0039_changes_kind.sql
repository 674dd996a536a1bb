SET @change = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'changes' AND index_name = 'changes_kind') > 0, 'DO 0',
    'ALTER TABLE changes ADD INDEX changes_kind (kind, at)');
PREPARE change_schema FROM @change;
EXECUTE change_schema;
DEALLOCATE PREPARE change_schema
