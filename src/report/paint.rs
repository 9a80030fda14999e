//! Paint: colours, widths, wrapping, and making text of unknown origin harmless to a terminal.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Colours, or none.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    on: bool,
}

impl Paint {
    pub fn new(on: bool) -> Paint {
        Paint { on }
    }

    pub fn is_on(self) -> bool {
        self.on
    }

    pub fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    pub fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    pub fn red(self, text: &str) -> String {
        self.with("1;31", text)
    }

    pub fn green(self, text: &str) -> String {
        self.with("32", text)
    }

    pub fn cyan(self, text: &str) -> String {
        self.with("36", text)
    }

    /// The colour of a lane.
    pub(super) fn lane(self, index: usize, text: &str) -> String {
        self.with(["1;36", "1;35", "1;33"][index % 3], text)
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.on && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Text without anything that a terminal would obey or that would turn its direction: such characters become visible.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let harmless = |c: char| match c {
        '\t' | '\n' | '\r' => ' ',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        c if is_hostile(c) => '\u{fffd}',
        c => c,
    };
    Cow::Owned(text.chars().map(harmless).collect())
}

/// As [`clean`], but every character becomes one of as many bytes, so spans stay true. Tabs and line ends stay; a lone
/// carriage return is a line end, too.
pub(super) fn clean_in_place(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_hostile(c) && c != '\n' && c != '\t') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\n' | '\t' => c,
            '\r' if chars.peek() == Some(&'\n') => c,
            '\r' => '\n',
            c if !is_hostile(c) => c,
            c if c.len_utf8() == 1 => '?',
            c if c.len_utf8() == 2 => '\u{bf}',
            _ => '\u{fffd}',
        });
    }
    Cow::Owned(out)
}

/// Controls, and the invisible characters that reorder, join or hide text.
pub(super) fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}')
}

/// Columns on the terminal.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// At most `columns` wide, with `…` where something was cut off.
pub(super) fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    if text.width() <= columns {
        return Cow::Borrowed(text);
    }
    let mut used = 0;
    let kept = text.char_indices().find(|(_, c)| {
        used += c.width().unwrap_or(0);
        used + 1 > columns
    });
    let end = kept.map_or(text.len(), |(at, _)| at);
    Cow::Owned(format!("{}…", &text[..end]))
}

/// `text` and spaces up to `columns`.
pub(super) fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

/// Lines of at most `columns`, broken at spaces; a word that is longer than a line is broken anywhere.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(8);
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut word = Cow::Borrowed(word);
        let line = lines.last().map_or(0, |line| line.width());
        if line > 0 && line + 1 + word.width() > columns {
            lines.push(String::new());
        }
        while word.width() > columns {
            let head = head(&word, columns);
            push_word(&mut lines, &word[..head]);
            lines.push(String::new());
            word = Cow::Owned(word[head..].to_owned());
        }
        push_word(&mut lines, &word);
    }
    lines
}

fn push_word(lines: &mut [String], word: &str) {
    if let Some(line) = lines.last_mut() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
}

/// How many bytes of `text` fit into `columns`; at least one character.
fn head(text: &str, columns: usize) -> usize {
    let mut used = 0;
    let over = text.char_indices().skip(1).find(|(at, c)| {
        used = text[..*at].width();
        used + c.width().unwrap_or(0) > columns
    });
    over.map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::{clean, clean_in_place, cut, width, wrap};

    #[test]
    fn escapes_and_direction_marks_become_visible() {
        assert_eq!(clean("a\u{1b}[2Jb"), "a\u{241b}[2Jb");
        assert_eq!(clean("x\u{202e}y\u{9b}z"), "x\u{fffd}y\u{fffd}z");
        let hostile = "\u{1b}\u{9b}\u{202e}\t\n";
        assert_eq!(clean_in_place(hostile), "?\u{bf}\u{fffd}\t\n");
        assert_eq!(clean_in_place(hostile).len(), hostile.len());
        assert_eq!(clean_in_place("a\r\nb\rc"), "a\r\nb\nc");
    }

    #[test]
    fn wide_characters_are_measured() {
        assert_eq!(cut("日本語です", 7), "日本語…");
        assert_eq!(cut("short", 7), "short");
        for line in wrap("日本語です and some words to wrap", 8) {
            assert!(width(&line) <= 8, "{line}");
        }
        assert_eq!(wrap("abcdefghijkl m", 8), ["abcdefgh", "ijkl m"]);
    }
}
