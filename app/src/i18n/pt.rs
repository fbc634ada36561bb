//! Portuguese.

use super::Key;

#[expect(clippy::too_many_lines, reason = "a list")]
pub(super) fn text(key: Key) -> &'static str {
    use Key as K;
    match key {
        K::Inbox => "Caixa de entrada",
        K::Conversations => "Conversas",
        K::ThreadWith => "Conversa com {name}",
        K::Message => "Mensagem",
        K::Send => "Enviar",
        K::Retry => "Tentar de novo",
        K::Back => "Voltar",
        K::Sending => "Enviando",
        K::Queued => "Na fila",
        K::Sent => "Enviada",
        K::Delivered => "Entregue",
        K::Read => "Lida",
        K::NotSent => "Não enviada",
        K::Forwarded => "Encaminhada",
        K::ForwardedOften => "Encaminhada com frequência",
        K::Edited => "editada",
        K::Deleted => "Esta mensagem foi apagada",
        K::QuoteOfOurs => "Você",
        K::QuoteUnknown => "Uma mensagem anterior",
        K::OpenMap => "Abrir no mapa",
        K::Answer => "Resposta",
        K::FromAd => "Veio de um anúncio",
        K::AboutProduct => "Sobre este produto",
        K::Audio => "Áudio",
        K::ChatOpened => "O contato abriu a conversa",
        K::Play => "Reproduzir",
        K::Pause => "Pausar",
        K::Position => "Posição",
        K::Speed => "Velocidade",
        K::FetchAgain => "Buscar de novo",
        K::ShowAlbum => "Mostrar todas as {n} fotos",
        K::Now => "agora",
        K::Today => "Hoje",
        K::Yesterday => "Ontem",
        K::You => "Você:",
        K::Draft => "Rascunho:",
        K::Photo => "Foto",
        K::Video => "Vídeo",
        K::VoiceMessage => "Mensagem de voz",
        K::Document => "Documento",
        K::Sticker => "Figurinha",
        K::Location => "Localização",
        K::ContactCard => "Contato",
        K::Reaction => "Reação",
        K::Template => "Modelo",
        K::Poll => "Enquete",
        K::Order => "Pedido",
        K::OtherKind => "Mensagem de um tipo que ainda não aparece aqui",
        K::OpenOnPhone => "Abra no celular",
        K::New => "one:{n} nova|other:{n} novas",
        K::Unread => "one:{n} não lida|other:{n} não lidas",
        K::GoToNewest => "Ir para a mensagem mais recente",
        K::EmptyTitle => "Ninguém está esperando",
        K::EmptyText => "As novas mensagens aparecem aqui sozinhas.",
        K::PickTitle => "Nenhuma conversa aberta",
        K::PickText => "Escolha uma na lista para ler e responder.",
        K::NoMessages => "Nada foi escrito ainda.",
        K::LoadFailedTitle => "Não foi possível carregar a caixa de entrada",
        K::ListFailed => "Não foi possível carregar mais conversas.",
        K::ThreadFailed => "Não foi possível carregar as mensagens.",
        K::OlderFailed => "Não foi possível carregar as mensagens anteriores.",
        K::Loading => "Carregando",
        K::Reconnecting => "Reconectando. O que você vê pode estar um pouco atrasado.",
        K::Offline => "Você está sem internet. O que você enviar espera aqui e sai sozinho.",
        K::OfflineQueued => {
            "one:Você está sem internet. {n} mensagem está na fila e sai sozinha.|other:Você está sem internet. {n} mensagens estão na fila e saem sozinhas."
        }
        K::EndedTitle => "Sessão encerrada",
        K::EndedText => "Recarregue a página para continuar.",
        K::EndedDraft => "Seu rascunho continua na caixa de mensagem. Copie antes de recarregar.",
        K::RefusedTitle => "Esta página não pode mostrar a caixa de entrada",
        K::RefusedText => {
            "O token foi feito para outros endereços. Inclua {origin} em allowedOrigins quando o seu servidor o criar."
        }
        K::StrangerText => {
            "O endereço dela é {origin}, e o quadro foi feito para outro. Inclua esse endereço nas origens permitidas e informe-o como parentOrigin no endereço do quadro, como faz o script de incorporação."
        }
        K::Close => "Fechar",
        K::Dismiss => "Agora não",
        K::OpenConversationOf => "Abrir a conversa de {name}",
        K::SuggestedReplies => "Respostas sugeridas",
        K::RecordOnPage => "Registro na página em volta desta caixa de entrada",
        K::OpenRecord => "Abrir o registro",
        K::NoConversation => "Ainda não há conversa com este telefone.",
        K::WaitingTitle => "Esperando a página em volta desta caixa de entrada",
        K::WaitingText => {
            "Ela ainda não identificou você. Se continuar assim, recarregue a página."
        }
        K::StandaloneTitle => "Esta caixa de entrada vive dentro de outro produto",
        K::StandaloneText => {
            "Carregue o script de incorporação na sua página e monte o chat com um token criado pelo seu servidor. A caixa de entrada aparece ali."
        }
        K::BootFailedText => "Verifique a conexão e tente de novo.",
        K::CharsLeft => "one:Resta {n} caractere|other:Restam {n} caracteres",
        K::CharsOver => {
            "one:{n} caractere a mais. O WhatsApp leva 4.096.|other:{n} caracteres a mais. O WhatsApp leva 4.096."
        }
        K::AttachFiles => "Anexar arquivos",
        K::AttachedFiles => "Arquivos anexados",
        K::RemoveFile => "Remover {name}",
        K::DropFiles => "Solte os arquivos aqui para anexá-los",
        K::Uploading => "Enviando o arquivo",
        K::SendAsDocument => "Enviar como documento",
        K::FileTooLargeAs => "É maior que {limit} MB. Envie como documento.",
        K::FileTooLarge => "É maior que 100 MB, o máximo que o WhatsApp aceita. Escolha um menor.",
        K::FileEmpty => "Este arquivo está vazio. Escolha outro.",
        K::RecordVoice => "Gravar uma mensagem de voz",
        K::Recording => "Gravação",
        K::StopRecording => "Parar e ouvir",
        K::DiscardRecording => "Descartar a gravação",
        K::MicrophoneDenied => {
            "O microfone não está permitido aqui. Permita-o no navegador e tente de novo; se ele não perguntar, esta página precisa permitir antes."
        }
        K::MicrophoneMissing => "Nenhum microfone foi encontrado. Conecte um e tente de novo.",
        K::MicrophoneUnsupported => {
            "Este navegador não grava mensagens de voz para o WhatsApp. Use um Chrome, Edge ou Firefox atual."
        }
        K::ContactDetails => "Detalhes do contato",
        K::Phone => "Telefone",
        K::Username => "Nome de usuário",
        K::OurNumber => "Seu número",
        K::FreeRepliesHours => "Respostas livres por {h} h {m} min",
        K::FreeRepliesMinutes => "Respostas livres por {m} min",
        K::WindowShut => {
            "As respostas livres terminam 24 horas depois da última mensagem do contato. Até que ele escreva de novo, o WhatsApp aceita apenas modelos."
        }
        K::DraftKept => "Guardado até lá:",
        K::SendTemplate => "Enviar um modelo",
        K::Templates => "Modelos",
        K::SearchTemplates => "Buscar modelos",
        K::Language => "Idioma",
        K::AllLanguages => "Todos os idiomas",
        K::NoTemplatesTitle => "Ainda não há modelos",
        K::NoTemplatesText => {
            "Crie-os no Gerenciador do WhatsApp. Depois que o WhatsApp aprova um, ele aparece aqui em até uma hora."
        }
        K::NoTemplateFound => "Nenhum modelo tem estas palavras.",
        K::TemplatesFailed => "Não foi possível carregar os modelos.",
        K::NotApproved => "Não aprovado pelo WhatsApp",
        K::TemplateNeedsFile => {
            "Este modelo começa com um arquivo ou um local, e nenhum dos dois pode ser incluído aqui. Escolha outro."
        }
        K::VariableOfHeading => "Título: {name}",
        K::VariableOfText => "Texto: {name}",
        K::VariableOfButton => "Botão: {name}",
        K::TemplatePreview => "Prévia",
        K::FillThis => "Preencha este campo.",
        K::FieldOneLine => {
            "Escreva uma linha, sem tabulações e com no máximo quatro espaços seguidos."
        }
        K::FilledTooLong => {
            "Preenchido assim, fica mais longo do que o WhatsApp aceita. Encurte-o."
        }
        K::Reply => "Responder",
        K::ReplyTo => "Resposta a {name}",
        K::RemoveQuote => "Não citar",
        K::React => "Reagir",
        K::ReactWith => "Reagir com {emoji}",
        K::TakeSignBack => "Retirar {emoji}",
        K::SignNotTaken => "Sua reação não foi aceita.",
        K::WaitsForTime => "Sai: {time}",
        K::WaitsToRetry => "O WhatsApp pede para esperar. Próxima tentativa: {time}.",
        K::WaitsForContact => {
            "O WhatsApp limita o ritmo das mensagens a um contato. Ela sai: {time}."
        }
        K::WaitsForNumber => {
            "O WhatsApp recusa o seu número no momento. A mensagem sai quando ele voltar a ser aceito."
        }
        K::WaitsForNews => {
            "O WhatsApp não disse se isto saiu. Não é enviado duas vezes; a resposta está sendo procurada."
        }
        K::Waits => "Ainda não saiu.",
        K::Cancel => "Cancelar",
        K::TakenBack => "Esta mensagem foi retirada antes de sair.",
        K::NumberRefused => {
            "O WhatsApp recusa este número: {reason} O que for escrito espera aqui."
        }
        K::Help => "Ajuda",
        K::MadeWith => "Feito com Pilot Inbox",
        K::ErrorTransport => "O servidor não respondeu. Verifique a conexão e tente de novo.",
        K::ErrorInternal => {
            "Algo falhou do nosso lado. Tente de novo; se continuar, avise o suporte."
        }
        K::ErrorRateLimited => {
            "Foram pedidos demais de uma vez. Espere um momento e tente de novo."
        }
        K::ErrorNotFound => "Esta conversa não existe mais, ou esta sessão não pode vê-la.",
        K::ErrorTooLong => "O WhatsApp leva 4.096 caracteres. Encurte a mensagem.",
        K::ErrorNotSent => "O WhatsApp não aceitou esta mensagem.",
    }
}
