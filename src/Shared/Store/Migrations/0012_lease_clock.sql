CREATE TABLE IF NOT EXISTS lease_clock (
    id TINYINT NOT NULL PRIMARY KEY,
    last_renewal DATETIME(6) NOT NULL COMMENT 'the newest renewal of any node; time is never taken as before it',
    away_from DATETIME(6) NOT NULL COMMENT 'the last renewal before the store was away',
    grace_until DATETIME(6) NOT NULL COMMENT 'until then leases are judged as they stood at away_from'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
