CREATE TABLE IF NOT EXISTS place_counters (
    policy_set_id INT NOT NULL PRIMARY KEY,
    taken INT NOT NULL COMMENT 'rows of places of this set; locked by whoever changes them',
    reaped_at DATETIME(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
