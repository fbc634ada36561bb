-- Files of messages: where their bytes are, and what is still to be done about them. The bytes themselves are in the blob store.
CREATE TABLE media (
    id                TEXT PRIMARY KEY NOT NULL,
    tenant_id         TEXT NOT NULL REFERENCES tenants (id),
    number_id         TEXT NOT NULL REFERENCES numbers (id),
    -- Absent while it has only been uploaded.
    message_id        TEXT REFERENCES messages (id),
    -- As what an operator uploaded it: image, video, audio, document, sticker. Otherwise the message's kind says it.
    kind              TEXT,
    -- What came in: Meta's id, which can be asked for during seven days.
    provider_media_id TEXT,
    -- pending, ready, failed.
    state             TEXT NOT NULL,
    -- As declared by whoever sent it, and as the bytes themselves say.
    mime_type         TEXT NOT NULL,
    real_type         TEXT,
    file_name         TEXT,
    size              INTEGER,
    -- SHA-256 that was promised, hexadecimal.
    digest            TEXT,
    -- Keys in the blob store: SHA-256 of the bytes, hexadecimal.
    blob              TEXT,
    thumbnail         TEXT,
    width             INTEGER,
    height            INTEGER,
    duration_ms       INTEGER,
    -- A sentence for the operator.
    failure           TEXT,
    -- How often it has been claimed; a claim of before says nothing any more.
    attempts          INTEGER NOT NULL DEFAULT 0,
    -- When to look at it next; while it is claimed, the end of the lease. Absent when there is nothing to do.
    due_at            INTEGER,
    -- What goes out: Meta's id of the upload and its end.
    upload_id         TEXT,
    upload_expires_at INTEGER,
    created_at        INTEGER NOT NULL
) STRICT;
CREATE INDEX media_due ON media (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX media_by_message ON media (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX media_by_blob ON media (blob) WHERE blob IS NOT NULL;
CREATE INDEX media_by_thumbnail ON media (thumbnail) WHERE thumbnail IS NOT NULL;
-- Uploads that no message has taken are dropped after a day.
CREATE INDEX media_unused ON media (created_at) WHERE message_id IS NULL;
