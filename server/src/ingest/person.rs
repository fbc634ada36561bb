//! Who is who (Meta, "Business-scoped user ids"): identity is the business-scoped id within the account if known, else the phone
//! within the account. A phone may be missing, may be handed to another person, and may join two contacts that we took for two people.

use super::change::{Change, NumberChanges, Person, SamePerson};
use super::world::{ContactState, World};
use crate::fresh;
use app::ids::{ContactId, TenantId};
use std::borrow::Cow;

/// Two stored contacts that are one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// The one that stays.
    pub keep: ContactId,
    /// The one whose conversations move over.
    pub drop: ContactId,
}

/// Finds or makes the contact of every person in the delivery, and brings names and ids up to date. Returns merges that have to
/// be carried out first; then nothing else was changed, and the world has to be loaded anew. No contact is in two of them: what follows
/// from a merge is asked for again.
pub fn resolve_people(world: &mut World, changes: &[&NumberChanges]) -> Vec<Merge> {
    let mut named = Vec::new();
    let mut same = Vec::new();
    for of in changes {
        let Some(number) = world.numbers.get(&of.phone_number_id) else {
            continue;
        };
        for change in &of.changes {
            let (person, makes) = match change {
                Change::Message(message) => {
                    let known = (number.id.clone(), message.provider_id.clone());
                    // Told again days later, the phone may be somebody else's.
                    let is_news = !world.by_provider_id.contains_key(&known);
                    let identity = message.identity.as_deref().filter(|_| is_news);
                    same.extend(identity.map(|ids| (number.tenant.clone(), &*of.waba_id, ids)));
                    (&message.person, true)
                }
                Change::SamePerson(ids) => {
                    same.push((number.tenant.clone(), &*of.waba_id, ids));
                    continue;
                }
                // They are about somebody who is known, or about nobody.
                Change::Amendment(amendment) => (&amendment.person, false),
                Change::Preference(preference) => (&preference.person, false),
                Change::Status(_) | Change::Alert(_) => continue,
            };
            named.push(Named {
                tenant: number.tenant.clone(),
                waba_id: &of.waba_id,
                person,
                makes,
            });
        }
    }
    let mut merges = merges(world, &named);
    for (tenant, waba_id, ids) in &same {
        let of = |person| find_same_person(world, tenant, waba_id, person);
        if let (Some(drop), Some(keep)) = (of(&ids.previous), of(&ids.current)) {
            add_merge(&mut merges, keep, drop);
        }
    }
    if !merges.is_empty() {
        return merges;
    }
    for (tenant, waba_id, ids) in same {
        change_ids(world, &tenant, waba_id, ids);
    }
    // Those with both ids first: they tell which phone belongs to which id, whatever the order of the delivery.
    let (both, one): (Vec<_>, Vec<_>) = named
        .into_iter()
        .partition(|named| named.person.bsuid.is_some() && named.person.phone.is_some());
    for named in both.into_iter().chain(one) {
        resolve(world, &named);
    }
    Vec::new()
}

/// A person whom a delivery names.
struct Named<'c> {
    tenant: TenantId,
    waba_id: &'c str,
    person: &'c Person,
    /// Whether somebody who is not known becomes a contact.
    makes: bool,
}

fn add_merge(merges: &mut Vec<Merge>, keep: ContactId, drop: ContactId) {
    let is_free = |id: &ContactId| !merges.iter().any(|m| m.keep == *id || m.drop == *id);
    if keep != drop && is_free(&keep) && is_free(&drop) {
        merges.push(Merge { keep, drop });
    }
}

