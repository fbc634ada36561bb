//! Accounts in SQL.

use super::PostgresStore;
use super::transaction::{Tx, reading, transaction};
use crate::access::{Scope, Surface};
use crate::store::words::{id, role};
use crate::store::{
    AccountChange, AccountRecord, Accounts, ConsoleSessionRecord, LinkRecord, NewAccount,
    NewAccountSession, NewConsoleSession, NewLink, NewWorkspace, OperatorRecord, StoreError,
    address_taken, last_admin,
};
use app::ids::{AccountId, NumberId, TenantId};
use async_trait::async_trait;
use sqlx::Row;
use sqlx::postgres::PgRow;

/// Columns of [`account`]; tables `a`, `o` and `t`.
macro_rules! account_query {
    ($more:literal, $from:literal, $condition:literal) => {
        concat!(
            "SELECT a.id, a.tenant_id, t.name, a.email, a.numbers, \
               ARRAY(SELECT n.id FROM numbers n WHERE n.tenant_id = a.tenant_id AND n.deleted_at IS NULL \
                 AND (a.numbers IS NULL OR n.id = ANY(a.numbers)) ORDER BY n.id), \
               a.password, a.created_at, a.seen_at, a.disabled_at, o.id, o.name, o.email, o.role",
            $more,
            " FROM ",
            $from,
            " JOIN operators o ON o.id = a.operator_id JOIN tenants t ON t.id = a.tenant_id WHERE ",
            $condition
        )
    };
}

#[async_trait]
impl Accounts for PostgresStore {
    async fn has_accounts(&self) -> Result<bool, StoreError> {
        reading!(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM accounts)").fetch_one(&self.pool))
    }

    async fn account_by_email(&self, email: &str) -> Result<Option<AccountRecord>, StoreError> {
        reading!(
            sqlx::query(account_query!("", "accounts a", "a.email = $1"))
                .bind(email)
                .fetch_optional(&self.pool)
        )?
        .map(|row| account(&row))
        .transpose()
    }

    async fn accounts(&self, scope: &Scope) -> Result<Vec<AccountRecord>, StoreError> {
        reading!(
            sqlx::query(account_query!(
                "",
                "accounts a",
                "a.tenant_id = $1 ORDER BY a.id"
            ))
            .bind(scope.tenant().as_str())
            .fetch_all(&self.pool)
        )?
        .iter()
        .map(account)
        .collect()
    }

    async fn create_account(
        &self,
        tenant: &TenantId,
        account: NewAccount,
    ) -> Result<(), StoreError> {
        transaction!(self, |tx| insert(&mut tx, tenant, &account))
    }

    async fn set_up(
        &self,
        link: &str,
        workspace: NewWorkspace,
        now: i64,
    ) -> Result<(), StoreError> {
        transaction!(self, |tx| set_up(&mut tx, link, &workspace, now))
    }

    async fn change_account(
        &self,
        scope: &Scope,
        account: &AccountId,
        change: AccountChange,
        now: i64,
    ) -> Result<(), StoreError> {
        transaction!(self, |tx| change_account(
            &mut tx,
            scope.tenant(),
            account,
            &change,
            now
        ))
    }

    async fn rename_account(
        &self,
        scope: &Scope,
        account: &AccountId,
        name: &str,
    ) -> Result<(), StoreError> {
        transaction!(self, |tx| rename(&mut tx, scope.tenant(), account, name))
    }

    async fn put_link(&self, link: NewLink) -> Result<(), StoreError> {
        transaction!(self, |tx| put_link(&mut tx, &link))
    }

