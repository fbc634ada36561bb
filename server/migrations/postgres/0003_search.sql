-- Full-text search. Everything in these tables is made from the others, by the keeper of the index (server/src/search).

-- What can be found: a message by its text, or a conversation by the names and the phone of its contact.
CREATE TABLE search_documents (
    -- When, in seconds, and a running number within that second: the order of what is found, newest first.
    id        bigint PRIMARY KEY,
    -- Id of the message or of the conversation.
    subject   text COLLATE "C" NOT NULL,
    number_id text COLLATE "C" NOT NULL,
    -- Of a conversation: its words, to see whether they have changed.
    names     text,
    -- The words. They are cut and folded by the program, the same for every database: no dictionary of PostgreSQL's has a say.
    words     tsvector NOT NULL
);
CREATE UNIQUE INDEX search_documents_by_subject ON search_documents (subject);
CREATE INDEX search_documents_by_words ON search_documents USING gin (words);

-- Up to where each tenant's log has been looked at.
CREATE TABLE search_progress (
    tenant_id text COLLATE "C" PRIMARY KEY,
    seq       bigint NOT NULL
);

-- The walk over everything that is there: empty before it begins, then the last id that it passed; NULL when it is over.
CREATE TABLE search_walk (
    id    integer PRIMARY KEY CHECK (id = 1),
    after text COLLATE "C"
);
INSERT INTO search_walk (id, after) VALUES (1, '');
