INSERT IGNORE INTO place_counters (policy_set_id, taken, reaped_at) SELECT id, 0, '2000-01-01' FROM policy_sets
