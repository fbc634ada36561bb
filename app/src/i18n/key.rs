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
    /// In place of a message whose words are not kept that long.
    NotKept,
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
    /// Over the numbers of an inbox without conversations.
    EmptyHint,
    /// The edge of the list that can be dragged.
    ListWidth,
    /// For screen readers: who has written.
    ArrivedFrom,
    /// For screen readers: how much has arrived.
    Arrived,
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
    /// In place of later messages.
    NewerFailed,
    /// Over the thread: a message that was asked for did not come.
    JumpFailed,
    /// Name and placeholder of the field above the list.
    Search,
    /// Button in the field above the list.
    ClearSearch,
    /// Over the conversations that were found.
    FoundConversations,
    /// Over the messages that were found.
    FoundMessages,
    /// For screen readers: how much was found.
    FoundCount,
    /// Nothing was found.
    NothingFoundTitle,
    /// What to try then.
    NothingFoundText,
    /// Too little was typed.
    SearchShortTitle,
    /// Too little was typed.
    SearchShortText,
    /// Searching without a network.
    SearchOfflineTitle,
    /// Searching without a network.
    SearchOfflineText,
    /// The search did not succeed.
    SearchFailed,
    /// Name of the search within a conversation.
    SearchThread,
    /// Button.
    PreviousHit,
    /// Button.
    NextHit,
    /// Button.
    CloseSearch,
    /// Which result is shown, of all.
    HitOf,
    /// Name of the palette, and of the command that opens it.
    Palette,
    /// Name and placeholder of its field.
    PaletteField,
    /// Heading of what was chosen last.
    PaletteRecent,
    /// Heading of the commands.
    PaletteCommands,
    /// Nothing fits what was typed.
    PaletteEmpty,
    /// Name of the sheet, and of the command that opens it.
    Shortcuts,
    /// Switch in the sheet.
    SingleKeys,
    /// Command, button and dialog.
    Notifications,
    /// Switch.
    SoundOfNew,
    /// Switch.
    DesktopNotices,
    /// Under the switches.
    NoticesRefused,
    /// Under the switches.
    NoticesElsewhere,
    /// Under the switches.
    HoldsForNow,
    /// Part of the sheet.
    KeysEverywhere,
    /// Part of the sheet.
    KeysInConversation,
    /// Command.
    NextConversation,
    /// Command.
    PreviousConversation,
    /// Command.
    OpenConversation,
    /// Command.
    BackToList,
    /// Command.
    WriteReply,
    /// Command.
    AnswerToMessage,
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
    /// A part of the program did not come.
    PartNotLoaded,
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
    /// Button, and accessible name of the picker.
    Emoji,
    /// Accessible name and placeholder of the search among them.
    SearchEmoji,
    /// Button beside the signs that people put on messages.
    MoreEmoji,
    /// Button that changes the skin tone.
    SkinTone,
    /// They did not come.
    EmojiFailed,
    /// Nothing matches the search.
    NoEmoji,
    /// None has been chosen yet.
    NoRecentEmoji,
    /// A group of emoji.
    EmojiRecent,
    /// A group of emoji.
    EmojiSmileys,
    /// A group of emoji.
    EmojiPeople,
    /// A group of emoji.
    EmojiNature,
    /// A group of emoji.
    EmojiFood,
    /// A group of emoji.
    EmojiTravel,
    /// A group of emoji.
    EmojiActivities,
    /// A group of emoji.
    EmojiObjects,
    /// A group of emoji.
    EmojiSymbols,
    /// A group of emoji.
    EmojiFlags,
    /// Button, and title of the list.
    QuickReplies,
    /// Button below the list.
    ManageQuickReplies,
    /// Button, and title of the form.
    NewQuickReply,
    /// There are none.
    NoQuickReplies,
    /// What to do then.
    NoQuickRepliesText,
    /// Nothing matches what is typed.
    NoQuickReplyFound,
    /// They did not come.
    QuickRepliesFailed,
    /// Label of a field.
    Shortcut,
    /// Label of a field.
    QuickReplyText,
    /// Before the names of the variables.
    VariablesHint,
    /// It can come back; `{name}` is the shortcut.
    QuickReplyDeleted,
    /// Button.
    Save,
    /// Button.
    Edit,
    /// Button.
    Delete,
    /// Button.
    Undo,
    /// Error: the shortcut is another one's.
    ErrorShortcutTaken,
    /// A label of this name exists.
    ErrorLabelExists,
    /// Others use it for other numbers.
    ErrorShared,
    /// Beside what can be used and not changed.
    SharedWithOthers,
    /// Error: what a shortcut may be.
    ErrorShortcut,
    /// Button beside the one that sends.
    SendOptions,
    /// Title of the choices.
    SendLater,
    /// Choice; `{time}` is the hour.
    InOneHour,
    /// Choice; `{time}` is the hour.
    TomorrowMorning,
    /// Label of a field for date and time.
    PickTime,
    /// Button.
    Schedule,
    /// The time that was picked is over.
    TimeIsPast,
    /// The time that was picked is too late; `{time}` is the end of the window.
    TimeIsShut,
    /// Label of a setting.
    UndoTime,
    /// Choice of that setting.
    Off,
    /// Choice of that setting; `{n}` is a number of at least five.
    Seconds,
    /// Label of a setting.
    EnterSends,
    /// Toast, with a button to undo it.
    MessageSent,
    /// Toast: it had gone out.
    UndoTooLate,
    /// Button of a message.
    CopyText,
    /// Banner; `{reason}` is what WhatsApp said.
    NumberRefused,
    /// View: everything that is open.
    ViewAll,
    /// View.
    ViewUnread,
    /// View: the operator's own.
    ViewMine,
    /// View: nobody's.
    ViewUnassigned,
    /// View: for later.
    ViewSnoozed,
    /// View: done with.
    ViewResolved,
    /// Name of the group of views.
    Views,
    /// Filter, when it filters nothing.
    AllNumbers,
    /// Filter, when it filters nothing.
    AllLabels,
    /// A part of the list in which there is nothing.
    PartEmpty,
    /// Button.
    Assign,
    /// Entry of a menu.
    AssignToMe,
    /// Entry of a menu: it is nobody's.
    NoOne,
    /// Button.
    Snooze,
    /// Button.
    Resolve,
    /// Button.
    Reopen,
    /// Button.
    More,
    /// Entry of a menu.
    Pin,
    /// Entry of a menu.
    Unpin,
    /// Mark of a row.
    Pinned,
    /// Entry of a menu.
    MarkUnread,
    /// Command.
    ResolveOrReopen,
    /// Command.
    DeleteDraft,
    /// Of a draft that can be had back for some seconds.
    DraftDeleted,
    /// A command: the last message of the open conversation that failed is tried again.
    RetryLast,
    /// Field.
    NewLabel,
    /// Button.
    Add,
    /// Entry of a menu; a time follows.
    LaterToday,
    /// Entry of a menu; a time follows.
    Tomorrow,
    /// Entry of a menu; a time follows.
    NextMonday,
    /// Field.
    AnotherTime,
    /// Something was done that can be taken back.
    Done,
    /// In the thread; `{name}` is a colleague.
    ActAssigned,
    /// The same.
    ActUnassigned,
    /// In the thread.
    ActResolved,
    /// In the thread.
    ActReopened,
    /// In the thread.
    ActReopenedByMessage,
    /// In the thread.
    ActSnoozeOver,
    /// In the thread and in the list; `{time}` is a time.
    ActSnoozed,
    /// In the thread; `{name}` is a label.
    ActLabelled,
    /// The same.
    ActUnlabelled,
    /// In the thread: something that this build does not know.
    ActOther,
    /// Button: everything in these conversations has been seen.
    MarkRead,
    /// Menu and dialog.
    Labels,
    /// How many rows of the list are picked.
    Picked,
    /// Accessible name of a box in the list; `{name}` is the contact.
    PickRow,
    /// Button.
    PickAll,
    /// Button.
    PickNone,
    /// Command.
    PickConversation,
    /// Command.
    PickMore,
    /// Accessible name of the bar of what can be done with what is picked.
    PickedActions,
    /// In place of labels: those that are picked have none in common.
    NoLabelFits,
    /// Something was done with several conversations.
    DoneWithMany,
    /// Filter: whoever it is assigned to.
    AllOperators,
    /// Command and entry of a menu.
    ManageLabels,
    /// In place of labels: title.
    NoLabels,
    /// The same: what to do.
    NoLabelsText,
    /// Field.
    LabelName,
    /// Choice of a colour.
    Colour,
    /// A colour.
    ColourGrey,
    /// A colour: that of buttons.
    ColourAccent,
    /// A colour.
    ColourOk,
    /// A colour.
    ColourWarn,
    /// A colour.
    ColourDanger,
    /// A colour.
    ColourNote,
    /// Question before a label is deleted; `{name}` is the label.
    DeleteLabelAsk,
    /// It was copied.
    Copied,
    /// Whether somebody has to look after the conversation.
    State,
    /// A state.
    StateOpen,
    /// A state.
    StateResolved,
    /// Whose the conversation is.
    Assignee,
    /// In place of the labels of a conversation.
    NoLabel,
    /// Choice.
    AddLabel,
    /// Button; `{name}` is a label.
    RemoveLabel,
    /// Button and form: what operators write about a contact.
    EditContact,
    /// Field: what operators call the contact.
    OwnName,
    /// What the contact calls itself, where operators call it something else.
    NameOnWhatsapp,
    /// The name of something that operators know of a contact.
    FieldName,
    /// What it says.
    FieldValue,
    /// Button.
    AddField,
    /// Section: conversations of the same person with other numbers.
    OtherConversations,
    /// Section.
    SharedMedia,
    /// Section.
    SharedFiles,
    /// Section: what was done with a conversation.
    Activity,
    /// Button.
    ShowInThread,
    /// Button: what is older.
    ShowMore,
    /// Button of the viewer.
    EarlierPicture,
    /// Button of the viewer.
    LaterPicture,
    /// Switch of the viewer: each pixel is one of the screen.
    FullSize,
    /// Link of the viewer.
    Download,
    /// Button on a film in the thread.
    Enlarge,
    /// In the thread; `{name}` is what operators call the contact.
    ActNamed,
    /// In the thread.
    ActUnnamed,
    /// In the thread.
    ActFields,
    /// Error: two fields of a contact have one name, or one says nothing.
    ErrorContact,
    /// Error: somebody else has written about the contact.
    ErrorContactChanged,
    /// Link to the tenant's help page.
    Help,
    /// Footer that names this product.
    MadeWith,
    /// Switch of the composer: what is written is for colleagues.
    Note,
    /// Command, and name and placeholder of the field of a note.
    WriteNote,
    /// Button that keeps a note.
    AddNote,
    /// Name of the switch between a reply and a note.
    WriteAs,
    /// Beside a note, and where one is written.
    OnlyTeam,
    /// Who wrote a note, where nobody is named.
    Team,
    /// Name of the list of colleagues.
    Colleagues,
    /// The list of colleagues has none that fits.
    NoColleagueFound,
    /// Above the composer; `{name}` is one colleague or several.
    ColleagueTypes,
    /// After that, for one who may write.
    AnswersMayCross,
    /// Above the composer, while none of them types.
    ColleagueLooks,
    /// In place of the composer.
    OnlyLooks,
    /// Link to the settings, on our own page.
    Settings,
    /// Link, on our own page.
    SignIn,
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
