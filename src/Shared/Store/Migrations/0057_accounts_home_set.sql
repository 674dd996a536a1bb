SET @change = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'accounts' AND index_name = 'accounts_home_set') > 0, 'DO 0',
    'ALTER TABLE accounts ADD KEY accounts_home_set (home_set_id, state)');
PREPARE change_schema FROM @change;
EXECUTE change_schema;
DEALLOCATE PREPARE change_schema
