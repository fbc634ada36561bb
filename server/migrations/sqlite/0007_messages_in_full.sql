-- Messages of every kind, and what WhatsApp reports of numbers and people.

-- What there is beside the text, as a JSON object; NULL on a plain text.
ALTER TABLE messages ADD COLUMN content TEXT;
-- The message that it answers to, as a JSON object.
ALTER TABLE messages ADD COLUMN quote TEXT;
-- What was put on it, as a JSON array with the last word of each side. A sign that was taken away stays as an empty one.
ALTER TABLE messages ADD COLUMN reactions TEXT;
-- YES or OFTEN.
ALTER TABLE messages ADD COLUMN forwarded TEXT;
ALTER TABLE messages ADD COLUMN edited_at INTEGER;
ALTER TABLE messages ADD COLUMN revoked_at INTEGER;
ALTER TABLE messages ADD COLUMN reported_played_at INTEGER;
-- What WhatsApp says of its price, as a JSON object.
ALTER TABLE messages ADD COLUMN pricing TEXT;

ALTER TABLE held_statuses ADD COLUMN pricing TEXT;

-- Reactions, edits and deletions that came before the message they are about was known by its WhatsApp id.
CREATE TABLE held_changes (
    number_id   TEXT NOT NULL,
    -- The message they are about.
    target_id   TEXT NOT NULL,
    -- Their own id.
    provider_id TEXT NOT NULL,
    -- JSON.
    payload     TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (number_id, target_id, provider_id)
) STRICT, WITHOUT ROWID;

-- What WhatsApp says of the number itself (quality, limits, state of the account), as a JSON object.
ALTER TABLE numbers ADD COLUMN health TEXT;

-- Problems of a number or its account that WhatsApp reported outside any conversation: the last of each code.
CREATE TABLE number_alerts (
    number_id TEXT NOT NULL REFERENCES numbers (id),
    code      TEXT NOT NULL,
    sentence  TEXT NOT NULL,
    first_at  INTEGER NOT NULL,
    last_at   INTEGER NOT NULL,
    reports   INTEGER NOT NULL,
    PRIMARY KEY (number_id, code)
) STRICT, WITHOUT ROWID;

-- STOP or RESUME: whether the person wants marketing messages, where WhatsApp was told so.
ALTER TABLE contacts ADD COLUMN marketing TEXT;
ALTER TABLE contacts ADD COLUMN marketing_at INTEGER;
