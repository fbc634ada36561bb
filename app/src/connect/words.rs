//! What the connect page says. Apart from the inbox' words: those travel with each document of the embed.

use crate::i18n::Locale;

macro_rules! words {
    ($($key:ident: $en:literal, $pt:literal, $es:literal, $ar:literal;)*) => {
        /// Names of sentences.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Word { $(#[allow(missing_docs)] $key,)* }

        impl Word {
            /// All of them.
            #[cfg(test)]
            const ALL: &'static [Self] = &[$(Self::$key,)*];

            /// In a language.
            pub const fn say(self, locale: Locale) -> &'static str {
                match (self, locale) {
                    $((Self::$key, Locale::En) => $en,
                    (Self::$key, Locale::Pt) => $pt,
                    (Self::$key, Locale::Es) => $es,
                    (Self::$key, Locale::Ar) => $ar,)*
                }
            }
        }
    };
}

words! {
    Title: "Connect WhatsApp", "Conectar o WhatsApp", "Conectar WhatsApp", "ربط واتساب";
    LinkTitle: "Link your WhatsApp", "Vincule seu WhatsApp", "Vincule su WhatsApp", "اربط واتساب الخاص بك";
    LinkText: "Have the phone with the number {number} at hand.", "Tenha em mãos o telefone com o número {number}.", "Tenga a mano el teléfono con el número {number}.", "احتفظ بالهاتف ذي الرقم {number} في متناول يدك.";
    ShowCode: "Show the code", "Mostrar o código", "Mostrar el código", "عرض الرمز";
    StepOpen: "Open WhatsApp on the phone with the number {number}.", "Abra o WhatsApp no telefone com o número {number}.", "Abra WhatsApp en el teléfono con el número {number}.", "افتح واتساب على الهاتف ذي الرقم {number}.";
    StepMenu: "Tap the menu or Settings, then Linked devices.", "Toque no menu ou em Configurações e depois em Dispositivos conectados.", "Toque el menú o Configuración y luego Dispositivos vinculados.", "اضغط على القائمة أو الإعدادات، ثم الأجهزة المرتبطة.";
    StepScan: "Tap Link a device and point the phone at this code.", "Toque em Conectar dispositivo e aponte o telefone para este código.", "Toque Vincular un dispositivo y apunte el teléfono a este código.", "اضغط على ربط جهاز ووجّه الهاتف نحو هذا الرمز.";
    CodeOfPicture: "Code to scan with WhatsApp", "Código para ler com o WhatsApp", "Código para escanear con WhatsApp", "رمز للمسح بواتساب";
    NoCamera: "No camera? Tap Link with phone number instead and type:", "Sem câmera? Toque em Conectar com número de telefone e digite:", "¿Sin cámara? Toque Vincular con número de teléfono y escriba:", "لا توجد كاميرا؟ اضغط على الربط برقم الهاتف واكتب:";
    Waiting: "Waiting for the phone. The code renews itself.", "Aguardando o telefone. O código se renova sozinho.", "Esperando al teléfono. El código se renueva solo.", "في انتظار الهاتف. يتجدد الرمز تلقائيًا.";
    Preparing: "Preparing the code.", "Preparando o código.", "Preparando el código.", "جارٍ إعداد الرمز.";
    Offline: "No connection. This page goes on by itself.", "Sem conexão. Esta página continua sozinha.", "Sin conexión. Esta página continúa sola.", "لا يوجد اتصال. ستتابع هذه الصفحة تلقائيًا.";
    MetaTitle: "Connect your WhatsApp Business number", "Conecte seu número do WhatsApp Business", "Conecte su número de WhatsApp Business", "اربط رقم واتساب للأعمال الخاص بك";
    MetaText: "With the credentials of your Meta app. They are checked with Meta now.", "Com as credenciais do seu app da Meta. Elas são verificadas agora com a Meta.", "Con las credenciales de su aplicación de Meta. Se comprueban ahora con Meta.", "ببيانات تطبيق Meta الخاص بك. يتم التحقق منها الآن مع Meta.";
    SignUpText: "Meta asks you to sign in and to choose the number. It opens in a window of its own.", "A Meta pede que você entre e escolha o número. Abre em uma janela própria.", "Meta le pide que inicie sesión y elija el número. Se abre en su propia ventana.", "تطلب منك Meta تسجيل الدخول واختيار الرقم. تُفتح في نافذة مستقلة.";
    SignUp: "Continue with Meta", "Continuar com a Meta", "Continuar con Meta", "المتابعة مع Meta";
    NeedsScript: "Meta's window needs JavaScript, which is switched off in this browser.", "A janela da Meta precisa de JavaScript, que está desligado neste navegador.", "La ventana de Meta necesita JavaScript, que está desactivado en este navegador.", "تحتاج نافذة Meta إلى JavaScript، وهو معطّل في هذا المتصفح.";
    PhoneNumberId: "Phone number ID", "ID do número de telefone", "ID del número de teléfono", "معرّف رقم الهاتف";
    PhoneNumberIdHint: "In your Meta app under WhatsApp, API Setup.", "No seu app da Meta em WhatsApp, API Setup.", "En su aplicación de Meta, en WhatsApp, API Setup.", "في تطبيق Meta ضمن WhatsApp ثم API Setup.";
    AccessToken: "Access token", "Token de acesso", "Token de acceso", "رمز الوصول";
    AccessTokenHint: "The permanent one of a system user. It is stored encrypted and not shown again.", "O permanente de um usuário do sistema. É guardado cifrado e não é mostrado de novo.", "El permanente de un usuario del sistema. Se guarda cifrado y no se vuelve a mostrar.", "الرمز الدائم لمستخدم النظام. يُحفظ مشفّرًا ولا يُعرض مجددًا.";
    Connect: "Connect", "Conectar", "Conectar", "ربط";
    ConnectedTitle: "Connected", "Conectado", "Conectado", "تم الربط";
    ConnectedText: "{number} is connected. You can close this page.", "{number} está conectado. Você pode fechar esta página.", "{number} está conectado. Puede cerrar esta página.", "تم ربط {number}. يمكنك إغلاق هذه الصفحة.";
    Continue: "Continue", "Continuar", "Continuar", "متابعة";
    ExpiredTitle: "This link has expired", "Este link expirou", "Este enlace ha caducado", "انتهت صلاحية هذا الرابط";
    ExpiredText: "A link is good for 24 hours. Ask whoever sent it to you for a new one.", "Um link vale por 24 horas. Peça um novo a quem o enviou.", "Un enlace vale 24 horas. Pida uno nuevo a quien se lo envió.", "الرابط صالح لمدة 24 ساعة. اطلب رابطًا جديدًا ممن أرسله إليك.";
    UsedTitle: "This link was used already", "Este link já foi usado", "Este enlace ya se usó", "تم استخدام هذا الرابط من قبل";
    UsedText: "It connected a number and is good once. To connect another, ask for a new link.", "Ele conectou um número e vale uma vez. Para conectar outro, peça um novo link.", "Conectó un número y vale una vez. Para conectar otro, pida un enlace nuevo.", "لقد ربط رقمًا وهو صالح لمرة واحدة. لربط رقم آخر اطلب رابطًا جديدًا.";
    UnknownTitle: "This link is not known", "Este link não é conhecido", "Este enlace no se conoce", "هذا الرابط غير معروف";
    UnknownText: "Check that the whole address was copied, or ask for a new link.", "Verifique se o endereço foi copiado inteiro ou peça um novo link.", "Compruebe que se copió la dirección completa o pida un enlace nuevo.", "تأكد من نسخ العنوان كاملًا، أو اطلب رابطًا جديدًا.";
    NotConfiguredTitle: "Phones cannot be linked here yet", "Ainda não é possível vincular telefones aqui", "Aquí aún no se pueden vincular teléfonos", "لا يمكن ربط الهواتف هنا بعد";
    NotConfiguredText: "This server has no gateway for phones. Whoever runs it has to set one up; then this link works.", "Este servidor não tem um gateway para telefones. Quem o opera precisa configurar um; depois este link funciona.", "Este servidor no tiene una pasarela para teléfonos. Quien lo opera debe configurar una; después este enlace funciona.", "لا يملك هذا الخادم بوابة للهواتف. على من يديره إعداد بوابة، وبعدها يعمل هذا الرابط.";
    TooMany: "Too many attempts. Wait a minute and try again.", "Tentativas demais. Espere um minuto e tente de novo.", "Demasiados intentos. Espere un minuto y vuelva a intentarlo.", "محاولات كثيرة. انتظر دقيقة ثم حاول مجددًا.";
    Unavailable: "That did not work just now. Try again in a moment.", "Não funcionou agora. Tente de novo em instantes.", "No funcionó ahora. Vuelva a intentarlo en un momento.", "لم ينجح ذلك الآن. حاول مجددًا بعد لحظات.";
}

/// A sentence with its number.
pub fn with_number(sentence: &str, number: &str) -> String {
    sentence.replace("{number}", number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_has_its_own_words_and_the_same_places_in_each_language() {
        for &word in Word::ALL {
            let english = word.say(Locale::En);
            for locale in Locale::ALL {
                let words = word.say(locale);
                assert!(!words.trim().is_empty(), "{word:?} {locale:?}");
                assert_eq!(
                    words.contains("{number}"),
                    english.contains("{number}"),
                    "{word:?} {locale:?}"
                );
                if locale != Locale::En {
                    assert_ne!(words, english, "{word:?} {locale:?}");
                }
            }
        }
    }
}
