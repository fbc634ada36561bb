//! `migrate`, `tenant`, `key` and `number`. They work on the database, also while servers run on it, which notice
//! within a second. Results are `NAME=value` lines, for people and scripts alike.

use super::inbox::EmbedSecretArgs;
use super::{DataArgs, Outcome};
use crate::access::{RawKey, Sealer};
use crate::console::GRAPH_BASE_URL;
use crate::fresh;
use crate::store::{
    CommitListener, KeyLabel, LoggedEvent, NewApiKey, NewNumber, NumberUpdate, Store, StoreError,
};
use app::ids::{ApiKeyId, NumberId, TenantId};
use clap::{Args, Subcommand};
use std::sync::Arc;

/// Workspaces.
#[derive(Subcommand)]
pub(super) enum TenantCommand {
    /// Make a workspace
    Create {
        /// Its name
        #[arg(long)]
        name: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// List the workspaces
    List(DataArgs),
    /// Make the secret that a workspace's backend signs identity tokens with; it is shown once
    EmbedSecret(EmbedSecretArgs),
}

/// API keys.
#[derive(Subcommand)]
pub(super) enum KeyCommand {
    /// Make a key; it is shown once
    Create {
        /// Workspace
        #[arg(long)]
        tenant: String,
        /// Bind it to one number
        #[arg(long)]
        number: Option<String>,
        /// What it is for
        #[arg(long, default_value = "default")]
        name: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// List the keys of a workspace
    List {
        /// Workspace
        #[arg(long)]
        tenant: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Revoke a key: the sessions that it minted end within a second
    Revoke {
        /// Its id
        id: String,
        #[command(flatten)]
        data: DataArgs,
    },
}

/// WhatsApp numbers.
#[derive(Subcommand)]
pub(super) enum NumberCommand {
    /// Connect a number
    Add(AddNumber),
    /// List the numbers of a workspace
    List {
        /// Workspace
        #[arg(long)]
        tenant: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Change the access token or the Graph API base of a number
    Update {
        /// Its id
        id: String,
        /// Permanent access token of the system user
        #[arg(long, env = "PILOT_ACCESS_TOKEN", hide_env_values = true)]
        access_token: Option<String>,
        /// Graph API base with version
        #[arg(long, env = "PILOT_GRAPH_BASE_URL")]
        graph_base_url: Option<String>,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Take a number away: its sessions end within a second. After 30 days it is erased with its conversations
    Remove {
        /// Its id
        id: String,
        #[command(flatten)]
        data: DataArgs,
    },
}

/// Flags of `number add`.
#[derive(Args)]
pub(super) struct AddNumber {
    /// Workspace
    #[arg(long)]
    tenant: String,
    /// What the workspace calls it
    #[arg(long)]
    name: String,
    /// The phone, digits with country code
    #[arg(long)]
    phone: String,
    /// Meta's id of the number ("Phone number ID" in the Meta app)
    #[arg(long)]
    phone_number_id: String,
    /// Permanent access token of the system user; stored encrypted
    #[arg(long, env = "PILOT_ACCESS_TOKEN", hide_env_values = true)]
    access_token: String,
    /// Graph API base with version
    #[arg(long, env = "PILOT_GRAPH_BASE_URL", default_value = GRAPH_BASE_URL)]
    graph_base_url: String,
    #[command(flatten)]
    data: DataArgs,
}

/// Administration has no streams of its own; servers read the log.
struct Nobody;

impl CommitListener for Nobody {
    fn committed(&self, _: Vec<LoggedEvent>) {}
}

pub(super) async fn open(
    data: &DataArgs,
) -> Result<Arc<dyn Store>, Box<dyn std::error::Error + Send + Sync>> {
    Ok(data.installation()?.open(Arc::new(Nobody)).await?)
}

pub(super) async fn migrate(data: &DataArgs) -> Outcome {
    let count = data.installation()?.migrate().await?;
    println!("up to date: {count} migration(s)");
    Ok(())
}

pub(super) async fn adopt_secret(data: &DataArgs) -> Outcome {
    let installation = data.installation()?;
    let mark = installation.secret()?.mark()?;
    let store = installation.open(Arc::new(Nobody)).await?;
    store.adopt_secret(&mark, Vec::new()).await?;
    println!("adopted: give each number its access token again (`pilot-inbox number update`)");
    close(&*store).await
}

impl TenantCommand {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::Create { name, data } => {
                let store = open(&data).await?;
                let id = store.create_tenant(&name).await?;
                println!("PILOT_TENANT_ID={id}");
                close(&*store).await
            }
            Self::List(data) => {
                let store = open(&data).await?;
                for tenant in store.tenants().await? {
                    println!("{}\t{}", tenant.id, tenant.name);
                }
                close(&*store).await
            }
            Self::EmbedSecret(args) => args.run().await,
        }
    }
}

impl KeyCommand {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::Create {
                tenant,
                number,
                name,
                data,
            } => {
                let store = open(&data).await?;
                let tenant = TenantId::parse(tenant).ok_or("--tenant is not a workspace id")?;
                let number = match number {
                    Some(text) => Some(NumberId::parse(text).ok_or("--number is not a number id")?),
                    None => None,
                };
                let key = create_key(&*store, tenant, number, &name).await?;
                println!("PILOT_API_KEY={}", key.text);
                println!("PILOT_API_KEY_ID={}", key.id);
                eprintln!("This is the only time the key is shown. Keep it on your backend.");
                close(&*store).await
            }
            Self::List { tenant, data } => {
                let store = open(&data).await?;
                let tenant = TenantId::parse(tenant).ok_or("--tenant is not a workspace id")?;
                for key in store.api_keys(&tenant).await? {
                    let number = key
                        .number
                        .map_or_else(|| "all numbers".to_owned(), String::from);
                    println!(
                        "{}\t{}…{}\t{number}\t{}",
                        key.id, key.label.prefix, key.label.last4, key.label.name
                    );
                }
                close(&*store).await
            }
            Self::Revoke { id, data } => {
                let store = open(&data).await?;
                let id = ApiKeyId::parse(id).ok_or("this is not a key id")?;
                store.revoke_api_key(&id).await.map_err(|error| {
                    unknown(error, "there is no such key, or it is revoked already")
                })?;
                println!("revoked");
                close(&*store).await
            }
        }
    }
}

impl NumberCommand {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::Add(number) => number.run().await,
            Self::List { tenant, data } => {
                let store = open(&data).await?;
                let tenant = TenantId::parse(tenant).ok_or("--tenant is not a workspace id")?;
                for number in store.tenant_numbers(&tenant).await? {
                    let state = number.refusal.unwrap_or_else(|| "connected".into());
                    println!(
                        "{}\t+{}\t{}\t{}\t{state}",
                        number.id, number.phone, number.phone_number_id, number.name
                    );
                }
                close(&*store).await
            }
            Self::Update {
                id,
                access_token,
                graph_base_url,
                data,
            } => {
                let (store, sealer) = open_to_seal(&data).await?;
                let id = NumberId::parse(id).ok_or("this is not a number id")?;
                let access_token = access_token
                    .map(|token| seal(&sealer, id.as_str(), &token))
                    .transpose()?;
                let update = NumberUpdate {
                    access_token,
                    graph_base_url: graph_base_url.map(|url| graph_url(&url)).transpose()?,
                };
                store
                    .update_number(&id, update)
                    .await
                    .map_err(|error| unknown(error, "there is no such number"))?;
                println!("updated");
                close(&*store).await
            }
            Self::Remove { id, data } => {
                let store = open(&data).await?;
                let id = NumberId::parse(id).ok_or("this is not a number id")?;
                store.remove_number(&id).await.map_err(|error| {
                    unknown(error, "there is no such number, or it was removed already")
                })?;
                println!("removed");
                close(&*store).await
            }
        }
    }
}

