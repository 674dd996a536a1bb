CREATE TABLE IF NOT EXISTS contacts (
    owner_id BIGINT NOT NULL,
    peer_id BIGINT NOT NULL,
    state TINYINT NOT NULL COMMENT '1 requested, 2 pending, 3 accepted, 4 blocked, 5 refused, as the owner sees it',
    request_text VARCHAR(500) COLLATE utf8mb4_unicode_520_ci NULL,
    alias VARCHAR(100) COLLATE utf8mb4_unicode_520_ci NULL,
    label VARCHAR(100) COLLATE utf8mb4_unicode_520_ci NULL,
    vip BOOLEAN NOT NULL DEFAULT FALSE,
    hidden_from BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (owner_id, peer_id),
    KEY contacts_peer (peer_id, state)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
