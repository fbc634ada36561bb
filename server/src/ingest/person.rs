//! Who is who (Meta, "Business-scoped user ids"): identity is the business-scoped id within the account if known, else the phone
//! within the account. A phone may be missing, may be handed to another person, and may join two contacts that we took for two people.

use super::change::{Change, NumberChanges, Person};
use super::world::{ContactState, World};
use crate::fresh;
use app::ids::{ContactId, TenantId};

/// Two stored contacts that are one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// The one that stays.
    pub keep: ContactId,
    /// The one whose conversations move over.
    pub drop: ContactId,
}

/// Finds or makes the contact of every person in the delivery, and brings names and ids up to date. Returns merges that have to
/// be carried out first; then nothing else was changed, and the world has to be loaded anew.
pub fn resolve_people(world: &mut World, changes: &[&NumberChanges]) -> Vec<Merge> {
    let people: Vec<(TenantId, &str, &Person)> = changes
        .iter()
        .filter_map(|of| Some((world.numbers.get(&of.phone_number_id)?.tenant.clone(), of)))
        .flat_map(|(tenant, of)| {
            of.changes.iter().filter_map(move |change| match change {
                Change::Message(message) => {
                    Some((tenant.clone(), of.waba_id.as_str(), &message.person))
                }
                Change::Status(_) => None,
            })
        })
        .collect();
    let merges = merges(world, &people);
    if !merges.is_empty() {
        return merges;
    }
    // Those with both ids first: they tell which phone belongs to which id, whatever the order of the delivery.
    let (both, one): (Vec<_>, Vec<_>) = people
        .into_iter()
        .partition(|(_, _, person)| person.bsuid.is_some() && person.phone.is_some());
    for (tenant, waba_id, person) in both.into_iter().chain(one) {
        resolve(world, &tenant, waba_id, person);
    }
    Vec::new()
}

/// The contact of a person, once [`resolve_people`] has run.
pub fn find(world: &World, tenant: &TenantId, waba_id: &str, person: &Person) -> Option<ContactId> {
    let by = |index: &std::collections::HashMap<(TenantId, String, String), ContactId>,
              key: &Option<String>| {
        key.as_ref().and_then(|key| {
            index
                .get(&(tenant.clone(), waba_id.to_owned(), key.clone()))
                .cloned()
        })
    };
    by(&world.by_bsuid, &person.bsuid).or_else(|| by(&world.by_phone, &person.phone))
}

fn merges(world: &World, people: &[(TenantId, &str, &Person)]) -> Vec<Merge> {
    let mut merges: Vec<Merge> = Vec::new();
    for (tenant, waba_id, person) in people {
        let (Some(bsuid), Some(phone)) = (&person.bsuid, &person.phone) else {
            continue;
        };
        let key = |text: &String| (tenant.clone(), (*waba_id).to_owned(), text.clone());
        let (Some(keep), Some(drop)) = (
            world.by_bsuid.get(&key(bsuid)),
            world.by_phone.get(&key(phone)),
        ) else {
            continue;
        };
        // A contact that has a business-scoped id of its own is another person, who had this phone before.
        let same_person = world
            .contacts
            .get(drop)
            .is_some_and(|contact| contact.bsuid.is_none());
        let merge = Merge {
            keep: keep.clone(),
            drop: drop.clone(),
        };
        if keep != drop && same_person && !merges.contains(&merge) {
            merges.push(merge);
        }
    }
    merges
}

fn resolve(world: &mut World, tenant: &TenantId, waba_id: &str, person: &Person) {
    let id = match find_same_person(world, tenant, waba_id, person) {
        Some(id) => id,
        None => add(world, tenant, waba_id),
    };
    if let Some(phone) = &person.phone {
        let key = (tenant.clone(), waba_id.to_owned(), phone.clone());
        if let Some(former) = world.by_phone.insert(key, id.clone())
            && former != id
            && let Some(contact) = world.contacts.get_mut(&former)
        {
            // Unless it has reported another phone meanwhile.
            if contact.phone == person.phone {
                contact.phone = None;
                contact.dirty = true;
            }
            world.released_phones.insert(former);
        }
    }
    if let Some(bsuid) = &person.bsuid {
        world.by_bsuid.insert(
            (tenant.clone(), waba_id.to_owned(), bsuid.clone()),
            id.clone(),
        );
    }
    let Some(contact) = world.contacts.get_mut(&id) else {
        return;
    };
    for (field, reported) in [
        (&mut contact.bsuid, &person.bsuid),
        (&mut contact.phone, &person.phone),
        (&mut contact.name, &person.name),
        (&mut contact.username, &person.username),
    ] {
        if reported.is_some() && field != reported {
            field.clone_from(reported);
            contact.dirty = true;
        }
    }
}

fn find_same_person(
    world: &World,
    tenant: &TenantId,
    waba_id: &str,
    person: &Person,
) -> Option<ContactId> {
    let id = find(world, tenant, waba_id, person)?;
    let known = world.contacts.get(&id)?;
    match (&person.bsuid, &known.bsuid) {
        // Found by the phone, but the phone was another person's.
        (Some(reported), Some(known)) if reported != known => None,
        _ => Some(id),
    }
}

fn add(world: &mut World, tenant: &TenantId, waba_id: &str) -> ContactId {
    let id = fresh!(ContactId);
    world.contacts.insert(
        id.clone(),
        ContactState {
            id: id.clone(),
            tenant: tenant.clone(),
            waba_id: waba_id.to_owned(),
            bsuid: None,
            phone: None,
            name: None,
            username: None,
            dirty: true,
        },
    );
    id
}
