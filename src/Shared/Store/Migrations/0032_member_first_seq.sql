SET @migration = (SELECT IF(COUNT(*) > 0, 'DO 0', '
    ALTER TABLE conversation_members ADD COLUMN first_seq BIGINT NOT NULL DEFAULT 1 COMMENT ''what was before is not theirs to see''')
    FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'conversation_members' AND column_name = 'first_seq');
PREPARE migration FROM @migration;
EXECUTE migration;
DEALLOCATE PREPARE migration
