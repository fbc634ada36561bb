-- Embedding by identity tokens: a tenant's own backend says who the operator is and which inbox opens (OnPilot).

-- Sealed; see access/seal.rs. The previous one is accepted while the tenant rotates.
ALTER TABLE tenants ADD COLUMN embed_secret bytea;
ALTER TABLE tenants ADD COLUMN previous_embed_secret bytea;

-- A named set of numbers of one customer of the tenant.
CREATE TABLE inboxes (
    id         text COLLATE "C" PRIMARY KEY,
    tenant_id  text COLLATE "C" NOT NULL REFERENCES tenants (id),
    name       text NOT NULL,
    created_at bigint NOT NULL,
    deleted_at bigint
);
CREATE INDEX inboxes_by_tenant ON inboxes (tenant_id);

CREATE TABLE inbox_numbers (
    inbox_id  text COLLATE "C" NOT NULL REFERENCES inboxes (id),
    number_id text COLLATE "C" NOT NULL REFERENCES numbers (id),
    PRIMARY KEY (inbox_id, number_id)
);

-- Which pages may show it: read for every document of this dialect.
CREATE TABLE inbox_origins (
    origin   text COLLATE "C" NOT NULL,
    inbox_id text COLLATE "C" NOT NULL REFERENCES inboxes (id),
    PRIMARY KEY (origin, inbox_id)
);
CREATE INDEX inbox_origins_by_inbox ON inbox_origins (inbox_id);

-- Who works in an inbox, as the tenant's own system knows them.
CREATE TABLE operators (
    id         text COLLATE "C" PRIMARY KEY,
    tenant_id  text COLLATE "C" NOT NULL REFERENCES tenants (id),
    -- The tenant's id of the person.
    sub        text COLLATE "C" NOT NULL,
    name       text,
    email      text,
    role       text NOT NULL,
    created_at bigint NOT NULL,
    seen_at    bigint NOT NULL
);
CREATE UNIQUE INDEX operators_by_sub ON operators (tenant_id, sub);

-- A session comes of a key, or of an identity token: then it has an inbox and an operator.
ALTER TABLE embed_sessions ALTER COLUMN api_key_id DROP NOT NULL;
ALTER TABLE embed_sessions ADD COLUMN inbox_id text COLLATE "C" REFERENCES inboxes (id);
ALTER TABLE embed_sessions ADD COLUMN operator_id text COLLATE "C" REFERENCES operators (id);
