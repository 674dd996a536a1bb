INSERT IGNORE INTO policy_revisions (policy_set_id, revision, saved_at, author, comment, options) VALUES
    (1, 1, UTC_TIMESTAMP(6), 'IntraMessenger', 'First settings', '{"contacts.max":3,"sessions.maxConnectedUsers":50}'),
    (2, 1, UTC_TIMESTAMP(6), 'IntraMessenger', 'First settings', '{"contacts.max":20,"sessions.maxConnectedUsers":200}')
