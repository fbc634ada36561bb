//! Meta's error codes: title, usual HTTP status, and the two shapes in which they travel.

use serde_json::{Value, json};

use super::wamid::fbtrace_id;

/// Title and HTTP status per code, from Meta's public table of Cloud API errors.
const CODES: [(i64, u16, &str); 44] = [
    (0, 401, "AuthException"),
    (1, 400, "API Unknown"),
    (2, 503, "API Service"),
    (3, 500, "API Method"),
    (4, 400, "API Too Many Calls"),
    (10, 403, "Permission Denied"),
    (33, 400, "Parameter value is not valid"),
    (100, 400, "Invalid parameter"),
    (190, 401, "Access token has expired"),
    (368, 403, "Temporarily blocked for policies violations"),
    (80_007, 400, "Rate limit issues"),
    (130_403, 400, "Business blocked this user"),
    (130_429, 400, "Rate limit hit"),
    (130_472, 400, "User's number is part of an experiment"),
    (
        130_497,
        403,
        "Business account is restricted from messaging users in this country",
    ),
    (131_000, 500, "Something went wrong"),
    (131_005, 403, "Access denied"),
    (131_008, 400, "Required parameter is missing"),
    (131_009, 400, "Parameter value is not valid"),
    (131_016, 500, "Service unavailable"),
    (131_021, 400, "Recipient cannot be sender"),
    (131_026, 400, "Message undeliverable"),
    (131_030, 400, "Recipient phone number not in allowed list"),
    (131_031, 403, "Business Account locked"),
    (
        131_037,
        400,
        "WhatsApp provided number needs display name approval before message can be sent",
    ),
    (131_042, 400, "Business eligibility payment issue"),
    (131_045, 500, "Incorrect certificate"),
    (131_047, 400, "Re-engagement message"),
    (131_048, 400, "Spam rate limit hit"),
    (
        131_049,
        400,
        "This message was not delivered to maintain healthy ecosystem engagement",
    ),
    (131_050, 400, "User has stopped marketing messages"),
    (131_051, 400, "Unsupported message type"),
    (131_052, 400, "Media download error"),
    (131_053, 400, "Media upload error"),
    (
        131_056,
        400,
        "(Business Account, Consumer Account) pair rate limit hit",
    ),
    (131_057, 500, "Account in maintenance mode"),
    (
        131_062,
        400,
        "Business-scoped user id not allowed for this message",
    ),
    (131_064, 400, "Messaging limit reached"),
    (
        132_000,
        400,
        "Number of parameters does not match the expected number of params",
    ),
    (
        132_001,
        404,
        "Template name does not exist in the translation",
    ),
    (132_015, 400, "Template is paused"),
    (132_016, 400, "Template is disabled"),
    (133_004, 503, "Server Temporarily Unavailable"),
    (137_000, 400, "Recipient identity has changed"),
];

/// An error that Graph answers with.
#[derive(Clone, Debug)]
pub(super) struct GraphError {
    pub(super) http_status: u16,
    pub(super) code: i64,
    pub(super) message: String,
    pub(super) details: String,
}

impl GraphError {
    /// The usual error for a code.
    pub(super) fn of_code(code: i64, details: impl Into<String>) -> Self {
        let (http_status, title) = lookup(code);
        Self {
            http_status,
            code,
            message: format!("(#{code}) {title}"),
            details: details.into(),
        }
    }

    /// A parameter that Graph itself refuses (code 100), in its words.
    pub(super) fn parameter(message: impl std::fmt::Display) -> Self {
        Self {
            http_status: 400,
            code: 100,
            message: format!("(#100) {message}"),
            details: message.to_string(),
        }
    }

    /// Meta's error envelope.
    pub(super) fn body(&self) -> Value {
        json!({"error": {
            "message": self.message,
            "type": "OAuthException",
            "code": self.code,
            "error_data": {"messaging_product": "whatsapp", "details": self.details},
            "fbtrace_id": fbtrace_id(),
        }})
    }
}

/// The member of a failed status's `errors`.
pub(super) fn status_error(code: i64) -> Value {
    let (_, title) = lookup(code);
    json!({
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": details(code)},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    })
}

/// A sentence for the codes that tests and demonstrations meet most.
pub(super) fn details(code: i64) -> String {
    match code {
        131_047 => "Message failed to send because more than 24 hours have passed since the customer last replied to this number.".into(),
        131_026 => "Message undeliverable: the recipient has no WhatsApp account or cannot receive this message.".into(),
        131_056 => "Too many messages were sent from this number to the same user in a short time.".into(),
        130_429 => "Cloud API message throughput has been reached.".into(),
        _ => format!("{} (simulated)", lookup(code).1),
    }
}

fn lookup(code: i64) -> (u16, &'static str) {
    CODES
        .iter()
        .find(|(known, _, _)| *known == code)
        .map_or((400, "Unknown error"), |(_, status, title)| {
            (*status, title)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_have_metas_envelope() {
        let error = GraphError::of_code(131_056, details(131_056));
        let body = error.body();
        assert_eq!(error.http_status, 400);
        assert_eq!(body["error"]["code"], 131_056);
        assert_eq!(
            body["error"]["message"],
            "(#131056) (Business Account, Consumer Account) pair rate limit hit"
        );
        assert_eq!(body["error"]["error_data"]["messaging_product"], "whatsapp");
        assert!(
            body["error"]["fbtrace_id"]
                .as_str()
                .is_some_and(|id| id.len() > 10)
        );
    }

    #[test]
    fn statuses_have_the_other_shape() {
        let error = status_error(131_047);
        assert_eq!(error["title"], "Re-engagement message");
        assert!(
            error["error_data"]["details"]
                .as_str()
                .is_some_and(|text| text.contains("24 hours"))
        );
        assert!(error.get("fbtrace_id").is_none());
    }

    #[test]
    fn the_table_is_sorted_and_free_of_repeats() {
        assert!(CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
