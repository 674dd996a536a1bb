CREATE TABLE IF NOT EXISTS messages (
    conversation_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    kind VARCHAR(12) NOT NULL,
    sender_id BIGINT NOT NULL,
    client_id BINARY(16) NOT NULL,
    text_digest BINARY(32) NOT NULL COMMENT 'of clientId and text as first sent: tells a repeat from a reuse',
    text MEDIUMTEXT COLLATE utf8mb4_unicode_520_ci NULL,
    sent_at DATETIME(6) NOT NULL,
    edited_at DATETIME(6) NULL,
    PRIMARY KEY (conversation_id, seq),
    UNIQUE KEY messages_client (conversation_id, sender_id, client_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
