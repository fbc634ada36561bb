//! `admin`: accounts of the console, from the machine itself.

use super::admin::{close, open, unknown};
use super::{DataArgs, Outcome};
use crate::access::{Access, Role, Sealer, TokenSigner, email, shown_name};
use crate::clock::now_ms;
use crate::fresh;
use crate::store::NewAccount;
use app::ids::{AccountId, OperatorId, TenantId};
use clap::Subcommand;
use std::sync::Arc;
use std::time::Duration;

/// Accounts.
#[derive(Subcommand)]
pub(super) enum AdminCommand {
    /// Make a link with which an admin chooses a password: a new one, or one who has lost theirs
    Invite {
        /// Workspace
        #[arg(long)]
        tenant: String,
        /// With what the person signs in
        #[arg(long)]
        email: String,
        /// What colleagues see
        #[arg(long)]
        name: Option<String>,
        /// The address that browsers use, scheme and host
        #[arg(
            long,
            env = "PILOT_PUBLIC_URL",
            default_value = "http://127.0.0.1:3000"
        )]
        public_url: String,
        #[command(flatten)]
        data: DataArgs,
    },
}

impl AdminCommand {
    pub(super) async fn run(self) -> Outcome {
        let Self::Invite {
            tenant,
            email: address,
            name,
            public_url,
            data,
        } = self;
        let tenant = TenantId::parse(tenant).ok_or("--tenant is not a workspace id")?;
        let address = email(&address).ok_or("--email is not an email address")?;
        let store = open(&data).await?;
        let secrets = data.installation()?.secrets()?;
        let sealer = Arc::new(Sealer::new(&secrets)?);
        let signer = TokenSigner::new(&secrets)?;
        let access = Access::new(store.clone(), signer, sealer, Duration::ZERO).await?;
        let known = store.account_by_email(&address).await?;
        let id = match known {
            Some(account) if account.tenant != tenant => {
                return Err("somebody in another workspace signs in with this address".into());
            }
            Some(account) => account.id,
            None => {
                let name = name.as_deref().and_then(shown_name);
                let account = NewAccount {
                    id: fresh!(AccountId),
                    operator: fresh!(OperatorId),
                    name: name.unwrap_or_else(|| address.clone()),
                    email: address,
                    role: Role::Admin,
                    numbers: None,
                    password: None,
                    created_at: now_ms(),
                };
                let id = account.id.clone();
                let made = store.create_account(&tenant, account).await;
                made.map_err(|error| unknown(error, "there is no such workspace"))?;
                id
            }
        };
        let secret = access.account_link(&id).await?;
        println!("{}/invite/{secret}", public_url.trim_end_matches('/'));
        eprintln!("This link is good once, for 7 days.");
        close(&*store).await
    }
}
