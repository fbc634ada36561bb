//! A whole file into the blob store, with what its bytes say.

use super::blobs::{BlobError, Blobs};
use super::inspect::{Facts, inspect};
use super::spool::Spooled;
use crate::store::StoredBytes;

/// A file that is in the blob store, and still at hand.
pub struct Kept {
    /// For the database.
    pub bytes: StoredBytes,
    spooled: Spooled,
    thumbnail: Option<Vec<u8>>,
}

/// Looks into a file. On a thread that may block; what cannot be read is a file of which nothing is known.
pub async fn look(spooled: &Spooled, declared: &str) -> std::io::Result<Facts> {
    let file = spooled.file.try_clone().await?.into_std().await;
    let (size, declared) = (spooled.size, declared.to_owned());
    let looked = tokio::task::spawn_blocking(move || inspect(file, size, &declared)).await;
    Ok(looked.unwrap_or_else(|error| {
        tracing::warn!(%error, "a file could not be looked into");
        Facts::default()
    }))
}

/// Stores a file and its small picture.
pub async fn keep(
    blobs: &Blobs,
    mut spooled: Spooled,
    mut facts: Facts,
) -> Result<Kept, BlobError> {
    let thumbnail = facts.thumbnail.take();
    let blob = blobs.put(&mut spooled).await?;
    let small = match &thumbnail {
        Some(bytes) => Some(blobs.put_bytes(bytes.clone()).await?),
        None => None,
    };
    Ok(Kept {
        bytes: StoredBytes {
            blob,
            size: spooled.size,
            facts,
            thumbnail: small,
        },
        spooled,
        thumbnail,
    })
}

impl Kept {
    /// To be called once the database names these bytes: the same bytes of a file that nobody used may have been dropped meanwhile.
    pub async fn assure(&mut self, blobs: &Blobs) -> Result<(), BlobError> {
        if !blobs.has(&self.bytes.blob).await? {
            blobs.put(&mut self.spooled).await?;
        }
        if let (Some(key), Some(bytes)) = (&self.bytes.thumbnail, &self.thumbnail)
            && !blobs.has(key).await?
        {
            blobs.put_bytes(bytes.clone()).await?;
        }
        Ok(())
    }
}
