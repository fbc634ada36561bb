//! The demo: our inbox inside a pretend product on another origin, with a pretend phone and believable conversations.

mod conversations;
mod host;
mod keepsake;

use crate::cli::{Outcome, create_key, stop_signal};
use crate::console::ConsoleSettings;
use crate::fresh;
use crate::installation::Installation;
use crate::media::MediaSettings;
use crate::outgoing::Reach;
use crate::pairing::ConnectSettings;
use crate::program::{Config, Program};
use crate::provider::GatewaySettings;
use crate::provider::cloud_api::MetaApp;
use crate::simulator::{GATEWAY_PATH, SimulatedNumber, Simulator, SimulatorConfig};
use crate::store::{LinkState, NewNumber, NumberUpdate, Store, StoreError};
use app::ids::NumberId;
use keepsake::Keepsake;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// The pretend WhatsApp Business Account.
pub const WABA_ID: &str = "102290129340398";
/// The pretend Meta app.
const APP_ID: &str = "102290129340399";
const PHONE_NUMBER_ID: &str = "106540352242922";
const PHONE: &str = "551130000000";
const NUMBER_NAME: &str = "Acme support";

/// What the demo needs to know.
pub struct DemoConfig {
    /// Its own data directory, or a database that only demos use.
    pub installation: Installation,
    /// How it and other servers of the database tell each other what is new.
    pub bus_url: Option<String>,
    /// The address that browsers and the pretend phone use, where it is another one than that of the listener.
    pub public_url: Option<String>,
    /// The built site.
    pub site_root: PathBuf,
    /// How long a session may be refreshed.
    pub session_max: Duration,
    /// How far back the log reaches.
    pub event_retention: Duration,
    /// How long a status is waited for where nobody knows whether a message went out.
    pub confirmation: Duration,
    /// Where files are kept, and how they are fetched.
    pub media: MediaSettings,
    /// How far webhooks may reach.
    pub reach: Reach,
}

/// Runs until Ctrl-C or SIGTERM.
pub async fn run(config: DemoConfig, inbox: TcpListener, host: TcpListener) -> Outcome {
    let data_dir = config.installation.data_dir.clone();
    // The secret first: it makes the data directory.
    config.installation.secret()?;
    let (mut keepsake, is_new) = Keepsake::load_or_create(&data_dir)?;
    let inbox_address = inbox.local_addr()?;
    let host_address = host.local_addr()?;
    let inbox_url = config.public_url.as_ref().map_or_else(
        || format!("http://localhost:{}", inbox_address.port()),
        |url| url.trim_end_matches('/').to_owned(),
    );
    let webhook_url = config.public_url.as_ref().map_or_else(
        || format!("http://{inbox_address}/webhooks/whatsapp"),
        |_| format!("{inbox_url}/webhooks/whatsapp"),
    );
    let graph_base_url = format!("http://{inbox_address}/simulator/graph/v25.0");
    let program = Program::open(Config {
        installation: config.installation,
        bus_url: config.bus_url,
        drain: Duration::ZERO,
        console: ConsoleSettings {
            public_url: Some(inbox_url.clone()),
            ..ConsoleSettings::default()
        },
        connect: ConnectSettings {
            gateway: Some(GatewaySettings {
                url: format!("http://{inbox_address}{GATEWAY_PATH}"),
                token: "any".into(),
            }),
            meta_app: Some(MetaApp {
                id: APP_ID.into(),
                secret: keepsake.app_secret.clone(),
                login_config_id: Some("simulated-login".into()),
            }),
            graph_base_url: Some(graph_base_url.clone()),
        },
        site_root: config.site_root,
        app_secrets: vec![keepsake.app_secret.clone()],
        verify_token: keepsake.verify_token.clone(),
        session_max: config.session_max,
        event_retention: config.event_retention,
        confirmation: config.confirmation,
        media: config.media,
        reach: config.reach,
    })
    .await?;
    connect_number(&program, &mut keepsake, is_new, graph_base_url).await?;
    let simulator = Simulator::new(SimulatorConfig {
        webhook_url,
        app_secret: keepsake.app_secret.clone(),
        verify_token: keepsake.verify_token.clone(),
        waba_id: WABA_ID.into(),
        access_token: None,
        numbers: simulated_numbers(&program.state.store).await?,
    })?;
    let shutdown = program.state.shutdown.clone();
    let (on_signal, phones) = (shutdown.clone(), simulator.clone());
    tokio::spawn(async move {
        stop_signal().await;
        on_signal.cancel();
        // An open phone page is a stream that would otherwise hold the shutdown up.
        phones.stop();
    });
    let router = program.router().nest("/simulator", simulator.router());
    let serving = tokio::spawn(program.serve(inbox, router));
    let hosting = tokio::spawn(host::serve(
        host,
        host::HostConfig {
            inbox_url: inbox_url.clone(),
            api_key: keepsake.api_key.clone(),
            number_id: keepsake.number_id.clone(),
            origins: ["127.0.0.1", "localhost"]
                .map(|name| format!("http://{name}:{}", host_address.port()))
                .to_vec(),
        },
        shutdown.clone(),
    ));
    // Every time: the phones forget when the program ends. The inbox knows these messages by their ids and takes each once.
    conversations::seed(&simulator, PHONE_NUMBER_ID).await?;
    if is_new {
        // Only now: a demo that was interrupted while it was being furnished starts anew.
        keepsake.save(&data_dir)?;
    }
    announce(keepsake, &inbox_url, host_address.port());
    let served = serving.await?;
    hosting.abort();
    served?;
    Ok(())
}

