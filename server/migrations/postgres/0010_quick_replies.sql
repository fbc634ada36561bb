-- Texts that operators write often.
CREATE TABLE quick_replies (
    id         text COLLATE "C" PRIMARY KEY,
    tenant_id  text COLLATE "C" NOT NULL REFERENCES tenants (id),
    -- What is typed behind a slash; in small letters.
    shortcut   text COLLATE "C" NOT NULL,
    -- With its variables, as they were written.
    text       text NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);

-- The numbers that a quick reply belongs to: whoever has one of them sees it, whoever has all of them may change it.
CREATE TABLE quick_reply_numbers (
    number_id      text COLLATE "C" NOT NULL REFERENCES numbers (id),
    quick_reply_id text COLLATE "C" NOT NULL REFERENCES quick_replies (id) ON DELETE CASCADE,
    PRIMARY KEY (number_id, quick_reply_id)
);
CREATE INDEX quick_reply_numbers_by_reply ON quick_reply_numbers (quick_reply_id, number_id);
