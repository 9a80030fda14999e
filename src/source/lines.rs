//! Line index: from bytes to lines and UTF-16 columns, as editors count them.

/// Where each line starts. Lines end with `\n`, `\r\n` or a lone `\r`.
#[derive(Clone, Debug)]
pub(super) struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    pub(super) fn new(text: &str) -> LineIndex {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let pair = bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
            if !pair {
                starts.push(at as u32 + 1);
            }
        }
        LineIndex { starts }
    }

    /// Line and column from 1.
    pub(super) fn position(&self, text: &str, offset: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start as usize <= offset);
        let start = self.starts[line - 1] as usize;
        let before = &text[start..offset];
        let column = if before.is_ascii() { before.len() } else { before.encode_utf16().count() };
        (line as u32, column as u32 + 1)
    }

    /// The bytes of a line, from 1, without its end; an empty range behind the last line.
    pub(super) fn line(&self, text: &str, line: u32) -> std::ops::Range<usize> {
        let index = (line as usize).saturating_sub(1);
        let Some(start) = self.starts.get(index).map(|start| *start as usize) else {
            return text.len()..text.len();
        };
        let end = self.starts.get(index + 1).map_or(text.len(), |start| *start as usize);
        start..start + text[start..end].trim_end_matches(['\n', '\r']).len()
    }
}

#[cfg(test)]
mod tests {
    use super::LineIndex;

    #[test]
    fn columns_are_utf16_and_every_line_end_counts() {
        let text = "ab\r\n\u{1f600}c\rd\n";
        let lines = LineIndex::new(text);
        assert_eq!(lines.position(text, 0), (1, 1));
        assert_eq!(lines.position(text, 4), (2, 1));
        assert_eq!(lines.position(text, 8), (2, 3), "an emoji is two units");
        assert_eq!(lines.position(text, 10), (3, 1), "a lone carriage return ends a line");
        assert_eq!(lines.position(text, text.len()), (4, 1));
        assert_eq!(&text[lines.line(text, 2)], "\u{1f600}c");
        assert_eq!(lines.line(text, 9), text.len()..text.len());
    }
}
