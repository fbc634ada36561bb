-- Webhooks: where customers' backends want to hear what happens at a number.

CREATE TABLE webhooks (
    id                  text COLLATE "C" PRIMARY KEY,
    tenant_id           text COLLATE "C" NOT NULL REFERENCES tenants (id),
    number_id           text COLLATE "C" NOT NULL REFERENCES numbers (id),
    name                text NOT NULL,
    url                 text NOT NULL,
    -- Names; '*' means all.
    events              text[] NOT NULL,
    -- Encrypted; see access/seal.rs.
    secret              bytea NOT NULL,
    -- The one before, which signs as well until then.
    previous_secret     bytea,
    previous_until      bigint,
    active              boolean NOT NULL,
    -- Up to where of the tenant's log it has been decided what is told.
    planned_seq         bigint NOT NULL,
    -- When a delivery may be tried next; NULL: nothing waits.
    due_at              bigint,
    -- Failures since the last success, when the first of them was, and until when nothing is tried because of them.
    failures            bigint NOT NULL DEFAULT 0,
    failing_since       bigint,
    held_until          bigint,
    -- Set where it was given up on by itself; a person resumes it.
    paused_at           bigint,
    pause_reason        text,
    last_triggered_at   bigint,
    created_at          bigint NOT NULL,
    updated_at          bigint NOT NULL
);
CREATE INDEX webhooks_by_number ON webhooks (number_id, id);
CREATE INDEX webhooks_by_tenant ON webhooks (tenant_id, planned_seq);
CREATE INDEX webhooks_by_due ON webhooks (due_at) WHERE due_at IS NOT NULL;

-- What is told, has been told, or could not be told. A row may outlive its webhook for a while.
CREATE TABLE webhook_deliveries (
    webhook_id      text COLLATE "C" NOT NULL,
    -- The event's position in the log: a webhook is told of an event once.
    seq             bigint NOT NULL,
    -- The same for every webhook, at every try.
    event_id        text COLLATE "C" NOT NULL,
    event           text COLLATE "C" NOT NULL,
    -- What keeps its order; NULL where nothing waits for it and it waits for nothing.
    conversation_id text COLLATE "C",
    -- What is sent and signed, to the byte.
    body            text NOT NULL,
    -- waiting, delivered, failed.
    state           text NOT NULL,
    -- When it may be tried, or the claim of whoever tries it ends; NULL: it waits for another of its conversation, or is settled.
    due_at          bigint,
    -- Who is trying it.
    claim           text,
    attempts        bigint NOT NULL DEFAULT 0,
    first_tried_at  bigint,
    -- The last try: when it ended, what was answered (HTTP status, the beginning of the body or what went wrong), how long it took.
    tried_at        bigint,
    status_code     bigint,
    response        text,
    duration_ms     bigint,
    planned_at      bigint NOT NULL,
    PRIMARY KEY (webhook_id, seq)
);
CREATE INDEX webhook_deliveries_by_conversation ON webhook_deliveries (webhook_id, conversation_id, seq) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_by_due ON webhook_deliveries (webhook_id, due_at, seq) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_under_way ON webhook_deliveries (webhook_id) WHERE claim IS NOT NULL;
CREATE INDEX webhook_deliveries_by_try ON webhook_deliveries (webhook_id, tried_at, seq) WHERE tried_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_event ON webhook_deliveries (webhook_id, event, tried_at, seq) WHERE tried_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (webhook_id, planned_at) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (planned_at);
