-- Who a contact is to those who work with a number: it belongs to the number and the contact, which is to a conversation.

-- What they call the contact; NULL where they call it as it calls itself.
ALTER TABLE conversations ADD COLUMN own_name TEXT;
-- The log position of the last change of the name or the fields; NULL before the first.
ALTER TABLE conversations ADD COLUMN details_seq INTEGER;

CREATE TABLE contact_fields (
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    name            TEXT NOT NULL,
    value           TEXT NOT NULL,
    -- The order in which they were written.
    place           INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, name)
) STRICT, WITHOUT ROWID;

-- A person is a contact of its own in each account.
CREATE INDEX contacts_by_phone_alone ON contacts (tenant_id, phone) WHERE phone IS NOT NULL;

-- What of a conversation is looked at apart from the rest.
CREATE INDEX messages_media ON messages (conversation_id, second, id) WHERE kind IN ('image', 'video') AND revoked_at IS NULL;
CREATE INDEX messages_files ON messages (conversation_id, second, id) WHERE kind = 'document' AND revoked_at IS NULL;
CREATE INDEX messages_activity ON messages (conversation_id, second, id) WHERE kind = 'activity';
