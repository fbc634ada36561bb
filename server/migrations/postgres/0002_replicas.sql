-- What several servers on one database need to agree on.

-- Position in the tenant's log at which the message was queued: the order in which a conversation goes out. Ids are made by each server
-- from its own clock and cannot tell.
ALTER TABLE outbox ADD COLUMN seq bigint NOT NULL DEFAULT 0;
UPDATE outbox SET seq = m.seq FROM messages m WHERE m.id = outbox.message_id;
DROP INDEX outbox_by_conversation;
CREATE INDEX outbox_by_conversation ON outbox (conversation_id, seq);

-- Rate limits and pacing, one row for each thing that is limited (generic cell rate algorithm).
CREATE TABLE limits (
    bucket      text COLLATE "C" PRIMARY KEY,
    -- Everything until then has been given out.
    spent_until bigint NOT NULL
);

-- Jobs that one server at a time does.
CREATE TABLE jobs (
    name   text COLLATE "C" PRIMARY KEY,
    due_at bigint NOT NULL
);

-- Which signing secret this database belongs to: a mark from which it cannot be guessed.
CREATE TABLE installation (
    id          integer PRIMARY KEY CHECK (id = 1),
    secret_mark bytea NOT NULL
);
