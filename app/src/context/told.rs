//! A value that the page has told.

use crate::inbox::lock;
use leptos::prelude::{ArcRwSignal, Track, Update};
use std::sync::Mutex;

/// A value that can be followed. The signal beside it only counts: a signal of each type of value would bring the whole machinery of
/// signals into the program once more.
#[derive(Default)]
pub struct Told<T> {
    value: Mutex<T>,
    version: ArcRwSignal<u64>,
}

impl<T: Clone + PartialEq> Told<T> {
    /// The value, followed.
    pub fn get(&self) -> T {
        self.version.track();
        self.get_untracked()
    }

    /// The value.
    pub fn get_untracked(&self) -> T {
        lock(&self.value).clone()
    }

    /// Another value. The same one is no news.
    pub fn set(&self, value: T) {
        {
            let mut held = lock(&self.value);
            if *held == value {
                return;
            }
            *held = value;
        }
        self.version.update(|version| *version += 1);
    }
}
