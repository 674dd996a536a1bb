CREATE TABLE IF NOT EXISTS accounts (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    username VARCHAR(64) NOT NULL COMMENT 'as it was written',
    username_key VARCHAR(64) NOT NULL COMMENT 'NFKC, lower case: what is compared',
    username_skeleton VARCHAR(64) NOT NULL COMMENT 'the key with letters of one look made one: no two names may look alike',
    display_name VARCHAR(100) COLLATE utf8mb4_unicode_520_ci NOT NULL,
    password_hash VARCHAR(255) NOT NULL,
    state VARCHAR(10) NOT NULL COMMENT 'active, pending, locked, banned, erased',
    home_set_id INT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    UNIQUE KEY accounts_username (username_key),
    UNIQUE KEY accounts_skeleton (username_skeleton),
    KEY accounts_display_name (display_name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
