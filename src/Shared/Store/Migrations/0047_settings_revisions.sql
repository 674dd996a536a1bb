CREATE TABLE IF NOT EXISTS settings_revisions (
    kind VARCHAR(8) NOT NULL,
    owner_id INT NOT NULL,
    revision BIGINT NOT NULL,
    saved_at DATETIME(6) NOT NULL,
    author VARCHAR(64) NOT NULL,
    comment VARCHAR(500) NOT NULL,
    restored_from BIGINT NULL,
    content LONGTEXT NOT NULL COMMENT 'JSON: what it says, whole',
    PRIMARY KEY (kind, owner_id, revision)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
