DROP TABLE IF EXISTS policy_revisions
