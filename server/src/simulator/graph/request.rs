//! Reads the body of a request to the messages endpoint as strictly as Graph does.

use serde_json::Value;

use crate::simulator::customer::Address;
use crate::simulator::error_codes::GraphError;
use crate::simulator::preview::preview;

/// What the product wants.
#[derive(Debug)]
pub(super) enum Request {
    /// Send a message.
    Send(Send),
    /// Mark a message of the customer read, and perhaps show that an answer is being typed.
    MarkRead { message_id: String, typing: bool },
}

/// A message to a customer.
#[derive(Debug)]
pub(super) struct Send {
    /// As written in the request; the answer repeats it.
    pub(super) input: String,
    pub(super) to: Address,
    pub(super) kind: String,
    pub(super) text: String,
    pub(super) callback_data: Option<String>,
}

/// Longest text body, in characters.
const LONGEST_TEXT: usize = 4096;
/// Longest `biz_opaque_callback_data`, in bytes.
const LONGEST_CALLBACK: usize = 512;

impl Request {
    pub(super) fn read(body: &Value) -> Result<Self, GraphError> {
        if !body.is_object() {
            return Err(GraphError::parameter(
                "The request body must be a JSON object.",
            ));
        }
        if body["messaging_product"] != "whatsapp" {
            return Err(GraphError::parameter(
                "The parameter messaging_product is required.",
            ));
        }
        if let Some(status) = body["status"].as_str() {
            return read_receipt(status, body);
        }
        Ok(Self::Send(Send::read(body)?))
    }
}

fn read_receipt(status: &str, body: &Value) -> Result<Request, GraphError> {
    if status != "read" {
        return Err(GraphError::parameter("Param status must be one of {READ}."));
    }
    let id = body["message_id"].as_str().unwrap_or_default();
    if !id.starts_with("wamid.") {
        return Err(GraphError::of_code(
            131_009,
            "message_id is not the id of a message.",
        ));
    }
    let typing = &body["typing_indicator"];
    if !typing.is_null() && typing["type"] != "text" {
        return Err(GraphError::of_code(
            131_009,
            "typing_indicator.type must be text.",
        ));
    }
    Ok(Request::MarkRead {
        message_id: id.to_owned(),
        typing: !typing.is_null(),
    })
}

impl Send {
    fn read(body: &Value) -> Result<Self, GraphError> {
        // If both are given, the phone wins.
        let input = body["to"]
            .as_str()
            .or(body["recipient"].as_str())
            .unwrap_or_default();
        if input.is_empty() {
            return Err(GraphError::parameter("The parameter to is required."));
        }
        let to = Address::parse(input).ok_or_else(|| {
            GraphError::of_code(
                131_009,
                format!("{input} is not a phone number or user id."),
            )
        })?;
        let kind = body["type"].as_str().unwrap_or("text");
        if body[kind].is_null() {
            return Err(GraphError::of_code(
                131_008,
                format!("The parameter {kind} is required."),
            ));
        }
        if kind == "text" {
            check_text(body)?;
        }
        super::checks::check(kind, body)?;
        let callback_data = body["biz_opaque_callback_data"].as_str();
        if callback_data.is_some_and(|data| data.len() > LONGEST_CALLBACK) {
            return Err(GraphError::parameter(format!(
                "Param biz_opaque_callback_data must be at most {LONGEST_CALLBACK} characters long."
            )));
        }
        Ok(Self {
            input: input.to_owned(),
            to,
            kind: kind.to_owned(),
            text: preview(kind, body),
            callback_data: callback_data.map(str::to_owned),
        })
    }
}

fn check_text(body: &Value) -> Result<(), GraphError> {
    let text = body["text"]["body"].as_str().unwrap_or_default();
    if text.trim().is_empty() {
        return Err(GraphError::of_code(
            131_008,
            "The parameter text['body'] is required.",
        ));
    }
    if text.chars().count() > LONGEST_TEXT {
        return Err(GraphError::parameter(format!(
            "Param text['body'] must be at most {LONGEST_TEXT} characters long."
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn code(body: Value) -> i64 {
        Request::read(&body).expect_err("refused").code
    }

    #[test]
    fn text_to_a_phone_or_user_id_is_taken() {
        for (key, address) in [("to", "+351 912 345 678"), ("recipient", "PT.AB12")] {
            let body =
                json!({"messaging_product": "whatsapp", key: address, "text": {"body": "hi"}});
            let Ok(Request::Send(send)) = Request::read(&body) else {
                panic!("refused {key}")
            };
            assert_eq!((send.kind.as_str(), send.text.as_str()), ("text", "hi"));
        }
    }

    #[test]
    fn mistakes_get_metas_codes() {
        let text = |body: String| json!({"messaging_product": "whatsapp", "to": "351912345678", "type": "text", "text": {"body": body}});
        assert!(Request::read(&text("é".repeat(4096))).is_ok());
        assert_eq!(code(text("a".repeat(4097))), 100);
        assert_eq!(code(text(" ".into())), 131_008);
        assert_eq!(
            code(json!({"to": "351912345678", "text": {"body": "x"}})),
            100
        );
        assert_eq!(
            code(json!({"messaging_product": "whatsapp", "text": {"body": "x"}})),
            100
        );
        assert_eq!(
            code(json!({"messaging_product": "whatsapp", "to": "bob", "text": {"body": "x"}})),
            131_009
        );
        assert_eq!(
            code(json!({"messaging_product": "whatsapp", "to": "351912345678", "type": "image"})),
            131_008
        );
        assert_eq!(
            code(json!({"messaging_product": "whatsapp", "status": "read", "message_id": "1"})),
            131_009
        );
        assert_eq!(code(json!([1])), 100);
    }
}
