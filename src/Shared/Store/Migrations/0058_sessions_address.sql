SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'sessions' AND column_name = 'address') > 0, 'DO 0',
    'ALTER TABLE sessions
        ADD COLUMN address VARCHAR(45) NULL COMMENT ''where the person signed in from, only while sessions.maxPerAddress is on'',
        ADD KEY sessions_address (policy_set_id, address)');
PREPARE change_schema FROM @change;
EXECUTE change_schema;
DEALLOCATE PREPARE change_schema