    async fn link(&self, id: &str, now: i64) -> Result<Option<LinkRecord>, StoreError> {
        let found = reading!(
            sqlx::query(account_query!(
                "",
                "account_links l JOIN accounts a ON a.id = l.account_id",
                "l.id = $1 AND l.expires_at > $2 AND a.disabled_at IS NULL"
            ))
            .bind(id)
            .bind(now)
            .fetch_optional(&self.pool)
        )?;
        if let Some(row) = found {
            return Ok(Some(LinkRecord::Account(Box::new(account(&row)?))));
        }
        let sets_up: bool = reading!(
            sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM account_links WHERE id = $1 AND account_id IS NULL AND expires_at > $2) \
                 AND NOT EXISTS (SELECT 1 FROM tenants)",
            )
            .bind(id)
            .bind(now)
            .fetch_one(&self.pool)
        )?;
        Ok(sets_up.then_some(LinkRecord::SetUp))
    }

    async fn take_link(&self, id: &str, password: &str, now: i64) -> Result<AccountId, StoreError> {
        transaction!(self, |tx| take_link(&mut tx, id, password, now))
    }

    async fn set_password(
        &self,
        account: &AccountId,
        password: &str,
        keep: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        transaction!(self, |tx| set_password(
            &mut tx, account, password, keep, now
        ))
    }

    async fn begin_console_session(&self, session: NewConsoleSession) -> Result<(), StoreError> {
        transaction!(self, |tx| begin_session(&mut tx, &session))
    }

    async fn console_session(
        &self,
        id: &str,
        now: i64,
    ) -> Result<Option<ConsoleSessionRecord>, StoreError> {
        reading!(
            sqlx::query(account_query!(
                ", c.idle_at, c.ends_at",
                "console_sessions c JOIN accounts a ON a.id = c.account_id",
                "c.id = $1 AND c.idle_at > $2 AND c.ends_at > $2 AND c.revoked_at IS NULL AND a.disabled_at IS NULL"
            ))
            .bind(id)
            .bind(now)
            .fetch_optional(&self.pool)
        )?
        .map(|row| {
            Ok(ConsoleSessionRecord {
                account: account(&row)?,
                idle_at: row.try_get(14)?,
                ends_at: row.try_get(15)?,
            })
        })
        .transpose()
    }

    async fn use_console_session(&self, id: &str, idle_at: i64) -> Result<(), StoreError> {
        reading!(
            sqlx::query(
                "UPDATE console_sessions SET idle_at = greatest(idle_at, $1) WHERE id = $2"
            )
            .bind(idle_at)
            .bind(id)
            .execute(&self.pool)
        )?;
        Ok(())
    }

    async fn end_console_session(&self, id: &str, now: i64) -> Result<(), StoreError> {
        transaction!(self, |tx| end_one(&mut tx, id, now))
    }

    async fn end_console_sessions(&self, account: &AccountId, now: i64) -> Result<(), StoreError> {
        transaction!(self, |tx| end(&mut tx, account, "", now))
    }

    async fn create_account_session(
        &self,
        scope: &Scope,
        session: NewAccountSession,
    ) -> Result<(), StoreError> {
        transaction!(self, |tx| create_session(&mut tx, scope, &session))
    }
}

async fn set_up(
    tx: &mut Tx,
    link: &str,
    workspace: &NewWorkspace,
    now: i64,
) -> Result<(), StoreError> {
    // Two people at once: the second finds a workspace.
    sqlx::query("LOCK TABLE tenants IN SHARE ROW EXCLUSIVE MODE")
        .execute(tx.connection())
        .await?;
    let (known, good): (bool, bool) = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM tenants WHERE id = $1), \
                EXISTS (SELECT 1 FROM account_links WHERE id = $2 AND account_id IS NULL AND expires_at > $3) \
                AND NOT EXISTS (SELECT 1 FROM tenants)",
    )
    .bind(workspace.tenant.as_str())
    .bind(link)
    .bind(now)
    .fetch_one(tx.connection())
    .await?;
    // The same work again, after a commit whose answer was lost.
    if known {
        return Ok(());
    }
    if !good {
        return Err(StoreError::NotFound);
    }
    super::admin::create_tenant(tx, &workspace.tenant, &workspace.name).await?;
    if let Some(number) = &workspace.number {
        super::admin::create_number(tx, number).await?;
    }
    insert(tx, &workspace.tenant, &workspace.admin).await?;
    sqlx::query("DELETE FROM account_links WHERE account_id IS NULL")
        .execute(tx.connection())
        .await?;
    Ok(())
}

