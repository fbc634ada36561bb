//! The command line. Every flag is an environment variable as well.

mod accounts;
mod admin;
mod inbox;
mod moving;
mod serve;

use crate::installation::Installation;
use crate::media::MediaSettings;
use crate::operations::LogFormat;
use crate::outgoing::Reach;
use crate::store::postgres::Settings;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::time::Duration;

pub(crate) use admin::create_key;
pub use serve::stop_signal;

/// A white-label WhatsApp inbox that any SaaS puts into its own product with a script tag.
///
/// Start with `pilot-inbox demo`: it shows the inbox inside a pretend product, with a pretend phone. For real numbers:
/// `tenant create`, `number add`, `key create`, then `serve`, and point the webhook of your Meta app to /webhooks/whatsapp.
#[derive(Parser)]
#[command(name = "pilot-inbox", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    log: LogArgs,
}

/// How the program logs.
#[derive(Args)]
struct LogArgs {
    /// How log lines look
    #[arg(
        long,
        env = "PILOT_LOG_FORMAT",
        value_enum,
        default_value = "text",
        global = true
    )]
    log_format: LogFormat,
    /// What is logged, such as `info`, `warn` or `pilot_inbox=debug`
    #[arg(long, env = "PILOT_LOG", default_value = "info", global = true)]
    log: String,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server
    Serve(ServeArgs),
    /// Bring the database up to date and stop (`serve` does it too)
    Migrate(DataArgs),
    /// Give the database to this signing secret, when its own is lost for good
    AdoptSecret(DataArgs),
    /// Move everything from SQLite to PostgreSQL
    MigrateData(moving::MoveArgs),
    /// Workspaces: each customer of yours, or your own product, is one
    #[command(subcommand)]
    Tenant(admin::TenantCommand),
    /// API keys: what a backend mints embed tokens with
    #[command(subcommand)]
    Key(admin::KeyCommand),
    /// WhatsApp numbers, connected by Cloud API credentials
    #[command(subcommand)]
    Number(admin::NumberCommand),
    /// Inboxes: named sets of numbers that identity tokens open (the `copilot_id` of OnPilot)
    #[command(subcommand)]
    Inbox(inbox::InboxCommand),
    /// Accounts of the operators' console
    #[command(subcommand)]
    Admin(accounts::AdminCommand),
    /// The inbox inside a pretend product, with a pretend phone and believable conversations
    Demo(DemoArgs),
}

/// Where state is kept.
#[derive(Args, Clone)]
struct DataArgs {
    /// Folder for the database and the signing secret; made if need be
    #[arg(long, env = "PILOT_DATA_DIR", default_value = "data")]
    data_dir: PathBuf,
    #[command(flatten)]
    shared: SharedArgs,
}

impl DataArgs {
    fn installation(&self) -> Result<Installation, String> {
        self.shared.installation(self.data_dir.clone())
    }
}

/// State outside the data directory, which several servers can share.
#[derive(Args, Clone)]
struct SharedArgs {
    /// A PostgreSQL database (postgres://…) instead of SQLite in the data directory
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    // As text: clap would repeat what it cannot read, with the password in it.
    database_url: Option<String>,
    /// Most connections of this server to PostgreSQL [default: four for each core, 8 to 32]
    #[arg(long, env = "PILOT_DATABASE_CONNECTIONS", value_parser = clap::value_parser!(u32).range(2..=1000))]
    database_connections: Option<u32>,
    /// The signing secret, the same for all servers of one database, instead of the file in the data directory
    #[arg(long, env = "PILOT_SIGNING_SECRET", hide_env_values = true)]
    signing_secret: Option<String>,
    /// While the signing secret is being rotated: the other one, which is accepted beside it
    #[arg(long, env = "PILOT_PREVIOUS_SIGNING_SECRET", hide_env_values = true)]
    previous_signing_secret: Option<String>,
}

impl SharedArgs {
    fn installation(&self, data_dir: PathBuf) -> Result<Installation, String> {
        let mut database = match &self.database_url {
            Some(url) => Some(Settings::new(url.parse()?)),
            None => None,
        };
        if let (Some(settings), Some(connections)) = (&mut database, self.database_connections) {
            settings.connections = connections;
        }
        Ok(Installation {
            data_dir,
            database,
            signing_secret: self.signing_secret.clone(),
            previous_signing_secret: self.previous_signing_secret.clone(),
        })
    }
}

/// Flags of `serve`.
#[derive(Args, Clone)]
struct ServeArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    site: SiteArgs,
    /// Address to listen on
    #[arg(long, env = "PILOT_LISTEN", default_value = "127.0.0.1:3000")]
    listen: String,
    /// The address that browsers use, scheme and host, where it is another one (behind a proxy)
    #[arg(long, env = "PILOT_PUBLIC_URL")]
    public_url: Option<String>,
    /// App secret of your Meta app: webhooks are verified with it. Several, separated by commas, while one is being rotated
    #[arg(
        long,
        env = "PILOT_APP_SECRET",
        value_delimiter = ',',
        hide_env_values = true
    )]
    app_secret: Vec<String>,
    /// Verify token that you set in the Meta app beside the webhook address
    #[arg(
        long,
        env = "PILOT_VERIFY_TOKEN",
        default_value = "",
        hide_env_values = true
    )]
    verify_token: String,
    /// Graph API base of the numbers that are connected in the console
    #[arg(long, env = "PILOT_GRAPH_BASE_URL", default_value = crate::console::GRAPH_BASE_URL)]
    graph_base_url: String,
    /// Id of your Meta app, with which others connect their numbers in Meta's own window (Embedded Signup); its secret is the first of
    /// --app-secret
    #[arg(long, env = "PILOT_APP_ID")]
    app_id: Option<String>,
    /// Id of that app's configuration of Facebook Login for Business, which the connect page opens Meta's window with
    #[arg(long, env = "PILOT_LOGIN_CONFIG_ID")]
    login_config_id: Option<String>,
    /// Address of a gateway that links phones by a QR code (docs/protocol.md, "The gateway")
    #[arg(long, env = "PILOT_QR_GATEWAY_URL")]
    qr_gateway_url: Option<String>,
    /// What the gateway wants as Bearer
    #[arg(
        long,
        env = "PILOT_QR_GATEWAY_TOKEN",
        default_value = "",
        hide_env_values = true
    )]
    qr_gateway_token: String,
    /// Also pretend to be WhatsApp: a fake Graph API and a phone page under /simulator. Not for real numbers
    #[arg(long, env = "PILOT_SIMULATOR")]
    simulator: bool,
}

