SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'settings_heads' AND column_name = 'touched') > 0, 'DO 0',
    'ALTER TABLE settings_heads ADD COLUMN touched BIGINT NOT NULL DEFAULT 0 COMMENT ''rises with every look that others must not delete the owner under: members of a cluster of stores see that two relied on the same row''');
PREPARE change_schema FROM @change;
EXECUTE change_schema;
DEALLOCATE PREPARE change_schema
