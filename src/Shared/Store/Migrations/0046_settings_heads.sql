CREATE TABLE IF NOT EXISTS settings_heads (
    kind VARCHAR(8) NOT NULL COMMENT 'cluster, set, role: whose values they are',
    owner_id INT NOT NULL COMMENT 'of policy_sets or roles; 0 for the cluster',
    revision BIGINT NOT NULL COMMENT 'the newest; locked by whoever saves',
    PRIMARY KEY (kind, owner_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
