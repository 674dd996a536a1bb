CREATE TABLE IF NOT EXISTS conversations (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind VARCHAR(12) NOT NULL,
    low_id BIGINT NULL COMMENT 'direct: the smaller account id',
    high_id BIGINT NULL COMMENT 'direct: the greater account id',
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    changed_at DATETIME(6) NOT NULL COMMENT 'of the last message: what the sweep looks at',
    UNIQUE KEY conversations_pair (low_id, high_id),
    KEY conversations_changed (changed_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
