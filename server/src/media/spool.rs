//! A file on its way: written aside as it comes, and hashed meanwhile, so that no file is ever in memory as a whole.

use aws_lc_rs::digest::{Context, SHA256};
use std::io;
use std::path::Path;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

/// Bytes that are coming in.
pub struct Spool {
    file: File,
    hash: Context,
    size: u64,
    limit: u64,
    head: Vec<u8>,
}

/// How much of the beginning is kept for a look at the type.
pub const HEAD: usize = 4096;

/// Most bytes that wait to be written, or have been read ahead.
const BUFFER: usize = 128 * 1024;

/// Why bytes were not taken.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// More than were allowed.
    #[error("more than {0} bytes")]
    TooLarge(u64),
    /// The disk.
    #[error("the file could not be written aside: {0}")]
    Io(#[from] io::Error),
}

/// All the bytes, in a file that nobody else sees and that is gone when this is dropped.
pub struct Spooled {
    /// The bytes.
    pub file: File,
    /// How many.
    pub size: u64,
    /// Their SHA-256.
    pub digest: [u8; 32],
}

impl Spool {
    /// An empty file without a name in this folder. It takes at most `limit` bytes.
    pub async fn begin(folder: &Path, limit: u64) -> io::Result<Self> {
        let folder = folder.to_owned();
        let file = tokio::task::spawn_blocking(move || tempfile::tempfile_in(folder))
            .await
            .map_err(io::Error::other)??;
        let mut file = File::from_std(file);
        // The usual two megabytes would be kept for each file that is under way.
        file.set_max_buf_size(BUFFER);
        Ok(Self {
            file,
            hash: Context::new(&SHA256),
            size: 0,
            limit,
            head: Vec::new(),
        })
    }

    /// Takes the next bytes.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), SpoolError> {
        self.size += bytes.len() as u64;
        if self.size > self.limit {
            return Err(SpoolError::TooLarge(self.limit));
        }
        let missing = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..missing]);
        self.hash.update(bytes);
        Ok(self.file.write_all(bytes).await?)
    }

    /// The first bytes, up to 4,096 of them.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// So many bytes have come.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// That was all.
    pub async fn finish(mut self) -> io::Result<Spooled> {
        self.file.flush().await?;
        self.file.rewind().await?;
        let mut digest = [0; 32];
        digest.copy_from_slice(self.hash.finish().as_ref());
        Ok(Spooled {
            file: self.file,
            size: self.size,
            digest,
        })
    }
}

impl Spooled {
    /// The first bytes, at most so many.
    pub async fn head(&self, count: u64) -> io::Result<Vec<u8>> {
        let mut file = self.file.try_clone().await?;
        file.rewind().await?;
        let mut head = Vec::new();
        file.take(count).read_to_end(&mut head).await?;
        Ok(head)
    }

    /// The key of the bytes in the blob store.
    pub fn key(&self) -> String {
        hex(&self.digest)
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
