//! What the measurements share: the data sets and the services, each made when it is first needed.

use crate::Outcome;
use crate::cluster::Cluster;
use crate::database::{Database, Place};
use crate::plan::Plan;
use crate::process::Program;
use crate::service::Service;
use crate::workplace::Workplace;
use std::path::{Path, PathBuf};
use std::time::Instant;
use tokio::sync::{Mutex, OnceCell};

/// Data lies here and not in the system's temporary folder, which may be memory: syncing to it would cost nothing.
pub const FOLDER: &str = "target/bench";
const SITE: &str = "target/site";
const NATS: &str = "scripts/nats.sh";

/// A data set by its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// A hundred conversations.
    Few,
    /// A hundred thousand.
    Many,
    /// A million.
    Huge,
}

impl Size {
    const fn name(self) -> &'static str {
        match self {
            Self::Few => "few",
            Self::Many => "many",
            Self::Huge => "huge",
        }
    }
}

/// Folders, data sets and services of one run. Services end before the folder is removed, so they come first.
pub struct Ground {
    nats: OnceCell<Service>,
    cluster: OnceCell<Mutex<Cluster>>,
    workplaces: [[OnceCell<Workplace>; 3]; 2],
    /// How much is measured.
    pub plan: Plan,
    site: PathBuf,
    /// Whether the site is the real one.
    pub built: bool,
    began: Instant,
    folder: tempfile::TempDir,
}

impl Ground {
    /// Nothing but a folder yet.
    pub fn prepare(plan: Plan) -> Outcome<Self> {
        std::fs::create_dir_all(FOLDER)?;
        let mut builder = tempfile::Builder::new();
        // PostgreSQL refuses to run as root, and so is another user then, who has to pass through.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o711));
        let folder = builder.tempdir_in(FOLDER)?;
        let built = Path::new(SITE).join("pkg").is_dir();
        let site = if built {
            PathBuf::from(SITE)
        } else {
            stand_in(folder.path())?
        };
        Ok(Self {
            nats: OnceCell::new(),
            cluster: OnceCell::new(),
            workplaces: Default::default(),
            plan,
            site,
            built,
            began: Instant::now(),
            folder,
        })
    }

    /// For request files and the like; gone at the end.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Tells whoever waits what is being done.
    pub fn say(&self, what: &str) {
        eprintln!("bench: {what} ({:.0} s)", self.seconds());
    }

    /// Since the beginning.
    pub fn seconds(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }

    /// Conversations of a data set.
    pub fn conversations(&self, size: Size) -> usize {
        self.plan.conversations[size as usize]
    }

    /// A data set. Measurements add to it.
    pub async fn workplace(&self, on: Database, size: Size) -> Outcome<&Workplace> {
        self.workplaces[on as usize][size as usize]
            .get_or_try_init(async || {
                let conversations = self.conversations(size);
                self.say(&format!(
                    "seeding {conversations} conversations on {}",
                    on.name()
                ));
                Workplace::seed(self.place(on, size.name()).await?, conversations).await
            })
            .await
    }

    /// A place for an installation of its own.
    pub async fn place(&self, on: Database, name: &str) -> Outcome<Place> {
        let database_url = match on {
            Database::Sqlite => None,
            Database::Postgres => Some(self.cluster().await?.lock().await.create(name).await?),
        };
        Ok(Place {
            data_dir: self.folder().join(format!("{name}-{}", on.name())),
            database_url,
        })
    }

    /// The inbox on a data set.
    pub async fn inbox(&self, on: Database, size: Size) -> Outcome<Program> {
        Ok(self.workplace(on, size).await?.inbox(&self.site))
    }

    /// The inbox on any data, with others beside it that hear of it by `bus_url`, or in the usual way.
    pub fn replica(&self, place: &Place, bus_url: Option<&str>) -> Program {
        Program::Inbox {
            place: place.clone(),
            bus_url: bus_url.map(str::to_owned),
            site_root: self.site.clone(),
            private_addresses: false,
        }
    }

    /// The inbox on any data, whose webhooks may lead to this machine.
    pub fn telling(&self, place: &Place) -> Program {
        Program::Inbox {
            place: place.clone(),
            bus_url: None,
            site_root: self.site.clone(),
            private_addresses: true,
        }
    }

    /// The PostgreSQL server.
    pub async fn cluster(&self) -> Outcome<&Mutex<Cluster>> {
        self.cluster
            .get_or_try_init(async || {
                self.say("starting PostgreSQL");
                Cluster::start(self.folder()).await.map(Mutex::new)
            })
            .await
    }

    /// Version of the PostgreSQL server, if one was needed.
    pub async fn postgres_version(&self) -> Option<String> {
        Some(self.cluster.get()?.lock().await.version.clone())
    }

    /// Address of a NATS server.
    pub async fn nats(&self) -> Outcome<&str> {
        let service = self
            .nats
            .get_or_try_init(async || Service::start(NATS, Vec::new()).await)
            .await?;
        Ok(&service.url)
    }
}

/// Files that the server needs to start, where only the server was built.
fn stand_in(folder: &Path) -> Outcome<PathBuf> {
    let site = folder.join("site");
    std::fs::create_dir_all(site.join("pkg"))?;
    for name in ["inbox.js", "inbox.wasm", "inbox.css"] {
        std::fs::write(site.join("pkg").join(name), "")?;
    }
    Ok(site)
}
