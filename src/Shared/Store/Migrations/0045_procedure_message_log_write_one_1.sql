CREATE PROCEDURE message_log_write_one_1(conversation BIGINT, version BIGINT, sender BIGINT, session BIGINT, client CHAR(32) CHARACTER SET latin1, digest CHAR(64) CHARACTER SET latin1, body MEDIUMTEXT CHARACTER SET utf8mb4)
SQL SECURITY INVOKER
COMMENT 'message_log_write for one message, without JSON: docs/adr/0008-message-log.md'
BEGIN
    DECLARE locked, found LONGTEXT CHARACTER SET utf8mb4;
    DECLARE next_seq BIGINT;
    DECLARE is_expected BOOLEAN;
    DECLARE previous, moment DATETIME(6);
    DECLARE written BOOLEAN DEFAULT FALSE;
    START TRANSACTION;
    SELECT c.last_seq + 1, c.changed_at, c.rights_version = version,
        CONCAT_WS(',', c.id, COALESCE(c.low_id, 0), COALESCE(c.high_id, 0), c.last_seq, c.rights_version, TIMESTAMPDIFF(MICROSECOND, '1970-01-01', c.changed_at))
    INTO next_seq, previous, is_expected, locked
    FROM conversations c FORCE INDEX (PRIMARY) WHERE c.id = conversation
    FOR UPDATE SKIP LOCKED;
    SELECT (SELECT now FROM store_clock), IF(s.id IS NULL OR d.seq IS NOT NULL,
        CONCAT_WS(',', 0, s.id IS NULL, COALESCE(d.seq, 0), COALESCE(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', d.sent_at), 0), COALESCE(HEX(d.text_digest), '')), NULL)
    INTO moment, found
    FROM (SELECT 1) b
    LEFT JOIN sessions s ON s.id = session AND s.expires_at > UTC_TIMESTAMP(6)
    LEFT JOIN messages d FORCE INDEX (messages_client) ON d.conversation_id = conversation AND d.sender_id = sender AND d.client_id = UNHEX(client);
    IF is_expected AND found IS NULL THEN
        INSERT INTO messages (conversation_id, seq, kind, sender_id, client_id, text_digest, text, sent_at)
        VALUES (conversation, next_seq, 'text', sender, UNHEX(client), UNHEX(digest), body, GREATEST(previous, moment));
        UPDATE conversation_members m SET m.read_seq = next_seq WHERE m.conversation_id = conversation AND m.account_id = sender;
        UPDATE conversations c SET c.last_seq = next_seq, c.changed_at = GREATEST(previous, moment) WHERE c.id = conversation;
        INSERT INTO changes (at, kind, account_id, messages) VALUES (moment, 1, 0, CONCAT(conversation, ':', next_seq));
        COMMIT;
        SET written = TRUE;
    END IF;
    SELECT written AS IsWritten, locked AS Locked, moment AS Now, found AS Found;
END
