-- Times are milliseconds since the epoch unless the name says otherwise. Ids are prefixed ULIDs, which grow with time; they and everything
-- else that is sorted or compared by cursor sort byte by byte, as on SQLite.

CREATE TABLE tenants (
    id         text COLLATE "C" PRIMARY KEY,
    name       text NOT NULL,
    -- Position of the last event of this tenant's log. Whoever writes for a tenant locks this row first.
    seq        bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL
);

CREATE TABLE numbers (
    id              text COLLATE "C" PRIMARY KEY,
    tenant_id       text COLLATE "C" NOT NULL REFERENCES tenants (id),
    name            text NOT NULL,
    -- Digits without a plus sign.
    phone           text NOT NULL,
    -- Meta's id of the number: what webhooks are routed by.
    phone_number_id text COLLATE "C" NOT NULL,
    -- Encrypted; see access/seal.rs.
    access_token    bytea NOT NULL,
    graph_base_url  text NOT NULL,
    -- Sum of its conversations' unread, so that the counter costs the same for ten conversations and for a million.
    unread          bigint NOT NULL DEFAULT 0,
    -- Why WhatsApp refused this number or its account at the last attempt; NULL once a message has gone out again.
    refusal         text,
    created_at      bigint NOT NULL,
    updated_at      bigint NOT NULL,
    deleted_at      bigint
);
CREATE UNIQUE INDEX numbers_by_phone_number_id ON numbers (phone_number_id) WHERE deleted_at IS NULL;
CREATE INDEX numbers_by_tenant ON numbers (tenant_id);

CREATE TABLE api_keys (
    id         text COLLATE "C" PRIMARY KEY,
    tenant_id  text COLLATE "C" NOT NULL REFERENCES tenants (id),
    -- NULL on the tenant's own key.
    number_id  text COLLATE "C" REFERENCES numbers (id),
    name       text NOT NULL,
    -- SHA-256 of the raw key.
    hash       bytea NOT NULL UNIQUE,
    prefix     text NOT NULL,
    last4      text NOT NULL,
    created_at bigint NOT NULL,
    revoked_at bigint
);
CREATE INDEX api_keys_by_tenant ON api_keys (tenant_id);

CREATE TABLE embed_sessions (
    id         text COLLATE "C" PRIMARY KEY,
    tenant_id  text COLLATE "C" NOT NULL REFERENCES tenants (id),
    api_key_id text COLLATE "C" NOT NULL REFERENCES api_keys (id),
    surface    text NOT NULL,
    numbers    text[] COLLATE "C" NOT NULL,
    origins    text[] COLLATE "C" NOT NULL,
    branding   text,
    ttl_ms     bigint NOT NULL,
    created_at bigint NOT NULL,
    -- End of the newest token.
    expires_at bigint NOT NULL,
    -- End of the session, whatever is refreshed.
    ends_at    bigint NOT NULL,
    revoked_at bigint
);
CREATE INDEX embed_sessions_by_expiry ON embed_sessions (expires_at);

-- Which pages may frame us just now: read for every document.
CREATE TABLE embed_session_origins (
    origin     text COLLATE "C" NOT NULL,
    session_id text COLLATE "C" NOT NULL REFERENCES embed_sessions (id) ON DELETE CASCADE,
    expires_at bigint NOT NULL,
    PRIMARY KEY (origin, session_id)
);
CREATE INDEX embed_session_origins_by_expiry ON embed_session_origins (origin, expires_at);
CREATE INDEX embed_session_origins_by_session ON embed_session_origins (session_id);

