CREATE TABLE IF NOT EXISTS former_members (
    conversation_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    left_seq BIGINT NOT NULL COMMENT 'of the line that tells that they left',
    PRIMARY KEY (conversation_id, account_id),
    KEY former_members_account (account_id, conversation_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
