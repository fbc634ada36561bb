//! `serve` and `demo`.

use super::{DemoArgs, Outcome, ServeArgs};
use crate::demo::{self, DemoConfig};
use crate::operations;
use crate::program::{Config, Program};
use crate::simulator::{Simulator, SimulatorConfig};
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
    let program = Program::open(Config {
        installation: args.data.installation()?,
        bus_url: args.site.bus_url.clone(),
        drain: args.site.drain(),
        media: args.site.media(),
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
    let url = args
        .public_url
        .unwrap_or_else(|| format!("http://{address}"));
    tracing::info!(%address, url, "listening");
    let stop = program.stopper();
    tokio::spawn(async move {
        stop_signal().await;
        tracing::info!("stopping");
        stop.await;
        if let Some(phones) = phones {
            phones.stop();
        }
    });
    program.serve(listener, router).await?;
    Ok(())
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
