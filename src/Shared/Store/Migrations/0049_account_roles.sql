CREATE TABLE IF NOT EXISTS account_roles (
    account_id BIGINT NOT NULL,
    role_id INT NOT NULL,
    PRIMARY KEY (account_id, role_id),
    KEY account_roles_role (role_id, account_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
