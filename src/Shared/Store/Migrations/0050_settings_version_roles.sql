SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'settings_version' AND column_name = 'holders_version') > 0, 'DO 0',
    'ALTER TABLE settings_version ADD COLUMN holders_version BIGINT NOT NULL DEFAULT 0 COMMENT ''rises when somebody gets or loses a role'',
    ADD COLUMN holders_changed_at DATETIME(6) NOT NULL DEFAULT ''2000-01-01'' COMMENT ''when it rose last''');
PREPARE change_schema FROM @change;
EXECUTE change_schema;
DEALLOCATE PREPARE change_schema
