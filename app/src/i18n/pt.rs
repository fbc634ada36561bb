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
        K::NotKept => "Esta mensagem não é mais guardada",
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
        K::EmptyHint => {
            "Experimente: escreva para um destes números de qualquer telefone com WhatsApp."
        }
        K::ListWidth => "Largura da lista",
        K::ArrivedFrom => "Nova mensagem de {name}",
        K::Arrived => "one:{n} nova mensagem|other:{n} novas mensagens",
        K::PickTitle => "Nenhuma conversa aberta",
        K::PickText => "Escolha uma na lista para ler e responder.",
        K::NoMessages => "Nada foi escrito ainda.",
        K::LoadFailedTitle => "Não foi possível carregar a caixa de entrada",
        K::ListFailed => "Não foi possível carregar mais conversas.",
        K::ThreadFailed => "Não foi possível carregar as mensagens.",
        K::OlderFailed => "Não foi possível carregar as mensagens anteriores.",
        K::NewerFailed => "Não foi possível carregar as mensagens seguintes.",
        K::JumpFailed => "Não foi possível mostrar esta mensagem.",
        K::Search => "Buscar",
        K::ClearSearch => "Limpar a busca",
        K::FoundConversations => "Conversas e contatos",
        K::FoundMessages => "Mensagens",
        K::FoundCount => "one:{n} resultado|other:{n} resultados",
        K::NothingFoundTitle => "Nada encontrado",
        K::NothingFoundText => {
            "Tente menos palavras, ou só o começo de uma. A busca olha nomes, telefones e mensagens."
        }
        K::SearchShortTitle => "Um pouco mais",
        K::SearchShortText => {
            "Escreva pelo menos duas letras ou dígitos, e no máximo 200 caracteres."
        }
        K::SearchOfflineTitle => "Você está sem conexão",
        K::SearchOfflineText => "A busca continua sozinha quando a conexão voltar.",
        K::SearchFailed => "A busca não funcionou.",
        K::SearchThread => "Buscar nesta conversa",
        K::PreviousHit => "Resultado anterior",
        K::NextHit => "Resultado seguinte",
        K::CloseSearch => "Fechar a busca",
        K::HitOf => "{n} de {all}",
        K::Palette => "Ir para uma conversa ou comando",
        K::PaletteField => "Encontre uma conversa ou um comando",
        K::PaletteRecent => "Recentes",
        K::PaletteCommands => "Comandos",
        K::PaletteEmpty => "Digite algumas letras de um nome, de um telefone ou de um comando.",
        K::Shortcuts => "Atalhos de teclado",
        K::SingleKeys => "Atalhos de uma só tecla",
        K::Notifications => "Notificações",
        K::SoundOfNew => "Som para novas mensagens",
        K::DesktopNotices => "Notificações na área de trabalho",
        K::NoticesRefused => {
            "O navegador não permite notificações desta página. Permita-as nas configurações dele."
        }
        K::NoticesElsewhere => {
            "A caixa de entrada está dentro de outra página, e o navegador não mostra notificações a partir dela."
        }
        K::HoldsForNow => "Isto vale até que a página seja fechada.",
        K::KeysEverywhere => "Em qualquer lugar",
        K::KeysInConversation => "Em uma conversa",
        K::NextConversation => "Próxima conversa",
        K::PreviousConversation => "Conversa anterior",
        K::OpenConversation => "Abrir a conversa",
        K::BackToList => "Voltar para a lista",
        K::WriteReply => "Escrever uma resposta",
        K::AnswerToMessage => "Responder ou reagir a uma mensagem",
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
        K::RemoveFile | K::RemoveLabel => "Remover {name}",
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
        K::PartNotLoaded => "Esta parte não pôde ser carregada.",
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
        K::Emoji => "Emoji",
        K::SearchEmoji => "Buscar emoji",
        K::MoreEmoji => "Mais emojis",
        K::SkinTone => "Tom de pele",
        K::EmojiFailed => "Não foi possível carregar os emojis.",
        K::NoEmoji => "Nenhum emoji corresponde à sua busca.",
        K::NoRecentEmoji => "Os emojis que você usa aparecem aqui.",
        K::EmojiRecent => "Usados recentemente",
        K::EmojiSmileys => "Rostos",
        K::EmojiPeople => "Pessoas",
        K::EmojiNature => "Animais e natureza",
        K::EmojiFood => "Comida e bebida",
        K::EmojiTravel => "Viagens e lugares",
        K::EmojiActivities => "Atividades",
        K::EmojiObjects => "Objetos",
        K::EmojiSymbols => "Símbolos",
        K::EmojiFlags => "Bandeiras",
        K::QuickReplies => "Respostas rápidas",
        K::ManageQuickReplies => "Gerenciar respostas rápidas",
        K::NewQuickReply => "Nova resposta rápida",
        K::NoQuickReplies => "Ainda não há respostas rápidas",
        K::NoQuickRepliesText => {
            "Salve um texto que você escreve com frequência. Depois digite / em uma mensagem para inseri-lo."
        }
        K::NoQuickReplyFound => "Nenhuma resposta rápida corresponde.",
        K::QuickRepliesFailed => "Não foi possível carregar as respostas rápidas.",
        K::Shortcut => "Atalho",
        K::QuickReplyText => "Texto",
        K::VariablesHint => "Estes são preenchidos ao inserir:",
        K::QuickReplyDeleted => "{name} foi excluída.",
        K::Save => "Salvar",
        K::Edit => "Editar",
        K::Delete => "Excluir",
        K::Undo => "Desfazer",
        K::ErrorShortcutTaken => "Outra resposta rápida tem este atalho. Escolha outro.",
        K::ErrorLabelExists => "Já existe uma etiqueta com este nome. Escolha outro.",
        K::ErrorShared => {
            "Isto também é usado em números que você não tem. Peça a alguém que tenha todos eles para mudar."
        }
        K::SharedWithOthers => "Compartilhada com outros números",
        K::ErrorShortcut => "Um atalho tem de 1 a 32 letras, dígitos, hifens e sublinhados.",
        K::SendOptions => "Mais formas de enviar",
        K::SendLater => "Enviar mais tarde",
        K::InOneHour => "Em uma hora, {time}",
        K::TomorrowMorning => "Amanhã, {time}",
        K::PickTime => "Data e hora",
        K::Schedule => "Agendar",
        K::TimeIsPast => "Escolha um horário no futuro.",
        K::TimeIsShut => {
            "As respostas livres terminam às {time}. Escolha um horário anterior ou envie um modelo depois."
        }
        K::UndoTime => "Desfazer envio",
        K::Off => "Desligado",
        K::Seconds => "{n} segundos",
        K::EnterSends => "Enter envia a mensagem",
        K::MessageSent => "Mensagem enviada",
        K::UndoTooLate => "Tarde demais: a mensagem já saiu.",
        K::CopyText => "Copiar texto",
        K::NumberRefused => {
            "O WhatsApp recusa este número: {reason} O que for escrito espera aqui."
        }
        K::ViewAll => "Todas",
        K::ViewUnread => "Não lidas",
        K::ViewMine => "Minhas",
        K::ViewUnassigned => "Sem responsável",
        K::ViewSnoozed => "Adiadas",
        K::ViewResolved => "Resolvidas",
        K::Views => "Visualizações",
        K::AllNumbers => "Todos os números",
        K::AllLabels => "Todas as etiquetas",
        K::PartEmpty => "Nada por aqui",
        K::Assign => "Atribuir",
        K::AssignToMe => "Eu",
        K::NoOne => "Ninguém",
        K::Snooze => "Adiar",
        K::Resolve => "Resolver",
        K::Reopen => "Reabrir",
        K::More => "Mais",
        K::Pin => "Fixar",
        K::Unpin => "Desafixar",
        K::Pinned => "Fixada",
        K::MarkUnread => "Marcar como não lida",
        K::ResolveOrReopen => "Resolver ou reabrir",
        K::DeleteDraft => "Excluir rascunho",
        K::DraftDeleted => "Rascunho excluído",
        K::RetryLast => "Tentar de novo a última mensagem que falhou",
        K::NewLabel => "Nova etiqueta",
        K::Add => "Adicionar",
        K::LaterToday => "Hoje mais tarde",
        K::Tomorrow => "Amanhã",
        K::NextMonday => "Próxima segunda",
        K::AnotherTime => "Outro horário",
        K::Done => "Feito",
        K::ActAssigned => "Atribuída a {name}",
        K::ActUnassigned => "Não está mais com {name}",
        K::ActResolved => "Marcada como resolvida",
        K::ActReopened => "Reaberta",
        K::ActReopenedByMessage => "Reaberta por uma nova mensagem",
        K::ActSnoozeOver => "O adiamento terminou",
        K::ActSnoozed => "Adiada até {time}",
        K::ActLabelled => "Etiqueta {name} adicionada",
        K::ActUnlabelled => "Etiqueta {name} removida",
        K::ActOther => "Alterada",
        K::MarkRead => "Marcar como lida",
        K::Labels => "Etiquetas",
        K::Picked => "one:{n} selecionada|other:{n} selecionadas",
        K::PickRow => "Selecionar {name}",
        K::PickAll => "Selecionar todas na lista",
        K::PickNone => "Limpar seleção",
        K::PickConversation => "Selecionar conversa",
        K::PickMore => "Selecionar mais",
        K::PickedActions => "Com as selecionadas",
        K::NoLabelFits => "Nenhuma etiqueta serve para todas estas conversas.",
        K::DoneWithMany => "one:{n} conversa alterada|other:{n} conversas alteradas",
        K::AllOperators => "Todos os responsáveis",
        K::ManageLabels => "Gerenciar etiquetas",
        K::NoLabels => "Nenhuma etiqueta ainda",
        K::NoLabelsText => "Escreva abaixo do que uma conversa trata e use nas conversas.",
        K::LabelName => "Nome",
        K::Colour => "Cor",
        K::ColourGrey => "Cinza",
        K::ColourAccent => "Destaque",
        K::ColourOk => "Verde",
        K::ColourWarn => "Âmbar",
        K::ColourDanger => "Vermelho",
        K::ColourNote => "Azul",
        K::DeleteLabelAsk => "Excluir {name}? Ela sai de todas as conversas.",
        K::Copied => "Copiado",
        K::State => "Situação",
        K::StateOpen => "Aberta",
        K::StateResolved => "Resolvida",
        K::Assignee => "Responsável",
        K::NoLabel => "Sem etiquetas",
        K::AddLabel => "Adicionar etiqueta",
        K::Help => "Ajuda",
        K::Note => "Nota",
        K::WriteNote => "Escrever uma nota",
        K::AddNote => "Adicionar nota",
        K::WriteAs => "Escrever como",
        K::OnlyTeam => "Só a sua equipe vê isto",
        K::Team => "Equipe",
        K::Colleagues => "Colegas",
        K::NoColleagueFound => "Nenhum colega com este nome trabalha com estes números.",
        K::ColleagueTypes => "Escrevendo aqui: {name}",
        K::AnswersMayCross => "As respostas podem se cruzar.",
        K::ColleagueLooks => "Também aqui: {name}",
        K::OnlyLooks => "Você pode ver esta caixa de entrada, sem mudar nada nela.",
        K::Settings => "Configurações",
        K::SignIn => "Entrar",
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
        K::EditContact => "Editar contato",
        K::OwnName => "Nome para a sua equipe",
        K::NameOnWhatsapp => "Nome no WhatsApp",
        K::FieldName => "Campo",
        K::FieldValue => "Valor",
        K::AddField => "Adicionar um campo",
        K::OtherConversations => "Outras conversas",
        K::SharedMedia => "Fotos e vídeos",
        K::SharedFiles => "Documentos",
        K::Activity => "Atividade",
        K::ShowInThread => "Mostrar na conversa",
        K::ShowMore => "Mostrar mais",
        K::ActNamed => "Contato chamado de {name}",
        K::ActUnnamed => "O contato voltou a ter o nome do WhatsApp",
        K::ActFields => "Campos do contato alterados",
        K::ErrorContact => "Dê a cada campo um nome próprio e um valor.",
        K::ErrorContactChanged => {
            "Um colega alterou este contato nesse meio-tempo. Salve de novo para manter a sua versão."
        }
        K::EarlierPicture => "Foto ou vídeo anterior",
        K::LaterPicture => "Foto ou vídeo seguinte",
        K::FullSize => "Tamanho real",
        K::Download => "Baixar",
        K::Enlarge => "Ampliar",
        K::ErrorNotSent => "O WhatsApp não aceitou esta mensagem.",
    }
}
