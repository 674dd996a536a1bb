INSERT IGNORE INTO settings_version (id, epoch, version) VALUES (1, UUID(), 1)
