//! English.

use super::Key;

#[expect(clippy::too_many_lines, reason = "a list")]
pub(super) fn text(key: Key) -> &'static str {
    use Key as K;
    match key {
        K::Inbox => "Inbox",
        K::Conversations => "Conversations",
        K::ThreadWith => "Conversation with {name}",
        K::Message => "Message",
        K::Send => "Send",
        K::Retry => "Retry",
        K::Back => "Back",
        K::Sending => "Sending",
        K::Queued => "Queued",
        K::Sent => "Sent",
        K::Delivered => "Delivered",
        K::Read => "Read",
        K::NotSent => "Not sent",
        K::Forwarded => "Forwarded",
        K::ForwardedOften => "Forwarded many times",
        K::Edited => "edited",
        K::Deleted => "This message was deleted",
        K::QuoteOfOurs => "You",
        K::QuoteUnknown => "An earlier message",
        K::OpenMap => "Open on a map",
        K::Answer => "Answer",
        K::FromAd => "Came from an ad",
        K::AboutProduct => "About this product",
        K::Audio => "Audio",
        K::ChatOpened => "The contact opened the chat",
        K::Play => "Play",
        K::Pause => "Pause",
        K::Position => "Position",
        K::Speed => "Speed",
        K::FetchAgain => "Fetch it again",
        K::ShowAlbum => "Show all {n} photos",
        K::Now => "now",
        K::Today => "Today",
        K::Yesterday => "Yesterday",
        K::You => "You:",
        K::Draft => "Draft:",
        K::Photo => "Photo",
        K::Video => "Video",
        K::VoiceMessage => "Voice message",
        K::Document => "Document",
        K::Sticker => "Sticker",
        K::Location => "Location",
        K::ContactCard => "Contact",
        K::Reaction => "Reaction",
        K::Template => "Template",
        K::Poll => "Poll",
        K::Order => "Order",
        K::OtherKind => "Message of a kind that is not shown here yet",
        K::OpenOnPhone => "Open it on the phone",
        K::New => "one:{n} new|other:{n} new",
        K::Unread => "one:{n} unread|other:{n} unread",
        K::GoToNewest => "Go to the newest message",
        K::EmptyTitle => "No one is waiting",
        K::EmptyText => "New messages appear here by themselves.",
        K::PickTitle => "No conversation is open",
        K::PickText => "Choose one from the list to read and answer it.",
        K::NoMessages => "Nothing has been written yet.",
        K::LoadFailedTitle => "The inbox could not be loaded",
        K::ListFailed => "More conversations could not be loaded.",
        K::ThreadFailed => "The messages could not be loaded.",
        K::OlderFailed => "Older messages could not be loaded.",
        K::Loading => "Loading",
        K::Reconnecting => "Reconnecting. What you see may be a little behind.",
        K::Offline => "You are offline. What you send waits here and goes out by itself.",
        K::OfflineQueued => {
            "one:You are offline. {n} message is queued and goes out by itself.|other:You are offline. {n} messages are queued and go out by themselves."
        }
        K::EndedTitle => "Session ended",
        K::EndedText => "Reload the page to go on.",
        K::EndedDraft => "Your draft is still in the message box. Copy it before you reload.",
        K::RefusedTitle => "This page may not show the inbox",
        K::RefusedText => {
            "The token was made for other addresses. Add {origin} to allowedOrigins when your server mints it."
        }
        K::StrangerText => {
            "Its address is {origin}, and the frame was made for another one. Add that address to the allowed origins, and name it as parentOrigin in the frame's address, as the embed script does."
        }
        K::Close => "Close",
        K::Dismiss => "Not now",
        K::OpenConversationOf => "Open the conversation of {name}",
        K::SuggestedReplies => "Suggested replies",
        K::RecordOnPage => "Record on the page around this inbox",
        K::OpenRecord => "Open the record",
        K::NoConversation => "There is no conversation with this phone yet.",
        K::WaitingTitle => "Waiting for the page around this inbox",
        K::WaitingText => "It has not signed you in yet. If this stays, reload the page.",
        K::StandaloneTitle => "This inbox lives inside another product",
        K::StandaloneText => {
            "Load the embed script on your page and mount the chat with a token that your server mints. The inbox then appears there."
        }
        K::BootFailedText => "Check the connection and try again.",
        K::CharsLeft => "one:{n} character left|other:{n} characters left",
        K::CharsOver => {
            "one:{n} character too many. WhatsApp carries 4,096.|other:{n} characters too many. WhatsApp carries 4,096."
        }
        K::AttachFiles => "Attach files",
        K::AttachedFiles => "Attached files",
        K::RemoveFile => "Remove {name}",
        K::DropFiles => "Drop files here to attach them",
        K::Uploading => "Uploading",
        K::SendAsDocument => "Send as a document",
        K::FileTooLargeAs => "It is larger than {limit} MB. Send it as a document.",
        K::FileTooLarge => {
            "It is larger than 100 MB, and WhatsApp takes no larger file. Choose a smaller one."
        }
        K::FileEmpty => "This file is empty. Choose another one.",
        K::RecordVoice => "Record a voice message",
        K::Recording => "Recording",
        K::StopRecording => "Stop and listen",
        K::DiscardRecording => "Discard the recording",
        K::MicrophoneDenied => {
            "The microphone is not allowed here. Allow it in the browser and try again; if it does not ask, this page has to allow it first."
        }
        K::MicrophoneMissing => "No microphone was found. Connect one and try again.",
        K::MicrophoneUnsupported => {
            "This browser cannot record voice messages for WhatsApp. Use a current Chrome, Edge or Firefox."
        }
        K::ContactDetails => "Contact details",
        K::Phone => "Phone",
        K::Username => "Username",
        K::OurNumber => "Your number",
        K::FreeRepliesHours => "Free replies for {h} h {m} min",
        K::FreeRepliesMinutes => "Free replies for {m} min",
        K::WindowShut => {
            "Free replies end 24 hours after the contact's last message. Until they write again, WhatsApp takes only templates."
        }
        K::DraftKept => "Kept until then:",
        K::SendTemplate => "Send a template",
        K::Templates => "Templates",
        K::SearchTemplates => "Search templates",
        K::Language => "Language",
        K::AllLanguages => "All languages",
        K::NoTemplatesTitle => "There are no templates yet",
        K::NoTemplatesText => {
            "Write them in WhatsApp Manager. Once WhatsApp has approved one, it appears here within the hour."
        }
        K::NoTemplateFound => "No template has these words.",
        K::TemplatesFailed => "The templates could not be loaded.",
        K::NotApproved => "Not approved by WhatsApp",
        K::TemplateNeedsFile => {
            "This template begins with a file or a place, and neither can be added to it here. Choose another one."
        }
        K::VariableOfHeading => "Heading: {name}",
        K::VariableOfText => "Text: {name}",
        K::VariableOfButton => "Button: {name}",
        K::TemplatePreview => "Preview",
        K::FillThis => "Fill in this field.",
        K::FieldOneLine => "Write one line, without tabs and with at most four blanks in a row.",
        K::FilledTooLong => "Filled like this, it is longer than WhatsApp takes. Shorten it.",
        K::Reply => "Reply",
        K::ReplyTo => "Reply to {name}",
        K::RemoveQuote => "Do not quote it",
        K::React => "React",
        K::ReactWith => "React with {emoji}",
        K::TakeSignBack => "Take {emoji} back",
        K::SignNotTaken => "Your reaction was not taken.",
        K::WaitsForTime => "Goes out: {time}",
        K::WaitsToRetry => "WhatsApp asks to wait. Next try: {time}.",
        K::WaitsForContact => {
            "WhatsApp limits how fast one contact is written to. It goes out: {time}."
        }
        K::WaitsForNumber => {
            "WhatsApp refuses your number at the moment. The message goes out once it is taken again."
        }
        K::WaitsForNews => {
            "WhatsApp has not said whether this went out. It is not sent twice; the answer is looked for."
        }
        K::Waits => "It has not gone out yet.",
        K::Cancel => "Cancel",
        K::TakenBack => "This message was taken back before it went out.",
        K::NumberRefused => "WhatsApp refuses this number: {reason} What is written waits here.",
        K::Help => "Help",
        K::MadeWith => "Made with Pilot Inbox",
        K::ErrorTransport => "The server could not be reached. Check the connection and try again.",
        K::ErrorInternal => "Something failed on our side. Try again; if it stays, tell support.",
        K::ErrorRateLimited => "That was too much at once. Wait a moment and try again.",
        K::ErrorNotFound => {
            "This conversation is not there any more, or this session may not see it."
        }
        K::ErrorTooLong => "WhatsApp carries 4,096 characters. Shorten the message.",
        K::ErrorNotSent => "WhatsApp did not take this message.",
    }
}
