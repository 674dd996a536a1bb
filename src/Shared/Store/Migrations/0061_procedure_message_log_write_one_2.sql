CREATE PROCEDURE message_log_write_one_2(conversation BIGINT, version BIGINT, sender BIGINT, session BIGINT, client CHAR(32) CHARACTER SET latin1, digest CHAR(64) CHARACTER SET latin1, body MEDIUMTEXT CHARACTER SET utf8mb4)
SQL SECURITY INVOKER
COMMENT 'message_log_write for one message where nothing stands against it, else nothing: docs/adr/0008-message-log.md'
BEGIN
    DECLARE low, high, next_seq BIGINT;
    DECLARE moment, sent DATETIME(6);
    DECLARE is_allowed BOOLEAN DEFAULT FALSE;
    DECLARE EXIT HANDLER FOR 1062
    BEGIN
        ROLLBACK;
        SELECT TRUE AS IsFound, FALSE AS IsWritten;
    END;
    START TRANSACTION;
    SELECT c.low_id, c.high_id, c.last_seq + 1, c.changed_at, (SELECT GREATEST(UTC_TIMESTAMP(6), l.last_renewal) FROM lease_clock l),
        c.rights_version = version AND (SELECT COUNT(*) FROM sessions s WHERE s.id = session AND s.expires_at > UTC_TIMESTAMP(6))
    INTO low, high, next_seq, sent, moment, is_allowed
    FROM conversations c FORCE INDEX (PRIMARY) WHERE c.id = conversation
    FOR UPDATE SKIP LOCKED;
    IF is_allowed THEN
        SET sent = GREATEST(sent, moment);
        INSERT INTO messages (conversation_id, seq, kind, sender_id, client_id, text_digest, text, sent_at)
        VALUES (conversation, next_seq, 'text', sender, UNHEX(client), UNHEX(digest), body, sent);
        UPDATE conversation_members SET read_seq = next_seq WHERE conversation_id = conversation AND account_id = sender;
        UPDATE conversations SET last_seq = next_seq, changed_at = sent WHERE id = conversation;
        INSERT INTO changes (at, kind, account_id, messages) VALUES (moment, 1, 0, CONCAT(conversation, ':', next_seq));
        COMMIT;
    ELSE
        ROLLBACK;
    END IF;
    SELECT next_seq IS NOT NULL AS IsFound, is_allowed AS IsWritten, low AS LowId, high AS HighId, next_seq AS Seq, sent AS SentAt, moment AS Now;
END
