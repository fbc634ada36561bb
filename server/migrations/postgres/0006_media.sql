-- Files of messages: where their bytes are, and what is still to be done about them. The bytes themselves are in the blob store.
CREATE TABLE media (
    id                text COLLATE "C" PRIMARY KEY,
    tenant_id         text COLLATE "C" NOT NULL REFERENCES tenants (id),
    number_id         text COLLATE "C" NOT NULL REFERENCES numbers (id),
    -- Absent while it has only been uploaded.
    message_id        text COLLATE "C" REFERENCES messages (id),
    -- As what an operator uploaded it: image, video, audio, document, sticker. Otherwise the message's kind says it.
    kind              text,
    -- What came in: Meta's id, which can be asked for during seven days.
    provider_media_id text COLLATE "C",
    -- pending, ready, failed.
    state             text NOT NULL,
    -- As declared by whoever sent it, and as the bytes themselves say.
    mime_type         text NOT NULL,
    real_type         text,
    file_name         text,
    size              bigint,
    -- SHA-256 that was promised, hexadecimal.
    digest            text,
    -- Keys in the blob store: SHA-256 of the bytes, hexadecimal.
    blob              text COLLATE "C",
    thumbnail         text COLLATE "C",
    width             bigint,
    height            bigint,
    duration_ms       bigint,
    -- A sentence for the operator.
    failure           text,
    -- How often it has been claimed; a claim of before says nothing any more.
    attempts          bigint NOT NULL DEFAULT 0,
    -- When to look at it next; while it is claimed, the end of the lease. Absent when there is nothing to do.
    due_at            bigint,
    -- What goes out: Meta's id of the upload and its end.
    upload_id         text COLLATE "C",
    upload_expires_at bigint,
    created_at        bigint NOT NULL
);
CREATE INDEX media_due ON media (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX media_by_message ON media (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX media_by_blob ON media (blob) WHERE blob IS NOT NULL;
CREATE INDEX media_by_thumbnail ON media (thumbnail) WHERE thumbnail IS NOT NULL;
-- Uploads that no message has taken are dropped after a day.
CREATE INDEX media_unused ON media (created_at) WHERE message_id IS NULL;
