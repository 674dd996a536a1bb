CREATE TABLE IF NOT EXISTS node_settings (
    node_id INT NOT NULL PRIMARY KEY,
    heard_at DATETIME(6) NOT NULL,
    report LONGTEXT NOT NULL COMMENT 'JSON: the settings that the node says it applies'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