impl AddNumber {
    async fn run(self) -> Outcome {
        let (store, sealer) = open_to_seal(&self.data).await?;
        let phone: String = self.phone.chars().filter(char::is_ascii_digit).collect();
        if phone.len() < 7 || phone.len() > 15 {
            return Err("--phone must be a phone with country code, such as 5511999990000".into());
        }
        let id = fresh!(NumberId);
        let number = NewNumber {
            tenant: TenantId::parse(self.tenant).ok_or("--tenant is not a workspace id")?,
            name: self.name,
            phone,
            phone_number_id: self.phone_number_id,
            access_token: seal(&sealer, id.as_str(), &self.access_token)?,
            graph_base_url: graph_url(&self.graph_base_url)?,
            id: id.clone(),
        };
        store
            .create_number(number)
            .await
            .map_err(|error| match &error {
                StoreError::Database(sqlx::Error::Database(cause))
                    if cause.is_unique_violation() =>
                {
                    "this phone number id is connected already".into()
                }
                _ => unknown(error, "there is no such workspace"),
            })?;
        println!("PILOT_NUMBER_ID={id}");
        close(&*store).await
    }
}

/// Makes and stores a key.
pub(crate) async fn create_key(
    store: &dyn Store,
    tenant: TenantId,
    number: Option<NumberId>,
    name: &str,
) -> Result<RawKey, Box<dyn std::error::Error + Send + Sync>> {
    let key = RawKey::generate().map_err(|_| "the operating system gave no random bytes")?;
    store
        .create_api_key(NewApiKey {
            id: key.id.clone(),
            tenant,
            number,
            hash: key.hash(),
            label: KeyLabel {
                name: name.to_owned(),
                prefix: key.prefix().to_owned(),
                last4: key.last4().to_owned(),
            },
        })
        .await
        .map_err(|error| unknown(error, "there is no such workspace or number"))?;
    Ok(key)
}

/// For what is stored sealed: it takes the secret that the database belongs to.
pub(super) async fn open_to_seal(
    data: &DataArgs,
) -> Result<(Arc<dyn Store>, Sealer), Box<dyn std::error::Error + Send + Sync>> {
    let installation = data.installation()?;
    let (store, secrets) = installation.open_with_secrets(Arc::new(Nobody)).await?;
    Ok((store, Sealer::new(&secrets)?))
}

pub(super) fn seal(
    sealer: &Sealer,
    owner: &str,
    text: &str,
) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    sealer
        .seal(owner, text.trim())
        .ok_or_else(|| "the operating system gave no random bytes".into())
}

/// An http(s) base without a trailing slash.
pub(super) fn graph_url(text: &str) -> Result<String, String> {
    let url =
        url::Url::parse(text).map_err(|error| format!("--graph-base-url is not a URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(
            "--graph-base-url must begin with https:// (or http:// for a simulator)".into(),
        );
    }
    Ok(text.trim_end_matches('/').to_owned())
}

pub(super) fn unknown(
    error: StoreError,
    sentence: &str,
) -> Box<dyn std::error::Error + Send + Sync> {
    match error {
        StoreError::NotFound => sentence.into(),
        other => other.into(),
    }
}

pub(super) async fn close(store: &dyn Store) -> Outcome {
    store.close().await;
    Ok(())
}
