SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'presence' AND column_name = 'version') > 0, 'DO 0',
    'ALTER TABLE presence ADD COLUMN version BIGINT NOT NULL DEFAULT 0 COMMENT ''rises with every look: members of a cluster of stores see that two relied on the same row''');
PREPARE change_schema FROM @change;
EXECUTE change_schema;
DEALLOCATE PREPARE change_schema
