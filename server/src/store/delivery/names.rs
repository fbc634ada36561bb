//! What a delivery names.

use crate::ingest::{Change, NumberChanges, Person, World};
use app::ids::{MessageId, NumberId, TenantId};
use app::messages::Direction;

/// Everything that has to be looked up.
#[derive(Default)]
pub struct Names<'c> {
    /// Number and WhatsApp's id of every message and status, and of what messages answer to or amendments are about.
    pub provider_ids: Vec<(NumberId, &'c str)>,
    /// Our own ids that statuses bring back.
    pub callbacks: Vec<MessageId>,
    /// Number and WhatsApp's id of messages that statuses may have waited for.
    pub written_elsewhere: Vec<(NumberId, &'c str)>,
    /// Tenant, account and business-scoped id.
    pub bsuids: Vec<(TenantId, &'c str, &'c str)>,
    /// Tenant, account and phone.
    pub phones: Vec<(TenantId, &'c str, &'c str)>,
    /// The numbers that it is for.
    pub numbers: Vec<NumberId>,
}

impl<'c> Names<'c> {
    /// Of changes whose numbers are in `world`.
    pub fn of(changes: &[&'c NumberChanges], world: &World) -> Self {
        let mut names = Self {
            numbers: world
                .numbers
                .values()
                .map(|number| number.id.clone())
                .collect(),
            ..Self::default()
        };
        for of in changes {
            let Some(number) = world.numbers.get(&of.phone_number_id) else {
                continue;
            };
            for change in &of.changes {
                match change {
                    Change::Message(message) => {
                        let key = (number.id.clone(), message.provider_id.as_str());
                        if message.direction == Direction::Outbound {
                            names.written_elsewhere.push(key.clone());
                        }
                        names.provider_ids.push(key);
                        let answers = message.answers.as_ref();
                        let quoted = answers.and_then(|answers| answers.provider_id.as_deref());
                        names
                            .provider_ids
                            .extend(quoted.map(|id| (number.id.clone(), id)));
                        names.add_person(of, &number.tenant, &message.person);
                        if let Some(ids) = &message.identity {
                            names.add_person(of, &number.tenant, &ids.previous);
                            names.add_person(of, &number.tenant, &ids.current);
                        }
                    }
                    Change::Amendment(amendment) => {
                        names
                            .provider_ids
                            .push((number.id.clone(), amendment.target.as_str()));
                        names.add_person(of, &number.tenant, &amendment.person);
                    }
                    Change::SamePerson(ids) => {
                        names.add_person(of, &number.tenant, &ids.previous);
                        names.add_person(of, &number.tenant, &ids.current);
                    }
                    Change::Preference(preference) => {
                        names.add_person(of, &number.tenant, &preference.person);
                    }
                    Change::Alert(_) => {}
                    Change::Status(report) => {
                        names
                            .provider_ids
                            .push((number.id.clone(), report.provider_id.as_str()));
                        names
                            .callbacks
                            .extend(report.callback.iter().map(|back| back.message.clone()));
                    }
                }
            }
        }
        names
    }

    fn add_person(&mut self, of: &'c NumberChanges, tenant: &TenantId, person: &'c Person) {
        let of_account = |id| (tenant.clone(), of.waba_id.as_str(), id);
        self.bsuids.extend(person.bsuid.as_deref().map(of_account));
        self.phones.extend(person.phone.as_deref().map(of_account));
    }
}
