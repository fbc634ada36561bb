//! What is moved: every table of the schema, so that each stands after those that it refers to. Written down and not read from the
//! database, because somebody has to decide how each column crosses; [`super::schema`] holds it against both databases.

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    /// The first so many columns are the primary key.
    pub(super) key: usize,
    pub(super) columns: &'static [Column],
    /// Holds rows before anybody has used the database: made by a migration or by a server's first start.
    pub(super) bookkeeping: bool,
}

/// A column.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// 64 bits.
    Integer,
    /// 32 bits on PostgreSQL.
    Small,
    /// 0 and 1 on SQLite.
    Flag,
    Bytes,
    /// A JSON array on SQLite.
    Texts,
}

impl Kind {
    /// The type in SQLite's migrations.
    pub(super) fn sqlite(self) -> &'static str {
        match self {
            Self::Text | Self::Texts => "TEXT",
            Self::Integer | Self::Small | Self::Flag => "INTEGER",
            Self::Bytes => "BLOB",
        }
    }

    /// The type in PostgreSQL's migrations, as PostgreSQL writes it.
    pub(super) fn postgres(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "bigint",
            Self::Small => "integer",
            Self::Flag => "boolean",
            Self::Bytes => "bytea",
            Self::Texts => "text[]",
        }
    }
}

impl Table {
    pub(super) fn key_columns(&self) -> &'static [Column] {
        &self.columns[..self.key]
    }

    /// All columns, in this table's order.
    pub(super) fn column_list(&self) -> String {
        names(self.columns)
    }

    /// The columns of the key.
    pub(super) fn key_list(&self) -> String {
        names(self.key_columns())
    }

    /// The key with the order that both databases agree on: text byte by byte. SQLite does nothing else.
    pub(super) fn postgres_order(&self) -> String {
        let columns: Vec<String> = self
            .key_columns()
            .iter()
            .map(|column| match column.kind {
                Kind::Text => format!("{} COLLATE \"C\"", column.name),
                _ => column.name.to_owned(),
            })
            .collect();
        columns.join(", ")
    }
}

fn names(columns: &[Column]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    names.join(", ")
}

const fn column(name: &'static str, kind: Kind) -> Column {
    Column { name, kind }
}

/// A row of [`TABLES`]: name, number of key columns, columns.
macro_rules! table {
    ($name:ident $key:literal: $($kind:ident $($column:ident)+),+ $(,)?) => {
        Table { name: stringify!($name), key: $key, columns: &[$($(column(stringify!($column), Kind::$kind)),+),+], bookkeeping: false }
    };
    (bookkeeping $name:ident $key:literal: $($rest:tt)+) => {
        Table { bookkeeping: true, ..table!($name $key: $($rest)+) }
    };
}

