//! Texts that are nothing but a few emoji, which are drawn larger.

use std::iter::Peekable;
use std::str::Chars;

/// The most that are drawn larger.
const MOST: usize = 3;

/// Draws the character before it in colour.
const IN_COLOUR: char = '\u{fe0f}';
/// Makes one of the emoji on either side.
const JOINER: char = '\u{200d}';
/// Puts a key around the character before it.
const KEY: char = '\u{20e3}';

/// How many emoji a text is, if it is nothing but one, two or three.
pub fn emoji_alone(text: &str) -> Option<usize> {
    let mut chars = text.trim().chars().peekable();
    let mut count = 0;
    while chars.peek().is_some() {
        take_one(&mut chars)?;
        count += 1;
        if count > MOST {
            return None;
        }
        while chars.next_if_eq(&' ').is_some() {}
    }
    (count > 0).then_some(count)
}

/// Takes one emoji: a flag, a key, or one or several characters that are drawn as one.
fn take_one(chars: &mut Peekable<Chars<'_>>) -> Option<()> {
    let first = chars.next()?;
    if is_letter_of_flag(first) {
        chars.next_if(|c| is_letter_of_flag(*c))?;
        return Some(());
    }
    let coloured = chars.next_if_eq(&IN_COLOUR).is_some();
    if first.is_ascii_digit() || matches!(first, '#' | '*') {
        chars.next_if_eq(&KEY)?;
        return Some(());
    }
    if !(is_emoji(first) || coloured && may_be_emoji(first)) {
        return None;
    }
    loop {
        while chars
            .next_if(|c| *c == IN_COLOUR || is_skin_tone(*c) || is_tag(*c))
            .is_some()
        {}
        if chars.next_if_eq(&JOINER).is_none() {
            return Some(());
        }
        chars.next_if(|c| is_emoji(*c) || may_be_emoji(*c))?;
    }
}

fn is_letter_of_flag(c: char) -> bool {
    ('\u{1f1e6}'..='\u{1f1ff}').contains(&c)
}

fn is_skin_tone(c: char) -> bool {
    ('\u{1f3fb}'..='\u{1f3ff}').contains(&c)
}

/// What spells the flag of a region.
fn is_tag(c: char) -> bool {
    ('\u{e0020}'..='\u{e007f}').contains(&c)
}

/// Characters that are drawn in colour by themselves (Unicode, `Emoji_Presentation`), as blocks where nearly all of a block are.
fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{231a}' | '\u{231b}' | '\u{23e9}'..='\u{23ec}' | '\u{23f0}' | '\u{23f3}' | '\u{25fd}' | '\u{25fe}'
        | '\u{2614}' | '\u{2615}' | '\u{2648}'..='\u{2653}' | '\u{267f}' | '\u{2693}' | '\u{26a1}'
        | '\u{26aa}' | '\u{26ab}' | '\u{26bd}' | '\u{26be}' | '\u{26c4}' | '\u{26c5}' | '\u{26ce}' | '\u{26d4}'
        | '\u{26ea}' | '\u{26f2}' | '\u{26f3}' | '\u{26f5}' | '\u{26fa}' | '\u{26fd}' | '\u{2705}'
        | '\u{270a}' | '\u{270b}' | '\u{2728}' | '\u{274c}' | '\u{274e}' | '\u{2753}'..='\u{2755}' | '\u{2757}'
        | '\u{2795}'..='\u{2797}' | '\u{27b0}' | '\u{27bf}' | '\u{2b1b}' | '\u{2b1c}' | '\u{2b50}' | '\u{2b55}'
        | '\u{1f004}' | '\u{1f0cf}' | '\u{1f18e}' | '\u{1f191}'..='\u{1f19a}' | '\u{1f201}' | '\u{1f21a}'
        | '\u{1f22f}' | '\u{1f232}'..='\u{1f236}' | '\u{1f238}'..='\u{1f23a}' | '\u{1f250}' | '\u{1f251}'
        | '\u{1f300}'..='\u{1f64f}' | '\u{1f680}'..='\u{1f6ff}' | '\u{1f7e0}'..='\u{1f7eb}' | '\u{1f7f0}'
        | '\u{1f90c}'..='\u{1f9ff}' | '\u{1fa70}'..='\u{1faff}')
}

/// Characters that are drawn in colour when that is asked for: signs and arrows, and what stands in an emoji of several.
fn may_be_emoji(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2194}'..='\u{21aa}'
        | '\u{2300}'..='\u{23ff}' | '\u{24c2}' | '\u{25aa}'..='\u{27bf}' | '\u{2934}' | '\u{2935}'
        | '\u{2b05}'..='\u{2b07}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f170}'..='\u{1f251}')
}
