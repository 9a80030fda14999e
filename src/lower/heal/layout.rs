//! Where a bracket was left open, by how the lines are indented. An exact parser only notices at the end of the file.

use crate::facts::Span;

struct Open {
    bracket: u8,
    line: usize,
    indent: usize,
}

/// The first lines whose bracket is still open where the layout says that it is closed: from the line that opens it up to
/// the line that stands no deeper. `None` while every bracket has its partner.
pub(super) fn unclosed(text: &str) -> Option<Span> {
    let mut open: Vec<Open> = Vec::new();
    let mut suspect: Option<Span> = None;
    let mut balanced = true;
    let mut state = Text::Code;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start();
        let indent = line.len() - content.len();
        let first = content.bytes().next().unwrap_or(b'\n');
        let is_closer = matches!(first, b')' | b']' | b'}');
        if state == Text::Code && suspect.is_none() && !content.trim_end().is_empty() {
            let deepest = open.last().filter(|top| top.indent > indent || (top.indent == indent && !is_closer));
            // What goes on with an operator or a comment says nothing about layout.
            if let Some(top) = deepest
                && (is_closer || first.is_ascii_alphabetic() || matches!(first, b'_' | b'@' | b'#' | b'$'))
            {
                suspect = Some(Span::new(top.line as u32, at as u32));
            }
        }
        balanced &= brackets(line, at, indent, &mut state, &mut open);
        at += line.len();
    }
    if balanced && open.is_empty() {
        return None;
    }
    suspect.or_else(|| open.last().map(|top| Span::new(top.line as u32, text.len() as u32)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    Code,
    Comment,
    Template,
}

/// Follows the brackets of one line; false when a closing one has no partner.
fn brackets(line: &str, start: usize, indent: usize, state: &mut Text, open: &mut Vec<Open>) -> bool {
    let bytes = line.as_bytes();
    let mut fine = true;
    let mut at = 0;
    while at < bytes.len() {
        let (byte, next) = (bytes[at], bytes.get(at + 1).copied().unwrap_or(0));
        at += 1;
        match (*state, byte) {
            (Text::Comment, b'*') if next == b'/' => *state = Text::Code,
            (Text::Comment, _) => {}
            (Text::Template, b'\\') => at += 1,
            (Text::Template, b'`') => *state = Text::Code,
            (Text::Template, _) => {}
            (Text::Code, b'/') if next == b'/' => return fine,
            (Text::Code, b'/') if next == b'*' => *state = Text::Comment,
            (Text::Code, b'`') => *state = Text::Template,
            (Text::Code, b'"' | b'\'') => at = after_string(bytes, at, byte),
            (Text::Code, b'(' | b'[' | b'{') => open.push(Open { bracket: byte, line: start, indent }),
            (Text::Code, b')' | b']' | b'}') => {
                let partner = match byte {
                    b')' => b'(',
                    b']' => b'[',
                    _ => b'{',
                };
                fine &= open.pop().is_some_and(|top| top.bracket == partner);
            }
            (Text::Code, _) => {}
        }
    }
    fine
}

/// Behind the string's end; an apostrophe without a partner on its line (a lifetime, JSX text) is no string.
fn after_string(bytes: &[u8], from: usize, quote: u8) -> usize {
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\n' => break,
            byte if byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    from
}
