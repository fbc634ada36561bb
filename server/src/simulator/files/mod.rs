//! Files as Meta keeps them: those that customers send, and those that the business has uploaded.

mod film;
mod made;
mod ogg;

use std::collections::{HashMap, VecDeque};

use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::unix_now;
use super::wamid::random_digits;

/// More than this is forgotten from its oldest end, in bytes: a demonstration may run for weeks.
const KEPT: usize = 512 * 1024 * 1024;

/// One file.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoredFile {
    pub(super) id: String,
    pub(super) mime_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) file_name: Option<String>,
    pub(super) size: usize,
    /// SHA-256, hexadecimal.
    pub(super) sha256: String,
    /// The number that uploaded it; none if a customer's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) phone_number_id: Option<String>,
    /// Unix seconds.
    pub(super) at: i64,
    #[serde(skip)]
    pub(super) bytes: Bytes,
}

impl StoredFile {
    /// The digest as webhooks write it.
    pub(super) fn base64_digest(&self) -> String {
        STANDARD.encode(digest(&SHA256, &self.bytes))
    }
}

/// All of them, and the addresses that have been given out.
#[derive(Default)]
pub(super) struct Files {
    by_id: HashMap<String, StoredFile>,
    order: VecDeque<String>,
    size: usize,
    addresses: HashMap<String, (String, i64)>,
}

impl Files {
    /// With an example of each kind, under the ids that example messages name.
    pub(super) fn with_examples() -> Self {
        let mut files = Self::default();
        for (id, mime, name, bytes) in made::examples() {
            files.insert(id.to_owned(), mime, name.map(str::to_owned), bytes, None);
        }
        files
    }

    /// Keeps a file under a new id.
    pub(super) fn add(
        &mut self,
        mime: &str,
        name: Option<String>,
        bytes: Bytes,
        phone_number_id: Option<String>,
    ) -> StoredFile {
        self.insert(random_digits(), mime, name, bytes, phone_number_id)
    }

    fn insert(
        &mut self,
        id: String,
        mime: &str,
        name: Option<String>,
        bytes: Bytes,
        phone_number_id: Option<String>,
    ) -> StoredFile {
        let file = StoredFile {
            sha256: crate::media::hex(digest(&SHA256, &bytes).as_ref()),
            id: id.clone(),
            mime_type: mime.to_owned(),
            file_name: name,
            size: bytes.len(),
            phone_number_id,
            at: unix_now(),
            bytes,
        };
        self.size += file.size;
        self.order.push_back(id.clone());
        self.by_id.insert(id, file.clone());
        while self.size > KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.remove(&oldest);
        }
        file
    }

    pub(super) fn get(&self, id: &str) -> Option<&StoredFile> {
        self.by_id.get(id)
    }

    /// Oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &StoredFile> {
        self.order.iter().filter_map(|id| self.by_id.get(id))
    }

    pub(super) fn remove(&mut self, id: &str) -> bool {
        let Some(gone) = self.by_id.remove(id) else {
            return false;
        };
        self.size -= gone.size;
        self.order.retain(|known| known != id);
        true
    }

    /// A new address of a file, good for so many seconds.
    pub(super) fn address(&mut self, id: &str, seconds: u32) -> String {
        let now = unix_now();
        self.addresses.retain(|_, (_, until)| *until > now);
        let token = random_digits();
        self.addresses
            .insert(token.clone(), (id.to_owned(), now + i64::from(seconds)));
        token
    }

    /// What is at an address now.
    pub(super) fn at_address(&self, token: &str) -> Option<&StoredFile> {
        let (id, until) = self.addresses.get(token)?;
        (*until > unix_now()).then(|| self.get(id)).flatten()
    }
}

/// What goes wrong with one fetch of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FileTrouble {
    /// Graph says that there is no such file.
    Unknown,
    /// Graph answers 503 by something in front of it.
    Unavailable,
    /// Graph names a wrong digest.
    WrongDigest,
    /// Graph names an address on another host.
    Foreign,
    /// The address has ended.
    Gone,
    /// The address redirects to another host.
    Redirect,
    /// Half of the bytes come, and the connection is cut.
    HalfBody,
    /// Half of the bytes come, and nothing more.
    Stall,
    /// More bytes come than the file has.
    Oversize,
}

impl FileTrouble {
    /// Whether it shows when the address is asked for, and not at the download.
    pub(super) fn is_of_the_address(self) -> bool {
        matches!(
            self,
            Self::Unknown | Self::Unavailable | Self::WrongDigest | Self::Foreign
        )
    }
}
