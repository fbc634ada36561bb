-- How a tenant's inbox looks. Fields that are not set are not in it.
CREATE TABLE branding (
    tenant_id text COLLATE "C" PRIMARY KEY REFERENCES tenants (id),
    -- A JSON object, checked before it comes here.
    fields    text NOT NULL
);
