SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'settings_version' AND column_name = 'holders_version') > 0, 'DO 0',
    'ALTER TABLE settings_version ADD COLUMN holders_version BIGINT NOT NULL DEFAULT 0 COMMENT ''rises when somebody gets or loses a role''');
PREPARE change_schema FROM @change;
EXECUTE change_schema;
DEALLOCATE PREPARE change_schema