CREATE TABLE contacts (
    id         text COLLATE "C" PRIMARY KEY,
    tenant_id  text COLLATE "C" NOT NULL REFERENCES tenants (id),
    -- WhatsApp Business Account: the space in which a business-scoped user id or a phone names one person.
    waba_id    text COLLATE "C" NOT NULL,
    bsuid      text COLLATE "C",
    -- Digits without a plus sign; absent where the person hides it.
    phone      text COLLATE "C",
    name       text,
    username   text,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE UNIQUE INDEX contacts_by_bsuid ON contacts (tenant_id, waba_id, bsuid) WHERE bsuid IS NOT NULL;
CREATE UNIQUE INDEX contacts_by_phone ON contacts (tenant_id, waba_id, phone) WHERE phone IS NOT NULL;

-- Rows change with every message: room on each page keeps the new version beside the old one.
CREATE TABLE conversations (
    id                text COLLATE "C" PRIMARY KEY,
    tenant_id         text COLLATE "C" NOT NULL REFERENCES tenants (id),
    number_id         text COLLATE "C" NOT NULL REFERENCES numbers (id),
    contact_id        text COLLATE "C" NOT NULL REFERENCES contacts (id),
    unread            bigint NOT NULL,
    last_message_at   bigint NOT NULL,
    last_inbound_at   bigint,
    last_message_id   text COLLATE "C",
    preview_direction text,
    preview_kind      text,
    preview_text      text,
    preview_status    text,
    seq               bigint NOT NULL,
    created_at        bigint NOT NULL
) WITH (fillfactor = 85);
CREATE UNIQUE INDEX conversations_by_contact ON conversations (number_id, contact_id);
CREATE INDEX conversations_by_contact_alone ON conversations (contact_id);
CREATE INDEX conversations_by_recency ON conversations (number_id, last_message_at, id);

CREATE TABLE messages (
    id                text COLLATE "C" PRIMARY KEY,
    tenant_id         text COLLATE "C" NOT NULL REFERENCES tenants (id),
    number_id         text COLLATE "C" NOT NULL REFERENCES numbers (id),
    conversation_id   text COLLATE "C" NOT NULL REFERENCES conversations (id),
    -- The composer's id, on messages sent through us.
    client_id         text COLLATE "C",
    -- WhatsApp's id (wamid).
    provider_id       text COLLATE "C",
    direction         text NOT NULL,
    kind              text NOT NULL,
    text              text,
    status            text NOT NULL,
    failure_code      text,
    failure_sentence  text,
    failure_retryable boolean,
    sent_at           bigint NOT NULL,
    -- sent_at in whole seconds: WhatsApp's resolution, and so the order within a conversation, with the id for ties.
    second            bigint NOT NULL,
    -- When WhatsApp reported each status, in its own time.
    reported_sent_at      bigint,
    reported_delivered_at bigint,
    reported_read_at      bigint,
    -- Grows when a person sends a failed message again: WhatsApp's word about an earlier attempt is not about this one.
    attempt           bigint NOT NULL DEFAULT 1,
    seq               bigint NOT NULL,
    created_at        bigint NOT NULL,
    -- The message object as it came.
    raw               text
) WITH (fillfactor = 90);
CREATE INDEX messages_by_position ON messages (conversation_id, second, id);
CREATE UNIQUE INDEX messages_by_provider_id ON messages (number_id, provider_id) WHERE provider_id IS NOT NULL;
CREATE UNIQUE INDEX messages_by_client_id ON messages (conversation_id, client_id) WHERE client_id IS NOT NULL;

-- Statuses that came before the message they are about was known by its WhatsApp id.
CREATE TABLE held_statuses (
    number_id         text COLLATE "C" NOT NULL,
    provider_id       text COLLATE "C" NOT NULL,
    status            text NOT NULL,
    at                bigint NOT NULL,
    failure_code      text,
    failure_sentence  text,
    failure_retryable boolean,
    received_at       bigint NOT NULL,
    PRIMARY KEY (number_id, provider_id, status)
);

CREATE TABLE outbox (
    message_id      text COLLATE "C" PRIMARY KEY REFERENCES messages (id),
    tenant_id       text COLLATE "C" NOT NULL,
    number_id       text COLLATE "C" NOT NULL,
    conversation_id text COLLATE "C" NOT NULL,
    -- ready: may be sent when due. sending: the request may be on its way. unconfirmed: it may have gone out; wait for a status.
    state           text NOT NULL,
    attempts        bigint NOT NULL DEFAULT 0,
    -- When to look again: at a ready one to send it, at a sending one because its lease ends, at an unconfirmed one to give up.
    due_at          bigint NOT NULL,
    created_at      bigint NOT NULL
);
CREATE INDEX outbox_by_due ON outbox (state, due_at);
CREATE INDEX outbox_by_conversation ON outbox (conversation_id, message_id);

-- The log. Everything that is pushed is in it.
CREATE TABLE events (
    tenant_id text COLLATE "C" NOT NULL,
    seq       bigint NOT NULL,
    number_id text COLLATE "C" NOT NULL,
    payload   text NOT NULL,
    at        bigint NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX events_by_time ON events (at);

-- Signed webhook bodies that could not be understood, kept for a person to look at.
CREATE TABLE inspections (
    id          text COLLATE "C" PRIMARY KEY,
    reason      text NOT NULL,
    body        bytea NOT NULL,
    received_at bigint NOT NULL
);

-- Grows whenever access is taken away, by whichever process, so that servers look again.
CREATE TABLE access_epoch (
    id    integer PRIMARY KEY CHECK (id = 1),
    epoch bigint NOT NULL
);
INSERT INTO access_epoch (id, epoch) VALUES (1, 0);
