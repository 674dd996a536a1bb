CREATE PROCEDURE message_log_write_1(conversation_rows LONGTEXT CHARACTER SET utf8mb4, send_rows LONGTEXT CHARACTER SET utf8mb4, mark_rows LONGTEXT CHARACTER SET utf8mb4, patient BOOLEAN)
SQL SECURITY INVOKER
COMMENT 'numbers, writes and commits a batch that nothing stands against; else leaves it open with what it found: docs/adr/0008-message-log.md'
BEGIN
    DECLARE locked, journal, found LONGTEXT CHARACTER SET utf8mb4;
    DECLARE expected BIGINT;
    DECLARE moment DATETIME(6);
    DECLARE written BOOLEAN DEFAULT FALSE;
    START TRANSACTION;
    IF patient THEN
        SELECT GROUP_CONCAT(CONCAT_WS(',', c.id, COALESCE(c.low_id, 0), COALESCE(c.high_id, 0), c.last_seq, c.rights_version, TIMESTAMPDIFF(MICROSECOND, '1970-01-01', c.changed_at)) SEPARATOR ';'),
            GROUP_CONCAT(CONCAT(c.id, ':', c.last_seq + b.sends) SEPARATOR ' '), SUM(c.rights_version = b.rights_version)
        INTO locked, journal, expected
        FROM JSON_TABLE(conversation_rows, '$[*]' COLUMNS (id BIGINT PATH '$[0]', sends BIGINT PATH '$[1]', rights_version BIGINT PATH '$[2]')) b
        STRAIGHT_JOIN conversations c FORCE INDEX (PRIMARY) ON c.id = b.id
        FOR UPDATE;
    ELSE
        SELECT GROUP_CONCAT(CONCAT_WS(',', c.id, COALESCE(c.low_id, 0), COALESCE(c.high_id, 0), c.last_seq, c.rights_version, TIMESTAMPDIFF(MICROSECOND, '1970-01-01', c.changed_at)) SEPARATOR ';'),
            GROUP_CONCAT(CONCAT(c.id, ':', c.last_seq + b.sends) SEPARATOR ' '), SUM(c.rights_version = b.rights_version)
        INTO locked, journal, expected
        FROM JSON_TABLE(conversation_rows, '$[*]' COLUMNS (id BIGINT PATH '$[0]', sends BIGINT PATH '$[1]', rights_version BIGINT PATH '$[2]')) b
        STRAIGHT_JOIN conversations c FORCE INDEX (PRIMARY) ON c.id = b.id
        FOR UPDATE SKIP LOCKED;
    END IF;
    SELECT (SELECT now FROM store_clock),
        GROUP_CONCAT(CONCAT_WS(',', b.n - 1, s.id IS NULL, COALESCE(d.seq, 0), COALESCE(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', d.sent_at), 0), COALESCE(HEX(d.text_digest), '')) SEPARATOR ';')
    INTO moment, found
    FROM JSON_TABLE(send_rows, '$[*]' COLUMNS (n FOR ORDINALITY, conversation_id BIGINT PATH '$[0]', sender_id BIGINT PATH '$[2]', session_id BIGINT PATH '$[3]',
        client_id CHAR(32) CHARACTER SET latin1 PATH '$[4]')) b
    LEFT JOIN sessions s ON s.id = b.session_id AND s.expires_at > UTC_TIMESTAMP(6)
    LEFT JOIN messages d FORCE INDEX (messages_client) ON d.conversation_id = b.conversation_id AND d.sender_id = b.sender_id AND d.client_id = UNHEX(b.client_id)
    WHERE s.id IS NULL OR d.seq IS NOT NULL;
    IF found IS NULL AND expected = JSON_LENGTH(conversation_rows) THEN
        INSERT INTO messages (conversation_id, seq, kind, sender_id, client_id, text_digest, text, sent_at)
        SELECT c.id, c.last_seq + b.place, 'text', b.sender_id, UNHEX(b.client_id), UNHEX(b.digest), b.text, GREATEST(c.changed_at, moment)
        FROM JSON_TABLE(send_rows, '$[*]' COLUMNS (conversation_id BIGINT PATH '$[0]', place BIGINT PATH '$[1]', sender_id BIGINT PATH '$[2]',
            client_id CHAR(32) CHARACTER SET latin1 PATH '$[4]', digest CHAR(64) CHARACTER SET latin1 PATH '$[5]', text MEDIUMTEXT PATH '$[6]')) b
        STRAIGHT_JOIN conversations c FORCE INDEX (PRIMARY) ON c.id = b.conversation_id;
        UPDATE JSON_TABLE(mark_rows, '$[*]' COLUMNS (conversation_id BIGINT PATH '$[0]', account_id BIGINT PATH '$[1]', place BIGINT PATH '$[2]')) b
        STRAIGHT_JOIN conversations c FORCE INDEX (PRIMARY) ON c.id = b.conversation_id
        STRAIGHT_JOIN conversation_members m FORCE INDEX (PRIMARY) ON m.conversation_id = b.conversation_id AND m.account_id = b.account_id SET m.read_seq = c.last_seq + b.place;
        UPDATE JSON_TABLE(conversation_rows, '$[*]' COLUMNS (id BIGINT PATH '$[0]', sends BIGINT PATH '$[1]')) b
        STRAIGHT_JOIN conversations c FORCE INDEX (PRIMARY) ON c.id = b.id SET c.last_seq = c.last_seq + b.sends, c.changed_at = GREATEST(c.changed_at, moment);
        INSERT INTO changes (at, kind, account_id, messages) VALUES (moment, 1, 0, journal);
        COMMIT;
        SET written = TRUE;
    END IF;
    SELECT written AS IsWritten, locked AS Locked, moment AS Now, found AS Found;
END
