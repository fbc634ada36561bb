-- Work on conversations: whose they are, whether they are done with, what they are about.

-- One set of roles for all ways of signing in: admin, operator, read-only. Identity tokens call one who answers a user.
UPDATE operators SET role = 'operator' WHERE role = 'user';

-- The numbers that an operator has worked with: whoever works with one of them may know the person, and nobody else.
CREATE TABLE operator_numbers (
    number_id   text COLLATE "C" NOT NULL REFERENCES numbers (id),
    operator_id text COLLATE "C" NOT NULL REFERENCES operators (id),
    PRIMARY KEY (number_id, operator_id)
);
INSERT INTO operator_numbers (number_id, operator_id)
SELECT DISTINCT n.id, s.operator_id FROM embed_sessions s CROSS JOIN unnest(s.numbers) j (id) JOIN numbers n ON n.id = j.id
WHERE s.operator_id IS NOT NULL;

-- open, snoozed (until then) or resolved.
ALTER TABLE conversations ADD COLUMN state text COLLATE "C" NOT NULL DEFAULT 'open';
ALTER TABLE conversations ADD COLUMN snoozed_until bigint;
ALTER TABLE conversations ADD COLUMN assignee_id text COLLATE "C" REFERENCES operators (id);
-- Ids as a JSON array; NULL without any. Those of labels that are gone may still be in it.
ALTER TABLE conversations ADD COLUMN labels text;
ALTER TABLE conversations ADD COLUMN pinned boolean NOT NULL DEFAULT false;
-- What lists are ordered by: the time of the last message, and above all others for those that are pinned.
ALTER TABLE conversations ADD COLUMN place bigint NOT NULL DEFAULT 0;
UPDATE conversations SET place = last_message_at;

-- Each way of looking at the list has an index that has it in order.
DROP INDEX conversations_by_recency;
CREATE INDEX conversations_by_state ON conversations (number_id, state, place, id);
CREATE INDEX conversations_unread ON conversations (number_id, place, id) WHERE state = 'open' AND unread > 0;
CREATE INDEX conversations_unassigned ON conversations (number_id, place, id) WHERE state = 'open' AND assignee_id IS NULL;
CREATE INDEX conversations_by_assignee ON conversations (assignee_id, number_id, state, place, id) WHERE assignee_id IS NOT NULL;
CREATE INDEX conversations_snoozed ON conversations (snoozed_until) WHERE state = 'snoozed';

CREATE TABLE labels (
    id         text COLLATE "C" PRIMARY KEY,
    tenant_id  text COLLATE "C" NOT NULL REFERENCES tenants (id),
    name       text COLLATE "C" NOT NULL,
    -- The name of a colour role; the stylesheet knows what it looks like.
    colour     text NOT NULL,
    created_at bigint NOT NULL
);

-- The numbers that a label belongs to: whoever has one of them sees it, whoever has all of them may change it.
CREATE TABLE label_numbers (
    number_id text COLLATE "C" NOT NULL REFERENCES numbers (id),
    label_id  text COLLATE "C" NOT NULL REFERENCES labels (id) ON DELETE CASCADE,
    PRIMARY KEY (number_id, label_id)
);
CREATE INDEX label_numbers_by_label ON label_numbers (label_id, number_id);

-- The conversations with a label, in the order of the list: state and place are theirs.
CREATE TABLE conversation_labels (
    conversation_id text COLLATE "C" NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    label_id        text COLLATE "C" NOT NULL,
    number_id       text COLLATE "C" NOT NULL,
    state           text COLLATE "C" NOT NULL,
    place           bigint NOT NULL,
    PRIMARY KEY (conversation_id, label_id)
);
CREATE INDEX conversation_labels_by_place ON conversation_labels (label_id, number_id, state, place, conversation_id);
