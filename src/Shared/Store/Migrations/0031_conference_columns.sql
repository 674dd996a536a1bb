SET @migration = (SELECT IF(COUNT(*) > 0, 'DO 0', '
    ALTER TABLE conversations
        ADD COLUMN title VARCHAR(100) COLLATE utf8mb4_unicode_520_ci NULL,
        ADD COLUMN creator_id BIGINT NULL,
        ADD COLUMN client_id BINARY(16) NULL COMMENT ''made by the creator: with it creating can be repeated'',
        ADD COLUMN client_digest BINARY(32) NULL COMMENT ''of title and people as first sent: tells a repeat from a reuse''')
    FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'conversations' AND column_name = 'creator_id');
PREPARE migration FROM @migration;
EXECUTE migration;
DEALLOCATE PREPARE migration
