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
        K::PickTitle => "No hay ninguna conversación abierta",
        K::PickText => "Elige una de la lista para leerla y responder.",
        K::NoMessages => "Todavía no se ha escrito nada.",
        K::LoadFailedTitle => "No se pudo cargar la bandeja de entrada",
        K::ListFailed => "No se pudieron cargar más conversaciones.",
        K::ThreadFailed => "No se pudieron cargar los mensajes.",
        K::OlderFailed => "No se pudieron cargar los mensajes anteriores.",
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
        K::RemoveFile => "Quitar {name}",
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
        K::NumberRefused => "WhatsApp rechaza este número: {reason} Lo que se escriba espera aquí.",
        K::Help => "Ayuda",
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
        K::ErrorNotSent => "WhatsApp no aceptó este mensaje.",
    }
}
