CREATE TABLE IF NOT EXISTS policy_revisions (
    policy_set_id INT NOT NULL,
    revision BIGINT NOT NULL,
    saved_at DATETIME(6) NOT NULL,
    author VARCHAR(64) NOT NULL,
    comment VARCHAR(500) NOT NULL,
    restored_from BIGINT NULL,
    options LONGTEXT NOT NULL COMMENT 'JSON: key to value, only what the set itself says',
    PRIMARY KEY (policy_set_id, revision)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
