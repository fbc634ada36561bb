//! A disk that can be full.

use super::replica::Replica;
use super::service::Service;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Mounts a small file system, says where, and takes it away when its standard input closes.
const MOUNT: &str = r#"
    trap '' HUP INT TERM
    mount -t tmpfs -o "size=$2,mode=755" pilot-faults "$1" || exit 1
    echo "$1"
    cat >/dev/null
    umount -l "$1"
"#;
/// A program that may make no file larger than this hears of it as an error and not by a signal.
const LIMIT: &str = r#"trap '' XFSZ; ulimit -S -f "$1"; shift; exec "$@""#;
/// Largest file of a limited program, in blocks of 512 bytes: room for the schema and some messages.
const LARGEST: &str = "6000";

/// A disk.
pub enum Disk {
    /// A file system of its own.
    Small {
        #[expect(dead_code, reason = "it is mounted as long as this lives")]
        mount: Service,
        folder: TempDir,
    },
    /// An ordinary one, for a program that may make no large file: where nothing can be mounted.
    Limited(TempDir),
}

impl Disk {
    /// A file system of this size, such as `20m`, or the next best.
    pub fn of(size: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // PostgreSQL runs as another user where we are root.
        #[cfg(unix)]
        std::fs::set_permissions(
            folder.path(),
            std::os::unix::fs::PermissionsExt::from_mode(0o755),
        )
        .unwrap();
        let may_mount = Command::new("sh")
            .args(["-c", r#"mount -t tmpfs pilot-faults "$0" && umount "$0""#])
            .arg(folder.path())
            .output()
            .is_ok_and(|output| output.status.success());
        if !may_mount {
            println!(
                "nothing can be mounted here: a limit on the size of files stands in for a full disk"
            );
            return Self::Limited(folder);
        }
        let mut command = Command::new("sh");
        command
            .args(["-c", MOUNT, "sh"])
            .arg(folder.path())
            .arg(size);
        println!("a file system of {size} is the disk");
        Self::Small {
            mount: Service::run(command),
            folder,
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        match self {
            Self::Small { folder, .. } | Self::Limited(folder) => folder.path(),
        }
    }

    /// A server on it.
    pub fn server(&self, server: Replica) -> Replica {
        match self {
            Self::Small { .. } => server,
            Self::Limited(_) => server.inside("sh", &["-c", LIMIT, "sh", LARGEST]),
        }
    }

    /// Leaves no room.
    pub fn fill(&self) {
        let Self::Small { .. } = self else { return };
        let mut ballast = File::options()
            .create(true)
            .append(true)
            .open(self.ballast())
            .unwrap();
        for size in [1 << 20, 1 << 16, 1 << 12, 1] {
            while ballast.write_all(&vec![0; size]).is_ok() {}
        }
    }

    /// Gives the room back.
    pub fn make_room(&self, server: &Replica) {
        match self {
            Self::Small { .. } => std::fs::remove_file(self.ballast()).unwrap(),
            Self::Limited(_) => {
                let raised = Command::new("prlimit")
                    .args(["--fsize=unlimited:", "--pid", &server.id().to_string()])
                    .status()
                    .unwrap();
                assert!(raised.success());
            }
        }
    }

    fn ballast(&self) -> PathBuf {
        self.path().join("ballast")
    }
}
