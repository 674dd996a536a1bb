CREATE PROCEDURE IF NOT EXISTS message_log_append_1(message_rows LONGTEXT CHARACTER SET utf8mb4, number_rows LONGTEXT CHARACTER SET utf8mb4, mark_rows LONGTEXT CHARACTER SET utf8mb4, journal_at DATETIME(6), journal_messages LONGTEXT CHARACTER SET utf8mb4)
SQL SECURITY INVOKER
COMMENT 'writes a batch and commits the transaction that message_log_open began: docs/adr/0008-message-log.md'
BEGIN
    INSERT INTO messages (conversation_id, seq, kind, sender_id, client_id, text_digest, text, sent_at)
    SELECT conversation_id, seq, 'text', sender_id, UNHEX(client_id), UNHEX(digest), text, sent_at
    FROM JSON_TABLE(message_rows, '$[*]' COLUMNS (conversation_id BIGINT PATH '$[0]', seq BIGINT PATH '$[1]', sender_id BIGINT PATH '$[2]',
        client_id CHAR(32) CHARACTER SET latin1 PATH '$[3]', digest CHAR(64) CHARACTER SET latin1 PATH '$[4]', sent_at DATETIME(6) PATH '$[5]', text MEDIUMTEXT PATH '$[6]')) b;
    UPDATE JSON_TABLE(number_rows, '$[*]' COLUMNS (id BIGINT PATH '$[0]', seq BIGINT PATH '$[1]', changed_at DATETIME(6) PATH '$[2]')) b
    STRAIGHT_JOIN conversations c FORCE INDEX (PRIMARY) ON c.id = b.id SET c.last_seq = b.seq, c.changed_at = b.changed_at;
    UPDATE JSON_TABLE(mark_rows, '$[*]' COLUMNS (conversation_id BIGINT PATH '$[0]', account_id BIGINT PATH '$[1]', seq BIGINT PATH '$[2]')) b
    STRAIGHT_JOIN conversation_members m FORCE INDEX (PRIMARY) ON m.conversation_id = b.conversation_id AND m.account_id = b.account_id SET m.read_seq = b.seq;
    INSERT INTO changes (at, kind, account_id, messages) VALUES (journal_at, 1, 0, journal_messages);
    COMMIT;
END
