//! Spanish.

use super::Key;

#[expect(clippy::too_many_lines, reason = "a list")]
pub(super) fn text(key: Key) -> &'static str {
    use Key as K;
    match key {
        K::Inbox => "Bandeja de entrada",
        K::Conversations => "Conversaciones",
        K::ThreadWith => "Conversación con {name}",
        K::Message => "Mensaje",
        K::Send => "Enviar",
        K::Retry => "Reintentar",
        K::Back => "Volver",
        K::Sending => "Enviando",
        K::Queued => "En cola",
        K::Sent => "Enviado",
        K::Delivered => "Entregado",
        K::Read => "Leído",
        K::NotSent => "No enviado",
        K::Forwarded => "Reenviado",
        K::ForwardedOften => "Reenviado muchas veces",
        K::Edited => "editado",
        K::Deleted => "Este mensaje fue eliminado",
        K::NotKept => "Este mensaje ya no se conserva",
        K::QuoteOfOurs => "Tú",
        K::QuoteUnknown => "Un mensaje anterior",
        K::OpenMap => "Abrir en el mapa",
        K::Answer => "Respuesta",
        K::FromAd => "Llegó por un anuncio",
        K::AboutProduct => "Sobre este producto",
        K::Audio => "Audio",
        K::ChatOpened => "El contacto abrió el chat",
        K::Play => "Reproducir",
        K::Pause => "Pausar",
        K::Position => "Posición",
        K::Speed => "Velocidad",
        K::FetchAgain => "Obtener de nuevo",
        K::ShowAlbum => "Mostrar las {n} fotos",
        K::Now => "ahora",
        K::Today => "Hoy",
        K::Yesterday => "Ayer",
        K::You => "Tú:",
        K::Draft => "Borrador:",
        K::Photo => "Foto",
        K::Video => "Video",
        K::VoiceMessage => "Mensaje de voz",
        K::Document => "Documento",
        K::Sticker => "Sticker",
        K::Location => "Ubicación",
        K::ContactCard => "Contacto",
        K::Reaction => "Reacción",
        K::Template => "Plantilla",
        K::Poll => "Encuesta",
        K::Order => "Pedido",
        K::OtherKind => "Mensaje de un tipo que todavía no se muestra aquí",
        K::OpenOnPhone => "Ábrelo en el teléfono",
        K::New => "one:{n} nuevo|other:{n} nuevos",
        K::Unread => "one:{n} sin leer|other:{n} sin leer",
        K::GoToNewest => "Ir al mensaje más reciente",
        K::EmptyTitle => "Nadie está esperando",
        K::EmptyText => "Los mensajes nuevos aparecen aquí solos.",
        K::EmptyHint => {
            "Pruébalo: escribe a uno de estos números desde cualquier teléfono con WhatsApp."
        }
        K::ListWidth => "Ancho de la lista",
        K::ArrivedFrom => "Mensaje nuevo de {name}",
        K::Arrived => "one:{n} mensaje nuevo|other:{n} mensajes nuevos",
        K::PickTitle => "No hay ninguna conversación abierta",
        K::PickText => "Elige una de la lista para leerla y responder.",
        K::NoMessages => "Todavía no se ha escrito nada.",
        K::LoadFailedTitle => "No se pudo cargar la bandeja de entrada",
        K::ListFailed => "No se pudieron cargar más conversaciones.",
        K::ThreadFailed => "No se pudieron cargar los mensajes.",
        K::OlderFailed => "No se pudieron cargar los mensajes anteriores.",
        K::NewerFailed => "No se pudieron cargar los mensajes siguientes.",
        K::JumpFailed => "No se pudo mostrar este mensaje.",
        K::Search => "Buscar",
        K::ClearSearch => "Borrar la búsqueda",
        K::FoundConversations => "Conversaciones y contactos",
        K::FoundMessages => "Mensajes",
        K::FoundCount => "one:{n} resultado|other:{n} resultados",
        K::NothingFoundTitle => "No se encontró nada",
        K::NothingFoundText => {
            "Prueba con menos palabras, o solo con el principio de una. Se busca en nombres, teléfonos y mensajes."
        }
        K::SearchShortTitle => "Un poco más",
        K::SearchShortText => "Escribe al menos dos letras o cifras, y como mucho 200 caracteres.",
        K::SearchOfflineTitle => "Estás sin conexión a internet",
        K::SearchOfflineText => "La búsqueda sigue sola cuando vuelva la conexión.",
        K::SearchFailed => "La búsqueda no funcionó.",
        K::SearchThread => "Buscar en esta conversación",
        K::PreviousHit => "Resultado anterior",
        K::NextHit => "Resultado siguiente",
        K::CloseSearch => "Cerrar la búsqueda",
        K::HitOf => "{n} de {all}",
        K::Palette => "Ir a una conversación o comando",
        K::PaletteField => "Busca una conversación o un comando",
        K::PaletteRecent => "Recientes",
        K::PaletteCommands => "Comandos y acciones",
        K::PaletteEmpty => "Escribe algunas letras de un nombre, un teléfono o un comando.",
        K::Shortcuts => "Atajos de teclado",
        K::SingleKeys => "Atajos de una sola tecla",
        K::Notifications => "Notificaciones",
        K::SoundOfNew => "Sonido para mensajes nuevos",
        K::DesktopNotices => "Notificaciones de escritorio",
        K::NoticesRefused => {
            "El navegador no permite notificaciones de esta página. Permítalas en su configuración."
        }
        K::NoticesElsewhere => {
            "La bandeja está dentro de otra página, y el navegador no muestra notificaciones desde ahí."
        }
        K::HoldsForNow => "Esto vale hasta que se cierre la página.",
        K::KeysEverywhere => "En todas partes",
        K::KeysInConversation => "En una conversación",
        K::NextConversation => "Conversación siguiente",
        K::PreviousConversation => "Conversación anterior",
        K::OpenConversation => "Abrir la conversación",
        K::BackToList => "Volver a la lista",
        K::WriteReply => "Escribir una respuesta",
        K::AnswerToMessage => "Responder o reaccionar a un mensaje",
        K::Loading => "Cargando",
        K::Reconnecting => "Reconectando. Lo que ves puede estar un poco atrasado.",
        K::Offline => "Estás sin conexión. Lo que envíes espera aquí y sale solo.",
        K::OfflineQueued => {
            "one:Estás sin conexión. {n} mensaje está en cola y sale solo.|other:Estás sin conexión. {n} mensajes están en cola y salen solos."
        }
        K::EndedTitle => "Sesión terminada",
        K::EndedText => "Recarga la página para continuar.",
        K::EndedDraft => "Tu borrador sigue en el cuadro de mensaje. Cópialo antes de recargar.",
        K::RefusedTitle => "Esta página no puede mostrar la bandeja de entrada",
        K::RefusedText => {
            "El token se creó para otras direcciones. Agrega {origin} a allowedOrigins cuando tu servidor lo cree."
        }
        K::StrangerText => {
            "Su dirección es {origin}, y el marco se hizo para otra. Añade esa dirección a los orígenes permitidos e indícala como parentOrigin en la dirección del marco, como hace el script de incrustación."
        }
        K::Close => "Cerrar",
        K::Dismiss => "Ahora no",
        K::OpenConversationOf => "Abrir la conversación de {name}",
        K::SuggestedReplies => "Respuestas sugeridas",
        K::RecordOnPage => "Registro en la página que rodea esta bandeja",
        K::OpenRecord => "Abrir el registro",
        K::NoConversation => "Todavía no hay ninguna conversación con este teléfono.",
        K::WaitingTitle => "Esperando a la página que contiene esta bandeja",
        K::WaitingText => "Todavía no te ha identificado. Si esto no cambia, recarga la página.",
        K::StandaloneTitle => "Esta bandeja de entrada vive dentro de otro producto",
        K::StandaloneText => {
            "Carga el script de inserción en tu página y monta el chat con un token creado por tu servidor. La bandeja de entrada aparece ahí."
        }
        K::BootFailedText => "Revisa la conexión e inténtalo de nuevo.",
        K::CharsLeft => "one:Queda {n} carácter|other:Quedan {n} caracteres",
        K::CharsOver => {
            "one:{n} carácter de más. WhatsApp admite 4096.|other:{n} caracteres de más. WhatsApp admite 4096."
        }
        K::AttachFiles => "Adjuntar archivos",
        K::AttachedFiles => "Archivos adjuntos",
        K::RemoveFile | K::RemoveLabel => "Quitar {name}",
        K::DropFiles => "Suelta aquí los archivos para adjuntarlos",
        K::Uploading => "Subiendo",
        K::SendAsDocument => "Enviar como documento",
        K::FileTooLargeAs => "Pesa más de {limit} MB. Envíalo como documento.",
        K::FileTooLarge => {
            "Pesa más de 100 MB, lo máximo que acepta WhatsApp. Elige uno más pequeño."
        }
        K::FileEmpty => "Este archivo está vacío. Elige otro.",
        K::RecordVoice => "Grabar un mensaje de voz",
        K::Recording => "Grabación",
        K::StopRecording => "Parar y escuchar",
        K::DiscardRecording => "Descartar la grabación",
        K::MicrophoneDenied => {
            "El micrófono no está permitido aquí. Permítelo en el navegador e inténtalo de nuevo; si no pregunta, esta página tiene que permitirlo antes."
        }
        K::MicrophoneMissing => {
            "No se encontró ningún micrófono. Conecta uno e inténtalo de nuevo."
        }
        K::MicrophoneUnsupported => {
            "Este navegador no puede grabar mensajes de voz para WhatsApp. Usa un Chrome, Edge o Firefox actual."
        }
        K::ContactDetails => "Datos del contacto",
        K::Phone => "Teléfono",
        K::Username => "Nombre de usuario",
        K::OurNumber => "Tu número",
        K::FreeRepliesHours => "Respuestas libres durante {h} h {m} min",
        K::FreeRepliesMinutes => "Respuestas libres durante {m} min",
        K::WindowShut => {
            "Las respuestas libres terminan 24 horas después del último mensaje del contacto. Hasta que vuelva a escribir, WhatsApp solo acepta plantillas."
        }
        K::DraftKept => "Guardado hasta entonces:",
        K::SendTemplate => "Enviar una plantilla",
        K::Templates => "Plantillas",
        K::SearchTemplates => "Buscar plantillas",
        K::Language => "Idioma",
        K::AllLanguages => "Todos los idiomas",
        K::NoTemplatesTitle => "Todavía no hay plantillas",
        K::NoTemplatesText => {
            "Escríbelas en el Administrador de WhatsApp. Cuando WhatsApp aprueba una, aparece aquí en menos de una hora."
        }
        K::NoTemplateFound => "Ninguna plantilla tiene estas palabras.",
        K::TemplatesFailed => "No se pudieron cargar las plantillas.",
        K::PartNotLoaded => "Esta parte no se pudo cargar.",
        K::NotApproved => "No aprobada por WhatsApp",
        K::TemplateNeedsFile => {
            "Esta plantilla empieza con un archivo o un lugar, y ninguno de los dos se puede añadir aquí. Elige otra."
        }
        K::VariableOfHeading => "Encabezado: {name}",
        K::VariableOfText => "Texto: {name}",
        K::VariableOfButton => "Botón: {name}",
        K::TemplatePreview => "Vista previa",
        K::FillThis => "Rellena este campo.",
        K::FieldOneLine => {
            "Escribe una línea, sin tabulaciones y con cuatro espacios seguidos como máximo."
        }
        K::FilledTooLong => "Rellenada así, es más larga de lo que WhatsApp acepta. Acórtala.",
        K::Reply => "Responder",
        K::ReplyTo => "Respuesta a {name}",
        K::RemoveQuote => "No citarlo",
        K::React => "Reaccionar",
        K::ReactWith => "Reaccionar con {emoji}",
        K::TakeSignBack => "Quitar {emoji}",
        K::SignNotTaken => "Tu reacción no se aceptó.",
        K::WaitsForTime => "Sale: {time}",
        K::WaitsToRetry => "WhatsApp pide esperar. Próximo intento: {time}.",
        K::WaitsForContact => "WhatsApp limita el ritmo de mensajes a un contacto. Sale: {time}.",
        K::WaitsForNumber => {
            "WhatsApp rechaza tu número por ahora. El mensaje sale cuando vuelva a aceptarlo."
        }
        K::WaitsForNews => {
            "WhatsApp no ha dicho si esto salió. No se envía dos veces; se busca la respuesta."
        }
        K::Waits => "Todavía no ha salido.",
        K::Cancel => "Cancelar",
        K::TakenBack => "Este mensaje se retiró antes de salir.",
        K::Emoji => "Emojis",
        K::SearchEmoji => "Buscar emojis",
        K::MoreEmoji => "Más emojis",
        K::SkinTone => "Tono de piel",
        K::EmojiFailed => "No se pudieron cargar los emojis.",
        K::NoEmoji => "Ningún emoji coincide con tu búsqueda.",
        K::NoRecentEmoji => "Los emojis que usas aparecen aquí.",
        K::EmojiRecent => "Usados recientemente",
        K::EmojiSmileys => "Caritas",
        K::EmojiPeople => "Personas",
        K::EmojiNature => "Animales y naturaleza",
        K::EmojiFood => "Comida y bebida",
        K::EmojiTravel => "Viajes y lugares",
        K::EmojiActivities => "Actividades",
        K::EmojiObjects => "Objetos",
        K::EmojiSymbols => "Símbolos",
        K::EmojiFlags => "Banderas",
        K::QuickReplies => "Respuestas rápidas",
        K::ManageQuickReplies => "Gestionar respuestas rápidas",
        K::NewQuickReply => "Nueva respuesta rápida",
        K::NoQuickReplies => "Aún no hay respuestas rápidas",
        K::NoQuickRepliesText => {
            "Guarda un texto que escribes a menudo. Luego escribe / en un mensaje para insertarlo."
        }
        K::NoQuickReplyFound => "Ninguna respuesta rápida coincide.",
        K::QuickRepliesFailed => "No se pudieron cargar las respuestas rápidas.",
        K::Shortcut => "Atajo",
        K::QuickReplyText => "Texto",
        K::VariablesHint => "Estos se rellenan al insertarlo:",
        K::QuickReplyDeleted => "{name} se eliminó.",
        K::Save => "Guardar",
        K::Edit => "Editar",
        K::Delete => "Eliminar",
        K::Undo => "Deshacer",
        K::ErrorShortcutTaken => "Otra respuesta rápida tiene este atajo. Elige otro.",
        K::ErrorLabelExists => "Ya existe una etiqueta con este nombre. Elige otro.",
        K::ErrorShared => {
            "Esto también se usa en números que no tienes. Pide a alguien que los tenga todos que lo cambie."
        }
        K::SharedWithOthers => "Compartida con otros números",
        K::ErrorShortcut => "Un atajo tiene de 1 a 32 letras, cifras, guiones y guiones bajos.",
        K::SendOptions => "Más formas de enviar",
        K::SendLater => "Enviar más tarde",
        K::InOneHour => "En una hora, {time}",
        K::TomorrowMorning => "Mañana, {time}",
        K::PickTime => "Fecha y hora",
        K::Schedule => "Programar",
        K::TimeIsPast => "Elige una hora futura.",
        K::TimeIsShut => {
            "Las respuestas libres terminan a las {time}. Elige una hora anterior o envía una plantilla después."
        }
        K::UndoTime => "Deshacer envío",
        K::Off => "Desactivado",
        K::Seconds => "{n} segundos",
        K::EnterSends => "Enter envía el mensaje",
        K::MessageSent => "Mensaje enviado",
        K::UndoTooLate => "Demasiado tarde: el mensaje ya salió.",
        K::CopyText => "Copiar texto",
        K::NumberRefused => "WhatsApp rechaza este número: {reason} Lo que se escriba espera aquí.",
        K::ViewAll => "Todas",
        K::ViewUnread => "No leídas",
        K::ViewMine => "Mías",
        K::ViewUnassigned => "Sin asignar",
        K::ViewSnoozed => "Pospuestas",
        K::ViewResolved => "Resueltas",
        K::Views => "Vistas",
        K::AllNumbers => "Todos los números",
        K::AllLabels => "Todas las etiquetas",
        K::PartEmpty => "Nada por aquí",
        K::Assign => "Asignar",
        K::AssignToMe => "Yo",
        K::NoOne => "Nadie",
        K::Snooze => "Posponer",
        K::Resolve => "Resolver",
        K::Reopen => "Reabrir",
        K::More => "Más",
        K::Pin => "Fijar",
        K::Unpin => "Desfijar",
        K::Pinned => "Fijada",
        K::MarkUnread => "Marcar como no leída",
        K::ResolveOrReopen => "Resolver o reabrir",
        K::DeleteDraft => "Eliminar borrador",
        K::DraftDeleted => "Borrador eliminado",
        K::RetryLast => "Reintentar el último mensaje fallido",
        K::NewLabel => "Nueva etiqueta",
        K::Add => "Añadir",
        K::LaterToday => "Más tarde hoy",
        K::Tomorrow => "Mañana",
        K::NextMonday => "El próximo lunes",
        K::AnotherTime => "Otro momento",
        K::Done => "Hecho",
        K::ActAssigned => "Asignada a {name}",
        K::ActUnassigned => "Ya no está asignada a {name}",
        K::ActResolved => "Marcada como resuelta",
        K::ActReopened => "Reabierta",
        K::ActReopenedByMessage => "Reabierta por un mensaje nuevo",
        K::ActSnoozeOver => "Terminó la espera",
        K::ActSnoozed => "Pospuesta hasta {time}",
        K::ActLabelled => "Etiqueta {name} añadida",
        K::ActUnlabelled => "Etiqueta {name} quitada",
        K::ActOther => "Cambiada",
        K::MarkRead => "Marcar como leída",
        K::Labels => "Etiquetas",
        K::Picked => "one:{n} seleccionada|other:{n} seleccionadas",
        K::PickRow => "Seleccionar a {name}",
        K::PickAll => "Seleccionar toda la lista",
        K::PickNone => "Quitar la selección",
        K::PickConversation => "Seleccionar conversación",
        K::PickMore => "Seleccionar más",
        K::PickedActions => "Con lo seleccionado",
        K::NoLabelFits => "Ninguna etiqueta sirve para todas estas conversaciones.",
        K::DoneWithMany => "one:{n} conversación cambiada|other:{n} conversaciones cambiadas",
        K::AllOperators => "Todos los responsables",
        K::ManageLabels => "Gestionar etiquetas",
        K::NoLabels => "Aún no hay etiquetas",
        K::NoLabelsText => {
            "Escribe abajo de qué trata una conversación y ponlo en las conversaciones."
        }
        K::LabelName => "Nombre",
        K::Colour => "Color",
        K::ColourGrey => "Gris",
        K::ColourAccent => "De acento",
        K::ColourOk => "Verde",
        K::ColourWarn => "Ámbar",
        K::ColourDanger => "Rojo",
        K::ColourNote => "Azul",
        K::DeleteLabelAsk => "¿Eliminar {name}? Desaparece de todas las conversaciones.",
        K::Copied => "Copiado",
        K::State => "Estado",
        K::StateOpen => "Abierta",
        K::StateResolved => "Resuelta",
        K::Assignee => "Responsable",
        K::NoLabel => "Sin etiquetas",
        K::AddLabel => "Añadir etiqueta",
        K::Help => "Ayuda",
        K::Note => "Nota",
        K::WriteNote => "Escribir una nota",
        K::AddNote => "Añadir nota",
        K::WriteAs => "Escribir como",
        K::OnlyTeam => "Solo lo ve su equipo",
        K::Team => "Equipo",
        K::Colleagues => "Compañeros",
        K::NoColleagueFound => "Ningún compañero con este nombre trabaja con estos números.",
        K::ColleagueTypes => "Escribiendo aquí: {name}",
        K::AnswersMayCross => "Las respuestas pueden cruzarse.",
        K::ColleagueLooks => "También aquí: {name}",
        K::OnlyLooks => "Puede ver esta bandeja, sin cambiar nada en ella.",
        K::Settings => "Ajustes",
        K::SignIn => "Iniciar sesión",
        K::MadeWith => "Hecho con Pilot Inbox",
        K::ErrorTransport => {
            "No se pudo contactar con el servidor. Revisa la conexión e inténtalo de nuevo."
        }
        K::ErrorInternal => {
            "Algo falló de nuestro lado. Inténtalo de nuevo; si continúa, avisa a soporte."
        }
        K::ErrorRateLimited => {
            "Fueron demasiadas solicitudes a la vez. Espera un momento e inténtalo de nuevo."
        }
        K::ErrorNotFound => "Esta conversación ya no existe, o esta sesión no puede verla.",
        K::ErrorTooLong => "WhatsApp admite 4096 caracteres. Acorta el mensaje.",
        K::EditContact => "Editar contacto",
        K::OwnName => "Nombre para tu equipo",
        K::NameOnWhatsapp => "Nombre en WhatsApp",
        K::FieldName => "Campo",
        K::FieldValue => "Valor",
        K::AddField => "Añadir un campo",
        K::OtherConversations => "Otras conversaciones",
        K::SharedMedia => "Fotos y vídeos",
        K::SharedFiles => "Documentos",
        K::Activity => "Actividad",
        K::ShowInThread => "Mostrar en la conversación",
        K::ShowMore => "Mostrar más",
        K::ActNamed => "Contacto llamado {name}",
        K::ActUnnamed => "El contacto vuelve a tener el nombre de WhatsApp",
        K::ActFields => "Campos del contacto cambiados",
        K::ErrorContact => "Da a cada campo un nombre propio y un valor.",
        K::ErrorContactChanged => {
            "Un compañero cambió este contacto mientras tanto. Guarda de nuevo para conservar tu versión."
        }
        K::EarlierPicture => "Foto o vídeo anterior",
        K::LaterPicture => "Foto o vídeo siguiente",
        K::FullSize => "Tamaño completo",
        K::Download => "Descargar",
        K::Enlarge => "Ampliar",
        K::ErrorNotSent => "WhatsApp no aceptó este mensaje.",
    }
}
