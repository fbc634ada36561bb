//! What the console's pages say. Apart from the inbox' words: those travel with each document of the embed.

use app::i18n::Locale;

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
    SignIn: "Sign in", "Entrar", "Iniciar sesión", "تسجيل الدخول";
    Email: "Email address", "E-mail", "Correo electrónico", "البريد الإلكتروني";
    Password: "Password", "Senha", "Contraseña", "كلمة المرور";
    WrongCredentials: "Address or password is wrong.", "E-mail ou senha incorretos.", "El correo o la contraseña no son correctos.", "البريد أو كلمة المرور غير صحيحة.";
    TooMany: "Too many attempts. Try again in {wait}.", "Tentativas demais. Tente de novo em {wait}.", "Demasiados intentos. Vuelva a intentarlo en {wait}.", "محاولات كثيرة. حاول مجددًا بعد {wait}.";
    LostPassword: "Password lost? An admin of your workspace makes you a new link.", "Perdeu a senha? Um administrador cria um novo link para você.", "¿Perdió la contraseña? Un administrador le crea un enlace nuevo.", "هل فقدت كلمة المرور؟ يمكن للمسؤول إنشاء رابط جديد لك.";
    SignedOut: "You are signed out.", "Você saiu.", "Ha cerrado la sesión.", "لقد سجّلت الخروج.";
    SetUpTitle: "Set up this server", "Configurar este servidor", "Configurar este servidor", "إعداد هذا الخادم";
    SetUpText: "A workspace, you as its first admin, and a number.", "Um espaço de trabalho, você como primeiro administrador e um número.", "Un espacio de trabajo, usted como primer administrador y un número.", "مساحة عمل، وأنت أول مسؤول فيها، ورقم.";
    SetUpElsewhere: "The set-up link is in the terminal", "O link de configuração está no terminal", "El enlace de configuración está en el terminal", "رابط الإعداد موجود في الطرفية";
    SetUpElsewhereText: "The server prints it when it starts. Open that link to set the server up.", "O servidor o mostra ao iniciar. Abra esse link para configurar.", "El servidor lo muestra al arrancar. Abra ese enlace para configurarlo.", "يطبعه الخادم عند بدء التشغيل. افتح ذلك الرابط للإعداد.";
    WorkspaceName: "Name of the workspace", "Nome do espaço de trabalho", "Nombre del espacio de trabajo", "اسم مساحة العمل";
    YourName: "Your name", "Seu nome", "Su nombre", "اسمك";
    NameHint: "As colleagues see it.", "Como os colegas o veem.", "Como lo ven sus colegas.", "كما يراه زملاؤك.";
    NewPassword: "New password", "Nova senha", "Nueva contraseña", "كلمة مرور جديدة";
    PasswordHint: "At least 10 characters.", "Pelo menos 10 caracteres.", "Al menos 10 caracteres.", "10 أحرف على الأقل.";
    FirstNumber: "First number", "Primeiro número", "Primer número", "الرقم الأول";
    SimulatedPhone: "A simulated phone", "Um telefone simulado", "Un teléfono simulado", "هاتف محاكى";
    SimulatedPhoneHint: "Try everything without a WhatsApp account. You write as a customer on a page of this server.", "Experimente tudo sem conta do WhatsApp. Você escreve como cliente em uma página deste servidor.", "Pruébelo todo sin cuenta de WhatsApp. Escribe como cliente en una página de este servidor.", "جرّب كل شيء دون حساب واتساب. تكتب كعميل من صفحة على هذا الخادم.";
    CloudApi: "A WhatsApp number", "Um número do WhatsApp", "Un número de WhatsApp", "رقم واتساب";
    CloudApiHint: "With the Cloud API credentials of your Meta app. They are checked with Meta now.", "Com as credenciais da Cloud API do seu app da Meta. Elas são verificadas agora com a Meta.", "Con las credenciales de la Cloud API de su aplicación de Meta. Se comprueban ahora con Meta.", "ببيانات Cloud API من تطبيق Meta الخاص بك. يتم التحقق منها الآن مع Meta.";
    NoNumberYet: "None yet", "Nenhum por enquanto", "Ninguno todavía", "لا شيء بعد";
    PhoneNumberId: "Phone number ID", "ID do número de telefone", "ID del número de teléfono", "معرّف رقم الهاتف";
    PhoneNumberIdHint: "In your Meta app under WhatsApp, API Setup.", "No seu app da Meta em WhatsApp, API Setup.", "En su aplicación de Meta, en WhatsApp, API Setup.", "في تطبيق Meta ضمن WhatsApp ثم API Setup.";
    AccessToken: "Access token", "Token de acesso", "Token de acceso", "رمز الوصول";
    AccessTokenHint: "The permanent one of a system user. It is stored encrypted and not shown again.", "O permanente de um usuário do sistema. É guardado cifrado e não é mostrado de novo.", "El permanente de un usuario del sistema. Se guarda cifrado y no se vuelve a mostrar.", "الرمز الدائم لمستخدم النظام. يُحفظ مشفّرًا ولا يُعرض مجددًا.";
    FinishSetUp: "Set up", "Configurar", "Configurar", "إعداد";
    ChoosePassword: "Choose a password", "Escolha uma senha", "Elija una contraseña", "اختر كلمة مرور";
    ChoosePasswordText: "For {email} in the workspace {workspace}.", "Para {email} no espaço de trabalho {workspace}.", "Para {email} en el espacio de trabajo {workspace}.", "لـ {email} في مساحة العمل {workspace}.";
    SavePassword: "Save and sign in", "Salvar e entrar", "Guardar e iniciar sesión", "حفظ وتسجيل الدخول";
    LinkOver: "This link is not good any more", "Este link não vale mais", "Este enlace ya no es válido", "لم يعد هذا الرابط صالحًا";
    LinkOverText: "It was used, replaced by a newer one, or is too old. Ask an admin for a new link.", "Foi usado, substituído por outro ou é antigo demais. Peça um novo link a um administrador.", "Se usó, se sustituyó por otro o es demasiado antiguo. Pida un enlace nuevo a un administrador.", "تم استخدامه أو استبداله أو أنه قديم جدًا. اطلب رابطًا جديدًا من المسؤول.";
    Settings: "Settings", "Configurações", "Ajustes", "الإعدادات";
    BackToInbox: "Inbox", "Caixa de entrada", "Bandeja de entrada", "صندوق الوارد";
    SignOut: "Sign out", "Sair", "Cerrar sesión", "تسجيل الخروج";
    Numbers: "Numbers", "Números", "Números", "الأرقام";
    ApiKeys: "API keys", "Chaves de API", "Claves de API", "مفاتيح API";
    Operators: "Operators", "Operadores", "Operadores", "المشغّلون";
    Branding: "Branding", "Marca", "Marca", "الهوية";
    Account: "Account", "Conta", "Cuenta", "الحساب";
    Saved: "Saved.", "Salvo.", "Guardado.", "تم الحفظ.";
    Removed: "Removed.", "Removido.", "Eliminado.", "تمت الإزالة.";
    Connected: "Connected", "Conectado", "Conectado", "متصل";
    Refused: "WhatsApp refuses it: {reason}", "O WhatsApp o recusa: {reason}", "WhatsApp lo rechaza: {reason}", "واتساب يرفضه: {reason}";
    NoNumbers: "No number yet. Connect one, and its conversations appear in the inbox.", "Nenhum número ainda. Conecte um e as conversas aparecem na caixa de entrada.", "Aún no hay números. Conecte uno y sus conversaciones aparecerán en la bandeja.", "لا توجد أرقام بعد. اربط رقمًا لتظهر محادثاته في صندوق الوارد.";
    OpenPhone: "Open the phone", "Abrir o telefone", "Abrir el teléfono", "فتح الهاتف";
    Remove: "Remove", "Remover", "Eliminar", "إزالة";
    RemoveNumberHint: "Sending and receiving stop. For 30 days it can be brought back by the API; then it is erased with its conversations.", "O envio e o recebimento param. Por 30 dias ele pode ser recuperado pela API; depois é apagado com as conversas.", "Se detienen el envío y la recepción. Durante 30 días se puede recuperar por la API; después se borra con sus conversaciones.", "يتوقف الإرسال والاستقبال. يمكن استعادته عبر API خلال 30 يومًا، ثم يُحذف مع محادثاته.";
    ConnectNumber: "Connect a number", "Conectar um número", "Conectar un número", "ربط رقم";
    Connect: "Connect", "Conectar", "Conectar", "ربط";
    NoAppSecret: "This server has no app secret, so messages of real numbers cannot come in. Start it with --app-secret, from the settings of your Meta app.", "Este servidor não tem app secret, então mensagens de números reais não chegam. Inicie-o com --app-secret, das configurações do seu app da Meta.", "Este servidor no tiene app secret, así que no pueden llegar mensajes de números reales. Arránquelo con --app-secret, de los ajustes de su aplicación de Meta.", "لا يملك هذا الخادم app secret، فلا يمكن أن تصل رسائل الأرقام الحقيقية. شغّله مع --app-secret من إعدادات تطبيق Meta.";
    WebhookHint: "Webhook of your Meta app: {url}", "Webhook do seu app da Meta: {url}", "Webhook de su aplicación de Meta: {url}", "عنوان webhook لتطبيق Meta: {url}";
    GraphRefused: "Meta refuses these credentials: {reason}", "A Meta recusa estas credenciais: {reason}", "Meta rechaza estas credenciales: {reason}", "Meta ترفض هذه البيانات: {reason}";
    NumberTaken: "This number is connected already.", "Este número já está conectado.", "Este número ya está conectado.", "هذا الرقم متصل بالفعل.";
    NumberTakenElsewhere: "This number cannot be connected here.", "Este número não pode ser conectado aqui.", "Este número no se puede conectar aquí.", "لا يمكن ربط هذا الرقم هنا.";
    KeyName: "What it is for", "Para que serve", "Para qué sirve", "الغرض منه";
    KeyNumbers: "Numbers", "Números", "Números", "الأرقام";
    AllNumbers: "All numbers", "Todos os números", "Todos los números", "كل الأرقام";
    CreateKey: "Create a key", "Criar uma chave", "Crear una clave", "إنشاء مفتاح";
    KeyShownOnce: "Copy the key now: it is not shown again. Keep it on your backend.", "Copie a chave agora: ela não é mostrada de novo. Guarde-a no seu backend.", "Copie la clave ahora: no se vuelve a mostrar. Guárdela en su backend.", "انسخ المفتاح الآن: لن يُعرض مجددًا. احتفظ به في خادمك.";
    NoKeys: "No key yet. Your backend needs one to open embedded inboxes.", "Nenhuma chave ainda. Seu backend precisa de uma para abrir caixas embutidas.", "Aún no hay claves. Su backend necesita una para abrir bandejas incrustadas.", "لا توجد مفاتيح بعد. يحتاج خادمك إلى مفتاح لفتح الصناديق المضمّنة.";
    Revoke: "Revoke", "Revogar", "Revocar", "إلغاء";
    RevokeHint: "Inboxes that were opened with it end at once.", "As caixas abertas com ela terminam na hora.", "Las bandejas abiertas con ella terminan al instante.", "تنتهي فورًا الصناديق التي فُتحت به.";
    InviteOperator: "Invite somebody", "Convidar alguém", "Invitar a alguien", "دعوة شخص";
    Name: "Name", "Nome", "Nombre", "الاسم";
    Role: "Role", "Função", "Rol", "الدور";
    RoleAdmin: "Admin: answers, and changes these settings", "Administrador: responde e muda estas configurações", "Administrador: responde y cambia estos ajustes", "مسؤول: يرد ويغيّر هذه الإعدادات";
    RoleOperator: "Operator: answers", "Operador: responde", "Operador: responde", "مشغّل: يرد";
    RoleReadOnly: "Read-only: looks, and changes nothing", "Somente leitura: olha e não muda nada", "Solo lectura: mira y no cambia nada", "قراءة فقط: يطّلع ولا يغيّر شيئًا";
    NumbersHint: "All numbers, or those that are ticked.", "Todos os números, ou os marcados.", "Todos los números, o los marcados.", "كل الأرقام، أو المحدّدة فقط.";
    OnlyThese: "Only these", "Só estes", "Solo estos", "هذه فقط";
    MakeLink: "Make the link", "Criar o link", "Crear el enlace", "إنشاء الرابط";
    LinkShownOnce: "Send this link to {name}. It is good once, for 7 days, and is not shown again.", "Envie este link para {name}. Ele vale uma vez, por 7 dias, e não é mostrado de novo.", "Envíe este enlace a {name}. Vale una vez, durante 7 días, y no se vuelve a mostrar.", "أرسل هذا الرابط إلى {name}. يصلح لمرة واحدة خلال 7 أيام ولا يُعرض مجددًا.";
    NewLink: "New password link", "Novo link de senha", "Nuevo enlace de contraseña", "رابط كلمة مرور جديد";
    Invited: "Invited", "Convidado", "Invitado", "مدعو";
    Disabled: "Disabled", "Desativado", "Desactivado", "معطّل";
    Active: "Active", "Ativo", "Activo", "نشط";
    You: "You", "Você", "Usted", "أنت";
    Disable: "Disable", "Desativar", "Desactivar", "تعطيل";
    Enable: "Enable", "Ativar", "Activar", "تفعيل";
    Save: "Save", "Salvar", "Guardar", "حفظ";
    Change: "Change", "Mudar", "Cambiar", "تغيير";
    CompanyName: "Title", "Título", "Título", "العنوان";
    Subtitle: "Line under the title", "Linha sob o título", "Línea bajo el título", "السطر أسفل العنوان";
    LogoUrl: "Logo (https address)", "Logotipo (endereço https)", "Logotipo (dirección https)", "الشعار (عنوان https)";
    PrimaryColor: "Accent colour", "Cor de destaque", "Color de acento", "لون التمييز";
    BackgroundColor: "Background colour", "Cor de fundo", "Color de fondo", "لون الخلفية";
    ColorHint: "Like #0A7CFF. Empty: the neutral one.", "Como #0A7CFF. Vazio: a neutra.", "Como #0A7CFF. Vacío: el neutro.", "مثل #0A7CFF. فارغ: اللون المحايد.";
    SupportUrl: "Help page (https address)", "Página de ajuda (endereço https)", "Página de ayuda (dirección https)", "صفحة المساعدة (عنوان https)";
    RedirectUrl: "Page after connecting a number (https address)", "Página após conectar um número (endereço https)", "Página tras conectar un número (dirección https)", "الصفحة بعد ربط رقم (عنوان https)";
    HideFooter: "Hide the name of this product", "Ocultar o nome deste produto", "Ocultar el nombre de este producto", "إخفاء اسم هذا المنتج";
    Preview: "Preview", "Pré-visualização", "Vista previa", "معاينة";
    PreviewIn: "Hello, is my order on its way?", "Olá, meu pedido já saiu?", "Hola, ¿ya salió mi pedido?", "مرحبًا، هل طلبي في الطريق؟";
    PreviewOut: "It is. It arrives today.", "Saiu. Chega hoje.", "Sí. Llega hoy.", "نعم. يصل اليوم.";
    Send: "Send", "Enviar", "Enviar", "إرسال";
    ChangePassword: "Change the password", "Mudar a senha", "Cambiar la contraseña", "تغيير كلمة المرور";
    CurrentPassword: "Current password", "Senha atual", "Contraseña actual", "كلمة المرور الحالية";
    ChangePasswordHint: "You stay signed in here. Every other session ends.", "Você continua conectado aqui. Todas as outras sessões terminam.", "Sigue con la sesión abierta aquí. Todas las demás terminan.", "تبقى مسجّلًا هنا. تنتهي كل الجلسات الأخرى.";
    WrongPassword: "This is not the current password.", "Esta não é a senha atual.", "Esta no es la contraseña actual.", "هذه ليست كلمة المرور الحالية.";
    SignOutEverywhere: "Sign out everywhere", "Sair de todos os lugares", "Cerrar sesión en todas partes", "تسجيل الخروج من كل مكان";
    SignOutEverywhereHint: "Ends this session and every other one of yours, on all devices.", "Termina esta sessão e todas as outras, em todos os aparelhos.", "Termina esta sesión y todas las demás, en todos los dispositivos.", "ينهي هذه الجلسة وكل جلساتك الأخرى على جميع الأجهزة.";
    FormOver: "This form was too old. Nothing was changed. Try again.", "Este formulário era antigo demais. Nada mudou. Tente de novo.", "Este formulario era demasiado antiguo. No se cambió nada. Vuelva a intentarlo.", "هذا النموذج قديم. لم يتغيّر شيء. حاول مجددًا.";
    EmailInvalid: "This is not an email address.", "Isto não é um endereço de e-mail.", "Esto no es una dirección de correo.", "هذا ليس عنوان بريد إلكتروني.";
    EmailTaken: "Somebody signs in with this address already.", "Alguém já entra com este endereço.", "Alguien ya inicia sesión con esta dirección.", "هناك من يسجّل الدخول بهذا العنوان بالفعل.";
    LastAdmin: "This is the only admin who can sign in. Make somebody else an admin first.", "Este é o único administrador que pode entrar. Torne outra pessoa administradora antes.", "Es el único administrador que puede entrar. Haga antes administrador a otra persona.", "هذا هو المسؤول الوحيد القادر على الدخول. عيّن مسؤولًا آخر أولًا.";
    NameMissing: "Fill this in.", "Preencha este campo.", "Rellene este campo.", "املأ هذا الحقل.";
    NothingChosen: "Tick at least one number, or choose all numbers.", "Marque ao menos um número, ou escolha todos.", "Marque al menos un número, o elija todos.", "حدّد رقمًا واحدًا على الأقل أو اختر كل الأرقام.";
    HttpsNeeded: "This must be an https address.", "Deve ser um endereço https.", "Debe ser una dirección https.", "يجب أن يكون عنوان https.";
    ColorInvalid: "This must be a colour like #0A7CFF.", "Deve ser uma cor como #0A7CFF.", "Debe ser un color como #0A7CFF.", "يجب أن يكون لونًا مثل #0A7CFF.";
    TooLong: "This is too long.", "É longo demais.", "Es demasiado largo.", "هذا طويل جدًا.";
    AdminOnly: "Only an admin can see this page.", "Só um administrador vê esta página.", "Solo un administrador puede ver esta página.", "هذه الصفحة للمسؤولين فقط.";
    NoReach: "No number is connected that you may see", "Não há número conectado que você possa ver", "No hay ningún número conectado que pueda ver", "لا يوجد رقم متصل يمكنك رؤيته";
    NoReachText: "An admin of your workspace gives you numbers in the settings.", "Um administrador do seu espaço lhe dá números nas configurações.", "Un administrador de su espacio le asigna números en los ajustes.", "يمنحك مسؤول مساحة العمل أرقامًا من الإعدادات.";
    Unavailable: "The server is busy or restarting. Try again in a moment.", "O servidor está ocupado ou reiniciando. Tente de novo em instantes.", "El servidor está ocupado o reiniciándose. Vuelva a intentarlo en un momento.", "الخادم مشغول أو يعيد التشغيل. حاول بعد لحظات.";
}

/// The sentence with its places filled.
pub fn fill(sentence: &str, places: &[(&str, &str)]) -> String {
    places
        .iter()
        .fold(sentence.to_owned(), |filled, (place, with)| {
            filled.replace(&["{", place, "}"].concat(), with)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_fills_the_same_places() {
        let places = |text: &str| {
            let mut found: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()))
                .collect();
            found.sort();
            found
        };
        for word in Word::ALL {
            let english = places(word.say(Locale::En));
            for locale in Locale::ALL {
                assert!(!word.say(locale).is_empty());
                assert_eq!(places(word.say(locale)), english, "{word:?}");
            }
        }
    }
}
