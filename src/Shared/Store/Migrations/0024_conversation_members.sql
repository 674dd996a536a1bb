CREATE TABLE IF NOT EXISTS conversation_members (
    conversation_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    read_seq BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, account_id),
    KEY conversation_members_account (account_id, conversation_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
