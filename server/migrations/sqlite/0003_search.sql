-- Full-text search. Everything in these tables is made from the others, by the keeper of the index (server/src/search).

-- What can be found: a message by its text, or a conversation by the names and the phone of its contact.
CREATE TABLE search_documents (
    -- When, in seconds, and a running number within that second: the order of what is found, newest first.
    id        INTEGER PRIMARY KEY,
    -- Id of the message or of the conversation.
    subject   TEXT NOT NULL,
    number_id TEXT NOT NULL,
    -- Of a conversation: its words, to see whether they have changed.
    names     TEXT
) STRICT;
CREATE UNIQUE INDEX search_documents_by_subject ON search_documents (subject);

-- The words of each document. They are cut and folded by the program, the same for every database; here they are parted by spaces.
CREATE VIRTUAL TABLE search_words USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');

-- Up to where each tenant's log has been looked at.
CREATE TABLE search_progress (
    tenant_id TEXT PRIMARY KEY NOT NULL,
    seq       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The walk over everything that is there: empty before it begins, then the last id that it passed; NULL when it is over.
CREATE TABLE search_walk (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    after TEXT
) STRICT;
INSERT INTO search_walk (id, after) VALUES (1, '');
