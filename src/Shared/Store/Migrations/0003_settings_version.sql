CREATE TABLE IF NOT EXISTS settings_version (
    id TINYINT NOT NULL PRIMARY KEY,
    epoch VARCHAR(36) NOT NULL COMMENT 'another one after a restore from a backup',
    version BIGINT NOT NULL COMMENT 'goes up with every save of any policy set'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
