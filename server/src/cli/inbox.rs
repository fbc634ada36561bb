//! `inbox` and `tenant embed-secret`: what identity tokens need.

use super::admin::{close, open, open_to_seal, seal, unknown};
use super::{DataArgs, Outcome};
use crate::access::embed_secret;
use crate::api::{ORIGINS_MAX, is_exact_origin};
use crate::fresh;
use crate::store::{FormerSecret, NewInbox};
use app::ids::{InboxId, NumberId, TenantId};
use clap::{Args, Subcommand};

/// Inboxes.
#[derive(Subcommand)]
pub(super) enum InboxCommand {
    /// Make an inbox
    Create(CreateInbox),
    /// List the inboxes of a workspace
    List {
        /// Workspace
        #[arg(long)]
        tenant: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Take an inbox away: its sessions end within a second. Its numbers and conversations stay
    Remove {
        /// Its id
        id: String,
        #[command(flatten)]
        data: DataArgs,
    },
}

/// Flags of `inbox create`.
#[derive(Args)]
pub(super) struct CreateInbox {
    /// Workspace
    #[arg(long)]
    tenant: String,
    /// What operators see
    #[arg(long)]
    name: String,
    /// Its numbers, each of the workspace; several, separated by commas
    #[arg(long, required = true, value_delimiter = ',')]
    number: Vec<String>,
    /// Exact origins of the pages that may show it, such as `https://app.example.com`; 1 to 20, separated by commas
    #[arg(long, required = true, value_delimiter = ',')]
    origin: Vec<String>,
    #[command(flatten)]
    data: DataArgs,
}

/// Flags of `tenant embed-secret`.
#[derive(Args)]
pub(super) struct EmbedSecretArgs {
    /// Workspace
    #[arg(long)]
    tenant: String,
    /// There is one already: make another. Tokens signed with the one before stay good until the next rotation
    #[arg(long)]
    rotate: bool,
    /// With --rotate, when the secret has leaked: former ones are good no more, and the sessions of operators end within a second
    #[arg(long, requires = "rotate")]
    revoke: bool,
    #[command(flatten)]
    data: DataArgs,
}

impl InboxCommand {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::Create(inbox) => inbox.run().await,
            Self::List { tenant, data } => {
                let store = open(&data).await?;
                let tenant = TenantId::parse(tenant).ok_or("--tenant is not a workspace id")?;
                for inbox in store.inboxes(&tenant).await? {
                    let numbers: Vec<&str> = inbox.numbers.iter().map(NumberId::as_str).collect();
                    println!(
                        "{}\t{}\t{}\t{}",
                        inbox.id,
                        inbox.name,
                        numbers.join(","),
                        inbox.origins.join(",")
                    );
                }
                close(&*store).await
            }
            Self::Remove { id, data } => {
                let store = open(&data).await?;
                let id = InboxId::parse(id).ok_or("this is not an inbox id")?;
                store.remove_inbox(&id).await.map_err(|error| {
                    unknown(error, "there is no such inbox, or it was removed already")
                })?;
                println!("removed");
                close(&*store).await
            }
        }
    }
}

impl CreateInbox {
    async fn run(self) -> Outcome {
        let mut origins = self.origin;
        origins.sort();
        origins.dedup();
        if origins.len() > ORIGINS_MAX {
            return Err(format!("--origin may be given {ORIGINS_MAX} times").into());
        }
        if let Some(bad) = origins.iter().find(|origin| !is_exact_origin(origin)) {
            return Err(format!(
                "--origin {bad:?} is not exactly what a browser sends: scheme://host[:port] in lower case, with no path, no trailing \
                 slash, no wildcard and no default port"
            )
            .into());
        }
        let numbers: Option<Vec<NumberId>> = self.number.into_iter().map(NumberId::parse).collect();
        let mut numbers = numbers.ok_or("--number is not a number id")?;
        numbers.sort();
        numbers.dedup();
        let tenant = TenantId::parse(self.tenant).ok_or("--tenant is not a workspace id")?;
        let store = open(&self.data).await?;
        let id = fresh!(InboxId);
        let inbox = NewInbox {
            id: id.clone(),
            tenant,
            name: self.name,
            numbers,
            origins,
        };
        store.create_inbox(inbox).await.map_err(|error| {
            unknown(error, "there is no such workspace, or no such number in it")
        })?;
        println!("PILOT_INBOX_ID={id}");
        close(&*store).await
    }
}

impl EmbedSecretArgs {
    pub(super) async fn run(self) -> Outcome {
        let tenant = TenantId::parse(self.tenant).ok_or("--tenant is not a workspace id")?;
        let (store, sealer) = open_to_seal(&self.data).await?;
        let secret = embed_secret().map_err(|_| "the operating system gave no random bytes")?;
        let kept = seal(&sealer, tenant.as_str(), &secret)?;
        let former = match (self.rotate, self.revoke) {
            (_, true) => FormerSecret::Revoked,
            (true, false) => FormerSecret::Kept,
            (false, false) => FormerSecret::None,
        };
        let made = store
            .set_embed_secret(&tenant, &kept, former)
            .await
            .map_err(|error| unknown(error, "there is no such workspace"))?;
        if !made {
            close(&*store).await?;
            return Err(
                "this workspace has an embed secret, which was shown once: --rotate makes another"
                    .into(),
            );
        }
        println!("PILOT_EMBED_SECRET={secret}");
        eprintln!("This is the only time the secret is shown. Keep it on your backend.");
        close(&*store).await
    }
}
