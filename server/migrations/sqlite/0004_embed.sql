-- Embedding by identity tokens: a tenant's own backend says who the operator is and which inbox opens (OnPilot).

-- Sealed; see access/seal.rs. The previous one is accepted while the tenant rotates.
ALTER TABLE tenants ADD COLUMN embed_secret BLOB;
ALTER TABLE tenants ADD COLUMN previous_embed_secret BLOB;

-- A named set of numbers of one customer of the tenant.
CREATE TABLE inboxes (
    id         TEXT PRIMARY KEY NOT NULL,
    tenant_id  TEXT NOT NULL REFERENCES tenants (id),
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
CREATE INDEX inboxes_by_tenant ON inboxes (tenant_id);

CREATE TABLE inbox_numbers (
    inbox_id  TEXT NOT NULL REFERENCES inboxes (id),
    number_id TEXT NOT NULL REFERENCES numbers (id),
    PRIMARY KEY (inbox_id, number_id)
) STRICT, WITHOUT ROWID;

-- Which pages may show it: read for every document of this dialect.
CREATE TABLE inbox_origins (
    origin   TEXT NOT NULL,
    inbox_id TEXT NOT NULL REFERENCES inboxes (id),
    PRIMARY KEY (origin, inbox_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX inbox_origins_by_inbox ON inbox_origins (inbox_id);

-- Who works in an inbox, as the tenant's own system knows them.
CREATE TABLE operators (
    id         TEXT PRIMARY KEY NOT NULL,
    tenant_id  TEXT NOT NULL REFERENCES tenants (id),
    -- The tenant's id of the person.
    sub        TEXT NOT NULL,
    name       TEXT,
    email      TEXT,
    role       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX operators_by_sub ON operators (tenant_id, sub);

-- A session comes of a key, or of an identity token: then it has an inbox and an operator. SQLite cannot take NOT NULL back from a
-- column, so the table is made anew, after the one that refers to it has gone.
CREATE TABLE former_embed_sessions AS SELECT * FROM embed_sessions;
CREATE TABLE former_embed_session_origins AS SELECT * FROM embed_session_origins;
DROP TABLE embed_session_origins;
DROP TABLE embed_sessions;

CREATE TABLE embed_sessions (
    id          TEXT PRIMARY KEY NOT NULL,
    tenant_id   TEXT NOT NULL REFERENCES tenants (id),
    api_key_id  TEXT REFERENCES api_keys (id),
    surface     TEXT NOT NULL,
    -- JSON arrays of text.
    numbers     TEXT NOT NULL,
    origins     TEXT NOT NULL,
    branding    TEXT,
    ttl_ms      INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    -- End of the newest token.
    expires_at  INTEGER NOT NULL,
    -- End of the session, whatever is refreshed.
    ends_at     INTEGER NOT NULL,
    revoked_at  INTEGER,
    inbox_id    TEXT REFERENCES inboxes (id),
    operator_id TEXT REFERENCES operators (id)
) STRICT;
CREATE INDEX embed_sessions_by_expiry ON embed_sessions (expires_at);

CREATE TABLE embed_session_origins (
    origin     TEXT NOT NULL,
    session_id TEXT NOT NULL REFERENCES embed_sessions (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (origin, session_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX embed_session_origins_by_expiry ON embed_session_origins (origin, expires_at);
CREATE INDEX embed_session_origins_by_session ON embed_session_origins (session_id);

INSERT INTO embed_sessions (id, tenant_id, api_key_id, surface, numbers, origins, branding, ttl_ms, created_at, expires_at, ends_at, revoked_at)
SELECT id, tenant_id, api_key_id, surface, numbers, origins, branding, ttl_ms, created_at, expires_at, ends_at, revoked_at
FROM former_embed_sessions;
INSERT INTO embed_session_origins (origin, session_id, expires_at)
SELECT origin, session_id, expires_at FROM former_embed_session_origins;
DROP TABLE former_embed_sessions;
DROP TABLE former_embed_session_origins;
