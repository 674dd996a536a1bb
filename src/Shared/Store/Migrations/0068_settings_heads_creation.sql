SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'settings_heads' AND column_name = 'creation_id') > 0, 'DO 0',
    'ALTER TABLE settings_heads ADD COLUMN creation_id CHAR(36) CHARACTER SET ascii NULL COMMENT ''of whoever made it: where the answer to the COMMIT was lost, they find by it that it was they''');
PREPARE change_schema FROM @change;
EXECUTE change_schema;
DEALLOCATE PREPARE change_schema
