CREATE PROCEDURE IF NOT EXISTS message_log_open_1(conversation_rows LONGTEXT CHARACTER SET utf8mb4, send_rows LONGTEXT CHARACTER SET utf8mb4, patient BOOLEAN)
SQL SECURITY INVOKER
COMMENT 'begins a transaction, locks the conversations of a batch and finds what was sent before: docs/adr/0008-message-log.md'
BEGIN
    DECLARE locked LONGTEXT CHARACTER SET utf8mb4;
    START TRANSACTION;
    IF patient THEN
        SELECT GROUP_CONCAT(CONCAT_WS(',', c.id, COALESCE(c.low_id, 0), COALESCE(c.high_id, 0), c.last_seq, c.rights_version, TIMESTAMPDIFF(MICROSECOND, '1970-01-01', c.changed_at)) SEPARATOR ';')
        INTO locked
        FROM JSON_TABLE(conversation_rows, '$[*]' COLUMNS (id BIGINT PATH '$')) b STRAIGHT_JOIN conversations c FORCE INDEX (PRIMARY) ON c.id = b.id
        FOR UPDATE;
    ELSE
        SELECT GROUP_CONCAT(CONCAT_WS(',', c.id, COALESCE(c.low_id, 0), COALESCE(c.high_id, 0), c.last_seq, c.rights_version, TIMESTAMPDIFF(MICROSECOND, '1970-01-01', c.changed_at)) SEPARATOR ';')
        INTO locked
        FROM JSON_TABLE(conversation_rows, '$[*]' COLUMNS (id BIGINT PATH '$')) b STRAIGHT_JOIN conversations c FORCE INDEX (PRIMARY) ON c.id = b.id
        FOR UPDATE SKIP LOCKED;
    END IF;
    SELECT locked AS Locked, (SELECT now FROM store_clock) AS Now,
        GROUP_CONCAT(CONCAT_WS(',', b.n - 1, s.id IS NULL, COALESCE(d.seq, 0), COALESCE(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', d.sent_at), 0), COALESCE(HEX(d.text_digest), '')) SEPARATOR ';') AS Found
    FROM JSON_TABLE(send_rows, '$[*]' COLUMNS (n FOR ORDINALITY, conversation_id BIGINT PATH '$[0]', sender_id BIGINT PATH '$[1]', session_id BIGINT PATH '$[2]',
        client_id CHAR(32) CHARACTER SET latin1 PATH '$[3]')) b
    LEFT JOIN sessions s ON s.id = b.session_id AND s.expires_at > UTC_TIMESTAMP(6)
    LEFT JOIN messages d FORCE INDEX (messages_client) ON d.conversation_id = b.conversation_id AND d.sender_id = b.sender_id AND d.client_id = UNHEX(b.client_id)
    WHERE s.id IS NULL OR d.seq IS NOT NULL;
END
