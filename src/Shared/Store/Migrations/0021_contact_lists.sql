CREATE TABLE IF NOT EXISTS contact_lists (
    account_id BIGINT NOT NULL PRIMARY KEY COMMENT 'one row a person, locked while the contacts of that person change'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
