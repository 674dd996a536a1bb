SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'conversations' AND column_name = 'rights_version') > 0, 'DO 0',
    'ALTER TABLE conversations ADD COLUMN rights_version BIGINT NOT NULL DEFAULT 0 COMMENT ''rises, with the row locked, when anything changes that decides who may write in it''');
PREPARE change_schema FROM @change;
EXECUTE change_schema;
DEALLOCATE PREPARE change_schema
