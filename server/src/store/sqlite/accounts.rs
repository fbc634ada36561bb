//! Accounts in SQL.

use super::SqliteStore;
use super::writer::Tx;
use crate::access::{Scope, Surface};
use crate::store::words::{id, role};
use crate::store::{
    AccountChange, AccountRecord, Accounts, ConsoleSessionRecord, LinkRecord, NewAccount,
    NewAccountSession, NewConsoleSession, NewLink, NewWorkspace, OperatorRecord, StoreError,
    address_taken, last_admin,
};
use app::ids::{AccountId, NumberId, TenantId};
use async_trait::async_trait;
use serde_json::Value;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// Columns of [`account`]; tables `a`, `o` and `t`.
macro_rules! account_query {
    ($more:literal, $from:literal, $condition:literal) => {
        concat!(
            "SELECT a.id, a.tenant_id, t.name, a.email, a.numbers, \
               (SELECT json_group_array(n.id ORDER BY n.id) FROM numbers n WHERE n.tenant_id = a.tenant_id AND n.deleted_at IS NULL \
                 AND (a.numbers IS NULL OR n.id IN (SELECT value FROM json_each(a.numbers)))), \
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
impl Accounts for SqliteStore {
    async fn has_accounts(&self) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM accounts)")
            .fetch_one(&self.readers)
            .await?)
    }

    async fn account_by_email(&self, email: &str) -> Result<Option<AccountRecord>, StoreError> {
        sqlx::query(account_query!("", "accounts a", "a.email = ?"))
            .bind(email)
            .fetch_optional(&self.readers)
            .await?
            .map(|row| account(&row))
            .transpose()
    }

    async fn accounts(&self, scope: &Scope) -> Result<Vec<AccountRecord>, StoreError> {
        sqlx::query(account_query!(
            "",
            "accounts a",
            "a.tenant_id = ? ORDER BY a.id"
        ))
        .bind(scope.tenant().as_str())
        .fetch_all(&self.readers)
        .await?
        .iter()
        .map(account)
        .collect()
    }

    async fn create_account(
        &self,
        tenant: &TenantId,
        account: NewAccount,
    ) -> Result<(), StoreError> {
        let tenant = tenant.clone();
        self.writer
            .run(move |tx| Box::pin(async move { insert(tx, &tenant, &account).await }))
            .await
    }

    async fn set_up(
        &self,
        link: &str,
        workspace: NewWorkspace,
        now: i64,
    ) -> Result<(), StoreError> {
        let link = link.to_owned();
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let good: bool = sqlx::query_scalar(
                        "SELECT EXISTS (SELECT 1 FROM account_links WHERE id = ? AND account_id IS NULL AND expires_at > ?) \
                         AND NOT EXISTS (SELECT 1 FROM tenants)",
                    )
                    .bind(link)
                    .bind(now)
                    .fetch_one(&mut *tx.connection)
                    .await?;
                    if !good {
                        return Err(StoreError::NotFound);
                    }
                    sqlx::query("INSERT INTO tenants (id, name, created_at) VALUES (?, ?, ?)")
                        .bind(workspace.tenant.as_str())
                        .bind(workspace.name)
                        .bind(now)
                        .execute(&mut *tx.connection)
                        .await?;
                    if let Some(number) = workspace.number {
                        super::admin::insert_number(tx, number).await?;
                    }
                    insert(tx, &workspace.tenant, &workspace.admin).await?;
                    sqlx::query("DELETE FROM account_links WHERE account_id IS NULL")
                        .execute(&mut *tx.connection)
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn change_account(
        &self,
        scope: &Scope,
        account: &AccountId,
        change: AccountChange,
        now: i64,
    ) -> Result<(), StoreError> {
        let (tenant, account) = (scope.tenant().clone(), account.clone());
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let operator: String = sqlx::query_scalar(
                        "UPDATE accounts SET numbers = ?, disabled_at = CASE WHEN ? THEN coalesce(disabled_at, ?) END \
                         WHERE id = ? AND tenant_id = ? RETURNING operator_id",
                    )
                    .bind(texts(change.numbers.as_deref()))
                    .bind(change.disabled)
                    .bind(now)
                    .bind(account.as_str())
                    .bind(tenant.as_str())
                    .fetch_optional(&mut *tx.connection)
                    .await?
                    .ok_or(StoreError::NotFound)?;
                    sqlx::query("UPDATE operators SET role = ? WHERE id = ?")
                        .bind(change.role.as_str())
                        .bind(operator)
                        .execute(&mut *tx.connection)
                        .await?;
                    let is_led: bool = sqlx::query_scalar(
                        "SELECT EXISTS (SELECT 1 FROM accounts a JOIN operators o ON o.id = a.operator_id WHERE a.tenant_id = ? \
                         AND a.disabled_at IS NULL AND a.password IS NOT NULL AND o.role = 'admin')",
                    )
                    .bind(tenant.as_str())
                    .fetch_one(&mut *tx.connection)
                    .await?;
                    if !is_led {
                        return Err(last_admin());
                    }
                    if change.disabled {
                        sqlx::query("DELETE FROM account_links WHERE account_id = ?")
                            .bind(account.as_str())
                            .execute(&mut *tx.connection)
                            .await?;
                        return end(tx, &account, "", now).await;
                    }
                    close_inboxes(tx, &account, "", now).await
                })
            })
            .await
    }

    async fn rename_account(
        &self,
        scope: &Scope,
        account: &AccountId,
        name: &str,
    ) -> Result<(), StoreError> {
        let (tenant, account) = (scope.tenant().clone(), account.clone());
        let name = name.to_owned();
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    sqlx::query(
                        "UPDATE operators SET name = ? WHERE id = (SELECT operator_id FROM accounts WHERE id = ? AND tenant_id = ?)",
                    )
                    .bind(name)
                    .bind(account.as_str())
                    .bind(tenant.as_str())
                    .execute(&mut *tx.connection)
                    .await?;
                    // Whoever remembers the operator looks again.
                    tx.access_changed().await
                })
            })
            .await
    }

    async fn put_link(&self, link: NewLink) -> Result<(), StoreError> {
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let account = link.account.as_ref().map(AccountId::as_str);
                    sqlx::query("DELETE FROM account_links WHERE account_id = ?")
                        .bind(account)
                        .execute(&mut *tx.connection)
                        .await?;
                    sqlx::query(
                        "INSERT INTO account_links (id, account_id, created_at, expires_at) VALUES (?, ?, ?, ?)",
                    )
                    .bind(link.id)
                    .bind(account)
                    .bind(link.created_at)
                    .bind(link.expires_at)
                    .execute(&mut *tx.connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn link(&self, id: &str, now: i64) -> Result<Option<LinkRecord>, StoreError> {
        let found = sqlx::query(account_query!(
            "",
            "account_links l JOIN accounts a ON a.id = l.account_id",
            "l.id = ? AND l.expires_at > ? AND a.disabled_at IS NULL"
        ))
        .bind(id)
        .bind(now)
        .fetch_optional(&self.readers)
        .await?;
        if let Some(row) = found {
            return Ok(Some(LinkRecord::Account(Box::new(account(&row)?))));
        }
        let sets_up: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM account_links WHERE id = ? AND account_id IS NULL AND expires_at > ?) \
             AND NOT EXISTS (SELECT 1 FROM tenants)",
        )
        .bind(id)
        .bind(now)
        .fetch_one(&self.readers)
        .await?;
        Ok(sets_up.then_some(LinkRecord::SetUp))
    }

    async fn take_link(&self, id: &str, password: &str, now: i64) -> Result<AccountId, StoreError> {
        let (link, password) = (id.to_owned(), password.to_owned());
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    let found: String = sqlx::query_scalar(
                        "DELETE FROM account_links WHERE id = ? AND expires_at > ? AND account_id IS NOT NULL RETURNING account_id",
                    )
                    .bind(link)
                    .bind(now)
                    .fetch_optional(&mut *tx.connection)
                    .await?
                    .ok_or(StoreError::NotFound)?;
                    let account: AccountId = self::id(found)?;
                    write_password(tx, &account, &password).await?;
                    end(tx, &account, "", now).await?;
                    Ok(account)
                })
            })
            .await
    }

    async fn set_password(
        &self,
        account: &AccountId,
        password: &str,
        keep: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let (account, password) = (account.clone(), password.to_owned());
        let keep = keep.to_owned();
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    write_password(tx, &account, &password).await?;
                    end(tx, &account, &keep, now).await
                })
            })
            .await
    }

    async fn begin_console_session(&self, session: NewConsoleSession) -> Result<(), StoreError> {
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO console_sessions (id, account_id, created_at, idle_at, ends_at) VALUES (?, ?, ?, ?, ?)",
                    )
                    .bind(session.id)
                    .bind(session.account.as_str())
                    .bind(session.created_at)
                    .bind(session.idle_at)
                    .bind(session.ends_at)
                    .execute(&mut *tx.connection)
                    .await?;
                    sqlx::query("UPDATE accounts SET seen_at = ? WHERE id = ?")
                        .bind(session.created_at)
                        .bind(session.account.as_str())
                        .execute(&mut *tx.connection)
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn console_session(
        &self,
        id: &str,
        now: i64,
    ) -> Result<Option<ConsoleSessionRecord>, StoreError> {
        sqlx::query(account_query!(
            ", c.idle_at, c.ends_at",
            "console_sessions c JOIN accounts a ON a.id = c.account_id",
            "c.id = ?1 AND c.idle_at > ?2 AND c.ends_at > ?2 AND c.revoked_at IS NULL AND a.disabled_at IS NULL"
        ))
        .bind(id)
        .bind(now)
        .fetch_optional(&self.readers)
        .await?
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
        let id = id.to_owned();
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    sqlx::query(
                        "UPDATE console_sessions SET idle_at = max(idle_at, ?) WHERE id = ?",
                    )
                    .bind(idle_at)
                    .bind(id)
                    .execute(&mut *tx.connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn end_console_session(&self, id: &str, now: i64) -> Result<(), StoreError> {
        let id = id.to_owned();
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    sqlx::query(
                        "UPDATE console_sessions SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?",
                    )
                    .bind(now)
                    .bind(id)
                    .execute(&mut *tx.connection)
                    .await?;
                    tx.access_changed().await
                })
            })
            .await
    }

    async fn end_console_sessions(&self, account: &AccountId, now: i64) -> Result<(), StoreError> {
        let account = account.clone();
        self.writer
            .run(move |tx| Box::pin(async move { end(tx, &account, "", now).await }))
            .await
    }

    async fn create_account_session(
        &self,
        scope: &Scope,
        session: NewAccountSession,
    ) -> Result<(), StoreError> {
        let (tenant, numbers) = (scope.tenant().clone(), scope.numbers_json().to_owned());
        self.writer
            .run(move |tx| {
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO embed_sessions (id, tenant_id, surface, numbers, origins, ttl_ms, created_at, expires_at, ends_at, \
                                operator_id, console_session_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    )
                    .bind(session.id.as_str())
                    .bind(tenant.as_str())
                    .bind(Surface::Chat.as_str())
                    .bind(&numbers)
                    .bind(Value::from(vec![session.origin]).to_string())
                    .bind(session.ttl_ms)
                    .bind(session.created_at)
                    .bind(session.expires_at)
                    .bind(session.ends_at)
                    .bind(session.operator.as_str())
                    .bind(session.console)
                    .execute(&mut *tx.connection)
                    .await?;
                    sqlx::query(
                        "INSERT INTO operator_numbers (number_id, operator_id) SELECT value, ?2 FROM json_each(?1) WHERE true \
                         ON CONFLICT DO NOTHING",
                    )
                    .bind(numbers)
                    .bind(session.operator.as_str())
                    .execute(&mut *tx.connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }
}

async fn insert(
    tx: &mut Tx<'_>,
    tenant: &TenantId,
    account: &NewAccount,
) -> Result<(), StoreError> {
    let known: (bool, bool) = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM tenants WHERE id = ?), EXISTS (SELECT 1 FROM accounts WHERE email = ?)",
    )
    .bind(tenant.as_str())
    .bind(&account.email)
    .fetch_one(&mut *tx.connection)
    .await?;
    match known {
        (false, _) => return Err(StoreError::NotFound),
        (_, true) => return Err(address_taken()),
        _ => {}
    }
    sqlx::query(
        "INSERT INTO operators (id, tenant_id, sub, name, email, role, created_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
    )
    .bind(account.operator.as_str())
    .bind(tenant.as_str())
    .bind(account.subject())
    .bind(&account.name)
    .bind(&account.email)
    .bind(account.role.as_str())
    .bind(account.created_at)
    .execute(&mut *tx.connection)
    .await?;
    sqlx::query(
        "INSERT INTO accounts (id, tenant_id, operator_id, email, numbers, password, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(account.id.as_str())
    .bind(tenant.as_str())
    .bind(account.operator.as_str())
    .bind(&account.email)
    .bind(texts(account.numbers.as_deref()))
    .bind(&account.password)
    .bind(account.created_at)
    .execute(&mut *tx.connection)
    .await?;
    Ok(())
}

async fn write_password(
    tx: &mut Tx<'_>,
    account: &AccountId,
    password: &str,
) -> Result<(), StoreError> {
    let changed =
        sqlx::query("UPDATE accounts SET password = ? WHERE id = ? AND disabled_at IS NULL")
            .bind(password)
            .bind(account.as_str())
            .execute(&mut *tx.connection)
            .await?;
    if changed.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    Ok(())
}

/// Ends the account's sessions but for one, and the inboxes that were opened with them.
async fn end(tx: &mut Tx<'_>, account: &AccountId, keep: &str, now: i64) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE console_sessions SET revoked_at = coalesce(revoked_at, ?) WHERE account_id = ? AND id <> ?",
    )
    .bind(now)
    .bind(account.as_str())
    .bind(keep)
    .execute(&mut *tx.connection)
    .await?;
    close_inboxes(tx, account, keep, now).await
}

async fn close_inboxes(
    tx: &mut Tx<'_>,
    account: &AccountId,
    keep: &str,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE embed_sessions SET revoked_at = coalesce(revoked_at, ?) WHERE console_session_id IN \
         (SELECT id FROM console_sessions WHERE account_id = ? AND id <> ?)",
    )
    .bind(now)
    .bind(account.as_str())
    .bind(keep)
    .execute(&mut *tx.connection)
    .await?;
    tx.access_changed().await
}

fn texts(numbers: Option<&[NumberId]>) -> Option<String> {
    let texts: Vec<&str> = numbers?.iter().map(NumberId::as_str).collect();
    Some(Value::from(texts).to_string())
}

fn account(row: &SqliteRow) -> Result<AccountRecord, StoreError> {
    let list = |json: &str| {
        serde_json::from_str(json).map_err(|error| StoreError::Data(error.to_string()))
    };
    Ok(AccountRecord {
        id: id(row.try_get(0)?)?,
        tenant: id(row.try_get(1)?)?,
        workspace: row.try_get(2)?,
        email: row.try_get(3)?,
        numbers: row.try_get::<Option<&str>, _>(4)?.map(list).transpose()?,
        reach: list(row.try_get(5)?)?,
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
