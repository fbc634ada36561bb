//! The people who write to the business.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::wamid::bsuid_of_phone;

/// A WhatsApp user. At least one of `phone` and `user_id` is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Customer {
    /// The display name the user chose.
    pub name: Option<String>,
    /// Digits without a plus; missing for a user who hides it behind a username.
    pub phone: Option<String>,
    /// Business-scoped user id (BSUID).
    pub user_id: Option<String>,
    /// Without `@`; for display only.
    pub username: Option<String>,
}

impl Customer {
    /// A user with a phone and the BSUID that goes with it.
    pub fn of_phone(name: &str, phone: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
            phone: Some(phone.to_owned()),
            user_id: Some(bsuid_of_phone(phone)),
            username: None,
        }
    }

    /// A user whom the business knows by BSUID and username alone.
    pub fn without_phone(name: &str, user_id: &str, username: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
            phone: None,
            user_id: Some(user_id.to_owned()),
            username: Some(username.to_owned()),
        }
    }

    /// What the HTTP API calls this user by: the phone, else the BSUID.
    pub(super) fn address(&self) -> &str {
        self.phone
            .as_deref()
            .or(self.user_id.as_deref())
            .unwrap_or_default()
    }

    /// The member of a webhook's `contacts`.
    pub(super) fn contact(&self) -> Value {
        let mut profile = Map::new();
        insert(&mut profile, "name", self.name.as_deref());
        insert(&mut profile, "username", self.username.as_deref());
        let mut contact = Map::new();
        contact.insert("profile".into(), profile.into());
        insert(&mut contact, "wa_id", self.phone.as_deref());
        insert(&mut contact, "user_id", self.user_id.as_deref());
        contact.into()
    }
}

/// Adds a string member, if there is one.
pub(super) fn insert(object: &mut Map<String, Value>, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        object.insert(key.to_owned(), value.into());
    }
}

/// How someone is addressed, told apart by shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// Digits only.
    Phone(String),
    /// Country, dot, letters and digits.
    UserId(String),
}

impl Address {
    /// Reads a phone (plus, spaces, hyphens and brackets are dropped) or a BSUID.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if is_user_id(text) {
            return Some(Self::UserId(text.to_owned()));
        }
        let digits: String = text
            .chars()
            .filter(|character| !matches!(character, '+' | ' ' | '-' | '(' | ')'))
            .collect();
        let is_phone =
            (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_phone.then_some(Self::Phone(digits))
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Phone(text) | Self::UserId(text) => text,
        }
    }
}

fn is_user_id(text: &str) -> bool {
    text.split_once('.').is_some_and(|(country, rest)| {
        let rest = rest.strip_prefix("ENT.").unwrap_or(rest);
        country.len() == 2
            && country.bytes().all(|byte| byte.is_ascii_uppercase())
            && (1..=128).contains(&rest.len())
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Position of a customer; stays the same while phone and BSUID come and go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct CustomerId(usize);

/// Everyone known, found by phone or BSUID.
#[derive(Default)]
pub(super) struct Customers {
    all: Vec<Customer>,
    by_address: HashMap<String, CustomerId>,
}

impl Customers {
    pub(super) fn get(&self, id: CustomerId) -> &Customer {
        &self.all[id.0]
    }

    pub(super) fn find(&self, address: &str) -> Option<CustomerId> {
        self.by_address
            .get(address.trim_start_matches('+'))
            .copied()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (CustomerId, &Customer)> {
        self.all
            .iter()
            .enumerate()
            .map(|(index, customer)| (CustomerId(index), customer))
    }

    /// Whoever has this phone or BSUID, with what is newly told about them; else someone new.
    pub(super) fn meet(&mut self, told: Customer) -> CustomerId {
        let known = [told.phone.as_deref(), told.user_id.as_deref()]
            .into_iter()
            .flatten()
            .find_map(|address| self.find(address));
        let id = known.unwrap_or_else(|| {
            self.all.push(Customer::default());
            CustomerId(self.all.len() - 1)
        });
        let customer = &mut self.all[id.0];
        for (field, news) in [
            (&mut customer.name, told.name),
            (&mut customer.phone, told.phone),
            (&mut customer.user_id, told.user_id),
            (&mut customer.username, told.username),
        ] {
            if news.is_some() {
                *field = news;
            }
        }
        for address in [&customer.phone, &customer.user_id].into_iter().flatten() {
            self.by_address.insert(address.clone(), id);
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_apart_by_shape() {
        assert_eq!(
            Address::parse("+55 (11) 99999-0000"),
            Some(Address::Phone("5511999990000".into()))
        );
        assert_eq!(
            Address::parse("BR.1a2B3c"),
            Some(Address::UserId("BR.1a2B3c".into()))
        );
        assert_eq!(
            Address::parse("US.ENT.99"),
            Some(Address::UserId("US.ENT.99".into()))
        );
        assert_eq!(Address::parse("hello"), None);
        assert_eq!(Address::parse("1234567890123456"), None);
    }

    #[test]
    fn a_phone_learnt_later_belongs_to_the_same_person() {
        let mut customers = Customers::default();
        let first = customers.meet(Customer::without_phone("Ana", "PT.1", "ana"));
        let again = customers.meet(Customer {
            phone: Some("351900".into()),
            user_id: Some("PT.1".into()),
            ..Customer::default()
        });
        assert_eq!(first, again);
        assert_eq!(customers.get(first).name.as_deref(), Some("Ana"));
        assert_eq!(customers.find("+351900"), Some(first));
    }

    #[test]
    fn contacts_leave_out_what_is_unknown() {
        let contact = Customer::without_phone("Ana", "PT.1", "ana").contact();
        assert_eq!(
            contact,
            serde_json::json!({"profile": {"name": "Ana", "username": "ana"}, "user_id": "PT.1"})
        );
    }
}
