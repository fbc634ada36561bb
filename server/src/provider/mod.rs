//! Providers: the outside turned into our reports, and our sends into its calls. There is one, Meta's WhatsApp Cloud API.

pub mod cloud_api;
