CREATE TABLE IF NOT EXISTS places (
    policy_set_id INT NOT NULL,
    account_id BIGINT NOT NULL,
    taken_at DATETIME(6) NOT NULL,
    PRIMARY KEY (policy_set_id, account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
