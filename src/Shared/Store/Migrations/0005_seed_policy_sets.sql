INSERT IGNORE INTO policy_sets (id, set_key, prefix, revision) VALUES (1, 'a', 'a', 1), (2, 'b', 'b', 1)
