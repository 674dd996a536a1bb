SET @migration = (SELECT IF(COUNT(*) > 0, 'DO 0', '
    ALTER TABLE nodes ADD COLUMN drain_requested_at DATETIME(6) NULL COMMENT ''an administrator wants nobody on it''')
    FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'nodes' AND column_name = 'drain_requested_at');
PREPARE migration FROM @migration;
EXECUTE migration;
DEALLOCATE PREPARE migration
