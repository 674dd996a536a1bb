CREATE TABLE IF NOT EXISTS presence (
    account_id BIGINT NOT NULL PRIMARY KEY,
    status TINYINT NOT NULL COMMENT 'merged from the sessions; 0 hidden ... 4 away, 9 offline',
    reason VARCHAR(100) COLLATE utf8mb4_unicode_520_ci NULL,
    changed_at DATETIME(6) NOT NULL,
    KEY presence_status (status)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
