SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'policy_sets' AND column_name = 'revision') = 0, 'DO 0',
    'ALTER TABLE policy_sets DROP COLUMN revision');
PREPARE change_schema FROM @change;
EXECUTE change_schema;
DEALLOCATE PREPARE change_schema
