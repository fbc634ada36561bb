//! Which messages the page around us is told of: those that came while it looked, once they are on screen, and each once.

use crate::ids::MessageId;

/// So many that came are remembered until somebody looks at them.
const WAITING: usize = 500;

/// Messages that came, and those that were told of.
#[derive(Debug, Default)]
pub struct Reports {
    waiting: Vec<MessageId>,
    told: Vec<MessageId>,
}

impl Reports {
    /// A message of a contact came over the live stream. The log may tell of it again.
    pub fn came(&mut self, id: &MessageId) {
        if self.told.contains(id) || self.waiting.contains(id) {
            return;
        }
        if self.waiting.len() == WAITING {
            self.waiting.remove(0);
        }
        self.waiting.push(id.clone());
    }

    /// True if there is none to tell of.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether the page is to be told, now that the message is on screen.
    pub fn is_due(&mut self, id: &MessageId) -> bool {
        let Some(index) = self.waiting.iter().position(|waiting| waiting == id) else {
            return false;
        };
        self.told.push(self.waiting.remove(index));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_told_of_once_and_only_if_it_came_live() {
        let id = |n: usize| MessageId::parse(format!("msg_{n}")).unwrap();
        let mut reports = Reports::default();
        assert!(!reports.is_due(&id(1)), "history");
        reports.came(&id(1));
        reports.came(&id(1));
        assert!(reports.is_due(&id(1)));
        assert!(!reports.is_due(&id(1)));
        reports.came(&id(1));
        assert!(!reports.is_due(&id(1)), "told again by the log");
        assert!(reports.is_empty());
        for n in 0..2000 {
            reports.came(&id(n));
        }
        assert_eq!(reports.waiting.len(), WAITING);
        assert!(reports.is_due(&id(1999)));
    }
}
