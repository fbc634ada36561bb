//! `serve` and `demo`.

use super::admin::graph_url;
use super::{DemoArgs, Outcome, ServeArgs};
use crate::console::{ConsoleSettings, SimulatedPhone};
use crate::demo::{self, DemoConfig};
use crate::operations;
use crate::pairing::ConnectSettings;
use crate::program::{Config, Program};
use crate::provider::GatewaySettings;
use crate::provider::cloud_api::MetaApp;
use crate::simulator::{GATEWAY_PATH, Simulator, SimulatorConfig};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::signal;

pub(super) async fn serve(args: ServeArgs) -> Outcome {
    operations::install_recorder()?;
    let listener = listen(&args.listen).await?;
    let address = listener.local_addr()?;
    if args.simulator && args.app_secret.is_empty() {
        return Err("the simulator signs its webhooks: set --app-secret (any text) as well".into());
    }
    if args.app_secret.is_empty() {
        tracing::warn!(
            "no app secret is set, so every webhook will be refused: set --app-secret to that of your Meta app"
        );
    }
    let installation = args.data.installation()?;
    let connect = connect_settings(&args, address)?;
    let url = args
        .public_url
        .unwrap_or_else(|| format!("http://{address}"));
    let url = url.trim_end_matches('/').to_owned();
    // Where every number is pretended, there is no need for one more.
    let phone = if args.simulator {
        None
    } else {
        let key = installation.secret()?.simulated_phone_key()?;
        Some(Arc::new(SimulatedPhone::new(own_address(address), &key)))
    };
    let program = Program::open(Config {
        installation,
        console: ConsoleSettings {
            public_url: Some(url.clone()),
            graph_base_url: Some(graph_url(&args.graph_base_url)?),
            phone: phone.clone(),
        },
        connect,
        bus_url: args.site.bus_url.clone(),
        drain: args.site.drain(),
        media: args.site.media(),
        reach: args.site.reach(),
        session_max: args.site.session_max(),
        event_retention: args.site.event_retention(),
        confirmation: args.site.confirmation(),
        site_root: args.site.site_root,
        app_secrets: args.app_secret.clone(),
        verify_token: args.verify_token.clone(),
    })
    .await?;
    let mut router = program.router();
    let mut phones = None;
    if args.simulator {
        let simulator = Simulator::new(SimulatorConfig {
            webhook_url: format!("http://{address}/webhooks/whatsapp"),
            app_secret: args.app_secret[0].clone(),
            verify_token: args.verify_token,
            waba_id: demo::WABA_ID.into(),
            access_token: None,
            numbers: demo::simulated_numbers(&program.state.store).await?,
        })?;
        router = router.nest("/simulator", simulator.router());
        phones = Some(simulator);
    }
    if let Some(phone) = &phone {
        phone.resume(&*program.state.store).await?;
        router = router.nest_service("/simulator", phone.router(program.state.clone()));
    }
    tracing::info!(%address, url, "listening");
    announce_set_up(&program, &url).await?;
    let stop = program.stopper();
    tokio::spawn(async move {
        stop_signal().await;
        tracing::info!("stopping");
        stop.await;
        if let Some(phones) = phones {
            phones.stop();
        }
        if let Some(phone) = phone {
            phone.switch_off();
        }
    });
    program.serve(listener, router).await?;
    Ok(())
}

/// A server without a workspace is set up by whoever reads its terminal. The link is printed and not logged: logs travel.
async fn announce_set_up(program: &Program, url: &str) -> Outcome {
    let store = &program.state.store;
    if store.tenants().await?.is_empty() {
        let secret = program.state.access.set_up_link().await?;
        println!(
            "\nThis server is empty. Set it up within a day by this link, which is good once:\n\n  {url}/setup/{secret}\n"
        );
    } else if !store.has_accounts().await? {
        println!(
            "\nNobody can sign in at {url} yet: `pilot-inbox admin invite` makes the link for the first admin.\n"
        );
    }
    Ok(())
}

/// How others connect their numbers. The pretend WhatsApp links phones as well, where nobody else does.
fn connect_settings(args: &ServeArgs, address: SocketAddr) -> Result<ConnectSettings, String> {
    let gateway = match &args.qr_gateway_url {
        Some(url) => {
            let is_address = url::Url::parse(url)
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            if !is_address {
                return Err(
                    "--qr-gateway-url is no address, such as https://gateway.example.com".into(),
                );
            }
            Some((url.clone(), args.qr_gateway_token.clone()))
        }
        None => args.simulator.then(|| {
            (
                format!("{}{GATEWAY_PATH}", own_address(address)),
                "any".into(),
            )
        }),
    };
    Ok(ConnectSettings {
        gateway: gateway.map(|(url, token)| GatewaySettings { url, token }),
        meta_app: args
            .app_id
            .clone()
            .zip(args.app_secret.first().cloned())
            .map(|(id, secret)| MetaApp {
                id,
                secret,
                login_config_id: args.login_config_id.clone(),
            }),
        graph_base_url: Some(graph_url(&args.graph_base_url)?),
    })
}

/// Where a server that listens there reaches itself.
fn own_address(address: SocketAddr) -> String {
    let host = if address.ip().is_unspecified() {
        IpAddr::V4(Ipv4Addr::LOCALHOST)
    } else {
        address.ip()
    };
    format!("http://{}", SocketAddr::new(host, address.port()))
}

pub(super) async fn demo(args: DemoArgs) -> Outcome {
    operations::install_recorder()?;
    let inbox = listen(&args.listen).await?;
    let host = listen(&args.host_listen).await?;
    demo::run(
        DemoConfig {
            session_max: args.site.session_max(),
            event_retention: args.site.event_retention(),
            confirmation: args.site.confirmation(),
            media: args.site.media(),
            reach: args.site.reach(),
            installation: args.shared.installation(args.data_dir)?,
            bus_url: args.site.bus_url.clone(),
            public_url: args.public_url,
            site_root: args.site.site_root,
        },
        inbox,
        host,
    )
    .await
}

async fn listen(address: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| {
        format!("cannot listen on {address}: {error}. Is another program using this address?")
    })
}

/// Waits for Ctrl-C or SIGTERM.
pub async fn stop_signal() {
    let interrupted = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut signals) => {
                signals.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
