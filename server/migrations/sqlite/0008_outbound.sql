-- Sending in full.

-- What was asked for, as a JSON object, so that each attempt sends the same; NULL where the text is all of it.
ALTER TABLE messages ADD COLUMN draft TEXT;
-- Why it has not gone out yet, as a JSON object.
ALTER TABLE messages ADD COLUMN waiting TEXT;

-- A state more: scheduled, which waits for its time and holds up nothing.
-- After this it does not go out any more.
ALTER TABLE outbox ADD COLUMN expires_at INTEGER;
CREATE INDEX outbox_by_expiry ON outbox (expires_at) WHERE expires_at IS NOT NULL;

-- A refused number pauses, and is asked about at this time.
ALTER TABLE numbers ADD COLUMN probe_at INTEGER;

-- What is sent beside messages: signs on them, read receipts, typing. Any may be sent twice without harm.
CREATE TABLE signals (
    id          TEXT PRIMARY KEY NOT NULL,
    -- reaction, read or typing.
    kind        TEXT NOT NULL,
    -- The message of a sign, the conversation of the others: of each kind there is one.
    subject     TEXT NOT NULL,
    tenant_id   TEXT NOT NULL,
    number_id   TEXT NOT NULL,
    message_id  TEXT NOT NULL REFERENCES messages (id),
    emoji       TEXT,
    -- What comes back if the sign is refused.
    former      TEXT,
    -- WhatsApp's id of an accepted sign.
    provider_id TEXT,
    -- ready, sending until due_at, or accepted.
    state       TEXT NOT NULL,
    attempts    INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX signals_by_subject ON signals (kind, subject);
CREATE INDEX signals_by_due ON signals (state, due_at);
CREATE INDEX signals_by_provider_id ON signals (provider_id) WHERE provider_id IS NOT NULL;
-- Why the last sign of the business was taken back, as a JSON object.
ALTER TABLE messages ADD COLUMN reaction_failure TEXT;
-- The last message of which WhatsApp was told that it was read.
ALTER TABLE conversations ADD COLUMN receipt TEXT;

-- What WhatsApp has approved, as it was when it was last asked.
CREATE TABLE templates (
    number_id  TEXT NOT NULL REFERENCES numbers (id),
    name       TEXT NOT NULL,
    language   TEXT NOT NULL,
    -- JSON.
    definition TEXT NOT NULL,
    PRIMARY KEY (number_id, name, language)
) STRICT, WITHOUT ROWID;
-- When the list is fetched again.
ALTER TABLE numbers ADD COLUMN templates_due_at INTEGER;
