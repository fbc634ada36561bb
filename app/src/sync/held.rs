//! The order of the list while it must not move.

use crate::ids::ConversationId;

/// Rows in the places that they had when somebody began to point at them.
#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    rows: Option<Vec<ConversationId>>,
    /// Those that would be elsewhere now, further up.
    back: Vec<ConversationId>,
}

impl Held {
    pub fn rows(&self) -> Option<&[ConversationId]> {
        self.rows.as_deref()
    }

    pub const fn back(&self) -> usize {
        self.back.len()
    }

    /// An empty list has nothing to hold.
    pub fn begin(&mut self, order: &[ConversationId]) {
        if self.rows.is_none() && !order.is_empty() {
            self.rows = Some(order.to_vec());
        }
    }

    /// What was held.
    pub fn end(&mut self) -> Option<Vec<ConversationId>> {
        self.back.clear();
        self.rows.take()
    }

    /// A page that was asked for stands below what is there.
    pub fn append(&mut self, page: Vec<ConversationId>) {
        let Some(rows) = &mut self.rows else { return };
        for id in page {
            if !rows.contains(&id) && !self.back.contains(&id) {
                rows.push(id);
            }
        }
    }

    /// A row came, moved or went. What is not in the list any more leaves it at once.
    pub fn note(&mut self, id: &ConversationId, is_shown: bool, rises: bool) {
        let Some(rows) = &mut self.rows else { return };
        if !is_shown {
            rows.retain(|row| row != id);
            self.back.retain(|row| row != id);
        } else if (rises || !rows.contains(id)) && !self.back.contains(id) {
            self.back.push(id.clone());
        }
        if rows.is_empty() {
            self.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(names: &[&str]) -> Vec<ConversationId> {
        let id = |name: &&str| ConversationId::parse(["conv_", name].concat()).unwrap();
        names.iter().map(id).collect()
    }

    #[test]
    fn rows_keep_their_places_until_the_end() {
        let mut held = Held::default();
        held.note(&ids(&["a"])[0], true, true);
        assert_eq!((held.rows(), held.back()), (None, 0), "nothing is held");
        held.begin(&ids(&["a", "b", "c"]));
        held.begin(&ids(&["c"]));
        for id in ids(&["c", "c", "new"]) {
            held.note(&id, true, true);
        }
        // One that only changed, or sank.
        held.note(&ids(&["a"])[0], true, false);
        assert_eq!(held.rows(), Some(&*ids(&["a", "b", "c"])));
        assert_eq!(held.back(), 2);
        held.append(ids(&["c", "new", "d"]));
        assert_eq!(held.rows(), Some(&*ids(&["a", "b", "c", "d"])));
        for id in ids(&["b", "new"]) {
            held.note(&id, false, false);
        }
        assert_eq!(held.rows(), Some(&*ids(&["a", "c", "d"])));
        assert_eq!(held.back(), 1);
        assert_eq!(held.end(), Some(ids(&["a", "c", "d"])));
        assert_eq!((held.rows(), held.back()), (None, 0));
    }

    #[test]
    fn a_list_that_has_emptied_is_held_no_more() {
        let mut held = Held::default();
        held.begin(&[]);
        assert_eq!(held.rows(), None);
        held.begin(&ids(&["a"]));
        held.note(&ids(&["a"])[0], false, false);
        assert_eq!(held.rows(), None);
    }
}
