//! What can be said.

macro_rules! keys {
    ($($(#[$doc:meta])* $key:ident,)*) => {
        /// Names of sentences.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Key { $($(#[$doc])* $key,)* }

        impl Key {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$key,)*];

            /// Stands for the names and their order: words are handed over as a list, and a list made for other keys would say the
            /// wrong thing.
            pub const MARK: u32 = mark(concat!($(stringify!($key), " "),*));
        }
    };
}

/// FNV-1a.
const fn mark(names: &str) -> u32 {
    let (names, mut hash, mut at) = (names.as_bytes(), 0x811c_9dc5_u32, 0);
    while at < names.len() {
        hash = (hash ^ names[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    hash
}

keys! {
    /// Title of the document.
    Inbox,
    /// Name of the list.
    Conversations,
    /// Accessible name of the thread; `{name}` is the contact.
    ThreadWith,
    /// Accessible name and placeholder of the composer.
    Message,
    /// Button.
    Send,
    /// Button.
    Retry,
    /// Button.
    Back,
    /// Tick: on its way to our server.
    Sending,
    /// Tick: waiting to go out.
    Queued,
    /// Tick.
    Sent,
    /// Tick.
    Delivered,
    /// Tick.
    Read,
    /// Tick: failed.
    NotSent,
    /// Tag of a message.
    Forwarded,
    /// Tag of a message that was forwarded more than five times.
    ForwardedOften,
    /// Before the time of a message that its writer changed.
    Edited,
    /// In place of a message that its writer took back.
    Deleted,
    /// Who wrote a quoted message: we.
    QuoteOfOurs,
    /// A quoted message that is not known here.
    QuoteUnknown,
    /// Link to a place.
    OpenMap,
    /// Title of what a customer chose or filled in.
    Answer,
    /// Title of the advertisement that a customer came from.
    FromAd,
    /// Title of the product that a customer asks about.
    AboutProduct,
    /// Message type: a file of sound.
    Audio,
    /// In place of a message: WhatsApp says that the contact has opened the chat.
    ChatOpened,
    /// Button of a recording.
    Play,
    /// Button of a recording.
    Pause,
    /// Slider of a recording.
    Position,
    /// Button of a recording.
    Speed,
    /// Button of a file that could not be fetched.
    FetchAgain,
    /// Accessible name of what unfolds an album of `{n}` pictures.
    ShowAlbum,
    /// Less than a minute ago.
    Now,
    /// Day.
    Today,
    /// Day.
    Yesterday,
    /// Before our own text in a preview.
    You,
    /// Before a draft in a preview.
    Draft,
    /// Message type.
    Photo,
    /// Message type.
    Video,
    /// Message type.
    VoiceMessage,
    /// Message type.
    Document,
    /// Message type.
    Sticker,
    /// Message type.
    Location,
    /// Message type.
    ContactCard,
    /// Message type.
    Reaction,
    /// Message type.
    Template,
    /// Message type.
    Poll,
    /// Message type.
    Order,
    /// Message type that we have no name for.
    OtherKind,
    /// Where to see what we cannot show.
    OpenOnPhone,
    /// Line before the first unread message, and pill; counts `{n}`.
    New,
    /// Accessible name of the unread pill; counts `{n}`.
    Unread,
    /// Accessible name of the pill that scrolls down.
    GoToNewest,
    /// Empty list.
    EmptyTitle,
    /// Empty list.
    EmptyText,
    /// No conversation is open.
    PickTitle,
    /// No conversation is open.
    PickText,
    /// A conversation without messages.
    NoMessages,
    /// The first answer did not come, or the program could not start.
    LoadFailedTitle,
    /// The list or its next page did not come.
    ListFailed,
    /// A conversation did not come.
    ThreadFailed,
    /// An earlier page of a conversation did not come.
    OlderFailed,
    /// Accessible text while something is fetched.
    Loading,
    /// Banner.
    Reconnecting,
    /// Banner.
    Offline,
    /// Banner with messages that wait; counts `{n}`.
    OfflineQueued,
    /// The session is over.
    EndedTitle,
    /// What to do then.
    EndedText,
    /// Said beside it when there is a draft.
    EndedDraft,
    /// The token names other origins.
    RefusedTitle,
    /// What to do then; `{origin}` is this page's.
    RefusedText,
    /// The page is another than the address says; `{origin}` is the page's.
    StrangerText,
    /// Button that has the page hide the inbox.
    Close,
    /// Button that turns an offer down.
    Dismiss,
    /// Button of an offer; `{name}` is the contact.
    OpenConversationOf,
    /// Accessible name of the replies that the page suggests.
    SuggestedReplies,
    /// Accessible name of the card with the record that the page shows.
    RecordOnPage,
    /// Link to the record.
    OpenRecord,
    /// Nobody with the record's phone has written.
    NoConversation,
    /// No `init` for a while.
    WaitingTitle,
    /// What to do then.
    WaitingText,
    /// Opened without a parent page.
    StandaloneTitle,
    /// What to do then.
    StandaloneText,
    /// What to do when the program cannot start.
    BootFailedText,
    /// Counter of characters that are left; counts `{n}`.
    CharsLeft,
    /// Counter of characters that are too many; counts `{n}`.
    CharsOver,
    /// Button that opens the file picker.
    AttachFiles,
    /// Accessible name of the files above the field.
    AttachedFiles,
    /// Button; `{name}` is the file.
    RemoveFile,
    /// On the place that files are dropped on.
    DropFiles,
    /// Accessible name of the progress of an upload.
    Uploading,
    /// Button of a file that WhatsApp takes only as a document.
    SendAsDocument,
    /// Why a file is refused; `{limit}` counts megabytes.
    FileTooLargeAs,
    /// Why a file is refused.
    FileTooLarge,
    /// Why a file is refused.
    FileEmpty,
    /// Button.
    RecordVoice,
    /// Accessible name of what stands in place of the field.
    Recording,
    /// Button.
    StopRecording,
    /// Button.
    DiscardRecording,
    /// No voice message can be recorded.
    MicrophoneDenied,
    /// No voice message can be recorded.
    MicrophoneMissing,
    /// No voice message can be recorded.
    MicrophoneUnsupported,
    /// Accessible name of the details pane.
    ContactDetails,
    /// Label.
    Phone,
    /// Label.
    Username,
    /// Label: which of our numbers the conversation is with.
    OurNumber,
    /// How long anything may be written to the contact; `{h}` hours and `{m}` minutes.
    FreeRepliesHours,
    /// The same in its last hour; `{m}` minutes.
    FreeRepliesMinutes,
    /// In place of the field while only templates may be sent.
    WindowShut,
    /// Before what was written and cannot be sent now.
    DraftKept,
    /// Button that opens the templates.
    SendTemplate,
    /// Title of the list of templates.
    Templates,
    /// Accessible name and placeholder of the search among them.
    SearchTemplates,
    /// Accessible name of the choice of a language.
    Language,
    /// A choice.
    AllLanguages,
    /// The account has none.
    NoTemplatesTitle,
    /// What to do then.
    NoTemplatesText,
    /// Nothing matches the search.
    NoTemplateFound,
    /// They did not come.
    TemplatesFailed,
    /// On a template that cannot be sent.
    NotApproved,
    /// Below a template that cannot be filled here.
    TemplateNeedsFile,
    /// Label of a field; `{name}` is the variable.
    VariableOfHeading,
    /// The same.
    VariableOfText,
    /// The same; `{name}` is what is written on the button.
    VariableOfButton,
    /// Accessible name of the filled template.
    TemplatePreview,
    /// A field that needs a value.
    FillThis,
    /// A field that WhatsApp would refuse.
    FieldOneLine,
    /// A filled template that WhatsApp would refuse.
    FilledTooLong,
    /// Button of a message.
    Reply,
    /// Accessible name of the bar with the message that is answered; `{name}` wrote it.
    ReplyTo,
    /// Button of that bar.
    RemoveQuote,
    /// Button of a message.
    React,
    /// Button; `{emoji}` is the sign.
    ReactWith,
    /// Button; `{emoji}` is the sign.
    TakeSignBack,
    /// Before the reason.
    SignNotTaken,
    /// Why a message is still here; `{time}` is a day and a time.
    WaitsForTime,
    /// The same.
    WaitsToRetry,
    /// The same: too many messages to this contact.
    WaitsForContact,
    /// The same: the number is refused.
    WaitsForNumber,
    /// The same: nobody knows whether it went out.
    WaitsForNews,
    /// The same, for a reason that this build does not know.
    Waits,
    /// Button.
    Cancel,
    /// A message that an operator took back.
    TakenBack,
    /// Banner; `{reason}` is what WhatsApp said.
    NumberRefused,
    /// Link to the tenant's help page.
    Help,
    /// Footer that names this product.
    MadeWith,
    /// Error: no connection.
    ErrorTransport,
    /// Error: our fault.
    ErrorInternal,
    /// Error: too many requests.
    ErrorRateLimited,
    /// Error: it is not there.
    ErrorNotFound,
    /// Error: more than WhatsApp carries.
    ErrorTooLong,
    /// Error: a message that failed without a reason.
    ErrorNotSent,
}
