CREATE TABLE IF NOT EXISTS console_sessions (
    token_hash BINARY(32) NOT NULL PRIMARY KEY,
    admin_id INT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    KEY console_sessions_expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
