-- Times are milliseconds since the epoch unless the name says otherwise. Ids are prefixed ULIDs, which grow with time.

CREATE TABLE tenants (
    id         TEXT PRIMARY KEY NOT NULL,
    name       TEXT NOT NULL,
    -- Position of the last event of this tenant's log.
    seq        INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE numbers (
    id              TEXT PRIMARY KEY NOT NULL,
    tenant_id       TEXT NOT NULL REFERENCES tenants (id),
    name            TEXT NOT NULL,
    -- Digits without a plus sign.
    phone           TEXT NOT NULL,
    -- Meta's id of the number: what webhooks are routed by.
    phone_number_id TEXT NOT NULL,
    -- Encrypted; see access/seal.rs.
    access_token    BLOB NOT NULL,
    graph_base_url  TEXT NOT NULL,
    -- Sum of its conversations' unread, so that the counter costs the same for ten conversations and for a million.
    unread          INTEGER NOT NULL DEFAULT 0,
    -- Why WhatsApp refused this number or its account at the last attempt; NULL once a message has gone out again.
    refusal         TEXT,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    deleted_at      INTEGER
) STRICT;
CREATE UNIQUE INDEX numbers_by_phone_number_id ON numbers (phone_number_id) WHERE deleted_at IS NULL;
CREATE INDEX numbers_by_tenant ON numbers (tenant_id);

CREATE TABLE api_keys (
    id         TEXT PRIMARY KEY NOT NULL,
    tenant_id  TEXT NOT NULL REFERENCES tenants (id),
    -- NULL on the tenant's own key.
    number_id  TEXT REFERENCES numbers (id),
    name       TEXT NOT NULL,
    -- SHA-256 of the raw key.
    hash       BLOB NOT NULL UNIQUE,
    prefix     TEXT NOT NULL,
    last4      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX api_keys_by_tenant ON api_keys (tenant_id);

CREATE TABLE embed_sessions (
    id         TEXT PRIMARY KEY NOT NULL,
    tenant_id  TEXT NOT NULL REFERENCES tenants (id),
    api_key_id TEXT NOT NULL REFERENCES api_keys (id),
    surface    TEXT NOT NULL,
    -- JSON arrays of text.
    numbers    TEXT NOT NULL,
    origins    TEXT NOT NULL,
    branding   TEXT,
    ttl_ms     INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    -- End of the newest token.
    expires_at INTEGER NOT NULL,
    -- End of the session, whatever is refreshed.
    ends_at    INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX embed_sessions_by_expiry ON embed_sessions (expires_at);

-- Which pages may frame us just now: read for every document.
CREATE TABLE embed_session_origins (
    origin     TEXT NOT NULL,
    session_id TEXT NOT NULL REFERENCES embed_sessions (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (origin, session_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX embed_session_origins_by_expiry ON embed_session_origins (origin, expires_at);
CREATE INDEX embed_session_origins_by_session ON embed_session_origins (session_id);

CREATE TABLE contacts (
    id         TEXT PRIMARY KEY NOT NULL,
    tenant_id  TEXT NOT NULL REFERENCES tenants (id),
    -- WhatsApp Business Account: the space in which a business-scoped user id or a phone names one person.
    waba_id    TEXT NOT NULL,
    bsuid      TEXT,
    -- Digits without a plus sign; absent where the person hides it.
    phone      TEXT,
    name       TEXT,
    username   TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX contacts_by_bsuid ON contacts (tenant_id, waba_id, bsuid) WHERE bsuid IS NOT NULL;
CREATE UNIQUE INDEX contacts_by_phone ON contacts (tenant_id, waba_id, phone) WHERE phone IS NOT NULL;

CREATE TABLE conversations (
    id                TEXT PRIMARY KEY NOT NULL,
    tenant_id         TEXT NOT NULL REFERENCES tenants (id),
    number_id         TEXT NOT NULL REFERENCES numbers (id),
    contact_id        TEXT NOT NULL REFERENCES contacts (id),
    unread            INTEGER NOT NULL,
    last_message_at   INTEGER NOT NULL,
    last_inbound_at   INTEGER,
    last_message_id   TEXT,
    preview_direction TEXT,
    preview_kind      TEXT,
    preview_text      TEXT,
    preview_status    TEXT,
    seq               INTEGER NOT NULL,
    created_at        INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX conversations_by_contact ON conversations (number_id, contact_id);
CREATE INDEX conversations_by_contact_alone ON conversations (contact_id);
CREATE INDEX conversations_by_recency ON conversations (number_id, last_message_at, id);

CREATE TABLE messages (
    id                TEXT PRIMARY KEY NOT NULL,
    tenant_id         TEXT NOT NULL REFERENCES tenants (id),
    number_id         TEXT NOT NULL REFERENCES numbers (id),
    conversation_id   TEXT NOT NULL REFERENCES conversations (id),
    -- The composer's id, on messages sent through us.
    client_id         TEXT,
    -- WhatsApp's id (wamid).
    provider_id       TEXT,
    direction         TEXT NOT NULL,
    kind              TEXT NOT NULL,
    text              TEXT,
    status            TEXT NOT NULL,
    failure_code      TEXT,
    failure_sentence  TEXT,
    failure_retryable INTEGER,
    sent_at           INTEGER NOT NULL,
    -- sent_at in whole seconds: WhatsApp's resolution, and so the order within a conversation, with the id for ties.
    second            INTEGER NOT NULL,
    -- When WhatsApp reported each status, in its own time.
    reported_sent_at      INTEGER,
    reported_delivered_at INTEGER,
    reported_read_at      INTEGER,
    -- Grows when a person sends a failed message again: WhatsApp's word about an earlier attempt is not about this one.
    attempt           INTEGER NOT NULL DEFAULT 1,
    seq               INTEGER NOT NULL,
    created_at        INTEGER NOT NULL,
    -- The message object as it came; last, so that reading a thread does not touch it.
    raw               TEXT
) STRICT;
CREATE INDEX messages_by_position ON messages (conversation_id, second, id);
CREATE UNIQUE INDEX messages_by_provider_id ON messages (number_id, provider_id) WHERE provider_id IS NOT NULL;
CREATE UNIQUE INDEX messages_by_client_id ON messages (conversation_id, client_id) WHERE client_id IS NOT NULL;

-- Statuses that came before the message they are about was known by its WhatsApp id.
CREATE TABLE held_statuses (
    number_id         TEXT NOT NULL,
    provider_id       TEXT NOT NULL,
    status            TEXT NOT NULL,
    at                INTEGER NOT NULL,
    failure_code      TEXT,
    failure_sentence  TEXT,
    failure_retryable INTEGER,
    received_at       INTEGER NOT NULL,
    PRIMARY KEY (number_id, provider_id, status)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    message_id      TEXT PRIMARY KEY NOT NULL REFERENCES messages (id),
    tenant_id       TEXT NOT NULL,
    number_id       TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    -- ready: may be sent when due. sending: the request may be on its way. unconfirmed: it may have gone out; wait for a status.
    state           TEXT NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0,
    due_at          INTEGER NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_by_due ON outbox (state, due_at);
CREATE INDEX outbox_by_conversation ON outbox (conversation_id, message_id);

-- The log. Everything that is pushed is in it.
CREATE TABLE events (
    tenant_id TEXT NOT NULL,
    seq       INTEGER NOT NULL,
    number_id TEXT NOT NULL,
    payload   TEXT NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_by_time ON events (at);

-- Signed webhook bodies that could not be understood, kept for a person to look at.
CREATE TABLE inspections (
    id          TEXT PRIMARY KEY NOT NULL,
    reason      TEXT NOT NULL,
    body        BLOB NOT NULL,
    received_at INTEGER NOT NULL
) STRICT;

-- Grows whenever access is taken away, by whichever process, so that servers look again.
CREATE TABLE access_epoch (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    epoch INTEGER NOT NULL
) STRICT;
INSERT INTO access_epoch (id, epoch) VALUES (1, 0);
