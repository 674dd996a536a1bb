CREATE TABLE IF NOT EXISTS node_facts (
    node_id INT NOT NULL PRIMARY KEY,
    life_id BIGINT NULL,
    heard_at DATETIME(6) NOT NULL,
    facts LONGTEXT NOT NULL COMMENT 'JSON: the last heartbeat'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
