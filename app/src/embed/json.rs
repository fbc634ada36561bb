//! Writing messages. Their JSON is flat, so a writer of its own weighs less than one that serde derives for each type.

/// `"name":value`, where `value` is JSON already.
pub(super) fn member(name: &str, value: &str) -> String {
    ["\"", name, "\":", value].concat()
}

/// `"name":"text"`.
pub(super) fn text_member(name: &str, text: &str) -> String {
    member(name, &serde_json::to_string(text).unwrap_or_default())
}
