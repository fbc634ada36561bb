-- Webhooks: where customers' backends want to hear what happens at a number.

CREATE TABLE webhooks (
    id                  TEXT PRIMARY KEY NOT NULL,
    tenant_id           TEXT NOT NULL REFERENCES tenants (id),
    number_id           TEXT NOT NULL REFERENCES numbers (id),
    name                TEXT NOT NULL,
    url                 TEXT NOT NULL,
    -- JSON array of names; '*' means all.
    events              TEXT NOT NULL,
    -- Encrypted; see access/seal.rs.
    secret              BLOB NOT NULL,
    -- The one before, which signs as well until then.
    previous_secret     BLOB,
    previous_until      INTEGER,
    active              INTEGER NOT NULL,
    -- Up to where of the tenant's log it has been decided what is told.
    planned_seq         INTEGER NOT NULL,
    -- When a delivery may be tried next; NULL: nothing waits.
    due_at              INTEGER,
    -- Failures since the last success, when the first of them was, and until when nothing is tried because of them.
    failures            INTEGER NOT NULL DEFAULT 0,
    failing_since       INTEGER,
    held_until          INTEGER,
    -- Set where it was given up on by itself; a person resumes it.
    paused_at           INTEGER,
    pause_reason        TEXT,
    last_triggered_at   INTEGER,
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL
) STRICT;
CREATE INDEX webhooks_by_number ON webhooks (number_id, id);
CREATE INDEX webhooks_by_tenant ON webhooks (tenant_id, planned_seq);
CREATE INDEX webhooks_by_due ON webhooks (due_at) WHERE due_at IS NOT NULL;

-- What is told, has been told, or could not be told. A row may outlive its webhook for a while.
CREATE TABLE webhook_deliveries (
    webhook_id      TEXT NOT NULL,
    -- The event's position in the log: a webhook is told of an event once.
    seq             INTEGER NOT NULL,
    -- The same for every webhook, at every try.
    event_id        TEXT NOT NULL,
    event           TEXT NOT NULL,
    -- What keeps its order; NULL where nothing waits for it and it waits for nothing.
    conversation_id TEXT,
    -- What is sent and signed, to the byte.
    body            TEXT NOT NULL,
    -- waiting, delivered, failed.
    state           TEXT NOT NULL,
    -- When it may be tried, or the claim of whoever tries it ends; NULL: it waits for another of its conversation, or is settled.
    due_at          INTEGER,
    -- Who is trying it.
    claim           TEXT,
    attempts        INTEGER NOT NULL DEFAULT 0,
    first_tried_at  INTEGER,
    -- The last try: when it ended, what was answered (HTTP status, the beginning of the body or what went wrong), how long it took.
    tried_at        INTEGER,
    status_code     INTEGER,
    response        TEXT,
    duration_ms     INTEGER,
    planned_at      INTEGER NOT NULL,
    PRIMARY KEY (webhook_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_deliveries_by_conversation ON webhook_deliveries (webhook_id, conversation_id, seq) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_by_due ON webhook_deliveries (webhook_id, due_at, seq) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_under_way ON webhook_deliveries (webhook_id) WHERE claim IS NOT NULL;
CREATE INDEX webhook_deliveries_by_try ON webhook_deliveries (webhook_id, tried_at, seq) WHERE tried_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_event ON webhook_deliveries (webhook_id, event, tried_at, seq) WHERE tried_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (webhook_id, planned_at) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (planned_at);