/// The workspace, its number and its key; on a later start only the number's way to the simulator, whose port may be another one.
async fn connect_number(
    program: &Program,
    keepsake: &mut Keepsake,
    is_new: bool,
    graph_base_url: String,
) -> Outcome {
    let store = &program.state.store;
    if let Some(number) = NumberId::parse(keepsake.number_id.clone()).filter(|_| !is_new) {
        let update = NumberUpdate {
            access_token: None,
            graph_base_url: Some(graph_base_url),
        };
        store.update_number(&number, update).await?;
        return Ok(());
    }
    let tenant = store.create_tenant("Acme").await?;
    let number = fresh!(NumberId);
    store
        .create_number(NewNumber {
            access_token: program
                .sealer
                .seal(number.as_str(), "a-token-that-the-simulator-takes")
                .ok_or("the operating system gave no random bytes")?,
            id: number.clone(),
            tenant: tenant.clone(),
            name: NUMBER_NAME.into(),
            phone: PHONE.into(),
            phone_number_id: PHONE_NUMBER_ID.into(),
            graph_base_url,
        })
        .await?;
    keepsake.api_key = create_key(&**store, tenant, None, "demo").await?.text;
    keepsake.number_id = number.to_string();
    Ok(())
}

/// The addresses for a person, and everything for a script, which waits for the last line.
fn announce(keepsake: Keepsake, inbox_url: &str, host_port: u16) {
    let host_url = format!("http://127.0.0.1:{host_port}");
    let phone_url = format!("{inbox_url}/simulator/phone");
    println!("The demo is running. Ctrl-C stops it.\n");
    println!("  the pretend product with the inbox in it   {host_url}");
    println!("  the pretend phone: write as a customer     {phone_url}");
    println!("  the API                                    {inbox_url}/openapi.json\n");
    for (name, value) in [
        ("PILOT_HOST_URL", host_url),
        ("PILOT_PHONE_URL", phone_url),
        ("PILOT_API_URL", inbox_url.to_owned()),
        ("PILOT_API_KEY", keepsake.api_key),
        ("PILOT_NUMBER_ID", keepsake.number_id),
        ("PILOT_PHONE_NUMBER_ID", PHONE_NUMBER_ID.to_owned()),
        ("PILOT_APP_SECRET", keepsake.app_secret),
        ("PILOT_VERIFY_TOKEN", keepsake.verify_token),
    ] {
        println!("{name}={value}");
    }
    println!("READY");
}

/// The connected numbers of all tenants, as the simulator wants to know them.
pub async fn simulated_numbers(store: &Arc<dyn Store>) -> Result<Vec<SimulatedNumber>, StoreError> {
    let mut numbers = Vec::new();
    for tenant in store.tenants().await? {
        let all = store.tenant_numbers(&tenant.id).await?;
        // One that was never connected has no phone behind it.
        for number in all
            .into_iter()
            .filter(|it| it.link_state == LinkState::Open)
        {
            numbers.push(SimulatedNumber {
                phone_number_id: number.phone_number_id,
                display_phone_number: number.phone,
                verified_name: number.name,
                waba_id: None,
            });
        }
    }
    Ok(numbers)
}
