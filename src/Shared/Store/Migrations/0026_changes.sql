CREATE TABLE IF NOT EXISTS changes (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    at DATETIME(6) NOT NULL,
    kind TINYINT NOT NULL,
    account_id BIGINT NOT NULL COMMENT 'whom it concerns',
    other_id BIGINT NULL COMMENT 'the peer, or the session',
    conversation_id BIGINT NULL,
    seq BIGINT NULL,
    KEY changes_at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
