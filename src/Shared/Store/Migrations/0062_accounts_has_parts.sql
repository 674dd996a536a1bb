SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'accounts' AND column_name = 'has_parts') > 0, 'DO 0',
    'ALTER TABLE accounts
        ADD COLUMN has_parts BOOLEAN NOT NULL DEFAULT TRUE COMMENT ''whether it got what every new account gets; a pending one gets it at its first sign-in at home''');
PREPARE change_schema FROM @change;
EXECUTE change_schema;
DEALLOCATE PREPARE change_schema
