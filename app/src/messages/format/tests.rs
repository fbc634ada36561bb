use super::*;
use proptest::prelude::*;

/// A text as one line for each block: `**`, `//`, `~~`, `[]` and `<>` around bold, italic, struck out, code and links.
fn shown(text: &str) -> String {
    let runs = |runs: &[Run<'_>]| {
        let mut line = String::new();
        for run in runs {
            let mut piece = run.text.to_owned();
            for (style, begin, end) in [
                (Style::CODE, "[", "]"),
                (Style::STRIKE, "~~", "~~"),
                (Style::ITALIC, "//", "//"),
                (Style::BOLD, "**", "**"),
            ] {
                if run.style.has(style) {
                    piece = format!("{begin}{piece}{end}");
                }
            }
            if run.is_link {
                piece = format!("<{piece}>");
            }
            line.push_str(&piece);
        }
        line
    };
    let blocks = blocks(text);
    let lines: Vec<String> = blocks
        .iter()
        .map(|block| match block {
            Block::Lines(lines) => format!("lines {}", runs(lines)),
            Block::Quote(lines) => format!("quote {}", runs(lines)),
            Block::Code(code) => format!("code {code}"),
            Block::Bullets(items) => {
                let items: Vec<_> = items.iter().map(|item| runs(item)).collect();
                format!("bullets {}", items.join(" | "))
            }
            Block::Numbers(items) => {
                let items: Vec<_> = items
                    .iter()
                    .map(|(number, item)| format!("{number} {}", runs(item)))
                    .collect();
                format!("numbers {}", items.join(" | "))
            }
        })
        .collect();
    lines.join("\n")
}

#[test]
fn marks_are_read_as_whatsapp_reads_them() {
    for (text, expected) in [
        ("plain", "lines plain"),
        ("*bold* and _italic_", "lines **bold** and //italic//"),
        ("~gone~ `code`!", "lines ~~gone~~ [code]!"),
        ("*_~all~_*", "lines **//~~all~~//**"),
        ("*a _b* c_", "lines **a _b** c_"),
        ("(*bold*), \"_it_\".", "lines (**bold**), \"//it//\"."),
        ("2*3*4 a_b_c x*y *", "lines 2*3*4 a_b_c x*y *"),
        ("* not* *not *", "bullets not* *not *"),
        ("** ** **b**", "lines ** ** ***b***"),
        ("*** ___", "lines *** ___"),
        ("*two words* *three*", "lines **two words** **three**"),
        ("*a\nb*", "lines *a\nb*"),
        ("_عربي_ *日本*", "lines //عربي// **日本**"),
        ("`*literal*` ```_also_```", "lines [*literal*] [_also_]"),
        ("`open *b*", "lines `open **b**"),
        ("``` `a` ", "lines ``` [a] "),
        ("it`s a `test`", "lines it`s a [test]"),
        ("", ""),
        ("\n", "lines \n"),
    ] {
        assert_eq!(shown(text), expected, "{text:?}");
    }
}

#[test]
fn addresses_stay_whole_and_keep_their_marks() {
    for (text, expected) in [
        (
            "see https://a.example/x_y_z_ ok",
            "lines see <https://a.example/x_y_z>_ ok",
        ),
        ("*https://a.example/*", "lines <**https://a.example/**>"),
        (
            "_a https://a.example/a_b*c*d b_",
            "lines //a //<//https://a.example/a_b*c*d//>// b//",
        ),
        ("`https://a.example`", "lines [https://a.example]"),
    ] {
        assert_eq!(shown(text), expected, "{text:?}");
    }
}

#[test]
fn lines_make_quotes_lists_and_code() {
    for (text, expected) in [
        ("> a\n> *b*\nc", "quote a\n**b**\nlines c"),
        (">a\n>", "lines >a\n>"),
        ("> ", "lines > "),
        (
            "x\n- a\n* b\n\n- c",
            "lines x\nbullets a | b\nlines \nbullets c",
        ),
        ("1. a\n2. _b_\n10. c", "numbers 1 a | 2 //b// | 10 c"),
        ("2024. x\n1.x\n1. ", "lines 2024. x\n1.x\n1. "),
        ("é. ééééé\n1. ééééé", "lines é. ééééé\nnumbers 1 ééééé"),
        (
            "a\n```\nlet *x*;\n```\nb",
            "lines a\ncode let *x*;\nlines b",
        ),
        ("```x```", "code x"),
        ("a ```x\ny``` b", "lines a \ncode x\ny\nlines b"),
        ("`````` ```", "lines `````` ```"),
        ("```open\n*b*", "lines ```open\n**b**"),
    ] {
        assert_eq!(shown(text), expected, "{text:?}");
    }
}