async fn insert(tx: &mut Tx, tenant: &TenantId, account: &NewAccount) -> Result<(), StoreError> {
    tx.lock(tenant).await?;
    let holder: Option<String> = sqlx::query_scalar("SELECT id FROM accounts WHERE email = $1")
        .bind(&account.email)
        .fetch_optional(tx.connection())
        .await?;
    if let Some(holder) = holder {
        // The same work again, after a commit whose answer was lost.
        return if holder == account.id.as_str() {
            Ok(())
        } else {
            Err(address_taken())
        };
    }
    sqlx::query(
        "INSERT INTO operators (id, tenant_id, sub, name, email, role, created_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
    )
    .bind(account.operator.as_str())
    .bind(tenant.as_str())
    .bind(account.subject())
    .bind(&account.name)
    .bind(&account.email)
    .bind(account.role.as_str())
    .bind(account.created_at)
    .execute(tx.connection())
    .await?;
    let made = sqlx::query(
        "INSERT INTO accounts (id, tenant_id, operator_id, email, numbers, password, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (email) DO NOTHING",
    )
    .bind(account.id.as_str())
    .bind(tenant.as_str())
    .bind(account.operator.as_str())
    .bind(&account.email)
    .bind(texts(account.numbers.as_deref()))
    .bind(&account.password)
    .bind(account.created_at)
    .execute(tx.connection())
    .await?;
    // Somebody in another workspace was faster.
    if made.rows_affected() == 0 {
        return Err(address_taken());
    }
    Ok(())
}

async fn change_account(
    tx: &mut Tx,
    tenant: &TenantId,
    account: &AccountId,
    change: &AccountChange,
    now: i64,
) -> Result<(), StoreError> {
    // Two admins who shut each other out at once: the second is refused.
    tx.lock(tenant).await?;
    let operator: String = sqlx::query_scalar(
        "UPDATE accounts SET numbers = $1, disabled_at = CASE WHEN $2 THEN coalesce(disabled_at, $3) END \
         WHERE id = $4 AND tenant_id = $5 RETURNING operator_id",
    )
    .bind(texts(change.numbers.as_deref()))
    .bind(change.disabled)
    .bind(now)
    .bind(account.as_str())
    .bind(tenant.as_str())
    .fetch_optional(tx.connection())
    .await?
    .ok_or(StoreError::NotFound)?;
    sqlx::query("UPDATE operators SET role = $1 WHERE id = $2")
        .bind(change.role.as_str())
        .bind(operator)
        .execute(tx.connection())
        .await?;
    let is_led: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM accounts a JOIN operators o ON o.id = a.operator_id WHERE a.tenant_id = $1 \
         AND a.disabled_at IS NULL AND a.password IS NOT NULL AND o.role = 'admin')",
    )
    .bind(tenant.as_str())
    .fetch_one(tx.connection())
    .await?;
    if !is_led {
        return Err(last_admin());
    }
    if change.disabled {
        sqlx::query("DELETE FROM account_links WHERE account_id = $1")
            .bind(account.as_str())
            .execute(tx.connection())
            .await?;
        return end(tx, account, "", now).await;
    }
    close_inboxes(tx, account, "", now).await
}

async fn rename(
    tx: &mut Tx,
    tenant: &TenantId,
    account: &AccountId,
    name: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE operators SET name = $1 WHERE id = (SELECT operator_id FROM accounts WHERE id = $2 AND tenant_id = $3)",
    )
    .bind(name)
    .bind(account.as_str())
    .bind(tenant.as_str())
    .execute(tx.connection())
    .await?;
    // Whoever remembers the operator looks again.
    tx.access_changed().await
}

async fn put_link(tx: &mut Tx, link: &NewLink) -> Result<(), StoreError> {
    let account = link.account.as_ref().map(AccountId::as_str);
    sqlx::query("DELETE FROM account_links WHERE account_id = $1")
        .bind(account)
        .execute(tx.connection())
        .await?;
    sqlx::query(
        "INSERT INTO account_links (id, account_id, created_at, expires_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING",
    )
    .bind(&link.id)
    .bind(account)
    .bind(link.created_at)
    .bind(link.expires_at)
    .execute(tx.connection())
    .await?;
    Ok(())
}

async fn take_link(
    tx: &mut Tx,
    link: &str,
    password: &str,
    now: i64,
) -> Result<AccountId, StoreError> {
    let found: String = sqlx::query_scalar(
        "DELETE FROM account_links WHERE id = $1 AND expires_at > $2 AND account_id IS NOT NULL RETURNING account_id",
    )
    .bind(link)
    .bind(now)
    .fetch_optional(tx.connection())
    .await?
    .ok_or(StoreError::NotFound)?;
    let account: AccountId = id(found)?;
    set_password(tx, &account, password, "", now).await?;
    Ok(account)
}

