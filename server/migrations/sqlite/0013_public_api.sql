-- What the public API reads in numbered pages, and what it remembers of a send.

-- By which way a message of ours came: API for the public API. NULL otherwise: what has a client id was written in the inbox.
ALTER TABLE messages ADD COLUMN origin TEXT;

-- The history of a number, newest first, without what colleagues write to each other. Counting and skipping stay within the index.
CREATE INDEX messages_by_time ON messages (number_id, sent_at, id, direction) WHERE direction <> 'INTERNAL';
CREATE INDEX conversations_by_recency ON conversations (number_id, last_message_at, id);
CREATE INDEX conversations_with_unread ON conversations (number_id, last_message_at, id, unread) WHERE unread > 0;

-- Keys with which a customer's backend says that a send is the same one again.
CREATE TABLE idempotency_keys (
    number_id  TEXT NOT NULL,
    key        TEXT NOT NULL,
    tenant_id  TEXT NOT NULL,
    -- SHA-256 of the request's body.
    body       BLOB NOT NULL,
    -- The message that it became.
    message_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (number_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at);
