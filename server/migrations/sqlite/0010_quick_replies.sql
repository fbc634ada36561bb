-- Texts that operators write often.
CREATE TABLE quick_replies (
    id         TEXT PRIMARY KEY NOT NULL,
    tenant_id  TEXT NOT NULL REFERENCES tenants (id),
    -- What is typed behind a slash; in small letters.
    shortcut   TEXT NOT NULL,
    -- With its variables, as they were written.
    text       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- The numbers that a quick reply belongs to: whoever has one of them sees it, whoever has all of them may change it.
CREATE TABLE quick_reply_numbers (
    number_id      TEXT NOT NULL REFERENCES numbers (id),
    quick_reply_id TEXT NOT NULL REFERENCES quick_replies (id) ON DELETE CASCADE,
    PRIMARY KEY (number_id, quick_reply_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX quick_reply_numbers_by_reply ON quick_reply_numbers (quick_reply_id, number_id);
