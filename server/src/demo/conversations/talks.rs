//! The conversations themselves, newest first.

use super::Content::{Card, Document, Image, Location, Reaction, Sticker, Text, Voice};
use super::Fate::{Delivered, Failed, Read, Sent};
use super::Who::{Hidden, Phone};
use super::{Content, Fate, Line, Side, Talk};

const H: i64 = 60;
const D: i64 = 24 * H;

/// The customer wrote this, so many minutes ago.
const fn them(ago: i64, content: Content) -> Line {
    Line {
        ago,
        side: Side::Them,
        content,
    }
}

/// We wrote this, so many minutes ago.
const fn us(ago: i64, content: Content, fate: Fate) -> Line {
    Line {
        ago,
        side: Side::Us(fate),
        content,
    }
}

pub(super) const TALKS: &[Talk] = &[
    Talk {
        who: Phone("Beatriz Fonseca", "351912345678"),
        lines: &[
            them(
                52,
                Text(
                    "Good morning! I ordered the brass desk lamp on Monday, order 2041. Is it on its way?",
                ),
            ),
            us(
                47,
                Text(
                    "Good morning, Beatriz. It left our workshop yesterday afternoon and should be with you tomorrow.",
                ),
                Read,
            ),
            them(45, Text("Perfect, thank you")),
            us(
                44,
                Text("You can follow it here: https://track.example.com/2041"),
                Read,
            ),
            them(
                4,
                Text("One more thing: can I still change the cable to the red one?"),
            ),
            them(3, Text("If it is too late I will take it as it is 🙂")),
        ],
    },
    Talk {
        who: Phone("Caio Ribeiro", "5511987654321"),
        lines: &[
            them(25, Text("Oi! Vocês entregam em Campinas?")),
            us(
                21,
                Text("Oi, Caio! Entregamos sim, em até 5 dias úteis."),
                Read,
            ),
            them(
                9,
                Image("É para este canto aqui. Que modelo vocês sugerem?"),
            ),
        ],
    },
    Talk {
        who: Hidden("Noor", "AE.7F3K29QX81LM", "noor.designs"),
        lines: &[
            them(
                38,
                Text("Hi, I found you through the design fair. Do you make floor lamps in walnut?"),
            ),
            us(
                33,
                Text("Hi Noor! We do: oak, ash and walnut. Which height are you looking for?"),
                Delivered,
            ),
            them(14, Text("About 1.6 m, with a linen shade. Two pieces.")),
        ],
    },
    Talk {
        who: Phone("ليلى حداد", "962790001122"),
        lines: &[
            them(2 * H, Text("مرحبا، هل المصباح النحاسي متوفر باللون الأسود؟")),
            us(110, Text("مرحبا ليلى، نعم متوفر. التوصيل خلال أسبوع."), Read),
            them(
                26,
                Text("ممتاز! أريد اثنين من فضلك، العنوان: شارع الرينبو 14، عمّان"),
            ),
        ],
    },
    Talk {
        who: Phone("Tom Becker", "4915112345678"),
        lines: &[
            them(
                3 * H,
                Text("Hello, the dimmer of our kitchen lamp hums since yesterday."),
            ),
            us(
                170,
                Text(
                    "Hello Tom, sorry about that. Could you send us a short recording of the sound?",
                ),
                Read,
            ),
            them(150, Voice),
            us(
                41,
                Text(
                    "Thank you, that is the transformer. We are sending a new one today at no cost.",
                ),
                Delivered,
            ),
        ],
    },
    Talk {
        who: Phone("✨ Mari ✨", "5521998877665"),
        lines: &[
            them(5 * H, Text("Chegou!! 😍😍 Ficou linda na sala")),
            them(5 * H - 1, Image("")),
            us(
                4 * H,
                Text("Que bom, Mari! Ficou linda mesmo. Podemos publicar a foto no nosso perfil?"),
                Read,
            ),
            them(3 * H, Text("Claro! Me marca 💛")),
            us(3 * H - 4, Reaction("❤️", 3), Sent),
        ],
    },
    Talk {
        who: Phone("Hotel Miramar · Reception", "34911222333"),
        lines: &[
            them(
                6 * H,
                Text(
                    "Buenos días. Necesitamos 36 lámparas de mesilla para el 15. ¿Pueden enviarnos un presupuesto?",
                ),
            ),
            us(
                5 * H,
                Document(
                    "presupuesto-miramar-36.pdf",
                    "El presupuesto, válido 30 días.",
                ),
                Read,
            ),
            them(
                4 * H,
                Text("Recibido, gracias. Lo revisa la dirección esta tarde."),
            ),
            us(
                4 * H - 3,
                Text("Perfecto. Quedamos a su disposición."),
                Delivered,
            ),
        ],
    },
    Talk {
        who: Phone("Priya Raman", "919876501234"),
        lines: &[
            them(
                8 * H,
                Text("Is it possible to visit the workshop on Saturday?"),
            ),
            us(
                7 * H,
                Text("With pleasure, we are open from 10 to 14 on Saturdays."),
                Read,
            ),
            us(
                7 * H - 1,
                Location(
                    41.1579,
                    -8.6291,
                    "The workshop",
                    "Rua do Breiner 120, Porto",
                ),
                Read,
            ),
            them(7 * H - 3, Reaction("👍", 2)),
        ],
    },
    Talk {
        who: Phone("João Pedro Albuquerque de Vasconcelos e Sá", "351934567890"),
        lines: &[
            them(
                D - 2 * H,
                Text(
                    "Boa tarde. Escrevo por causa do candeeiro da sala de jantar, comprado em março. \
A cúpula veio com uma pequena racha que só notei agora, ao limpar. Sei que já passou algum tempo e que o mais provável é ter sido \
na mudança, mas gostava de perceber se há forma de comprar só a cúpula, ou se é preciso trocar a peça inteira.\n\n\
Medidas: 42 cm de diâmetro em baixo, 30 cm em cima, 25 cm de altura. O tecido é o cru, com a costura dupla. Se o tecido já não \
existir, aceito um tom próximo, desde que não seja amarelado.\n\nPosso enviar fotografias, ou passar aí com a peça na quinta-feira \
depois das 18 h. Obrigado desde já pela paciência com uma mensagem tão comprida.",
                ),
            ),
            us(
                D - 3 * H,
                Text(
                    "Boa tarde, João Pedro. Vendemos a cúpula à parte, sim, e ainda temos o tecido cru. São 38 € e fica pronta em quatro dias.",
                ),
                Read,
            ),
            them(D - 4 * H, Text("Excelente, avance por favor.")),
            us(
                D - 4 * H - 2,
                Text("Combinado. Avisamos quando estiver pronta."),
                Read,
            ),
        ],
    },
    Talk {
        who: Phone("Sofia Lindqvist", "46701234567"),
        lines: &[
            them(D + H, Text("Which bulb fits the Lume pendant?")),
            us(
                D + 30,
                Text("An E27 with up to 12 W LED. We like 2700 K in a living room."),
                Read,
            ),
            them(D + 28, Sticker),
        ],
    },
    Talk {
        who: Phone("Marco Bellini", "393331234567"),
        lines: &[
            them(
                D + 5 * H,
                Text("Ciao, il corriere non ha trovato il numero civico."),
            ),
            us(
                D + 4 * H,
                Text("Ciao Marco, ci mandi la posizione esatta?"),
                Read,
            ),
            them(
                D + 3 * H,
                Location(45.4642, 9.19, "Cortile interno", "Via Torino 8, Milano"),
            ),
            us(
                D + 3 * H - 5,
                Text("Grazie, la nuova consegna è domani mattina."),
                Read,
            ),
            them(D + 2 * H, Text("Arrivata, tutto a posto!")),
            us(D + 2 * H - 3, Reaction("🎉", 4), Sent),
        ],
    },
    Talk {
        who: Phone("Ana & Duarte", "351961112233"),
        lines: &[
            them(
                D + 9 * H,
                Text(
                    "We would like three different lamps for the café. Can we borrow samples for a day?",
                ),
            ),
            us(
                D + 8 * H,
                Text("Gladly. Come by on Wednesday and choose, you can bring them back on Friday."),
                Read,
            ),
            them(D + 7 * H, Text("See you on Wednesday!")),
            us(D + 7 * H - 1, Text("See you then."), Read),
        ],
    },
    Talk {
        who: Phone("Grace Okafor", "447700900123"),
        lines: &[
            them(2 * D, Text("Hi, do you ship to the UK?")),
            us(
                2 * D - 20,
                Text(
                    "Hi Grace, we do. Shipping is £14 and takes about a week; duties are included.",
                ),
                Read,
            ),
            them(2 * D - 25, Text("Great, I will order at the weekend.")),
            us(
                H,
                Text("Hi Grace, the lamp you liked is back in stock."),
                Failed(131_047),
            ),
        ],
    },
    Talk {
        who: Phone("Ricardo Menezes", "5531977776666"),
        lines: &[
            them(
                2 * D + 3 * H,
                Text("Preciso da nota fiscal do pedido 1987, por favor."),
            ),
            us(
                2 * D + 2 * H,
                Document("nota-fiscal-1987.pdf", "Segue a nota fiscal."),
                Read,
            ),
            them(2 * D + 2 * H - 8, Text("Obrigado!")),
            us(2 * D + 2 * H - 9, Text("De nada, Ricardo."), Read),
        ],
    },
    Talk {
        who: Phone("Yuki 🌙", "819012345678"),
        lines: &[
            them(
                2 * D + 8 * H,
                Text("Hello! Does the paper lantern come with a 100 V plug?"),
            ),
            us(
                2 * D + 7 * H,
                Text("Hello Yuki, yes: choose “Japan” at the checkout."),
                Delivered,
            ),
        ],
    },
    Talk {
        who: Phone("Studio Kline", "12125550147"),
        lines: &[
            them(
                3 * D,
                Text(
                    "We're specifying your wall sconce for a restaurant. Need IES files and a dimming curve.",
                ),
            ),
            us(
                3 * D - 50,
                Document(
                    "sconce-technical-sheet.pdf",
                    "Everything is in the technical sheet.",
                ),
                Read,
            ),
            them(3 * D - 55, Text("Got it. Lead time for 18?")),
            us(3 * D - 58, Text("Four weeks from the order."), Read),
            them(
                3 * D - 60,
                Text("Works for us. Please talk to my colleague about the details:"),
            ),
            them(3 * D - 61, Card("Dana Kline", "12125550148")),
            us(
                3 * D - 70,
                Text("Thank you, we will write to her today."),
                Read,
            ),
        ],
    },
    Talk {
        who: Phone("Inês", "351923334445"),
        lines: &[
            them(
                3 * D + 6 * H,
                Text("Olá, fazem reparações de candeeiros antigos?"),
            ),
            us(
                3 * D + 5 * H,
                Text("Olá, Inês! Fazemos. Mande-nos uma fotografia e dizemos-lhe o preço."),
                Read,
            ),
            them(3 * D + 4 * H, Image("Era da minha avó")),
            us(
                3 * D + 3 * H,
                Text("Que bonito! Limpeza e cablagem nova: 55 €."),
                Read,
            ),
            them(3 * D + 2 * H, Text("Levo amanhã")),
            us(3 * D + 2 * H - 4, Text("Até amanhã!"), Read),
        ],
    },
    Talk {
        who: Phone("Camille Dubois", "33612345678"),
        lines: &[
            them(
                4 * D,
                Text("Bonjour, je voudrais offrir une lampe. Faites-vous des cartes cadeaux ?"),
            ),
            us(
                4 * D - 30,
                Text("Bonjour Camille, oui : https://example.com/cadeau?montant=100&langue=fr"),
                Read,
            ),
            them(4 * D - 40, Text("Merci beaucoup !")),
            us(4 * D - 41, Reaction("🙏", 2), Sent),
        ],
    },
    Talk {
        who: Hidden("benni", "DE.91XK4TQ07ZPA", "benni_baut"),
        lines: &[
            them(
                4 * D + 5 * H,
                Text("habt ihr auch nur die fassung? e14, messing"),
            ),
            us(
                4 * D + 4 * H,
                Text("Hallo Benni, haben wir: 9 € das Stück."),
                Read,
            ),
            them(4 * D + 4 * H - 6, Text("top, nehme 4")),
            us(
                4 * D + 4 * H - 9,
                Text("Sind reserviert. Abholung ab morgen."),
                Read,
            ),
        ],
    },
    Talk {
        who: Phone("Omar Farouk", "201001234567"),
        lines: &[
            them(
                5 * D,
                Text("Can you make the shade in a larger size, 60 cm?"),
            ),
            us(
                5 * D - 2 * H,
                Text("We can. It takes ten days and costs €84."),
                Read,
            ),
            them(5 * D - 3 * H, Text("شكراً، موافق")),
            us(
                5 * D - 3 * H - 2,
                Text("Thank you, Omar. We start tomorrow."),
                Read,
            ),
        ],
    },
    Talk {
        who: Phone("Helena Prado", "5541999990000"),
        lines: &[
            them(6 * D, Voice),
            us(
                6 * D - 15,
                Text("Oi, Helena! Ouvimos: duas arandelas pretas, entrega na sexta. Confere?"),
                Read,
            ),
            them(6 * D - 16, Text("Isso mesmo")),
            us(6 * D - 18, Text("Anotado!"), Read),
        ],
    },
    Talk {
        who: Phone("Lukas", "436601234567"),
        lines: &[
            them(8 * D, Text("Ist der Laden am Feiertag offen?")),
            us(
                8 * D - 90,
                Text("Nein, am Donnerstag bleibt er zu. Freitag ab 10 Uhr wieder."),
                Delivered,
            ),
        ],
    },
    Talk {
        who: Phone("+1 (415) 555-0199", "14155550199"),
        lines: &[
            them(10 * D, Text("Is this the lamp place")),
            us(10 * D - 5, Text("It is. How can we help?"), Sent),
        ],
    },
    Talk {
        who: Phone("Teresa Nunes", "351918887776"),
        lines: &[
            them(13 * D, Text("Boa tarde, já têm a coleção de inverno?")),
            us(
                13 * D - H,
                Text("Boa tarde, Teresa. Chega na primeira semana do mês."),
                Read,
            ),
            them(13 * D - 2 * H, Text("Obrigada, passo aí.")),
            us(12 * D, Image("Já chegou! Esta é a nova mesa de luz."), Read),
            them(12 * D - 30, Reaction("😍", 3)),
        ],
    },
];
