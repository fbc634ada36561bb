//! Where the bytes are: a folder, or a bucket that speaks S3. Named by their own SHA-256, so the same file is kept once, and what is
//! there is never written differently.

use super::spool::{Spooled, hex};
use aws_lc_rs::digest::{SHA256, digest};
use bytes::{Bytes, BytesMut};
use futures::stream::BoxStream;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Place;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutPayload};
use std::io::SeekFrom;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

/// Size of the parts in which a bucket takes a file, in bytes: the smallest that S3 allows. One part is in memory at a time.
const BUCKET_PART: usize = 5 * 1024 * 1024;
/// The same for a folder, which does not mind.
const FOLDER_PART: usize = 256 * 1024;

/// Why the blob store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// Nothing has this key.
    #[error("there are no bytes of this key")]
    Missing,
    /// The folder or the bucket.
    #[error("the media store: {0}")]
    Store(object_store::Error),
    /// The file on its way.
    #[error("the file on its way: {0}")]
    Io(#[from] std::io::Error),
    /// The setting.
    #[error("{0}")]
    Setting(String),
}

impl From<object_store::Error> for BlobError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::Missing,
            other => Self::Store(other),
        }
    }
}

/// The blob store.
#[derive(Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    prefix: Place,
    spool: PathBuf,
    part: usize,
}

impl Blobs {
    /// A folder, made if need be. Files on their way are in it as well.
    pub fn in_folder(folder: &Path) -> Result<Self, BlobError> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(|error| {
            BlobError::Setting(format!(
                "cannot use the media folder {}: {error}",
                folder.display()
            ))
        })?;
        Ok(Self {
            // What the database calls stored must be there after a power cut.
            store: Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true)),
            prefix: Place::default(),
            spool: folder.to_owned(),
            part: FOLDER_PART,
        })
    }

    /// `s3://bucket/prefix`; the rest from the usual `AWS_…` variables. Files on their way are in the system's folder for such.
    pub fn in_bucket(address: &str) -> Result<Self, BlobError> {
        Self::with_settings(address, AmazonS3Builder::from_env())
    }

    /// The same with settings that somebody else has made.
    pub fn with_settings(address: &str, settings: AmazonS3Builder) -> Result<Self, BlobError> {
        let wrong = || {
            BlobError::Setting(format!(
                "the media store {address:?} cannot be read: it looks like s3://bucket or s3://bucket/prefix"
            ))
        };
        let rest = address.strip_prefix("s3://").ok_or_else(wrong)?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(wrong());
        }
        let store = settings.with_bucket_name(bucket).build()?;
        Ok(Self {
            store: Arc::new(store),
            prefix: Place::parse(prefix.trim_matches('/')).map_err(|_| wrong())?,
            spool: std::env::temp_dir(),
            part: BUCKET_PART,
        })
    }

    /// Where files on their way are written.
    pub fn spool(&self) -> &Path {
        &self.spool
    }

    /// Stores what has come, and leaves it where it is. Storing it again changes nothing.
    pub async fn put(&self, spooled: &mut Spooled) -> Result<String, BlobError> {
        let key = spooled.key();
        let place = self.place(&key);
        spooled.file.seek(SeekFrom::Start(0)).await?;
        if spooled.size <= self.part as u64 {
            let bytes = read_part(&mut spooled.file, self.part).await?;
            self.store.put(&place, bytes.into()).await?;
            return Ok(key);
        }
        let mut upload = self.store.put_multipart(&place).await?;
        let done = async {
            loop {
                let part = read_part(&mut spooled.file, self.part).await?;
                if part.is_empty() {
                    break;
                }
                upload.put_part(PutPayload::from_bytes(part)).await?;
            }
            upload.complete().await?;
            Ok::<_, BlobError>(())
        }
        .await;
        if let Err(error) = done {
            // What is left of it is the bucket's to clear away; the first error says more.
            let _ = upload.abort().await;
            return Err(error);
        }
        Ok(key)
    }

    /// Stores a few bytes.
    pub async fn put_bytes(&self, bytes: Vec<u8>) -> Result<String, BlobError> {
        let key = hex(digest(&SHA256, &bytes).as_ref());
        self.store.put(&self.place(&key), bytes.into()).await?;
        Ok(key)
    }

    /// Whether the bytes are there.
    pub async fn has(&self, key: &str) -> Result<bool, BlobError> {
        match self.store.head(&self.place(key)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// How many bytes there are, and the first few.
    pub async fn begin_of(&self, key: &str) -> Result<(u64, Bytes), BlobError> {
        let options = GetOptions {
            range: Some(GetRange::Bounded(0..16)),
            ..GetOptions::default()
        };
        let found = self.store.get_opts(&self.place(key), options).await?;
        Ok((found.meta.size, found.bytes().await?))
    }

    /// A stretch of the bytes, in pieces. The range lies within the size.
    pub async fn read(
        &self,
        key: &str,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, object_store::Result<Bytes>>, BlobError> {
        if range.is_empty() {
            return Ok(Box::pin(futures::stream::empty()));
        }
        let options = GetOptions {
            range: Some(GetRange::Bounded(range)),
            ..GetOptions::default()
        };
        let found = self.store.get_opts(&self.place(key), options).await?;
        Ok(found.into_stream())
    }

    /// Takes bytes away from their place, for [`Blobs::drop_aside`] or [`Blobs::put_back`]. It does no harm if that has happened before.
    pub async fn set_aside(&self, key: &str) -> Result<(), BlobError> {
        match self.store.rename(&self.place(key), &self.aside(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts them back where they were.
    pub async fn put_back(&self, key: &str) -> Result<(), BlobError> {
        match self.store.rename(&self.aside(key), &self.place(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes what was taken away from its place.
    pub async fn drop_aside(&self, key: &str) -> Result<(), BlobError> {
        match self.store.delete(&self.aside(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Two folders deep, so that no folder grows without end.
    fn place(&self, key: &str) -> Place {
        let part = |range: Range<usize>| key.get(range).unwrap_or("-").to_owned();
        self.prefix
            .clone()
            .join(part(0..2))
            .join(part(2..4))
            .join(key)
    }

    fn aside(&self, key: &str) -> Place {
        self.prefix.clone().join("dropped").join(key)
    }
}

/// Up to a part.
async fn read_part(file: &mut tokio::fs::File, size: usize) -> std::io::Result<Bytes> {
    let mut part = BytesMut::with_capacity(size);
    while part.len() < size && file.read_buf(&mut part).await? > 0 {}
    Ok(part.freeze())
}