#[test]
fn plain_words_have_no_marks() {
    for (text, expected) in [
        ("*Hi* _there_", "Hi there"),
        ("> quoted\nanswer", "quoted\nanswer"),
        ("- a\n- b", "• a\n• b"),
        ("3. c\n4. d", "3. c\n4. d"),
        ("```\ncode\n```", "code"),
        ("5 * 3 * 2", "5 * 3 * 2"),
        ("https://a.example/_x_", "https://a.example/_x_"),
        ("cut *off", "cut *off"),
    ] {
        assert_eq!(plain(text), expected, "{text:?}");
    }
}

#[test]
fn a_few_emoji_are_told_from_words() {
    for (text, expected) in [
        ("😀", Some(1)),
        (" 😀 👍\n", Some(2)),
        ("❤️", Some(1)),
        ("👍🏽🎉🔥", Some(3)),
        ("👨‍👩‍👧‍👦", Some(1)),
        ("🤷🏽‍♂️", Some(1)),
        ("🇧🇷🇪🇸", Some(2)),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", Some(1)),
        ("1️⃣", Some(1)),
        ("😀😀😀😀", None),
        ("😀!", None),
        ("12", None),
        ("❤", None),
        ("©", None),
        ("🇧", None),
        ("👨‍", None),
        ("", None),
        ("  ", None),
    ] {
        assert_eq!(emoji_alone(text), expected, "{text:?}");
    }
    let family = "👨‍".repeat(100_000);
    assert_eq!(emoji_alone(&format!("{family}👧")), Some(1));
}

/// Where a part of the text were looked at again and again, none of these would end.
#[test]
fn hostile_texts_are_read_once() {
    for piece in [
        "*",
        "_*",
        "*a",
        "*a ",
        "*_~a",
        "`",
        "``",
        "```",
        "````a",
        "`a",
        "```a",
        "a```",
        "> ",
        "- ",
        "- a\n",
        "1. a\n",
        "```a\n",
        "```a```\n",
        "`a`b",
        "*a*",
        "_a_b",
        " ",
        "http://*",
        "~\n",
    ] {
        let text = piece.repeat(400_000 / piece.len());
        let whole = plain(&text);
        assert!(whole.len() <= 3 * text.len(), "{piece:?}");
    }
    let asterisks = "*".repeat(64 * 1024);
    assert_eq!(
        blocks(&asterisks),
        [Block::Lines(vec![Run {
            text: &asterisks,
            style: Style::PLAIN,
            is_link: false,
        }])]
    );
}

/// All runs and codes in the order of the text.
fn pieces_of<'a>(blocks: &[Block<'a>]) -> Vec<&'a str> {
    let texts = |runs: &[Run<'a>]| runs.iter().map(|run| run.text).collect::<Vec<_>>();
    blocks
        .iter()
        .flat_map(|block| match block {
            Block::Lines(runs) | Block::Quote(runs) => texts(runs),
            Block::Code(code) => vec![*code],
            Block::Bullets(items) => items.iter().flat_map(|item| texts(item)).collect(),
            Block::Numbers(items) => items.iter().flat_map(|(_, item)| texts(item)).collect(),
        })
        .collect()
}

proptest! {
    #[test]
    fn only_marks_are_left_out(text in "(https?://[a-z_]{1,3}|[*_~`>.1 -]|```|[ab é😀\n]){0,40}") {
        let blocks = blocks(&text);
        let mut at = 0;
        let mut left = String::new();
        for piece in pieces_of(&blocks) {
            // Each is a part of the text itself, behind the one before.
            let from = piece.as_ptr() as usize - text.as_ptr() as usize;
            prop_assert!(from >= at, "in order, and none twice");
            prop_assert!(!piece.is_empty());
            left.push_str(&text[at..from]);
            at = from + piece.len();
        }
        left.push_str(&text[at..]);
        prop_assert!(left.chars().all(|c| "*_~`>-. 1\n\t".contains(c)), "{left:?}");
    }

    #[test]
    fn words_without_marks_stay_as_they_are(text in "[a-zé😀 .,!?\n]{0,40}") {
        prop_assert_eq!(plain(&text), text);
    }

    #[test]
    fn no_mark_crosses_a_line(lines in prop::collection::vec("[*_~a ]{0,6}", 0..5)) {
        // Behind a word, so that no line is one of a list.
        let lines: Vec<String> = lines.iter().map(|line| format!("a{line}")).collect();
        let alone: Vec<String> = lines.iter().map(|line| plain(line)).collect();
        prop_assert_eq!(plain(&lines.join("\n")), alone.join("\n"));
    }
}