/// WhatsApp says that a person has other ids now. Where nobody is known by the new ones, the contact takes them.
fn change_ids(world: &mut World, tenant: &TenantId, waba_id: &str, ids: &SamePerson) {
    let key = |text: &String| (tenant.clone(), waba_id.to_owned(), text.clone());
    let is_known = find_same_person(world, tenant, waba_id, &ids.current).is_some();
    let former = find_same_person(world, tenant, waba_id, &ids.previous);
    // What the same delivery brings under the old ids is this person's too, whether it stands before or after.
    for id in [&ids.previous.phone, &ids.previous.bsuid] {
        world
            .renamed
            .extend(id.iter().map(|id| (key(id), ids.current.clone())));
    }
    let Some(id) = former.filter(|_| !is_known) else {
        return;
    };
    let Some(contact) = world.contacts.get_mut(&id) else {
        return;
    };
    // Other contacts of this delivery may take over what this one had.
    world.released.insert(id.clone());
    contact.dirty = true;
    let has_new_phone = ids.current.phone.is_some() && contact.phone != ids.current.phone;
    if has_new_phone {
        contact.phone.clone_from(&ids.current.phone);
    }
    // With a new phone comes a new id; until it is told, the old one would make the person a stranger.
    if has_new_phone || ids.current.bsuid.is_some() {
        contact.bsuid.clone_from(&ids.current.bsuid);
    }
    world.by_phone.retain(|_, known| *known != id);
    world.by_bsuid.retain(|_, known| *known != id);
    let (phone, bsuid) = (contact.phone.clone(), contact.bsuid.clone());
    if let Some(phone) = &phone {
        take_phone(world, key(phone), &id);
    }
    let bsuid = bsuid.iter().map(|bsuid| (key(bsuid), id.clone()));
    world.by_bsuid.extend(bsuid);
}

/// A phone is this contact's now, and nobody else's.
fn take_phone(world: &mut World, key: (TenantId, String, String), id: &ContactId) {
    let phone = key.2.clone();
    if let Some(former) = world.by_phone.insert(key, id.clone())
        && former != *id
        && let Some(contact) = world.contacts.get_mut(&former)
    {
        // Unless it has reported another phone meanwhile.
        if contact.phone.as_deref() == Some(&phone) {
            contact.phone = None;
        }
        contact.dirty = true;
        world.released.insert(former);
    }
}

/// The person with the ids of now, where this delivery says that they have changed.
fn current<'p>(
    world: &World,
    tenant: &TenantId,
    waba_id: &str,
    person: &'p Person,
) -> Cow<'p, Person> {
    let mut person = Cow::Borrowed(person);
    // From one to the next, and not in circles.
    for _ in 0..world.renamed.len().min(8) {
        let of = |id: &Option<String>| {
            let key = (tenant.clone(), waba_id.to_owned(), id.clone()?);
            world.renamed.get(&key)
        };
        let Some(now) = of(&person.bsuid).or_else(|| of(&person.phone)) else {
            break;
        };
        person = Cow::Owned(Person {
            bsuid: now.bsuid.clone(),
            phone: now.phone.clone().or_else(|| {
                let is_former = of(&person.phone).is_some();
                person.phone.clone().filter(|_| !is_former)
            }),
            name: person.name.clone(),
            username: person.username.clone(),
        });
    }
    person
}

/// The contact of a person, once [`resolve_people`] has run.
pub fn find(world: &World, tenant: &TenantId, waba_id: &str, person: &Person) -> Option<ContactId> {
    let person = &*current(world, tenant, waba_id, person);
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

fn merges(world: &World, people: &[Named<'_>]) -> Vec<Merge> {
    let mut merges: Vec<Merge> = Vec::new();
    for named in people {
        let (tenant, waba_id, person) = (&named.tenant, named.waba_id, named.person);
        let (Some(bsuid), Some(phone)) = (&person.bsuid, &person.phone) else {
            continue;
        };
        let key = |text: &String| (tenant.clone(), waba_id.to_owned(), text.clone());
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
        if same_person {
            add_merge(&mut merges, keep.clone(), drop.clone());
        }
    }
    merges
}

fn resolve(world: &mut World, named: &Named<'_>) {
    let Named {
        tenant,
        waba_id,
        person,
        makes,
    } = named;
    let person = &*current(world, tenant, waba_id, person);
    let id = match find_same_person(world, tenant, waba_id, person) {
        Some(id) => id,
        None if *makes => add(world, tenant, waba_id),
        None => return,
    };
    if let Some(phone) = &person.phone {
        let key = (tenant.clone(), (*waba_id).to_owned(), phone.clone());
        take_phone(world, key, &id);
    }
    if let Some(bsuid) = &person.bsuid {
        world.by_bsuid.insert(
            (tenant.clone(), (*waba_id).to_owned(), bsuid.clone()),
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
            marketing: None,
            dirty: true,
        },
    );
    id
}
