SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'contact_lists' AND column_name = 'version') > 0, 'DO 0',
    'ALTER TABLE contact_lists ADD COLUMN version BIGINT NOT NULL DEFAULT 0 COMMENT ''rises with every change: members of a cluster of stores see that two changed the same list''');
PREPARE change_schema FROM @change;
EXECUTE change_schema;
DEALLOCATE PREPARE change_schema
