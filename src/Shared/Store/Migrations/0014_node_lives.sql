CREATE TABLE IF NOT EXISTS node_lives (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY COMMENT 'the incarnation: a later life of a node has a greater one',
    node_id INT NOT NULL,
    started_at DATETIME(6) NOT NULL,
    renewed_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    management_url VARCHAR(200) NOT NULL COMMENT 'where other nodes send their signals',
    KEY node_lives_node (node_id),
    KEY node_lives_expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
