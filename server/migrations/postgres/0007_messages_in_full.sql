-- Messages of every kind, and what WhatsApp reports of numbers and people.

-- What there is beside the text, as a JSON object; NULL on a plain text.
ALTER TABLE messages ADD COLUMN content text;
-- The message that it answers to, as a JSON object.
ALTER TABLE messages ADD COLUMN quote text;
-- What was put on it, as a JSON array with the last word of each side. A sign that was taken away stays as an empty one.
ALTER TABLE messages ADD COLUMN reactions text;
-- YES or OFTEN.
ALTER TABLE messages ADD COLUMN forwarded text;
ALTER TABLE messages ADD COLUMN edited_at bigint;
ALTER TABLE messages ADD COLUMN revoked_at bigint;
ALTER TABLE messages ADD COLUMN reported_played_at bigint;
-- What WhatsApp says of its price, as a JSON object.
ALTER TABLE messages ADD COLUMN pricing text;

ALTER TABLE held_statuses ADD COLUMN pricing text;

-- Reactions, edits and deletions that came before the message they are about was known by its WhatsApp id.
CREATE TABLE held_changes (
    number_id   text COLLATE "C" NOT NULL,
    -- The message they are about.
    target_id   text COLLATE "C" NOT NULL,
    -- Their own id.
    provider_id text COLLATE "C" NOT NULL,
    -- JSON.
    payload     text NOT NULL,
    received_at bigint NOT NULL,
    PRIMARY KEY (number_id, target_id, provider_id)
);

-- What WhatsApp says of the number itself (quality, limits, state of the account), as a JSON object.
ALTER TABLE numbers ADD COLUMN health text;

-- Problems of a number or its account that WhatsApp reported outside any conversation: the last of each code.
CREATE TABLE number_alerts (
    number_id text COLLATE "C" NOT NULL REFERENCES numbers (id),
    code      text COLLATE "C" NOT NULL,
    sentence  text NOT NULL,
    first_at  bigint NOT NULL,
    last_at   bigint NOT NULL,
    reports   bigint NOT NULL,
    PRIMARY KEY (number_id, code)
);

-- STOP or RESUME: whether the person wants marketing messages, where WhatsApp was told so.
ALTER TABLE contacts ADD COLUMN marketing text;
ALTER TABLE contacts ADD COLUMN marketing_at bigint;
