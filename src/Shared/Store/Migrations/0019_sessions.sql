CREATE TABLE IF NOT EXISTS sessions (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    token_hash BINARY(32) NOT NULL,
    account_id BIGINT NOT NULL,
    policy_set_id INT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    last_seen_at DATETIME(6) NOT NULL COMMENT 'written when older than 15 s; counts while no node holds an event request',
    life_id BIGINT NULL COMMENT 'the life of the node that holds its event request',
    status TINYINT NOT NULL COMMENT '0 hidden, 1 doNotDisturb, 2 online, 3 busy, 4 away',
    reason VARCHAR(100) COLLATE utf8mb4_unicode_520_ci NULL,
    client_kind VARCHAR(32) NULL,
    client_name VARCHAR(64) NULL,
    client_version VARCHAR(32) NULL,
    UNIQUE KEY sessions_token (token_hash),
    KEY sessions_account (account_id, policy_set_id),
    KEY sessions_life (life_id),
    KEY sessions_expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
