-- Sending in full.

-- What was asked for, as a JSON object, so that each attempt sends the same; NULL where the text is all of it.
ALTER TABLE messages ADD COLUMN draft TEXT;
-- Why it has not gone out yet, as a JSON object.
ALTER TABLE messages ADD COLUMN waiting TEXT;

-- A state more: scheduled, which waits for its time and holds up nothing.
-- After this it does not go out any more.
ALTER TABLE outbox ADD COLUMN expires_at INTEGER;
CREATE INDEX outbox_by_expiry ON outbox (expires_at) WHERE expires_at IS NOT NULL;

-- A refused number pauses, and is asked about at this time.
ALTER TABLE numbers ADD COLUMN probe_at INTEGER;
