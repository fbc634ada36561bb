//! Addresses of a number's files for whoever is told of them by the public API: a backend, or who it hands them to.

use super::MediaDesk;
use super::link::{Grant, Holder, Variant};
use crate::clock::now_ms;
use app::ids::{MediaId, NumberId, TenantId};

const HOUR: i64 = 3_600_000;
/// How long an address in an answer is good, in milliseconds: who has the answer can ask again.
const ANSWERED: i64 = HOUR;
/// How long one in a webhook is: it is tried for 24 hours and stays the same to the byte, and whoever takes the last try needs time to fetch.
const TOLD: i64 = 48 * HOUR;

/// Makes addresses of files of one number.
pub(crate) struct Addresses<'a> {
    desk: &'a MediaDesk,
    tenant: &'a TenantId,
    number: &'a NumberId,
}

impl MediaDesk {
    /// Addresses of files of this number. Whoever gets them has been asked for a credential.
    pub(crate) fn addresses<'a>(
        &'a self,
        tenant: &'a TenantId,
        number: &'a NumberId,
    ) -> Addresses<'a> {
        Addresses {
            desk: self,
            tenant,
            number,
        }
    }
}

impl Addresses<'_> {
    /// For an answer; `None` where the program does not know its own address.
    pub(crate) fn answered(&self, media: &MediaId) -> Option<String> {
        self.until(media, ANSWERED)
    }

    /// For a webhook.
    pub(crate) fn told(&self, media: &MediaId) -> Option<String> {
        self.until(media, TOLD)
    }

    fn until(&self, media: &MediaId, life: i64) -> Option<String> {
        let origin = self.desk.settings.public_url.as_deref()?;
        let grant = Grant {
            tenant: self.tenant.clone(),
            holder: Holder::Number(self.number.clone()),
            expires_at: now_ms() + life,
            variant: Variant::Shown,
        };
        let path = self.desk.links.path(media, &grant);
        Some(format!("{}{path}", origin.trim_end_matches('/')))
    }
}
