//! Positions: lines and characters as the client counts them. What lies outside of a text is brought back into it.

use gen_lsp_types as lsp;

use crate::finding;
use crate::source::SourceFile;

/// What a client counts on a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Encoding {
    Utf8,
    Utf16,
    Utf32,
}

impl Encoding {
    /// How many there are in a text.
    fn count(self, text: &str) -> u32 {
        let count = match self {
            Encoding::Utf8 => text.len(),
            _ if text.is_ascii() => text.len(),
            Encoding::Utf16 => text.encode_utf16().count(),
            Encoding::Utf32 => text.chars().count(),
        };
        count as u32
    }

    /// The byte of a line behind this many of them; in the middle of a character, the one where it begins.
    fn byte(self, line: &str, count: u32) -> usize {
        let mut left = count as usize;
        for (at, c) in line.char_indices() {
            let size = match self {
                Encoding::Utf8 => c.len_utf8(),
                Encoding::Utf16 => c.len_utf16(),
                Encoding::Utf32 => 1,
            };
            if left < size {
                return at;
            }
            left -= size;
        }
        line.len()
    }

    pub(super) fn kind(self) -> lsp::PositionEncodingKind {
        match self {
            Encoding::Utf8 => lsp::PositionEncodingKind::UTF8,
            Encoding::Utf16 => lsp::PositionEncodingKind::UTF16,
            Encoding::Utf32 => lsp::PositionEncodingKind::UTF32,
        }
    }

    /// Where a finding's position stands.
    pub(super) fn position(self, file: &SourceFile, position: finding::Position) -> lsp::Position {
        let line = file.line(position.line);
        let offset = file.offset(position).clamp(line.start, line.end.max(line.start));
        let character = self.count(&file.text[line.start..offset]);
        lsp::Position { line: position.line.saturating_sub(1), character }
    }

    pub(super) fn range(self, file: &SourceFile, range: finding::Range) -> lsp::Range {
        lsp::Range { start: self.position(file, range.start), end: self.position(file, range.end) }
    }

    /// The byte of a file that the client means.
    pub(super) fn offset(self, file: &SourceFile, position: lsp::Position) -> u32 {
        let line = file.line(position.line.saturating_add(1));
        (line.start + self.byte(&file.text[line], position.character)) as u32
    }

    /// The byte of a text that the client means.
    pub(super) fn offset_in(self, text: &str, position: lsp::Position) -> usize {
        let Some(start) = line_start(text, position.line) else { return text.len() };
        let rest = &text[start..];
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        start + self.byte(&rest[..end], position.character)
    }
}

/// Where a line, counted from zero, begins; `None` behind the last. Lines end with `\n`, `\r\n` or a lone `\r`.
fn line_start(text: &str, line: u32) -> Option<usize> {
    if line == 0 {
        return Some(0);
    }
    let bytes = text.as_bytes();
    let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
    let mut ends = ends.filter(|at| !(bytes[*at] == b'\r' && bytes.get(at + 1) == Some(&b'\n')));
    ends.nth(line as usize - 1).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::{Encoding, lsp};
    use crate::source::Sources;

    fn at(line: u32, character: u32) -> lsp::Position {
        lsp::Position { line, character }
    }

    #[test]
    fn each_encoding_counts_its_own() {
        let text = "a\u{e4}\u{1f600}b\r\nc\rd";
        let b = text.find('b').expect("it is there");
        for (encoding, character) in [(Encoding::Utf8, 7), (Encoding::Utf16, 4), (Encoding::Utf32, 3)] {
            assert_eq!(encoding.offset_in(text, at(0, character)), b, "{encoding:?}");
            let sources = Sources::of(&[("a.ts", text)]);
            let file = &sources.files()[0];
            assert_eq!(encoding.offset(file, at(0, character)) as usize, b, "{encoding:?}");
            assert_eq!(encoding.position(file, file.position(b as u32)), at(0, character), "{encoding:?}");
        }
    }

    #[test]
    fn what_lies_outside_comes_back() {
        let text = "ab\r\n\u{1f600}c\rd";
        let of = |line, character| Encoding::Utf16.offset_in(text, at(line, character));
        assert_eq!(of(0, 99), 2, "before the end of the line");
        assert_eq!(of(1, 1), 4, "inside a pair");
        assert_eq!(of(2, 0), 10, "behind a lone carriage return");
        assert_eq!((of(9, 0), of(u32::MAX, u32::MAX)), (text.len(), text.len()));
    }
}
