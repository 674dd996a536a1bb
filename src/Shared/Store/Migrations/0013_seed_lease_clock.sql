INSERT IGNORE INTO lease_clock (id, last_renewal, away_from, grace_until) VALUES (1, '2000-01-01', '2000-01-01', '2000-01-01')