/// All of them.
pub(super) static TABLES: &[Table] = &[
    table!(tenants 1: Text id name, Integer seq created_at, Bytes embed_secret previous_embed_secret),
    table!(numbers 1: Text id tenant_id name phone phone_number_id, Bytes access_token, Text graph_base_url, Integer unread,
        Text refusal health, Integer created_at updated_at deleted_at probe_at templates_due_at, Text provider link_state, Integer connected_at,
        Text gateway_session pii_mode, Integer pii_retention_days, Text settings),
    table!(number_alerts 2: Text number_id code sentence, Integer first_at last_at reports),
    table!(api_keys 1: Text id tenant_id number_id name, Bytes hash, Text prefix last4, Integer created_at revoked_at),
    table!(inboxes 1: Text id tenant_id name, Integer created_at deleted_at),
    table!(inbox_numbers 2: Text inbox_id number_id),
    table!(inbox_origins 2: Text origin inbox_id),
    table!(operators 1: Text id tenant_id sub name email role, Integer created_at seen_at),
    table!(accounts 1: Text id tenant_id operator_id email, Texts numbers, Text password, Integer created_at seen_at disabled_at),
    table!(console_sessions 1: Text id account_id, Integer created_at idle_at ends_at revoked_at),
    table!(account_links 1: Text id account_id, Integer created_at expires_at),
    table!(operator_numbers 2: Text number_id operator_id),
    table!(embed_sessions 1: Text id tenant_id api_key_id surface, Texts numbers origins, Text branding,
        Integer ttl_ms created_at expires_at ends_at revoked_at, Text inbox_id operator_id console_session_id),
    table!(embed_session_origins 2: Text origin session_id, Integer expires_at),
    table!(pairings 1: Bytes id, Text tenant_id number_id provider meta_flow redirect_url external_ref branding gateway_session qr pairing_code,
        Integer code_expires_at, Text failure, Integer created_at expires_at used_at),
    table!(branding 1: Text tenant_id fields),
    table!(quick_replies 1: Text id tenant_id shortcut text, Integer created_at updated_at),
    table!(quick_reply_numbers 2: Text number_id quick_reply_id),
    table!(contacts 1: Text id tenant_id waba_id bsuid phone name username marketing, Integer marketing_at created_at updated_at),
    table!(conversations 1: Text id tenant_id number_id contact_id, Integer unread last_message_at last_inbound_at,
        Text last_message_id preview_direction preview_kind preview_text preview_status, Integer seq created_at, Text receipt state,
        Integer snoozed_until, Text assignee_id labels, Flag pinned, Integer place, Text own_name, Integer details_seq),
    table!(contact_fields 2: Text conversation_id name value, Integer place),
    table!(labels 1: Text id tenant_id name colour, Integer created_at),
    table!(label_numbers 2: Text number_id label_id),
    table!(conversation_labels 2: Text conversation_id label_id number_id state, Integer place),
    table!(messages 1: Text id tenant_id number_id conversation_id client_id provider_id direction kind text status failure_code
        failure_sentence, Flag failure_retryable,
        Integer sent_at second reported_sent_at reported_delivered_at reported_read_at reported_played_at attempt seq created_at,
        Text content quote reactions forwarded pricing, Integer edited_at revoked_at, Text raw draft waiting reaction_failure origin),
    table!(media 1: Text id tenant_id number_id message_id kind provider_media_id state mime_type real_type file_name, Integer size,
        Text digest blob thumbnail, Integer width height duration_ms, Text failure, Integer attempts due_at, Text upload_id,
        Integer upload_expires_at created_at),
    table!(held_statuses 3: Text number_id provider_id status, Integer at, Text failure_code failure_sentence pricing,
        Flag failure_retryable, Integer received_at),
    table!(held_changes 3: Text number_id target_id provider_id payload, Integer received_at),
    table!(outbox 1: Text message_id tenant_id number_id conversation_id state, Integer attempts due_at created_at seq expires_at),
    table!(idempotency_keys 2: Text number_id key tenant_id, Bytes body, Text message_id, Integer created_at),
    table!(templates 3: Text number_id name language definition),
    table!(signals 1: Text id kind subject tenant_id number_id message_id emoji former provider_id state,
        Integer attempts due_at created_at),
    table!(webhooks 1: Text id tenant_id number_id name url, Texts events, Bytes secret previous_secret, Integer previous_until, Flag active,
        Integer planned_seq due_at failures failing_since held_until paused_at, Text pause_reason,
        Integer last_triggered_at created_at updated_at counted_at),
    table!(webhook_deliveries 2: Text webhook_id, Integer seq, Text event_id event conversation_id body state, Integer due_at, Text claim,
        Integer attempts first_tried_at tried_at status_code, Text response, Integer duration_ms planned_at),
    table!(events 2: Text tenant_id, Integer seq, Text number_id payload, Integer at),
    table!(inspections 1: Text id reason, Bytes body, Integer received_at),
    table!(bookkeeping access_epoch 1: Small id, Integer epoch),
    table!(bookkeeping limits 1: Text bucket, Integer spent_until),
    table!(bookkeeping jobs 1: Text name, Integer due_at),
    table!(bookkeeping installation 1: Small id, Bytes secret_mark),
];
