//! Where the files on screen are, in the browser. Addresses are asked for together and live for minutes.

use super::MediaLink;
use super::api::{FetchMediaAgain, MediaUrls};
use super::model::MAX_LINKS;
use crate::browser;
use crate::ids::MediaId;
use crate::inbox::{Inbox, lock};
use leptos::prelude::*;
use std::collections::HashMap;
use std::sync::Mutex;

/// How long files are waited for that are drawn together, in milliseconds.
const TOGETHER: u32 = 10;
/// An address that failed is asked for anew no sooner than this after the last answer, in milliseconds: a file that a browser cannot
/// show fails with every address.
const AGAIN: i64 = 10_000;

/// The addresses that are known.
#[derive(Default)]
pub struct Links(Mutex<Held>);

#[derive(Default)]
struct Held {
    known: HashMap<MediaId, Known>,
    /// To be asked for.
    wanted: Vec<MediaId>,
}

struct Known {
    link: ArcRwSignal<Option<MediaLink>>,
    asked_at: i64,
}

impl Links {
    /// Forgets everything: another session has begun.
    pub(crate) fn clear(&self) {
        *lock(&self.0) = Held::default();
    }

    /// The address of a file, and whether somebody has to ask for it now.
    fn want(&self, id: &MediaId, now: i64) -> (ArcRwSignal<Option<MediaLink>>, bool) {
        let held = &mut *lock(&self.0);
        let is_first = held.wanted.is_empty();
        let known = held.known.entry(id.clone()).or_insert_with(|| Known {
            link: ArcRwSignal::new(None),
            asked_at: 0,
        });
        let is_good = known
            .link
            .with_untracked(|link| link.as_ref().is_some_and(|link| link.expires_at > now));
        if is_good || held.wanted.contains(id) || now - known.asked_at < AGAIN {
            return (known.link.clone(), false);
        }
        known.asked_at = now;
        held.wanted.push(id.clone());
        (known.link.clone(), is_first)
    }

    fn take_wanted(&self) -> Vec<MediaId> {
        let wanted = &mut lock(&self.0).wanted;
        let count = wanted.len().min(MAX_LINKS);
        wanted.drain(..count).collect()
    }

    fn put(&self, link: MediaLink) {
        let signal = lock(&self.0)
            .known
            .get(&link.id)
            .map(|known| known.link.clone());
        if let Some(signal) = signal {
            signal.set(Some(link));
        }
    }

    /// It does not work: the next who wants it asks again.
    fn spoil(&self, id: &MediaId) {
        if let Some(known) = lock(&self.0).known.get(id) {
            known.link.update_untracked(|link| {
                if let Some(link) = link {
                    link.expires_at = 0;
                }
            });
        }
    }

    /// No answer came: the next who wants these asks again at once.
    fn forgive(&self, ids: &[MediaId]) {
        let held = &mut *lock(&self.0);
        for id in ids {
            if let Some(known) = held.known.get_mut(id) {
                known.asked_at = 0;
            }
        }
    }
}

impl Inbox {
    /// The address of a file, as soon as it is known.
    pub(crate) fn media_link(&self, id: &MediaId) -> ArcRwSignal<Option<MediaLink>> {
        let (link, ask) = self.links.want(id, browser::now());
        if ask {
            self.ask_links();
        }
        link
    }

    /// Asks for another address of a file whose address does not work any more.
    pub(crate) fn renew_media_link(&self, id: &MediaId) {
        self.links.spoil(id);
        self.media_link(id);
    }

    /// Has a file fetched that could not be fetched.
    pub(crate) fn fetch_media_again(&self, id: &MediaId) {
        let (inbox, media_id) = (self.clone(), id.clone());
        browser::spawn(async move {
            // If it cannot be asked for, it stays as it is: failed, with its reason and its button.
            if let Ok(message) = inbox.call(FetchMediaAgain { media_id }).await {
                inbox.act(|engine| engine.put_message(message));
            }
        });
    }

    fn ask_links(&self) {
        let inbox = self.clone();
        let generation = self.generation();
        browser::spawn(async move {
            browser::sleep(TOGETHER).await;
            loop {
                let ids = inbox.links.take_wanted();
                if ids.is_empty() || inbox.is_past(generation) {
                    return;
                }
                match inbox.call(MediaUrls { ids: ids.clone() }).await {
                    Ok(links) => {
                        for link in links {
                            inbox.links.put(link);
                        }
                    }
                    Err(_) => inbox.links.forgive(&ids),
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(id: &MediaId, expires_at: i64) -> MediaLink {
        MediaLink {
            id: id.clone(),
            url: "/media/x".into(),
            thumbnail: None,
            download: "/media/x?download".into(),
            expires_at,
        }
    }

    #[test]
    fn addresses_are_asked_for_together_and_once() {
        let links = Links::default();
        let [one, two] = ["med_1", "med_2"].map(|id| MediaId::parse(id).unwrap());
        assert!(links.want(&one, 100_000).1, "the first asks");
        assert!(
            !links.want(&two, 100_000).1,
            "the second is asked for along with it"
        );
        assert!(!links.want(&one, 100_000).1);
        assert_eq!(links.take_wanted(), [one.clone(), two]);
        assert!(!links.want(&one, 100_001).1, "the answer is on its way");
        links.put(link(&one, 400_000));
        let (held, ask) = links.want(&one, 399_999);
        assert!(!ask && held.get_untracked().is_some());
        assert!(links.want(&one, 400_000).1, "its time is over");
    }

    #[test]
    fn what_does_not_work_is_asked_for_again_but_not_for_ever() {
        let links = Links::default();
        let id = MediaId::parse("med_1").unwrap();
        links.want(&id, 100_000);
        links.take_wanted();
        links.put(link(&id, 900_000));
        links.spoil(&id);
        assert!(!links.want(&id, 100_000 + AGAIN - 1).1);
        assert!(links.want(&id, 100_000 + AGAIN).1);
        links.take_wanted();
        links.forgive(std::slice::from_ref(&id));
        assert!(links.want(&id, 100_001 + AGAIN).1, "nobody answered");
    }
}
