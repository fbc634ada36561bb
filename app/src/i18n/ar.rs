//! Arabic. Counted sentences have the six forms of its plural.

use super::Key;

#[expect(clippy::too_many_lines, reason = "a list")]
pub(super) fn text(key: Key) -> &'static str {
    use Key as K;
    match key {
        K::Inbox => "صندوق الوارد",
        K::Conversations => "المحادثات",
        K::ThreadWith => "محادثة مع {name}",
        K::Message => "رسالة",
        K::Send => "إرسال",
        K::Retry => "إعادة المحاولة",
        K::Back => "رجوع",
        K::Sending => "جارٍ الإرسال",
        K::Queued => "في قائمة الانتظار",
        K::Sent => "أُرسلت",
        K::Delivered => "سُلّمت",
        K::Read => "قُرئت",
        K::NotSent => "لم تُرسل",
        K::Forwarded => "مُعاد توجيهها",
        K::ForwardedOften => "أُعيد توجيهها مرات عديدة",
        K::Edited => "مُعدَّلة",
        K::Deleted => "حُذفت هذه الرسالة",
        K::QuoteOfOurs => "أنت",
        K::QuoteUnknown => "رسالة سابقة",
        K::OpenMap => "فتح على الخريطة",
        K::Answer => "إجابة",
        K::FromAd => "جاء من إعلان",
        K::AboutProduct => "حول هذا المنتج",
        K::Audio => "ملف صوتي",
        K::FetchAgain => "جلبه من جديد",
        K::Now => "الآن",
        K::Today => "اليوم",
        K::Yesterday => "أمس",
        K::You => "أنت:",
        K::Draft => "مسودة:",
        K::Photo => "صورة",
        K::Video => "فيديو",
        K::VoiceMessage => "رسالة صوتية",
        K::Document => "مستند",
        K::Sticker => "ملصق",
        K::Location => "موقع",
        K::ContactCard => "جهة اتصال",
        K::Reaction => "تفاعل",
        K::Template => "قالب",
        K::Poll => "استطلاع",
        K::Order => "طلب",
        K::OtherKind => "رسالة من نوع لا يُعرض هنا بعد",
        K::OpenOnPhone => "افتحها على الهاتف",
        K::New => {
            "zero:لا رسائل جديدة|one:رسالة جديدة واحدة|two:رسالتان جديدتان|few:{n} رسائل جديدة|many:{n} رسالة جديدة|other:{n} رسالة جديدة"
        }
        K::Unread => {
            "zero:لا رسائل غير مقروءة|one:رسالة واحدة غير مقروءة|two:رسالتان غير مقروءتين|few:{n} رسائل غير مقروءة|many:{n} رسالة غير مقروءة|other:{n} رسالة غير مقروءة"
        }
        K::GoToNewest => "الانتقال إلى أحدث رسالة",
        K::EmptyTitle => "لا أحد في الانتظار",
        K::EmptyText => "تظهر الرسائل الجديدة هنا من تلقاء نفسها.",
        K::PickTitle => "لا توجد محادثة مفتوحة",
        K::PickText => "اختر محادثة من القائمة لقراءتها والرد عليها.",
        K::NoMessages => "لم يُكتب شيء بعد.",
        K::LoadFailedTitle => "تعذّر تحميل صندوق الوارد",
        K::ListFailed => "تعذّر تحميل المزيد من المحادثات.",
        K::ThreadFailed => "تعذّر تحميل الرسائل.",
        K::OlderFailed => "تعذّر تحميل الرسائل الأقدم.",
        K::Loading => "جارٍ التحميل",
        K::Reconnecting => "جارٍ إعادة الاتصال. قد يكون ما تراه متأخرًا قليلًا.",
        K::Offline => "أنت غير متصل بالإنترنت. ما ترسله ينتظر هنا ويخرج من تلقاء نفسه.",
        K::OfflineQueued => {
            "zero:أنت غير متصل بالإنترنت. لا رسائل في الانتظار.|one:أنت غير متصل بالإنترنت. رسالة واحدة في الانتظار وتخرج من تلقاء نفسها.|two:أنت غير متصل بالإنترنت. رسالتان في الانتظار وتخرجان من تلقاء نفسيهما.|few:أنت غير متصل بالإنترنت. {n} رسائل في الانتظار وتخرج من تلقاء نفسها.|many:أنت غير متصل بالإنترنت. {n} رسالة في الانتظار وتخرج من تلقاء نفسها.|other:أنت غير متصل بالإنترنت. {n} رسالة في الانتظار وتخرج من تلقاء نفسها."
        }
        K::EndedTitle => "انتهت الجلسة",
        K::EndedText => "أعد تحميل الصفحة للمتابعة.",
        K::EndedDraft => "مسودتك ما زالت في مربع الرسالة. انسخها قبل إعادة التحميل.",
        K::RefusedTitle => "لا يُسمح لهذه الصفحة بعرض صندوق الوارد",
        K::RefusedText => {
            "أُنشئ الرمز لعناوين أخرى. أضف {origin} إلى allowedOrigins عندما ينشئه خادمك."
        }
        K::StrangerText => {
            "عنوانها {origin}، والإطار أُعدّ لعنوان آخر. أضف هذا العنوان إلى المصادر المسموح بها، واذكره باسم parentOrigin في عنوان الإطار كما يفعل سكربت التضمين."
        }
        K::Close => "إغلاق",
        K::Dismiss => "ليس الآن",
        K::OpenConversationOf => "فتح محادثة {name}",
        K::SuggestedReplies => "ردود مقترحة",
        K::RecordOnPage => "سجل في الصفحة المحيطة بصندوق الوارد هذا",
        K::OpenRecord => "فتح السجل",
        K::NoConversation => "لا توجد محادثة مع هذا الهاتف بعد.",
        K::WaitingTitle => "في انتظار الصفحة المحيطة بهذا الصندوق",
        K::WaitingText => "لم تسجّل دخولك بعد. إذا استمر هذا، فأعد تحميل الصفحة.",
        K::StandaloneTitle => "يعمل صندوق الوارد هذا داخل منتج آخر",
        K::StandaloneText => {
            "حمّل نص التضمين البرمجي في صفحتك وأنشئ الدردشة برمز ينشئه خادمك. يظهر صندوق الوارد هناك."
        }
        K::BootFailedText => "تحقق من الاتصال وحاول مرة أخرى.",
        K::CharsLeft => {
            "zero:لم يبقَ أي حرف|one:بقي حرف واحد|two:بقي حرفان|few:بقيت {n} أحرف|many:بقي {n} حرفًا|other:بقي {n} حرف"
        }
        K::CharsOver => {
            "zero:لا أحرف زائدة. يتسع واتساب لـ ٤٬٠٩٦ حرفًا.|one:حرف واحد زائد. يتسع واتساب لـ ٤٬٠٩٦ حرفًا.|two:حرفان زائدان. يتسع واتساب لـ ٤٬٠٩٦ حرفًا.|few:{n} أحرف زائدة. يتسع واتساب لـ ٤٬٠٩٦ حرفًا.|many:{n} حرفًا زائدًا. يتسع واتساب لـ ٤٬٠٩٦ حرفًا.|other:{n} حرف زائد. يتسع واتساب لـ ٤٬٠٩٦ حرفًا."
        }
        K::AttachFiles => "إرفاق ملفات",
        K::AttachedFiles => "الملفات المرفقة",
        K::RemoveFile => "إزالة {name}",
        K::DropFiles => "أفلت الملفات هنا لإرفاقها",
        K::Uploading => "جارٍ الرفع",
        K::SendAsDocument => "إرسال كمستند",
        K::FileTooLargeAs => "حجمه أكبر من {limit} م.ب. أرسله كمستند.",
        K::FileTooLarge => "حجمه أكبر من ١٠٠ م.ب، ولا يقبل واتساب ملفًا أكبر. اختر ملفًا أصغر.",
        K::FileEmpty => "هذا الملف فارغ. اختر ملفًا آخر.",
        K::RecordVoice => "تسجيل رسالة صوتية",
        K::Recording => "تسجيل",
        K::StopRecording => "إيقاف والاستماع",
        K::DiscardRecording => "تجاهل التسجيل",
        K::MicrophoneDenied => {
            "الميكروفون غير مسموح به هنا. اسمح به في المتصفح وحاول مجددًا؛ وإن لم يسأل، فعلى هذه الصفحة أن تسمح به أولًا."
        }
        K::MicrophoneMissing => "لم يُعثر على ميكروفون. وصّل واحدًا وحاول مجددًا.",
        K::MicrophoneUnsupported => {
            "لا يستطيع هذا المتصفح تسجيل رسائل صوتية لواتساب. استخدم إصدارًا حديثًا من Chrome أو Edge أو Firefox."
        }
        K::ContactDetails => "تفاصيل جهة الاتصال",
        K::Phone => "الهاتف",
        K::Username => "اسم المستخدم",
        K::OurNumber => "رقمك",
        K::FreeRepliesHours => "ردود حرة لمدة {h} س {m} د",
        K::FreeRepliesMinutes => "ردود حرة لمدة {m} د",
        K::WindowShut => {
            "تنتهي الردود الحرة بعد ٢٤ ساعة من آخر رسالة من جهة الاتصال. إلى أن تكتب مجددًا، لا يقبل واتساب إلا القوالب."
        }
        K::DraftKept => "محفوظ حتى ذلك الحين:",
        K::SendTemplate => "إرسال قالب",
        K::Templates => "القوالب",
        K::SearchTemplates => "البحث في القوالب",
        K::Language => "اللغة",
        K::AllLanguages => "كل اللغات",
        K::NoTemplatesTitle => "لا توجد قوالب بعد",
        K::NoTemplatesText => {
            "اكتبها في مدير واتساب. بعد أن يوافق واتساب على قالب، يظهر هنا خلال ساعة."
        }
        K::NoTemplateFound => "لا يوجد قالب بهذه الكلمات.",
        K::TemplatesFailed => "تعذّر تحميل القوالب.",
        K::NotApproved => "لم يوافق عليه واتساب",
        K::TemplateNeedsFile => {
            "يبدأ هذا القالب بملف أو بموقع، ولا يمكن إضافة أيٍّ منهما هنا. اختر قالبًا آخر."
        }
        K::VariableOfHeading => "العنوان: {name}",
        K::VariableOfText => "النص: {name}",
        K::VariableOfButton => "الزر: {name}",
        K::TemplatePreview => "معاينة",
        K::FillThis => "املأ هذا الحقل.",
        K::FieldOneLine => "اكتب سطرًا واحدًا، دون علامات جدولة وبأربع مسافات متتالية على الأكثر.",
        K::FilledTooLong => "بهذه القيم يصبح أطول مما يقبله واتساب. اختصره.",
        K::Reply => "رد",
        K::ReplyTo => "رد على {name}",
        K::RemoveQuote => "عدم الاقتباس",
        K::React => "تفاعل بإيموجي",
        K::ReactWith => "التفاعل بـ {emoji}",
        K::TakeSignBack => "سحب {emoji}",
        K::SignNotTaken => "لم يُقبل تفاعلك.",
        K::WaitsForTime => "موعد الخروج: {time}",
        K::WaitsToRetry => "يطلب واتساب الانتظار. المحاولة التالية: {time}.",
        K::WaitsForContact => {
            "يحدّ واتساب من سرعة الكتابة إلى جهة اتصال واحدة. موعد الخروج: {time}."
        }
        K::WaitsForNumber => "يرفض واتساب رقمك حاليًا. تخرج الرسالة عندما يُقبل من جديد.",
        K::WaitsForNews => {
            "لم يُخبر واتساب إن كانت هذه قد خرجت. لا تُرسل مرتين، والبحث عن الإجابة جارٍ."
        }
        K::Waits => "لم تخرج بعد.",
        K::Cancel => "إلغاء",
        K::TakenBack => "سُحبت هذه الرسالة قبل خروجها.",
        K::NumberRefused => "يرفض واتساب هذا الرقم: {reason} ما يُكتب ينتظر هنا.",
        K::SendLater => "الإرسال لاحقًا",
        K::SendWhen => "متى",
        K::Schedule => "جدولة",
        K::TimeHasPassed => "اختر وقتًا لم يحن بعد.",
        K::Help => "مساعدة",
        K::MadeWith => "مُقدَّم من Pilot Inbox",
        K::ErrorTransport => "تعذّر الوصول إلى الخادم. تحقق من الاتصال وحاول مرة أخرى.",
        K::ErrorInternal => "حدث خلل من جانبنا. حاول مرة أخرى؛ وإذا استمر فأخبر فريق الدعم.",
        K::ErrorRateLimited => "طلبات كثيرة دفعة واحدة. انتظر لحظة وحاول مرة أخرى.",
        K::ErrorNotFound => "لم تعد هذه المحادثة موجودة، أو لا يُسمح لهذه الجلسة برؤيتها.",
        K::ErrorTooLong => "يتسع واتساب لـ ٤٬٠٩٦ حرفًا. اختصر الرسالة.",
        K::ErrorNotSent => "لم يقبل واتساب هذه الرسالة.",
    }
}
