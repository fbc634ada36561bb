-- The operators' console: who signs in with an address and a password, their sessions, and the links that are good once.

-- Name and role are the operator's, as everywhere. One account of an address on the whole installation.
CREATE TABLE accounts (
    id          TEXT PRIMARY KEY NOT NULL,
    tenant_id   TEXT NOT NULL REFERENCES tenants (id),
    operator_id TEXT NOT NULL UNIQUE REFERENCES operators (id),
    -- In small letters.
    email       TEXT NOT NULL UNIQUE,
    -- JSON array of text; NULL: all of the tenant's, also those that are yet to come.
    numbers     TEXT,
    -- Argon2id; NULL until the invitation is taken.
    password    TEXT,
    created_at  INTEGER NOT NULL,
    -- Last sign-in.
    seen_at     INTEGER,
    disabled_at INTEGER
) STRICT;
CREATE INDEX accounts_by_tenant ON accounts (tenant_id, id);

CREATE TABLE console_sessions (
    -- SHA-256 of the cookie: whoever reads the database cannot use it.
    id         TEXT PRIMARY KEY NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    -- End, unless it is used before.
    idle_at    INTEGER NOT NULL,
    -- End, whatever is used.
    ends_at    INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX console_sessions_by_account ON console_sessions (account_id);
CREATE INDEX console_sessions_by_end ON console_sessions (ends_at);

CREATE TABLE account_links (
    -- SHA-256 of the link's secret.
    id         TEXT PRIMARY KEY NOT NULL,
    -- NULL: makes the first account of the installation.
    account_id TEXT REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX account_links_by_account ON account_links (account_id);
CREATE INDEX account_links_by_expiry ON account_links (expires_at);

-- A session of the inbox may also come of one of the console, and ends with it.
ALTER TABLE embed_sessions ADD COLUMN console_session_id TEXT REFERENCES console_sessions (id);
CREATE INDEX embed_sessions_by_console_session ON embed_sessions (console_session_id) WHERE console_session_id IS NOT NULL;
