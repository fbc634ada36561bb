//! What Meta reports, in every order and form in which it may come.

mod late;
mod people;
mod shapes;
mod statuses;
mod verification;
pub mod view;