async fn set_password(
    tx: &mut Tx,
    account: &AccountId,
    password: &str,
    keep: &str,
    now: i64,
) -> Result<(), StoreError> {
    let changed =
        sqlx::query("UPDATE accounts SET password = $1 WHERE id = $2 AND disabled_at IS NULL")
            .bind(password)
            .bind(account.as_str())
            .execute(tx.connection())
            .await?;
    if changed.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    end(tx, account, keep, now).await
}

async fn begin_session(tx: &mut Tx, session: &NewConsoleSession) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO console_sessions (id, account_id, created_at, idle_at, ends_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(&session.id)
    .bind(session.account.as_str())
    .bind(session.created_at)
    .bind(session.idle_at)
    .bind(session.ends_at)
    .execute(tx.connection())
    .await?;
    sqlx::query("UPDATE accounts SET seen_at = $1 WHERE id = $2")
        .bind(session.created_at)
        .bind(session.account.as_str())
        .execute(tx.connection())
        .await?;
    Ok(())
}

async fn end_one(tx: &mut Tx, id: &str, now: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE console_sessions SET revoked_at = coalesce(revoked_at, $1) WHERE id = $2")
        .bind(now)
        .bind(id)
        .execute(tx.connection())
        .await?;
    tx.access_changed().await
}

/// Ends the account's sessions but for one, and the inboxes that were opened with them.
async fn end(tx: &mut Tx, account: &AccountId, keep: &str, now: i64) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE console_sessions SET revoked_at = coalesce(revoked_at, $1) WHERE account_id = $2 AND id <> $3",
    )
    .bind(now)
    .bind(account.as_str())
    .bind(keep)
    .execute(tx.connection())
    .await?;
    close_inboxes(tx, account, keep, now).await
}

async fn close_inboxes(
    tx: &mut Tx,
    account: &AccountId,
    keep: &str,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE embed_sessions SET revoked_at = coalesce(revoked_at, $1) WHERE console_session_id IN \
         (SELECT id FROM console_sessions WHERE account_id = $2 AND id <> $3)",
    )
    .bind(now)
    .bind(account.as_str())
    .bind(keep)
    .execute(tx.connection())
    .await?;
    tx.access_changed().await
}

async fn create_session(
    tx: &mut Tx,
    scope: &Scope,
    session: &NewAccountSession,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO embed_sessions (id, tenant_id, surface, numbers, origins, ttl_ms, created_at, expires_at, ends_at, \
                operator_id, console_session_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING",
    )
    .bind(session.id.as_str())
    .bind(scope.tenant().as_str())
    .bind(Surface::Chat.as_str())
    .bind(texts(Some(scope.numbers())))
    .bind(vec![session.origin.as_str()])
    .bind(session.ttl_ms)
    .bind(session.created_at)
    .bind(session.expires_at)
    .bind(session.ends_at)
    .bind(session.operator.as_str())
    .bind(&session.console)
    .execute(tx.connection())
    .await?;
    sqlx::query(
        "INSERT INTO operator_numbers (number_id, operator_id) SELECT number, $2 FROM unnest($1::text[]) number ON CONFLICT DO NOTHING",
    )
    .bind(texts(Some(scope.numbers())))
    .bind(session.operator.as_str())
    .execute(tx.connection())
    .await?;
    Ok(())
}

fn texts(numbers: Option<&[NumberId]>) -> Option<Vec<&str>> {
    Some(numbers?.iter().map(NumberId::as_str).collect())
}

fn ids(texts: Vec<String>) -> Result<Vec<NumberId>, StoreError> {
    texts.into_iter().map(id).collect()
}

fn account(row: &PgRow) -> Result<AccountRecord, StoreError> {
    Ok(AccountRecord {
        id: id(row.try_get(0)?)?,
        tenant: id(row.try_get(1)?)?,
        workspace: row.try_get(2)?,
        email: row.try_get(3)?,
        numbers: row
            .try_get::<Option<Vec<String>>, _>(4)?
            .map(ids)
            .transpose()?,
        reach: ids(row.try_get(5)?)?,
        password: row.try_get(6)?,
        created_at: row.try_get(7)?,
        seen_at: row.try_get(8)?,
        disabled_at: row.try_get(9)?,
        operator: OperatorRecord {
            id: id(row.try_get(10)?)?,
            name: row.try_get(11)?,
            email: row.try_get(12)?,
            role: role(row.try_get(13)?)?,
        },
    })
}
