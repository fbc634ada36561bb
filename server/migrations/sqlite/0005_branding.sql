-- How a tenant's inbox looks. Fields that are not set are not in it.
CREATE TABLE branding (
    tenant_id TEXT PRIMARY KEY NOT NULL REFERENCES tenants (id),
    -- A JSON object, checked before it comes here.
    fields    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
