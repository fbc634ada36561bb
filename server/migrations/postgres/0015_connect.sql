-- Numbers that come and go by the public API, and the links by which others connect theirs.

-- META: WhatsApp Cloud API. PILOT_STATUS: a phone that was linked by a QR or pairing code.
ALTER TABLE numbers ADD COLUMN provider text NOT NULL DEFAULT 'META';
-- OPEN while connected, CONNECTING while a code waits to be scanned, CLOSE otherwise. Until it is connected for the first time,
-- phone_number_id is the number's own id: nothing is routed by it.
ALTER TABLE numbers ADD COLUMN link_state text NOT NULL DEFAULT 'OPEN';
-- NULL: when it was created, if it is connected.
ALTER TABLE numbers ADD COLUMN connected_at bigint;
-- The session at the gateway of a phone that is linked.
ALTER TABLE numbers ADD COLUMN gateway_session text;
-- STORE_INDEFINITE, STORE_X_DAYS with the days, RELAY_ONLY.
ALTER TABLE numbers ADD COLUMN pii_mode text NOT NULL DEFAULT 'STORE_INDEFINITE';
ALTER TABLE numbers ADD COLUMN pii_retention_days bigint;
-- JSON object of what is not as it is by default.
ALTER TABLE numbers ADD COLUMN settings text NOT NULL DEFAULT '{}';
CREATE INDEX numbers_by_deletion ON numbers (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX numbers_by_phone ON numbers (tenant_id, phone);

-- A link by which somebody else connects a number: once, for a day, for that number.
CREATE TABLE pairings (
    -- SHA-256 of the secret in the link.
    id              bytea PRIMARY KEY,
    tenant_id       text COLLATE "C" NOT NULL REFERENCES tenants (id),
    number_id       text COLLATE "C" NOT NULL REFERENCES numbers (id),
    provider        text NOT NULL,
    -- credentials or embedded, for META.
    meta_flow       text,
    redirect_url    text,
    external_ref    text,
    -- JSON object: how the workspace and this link looked when it was made.
    branding        text,
    -- The session at the gateway, the text of its QR code, the code that can be typed instead, and until when both are good.
    gateway_session text,
    qr              text,
    pairing_code    text,
    code_expires_at bigint,
    -- Why it failed at the last attempt.
    failure         text,
    created_at      bigint NOT NULL,
    expires_at      bigint NOT NULL,
    used_at         bigint
);
CREATE INDEX pairings_by_number ON pairings (number_id);
CREATE INDEX pairings_by_expiry ON pairings (expires_at);

-- When the last failure was that counted: what was under way by then and fails as well is the same failure.
ALTER TABLE webhooks ADD COLUMN counted_at bigint;