/// Flags that `serve` and `demo` share.
#[derive(Args, Clone)]
struct SiteArgs {
    /// The built site (script, program, stylesheet)
    #[arg(long, env = "PILOT_SITE_ROOT", default_value = "target/site")]
    site_root: PathBuf,
    /// How long a session may be renewed before the page has to mint a new one, in hours
    #[arg(long, env = "PILOT_SESSION_HOURS", default_value_t = 12.0)]
    session_hours: f64,
    /// How long a disconnected inbox can catch up event by event before it reloads, in hours
    #[arg(long, env = "PILOT_EVENT_HOURS", default_value_t = 168.0)]
    event_hours: f64,
    /// How long to wait for WhatsApp's word where nobody knows whether a message went out, in seconds; then a person decides
    #[arg(long, env = "PILOT_CONFIRMATION_SECONDS", default_value_t = 60)]
    confirmation_seconds: u32,
    /// How servers of one database tell each other what is new: nats://… [default: through PostgreSQL]
    #[arg(long, env = "BUS_URL", hide_env_values = true)]
    bus_url: Option<String>,
    /// Where files of messages are kept: `s3://bucket` or `s3://bucket/prefix`, with the usual `AWS_…` variables [default: the
    /// folder `media` in the data directory]
    #[arg(long, env = "MEDIA_STORE")]
    media_store: Option<String>,
    /// What to call ourselves when fetching files from Meta
    #[arg(long, env = "PILOT_MEDIA_USER_AGENT")]
    media_user_agent: Option<String>,
    /// Let webhooks call private addresses, also without TLS: for receivers in the same network
    #[arg(long, env = "PILOT_PRIVATE_ADDRESSES")]
    private_addresses: bool,
    /// How long to go on serving after the signal to stop while /readyz says no, in seconds
    #[arg(long, env = "PILOT_DRAIN_SECONDS", default_value_t = 0)]
    drain_seconds: u32,
}

impl SiteArgs {
    fn session_max(&self) -> Duration {
        hours(self.session_hours)
    }

    fn event_retention(&self) -> Duration {
        hours(self.event_hours)
    }

    fn confirmation(&self) -> Duration {
        Duration::from_secs(self.confirmation_seconds.into())
    }

    fn media(&self) -> MediaSettings {
        MediaSettings {
            store: self.media_store.clone(),
            user_agent: self.media_user_agent.clone(),
            ..MediaSettings::default()
        }
    }

    fn reach(&self) -> Reach {
        if self.private_addresses {
            Reach::Anywhere
        } else {
            Reach::Public
        }
    }

    fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_seconds.into())
    }
}

fn hours(count: f64) -> Duration {
    Duration::try_from_secs_f64(count.max(0.0) * 3600.0).unwrap_or(Duration::from_hours(12))
}

/// Flags of `demo`.
#[derive(Args, Clone)]
struct DemoArgs {
    /// Folder for the demo's own database
    #[arg(long, env = "PILOT_DATA_DIR", default_value = "data/demo")]
    data_dir: PathBuf,
    #[command(flatten)]
    shared: SharedArgs,
    #[command(flatten)]
    site: SiteArgs,
    /// The address that browsers and the pretend phone use, scheme and host, where it is another one (behind a proxy)
    #[arg(long, env = "PILOT_PUBLIC_URL")]
    public_url: Option<String>,
    /// Address of the inbox
    #[arg(long, env = "PILOT_LISTEN", default_value = "127.0.0.1:3000")]
    listen: String,
    /// Address of the pretend product
    #[arg(long, env = "PILOT_HOST_LISTEN", default_value = "127.0.0.1:4000")]
    host_listen: String,
}

impl Cli {
    /// Runs what was asked for. Returns the process' exit code.
    pub async fn run(self) -> i32 {
        crate::operations::start_logging(self.log.log_format, &self.log.log);
        let result = match self.command {
            Command::Serve(args) => serve::serve(args).await,
            Command::Migrate(args) => admin::migrate(&args).await,
            Command::AdoptSecret(args) => admin::adopt_secret(&args).await,
            Command::MigrateData(args) => args.run().await,
            Command::Tenant(command) => command.run().await,
            Command::Key(command) => command.run().await,
            Command::Number(command) => command.run().await,
            Command::Inbox(command) => command.run().await,
            Command::Admin(command) => command.run().await,
            Command::Demo(args) => serve::demo(args).await,
        };
        match result {
            Ok(()) => 0,
            Err(error) => {
                eprintln!("pilot-inbox: {error}");
                1
            }
        }
    }
}

/// What a command ends with when it fails: a sentence for a person.
pub(crate) type Outcome = Result<(), Box<dyn std::error::Error + Send + Sync>>;

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
