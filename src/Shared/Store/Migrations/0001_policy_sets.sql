CREATE TABLE IF NOT EXISTS policy_sets (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    set_key VARCHAR(32) NOT NULL,
    prefix VARCHAR(64) NOT NULL,
    revision BIGINT NOT NULL,
    UNIQUE KEY policy_sets_key (set_key),
    UNIQUE KEY policy_sets_prefix (prefix)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
