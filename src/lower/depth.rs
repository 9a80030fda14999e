//! Nesting that a recursive parser cannot take is found before it runs, by bytes alone.
//!
//! The parsers and this crate's own lowering run on threads with 16 MB of stack. Within the two limits here neither
//! overflows it, in debug or release builds; `tests/deep.rs` tries every form at the limit.

use crate::facts::Span;

/// Brackets inside each other.
pub(super) const BRACKETS: usize = 256;
/// Operators, prefixes and `else`s in a row without a separator between them: each may be one level of a tree.
pub(super) const CHAIN: u32 = 12_000;
/// `<` inside each other: type arguments take a parser a dozen calls a level.
pub(super) const ANGLES: u32 = 1000;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    Script,
    Rust,
}

/// What must be blanked so that no bracket stands deeper than [`BRACKETS`] and no chain is longer than [`CHAIN`].
pub(super) fn excess(text: &str, syntax: Syntax) -> Vec<Span> {
    let bytes = text.as_bytes();
    // Most files have too few operators for a long chain, or too few brackets for a deep nest. A word that nests takes
    // at least as much stack as three operators and as many bytes.
    let is_operator = |byte: u8| {
        (byte.wrapping_sub(b'!') < 15)
            | (byte.wrapping_sub(b':') < 6)
            | (byte == b'^')
            | (byte == b'|')
            | (byte == b'~')
    };
    let is_open = |byte: u8| (byte == b'(') | (byte == b'[') | (byte == b'{');
    let long = bytes.len() > CHAIN as usize && count(bytes, is_operator) + bytes.len() / 8 > CHAIN as usize;
    let chains = long || count(bytes, |byte| byte == b'<') > ANGLES as usize;
    if !chains && count(bytes, is_open) <= BRACKETS {
        return Vec::new();
    }
    let class = if chains { &CLASS } else { &BRACKETS_ONLY };
    let mut scan = Scan { bytes, at: 0, syntax, chains, class, open: Vec::new(), found: Vec::new() };
    scan.open.push(Open { from: 0, links: 0, angles: 0, template: false });
    scan.run();
    scan.found
}

/// In a form that compiles to a few instructions for many bytes.
fn count(bytes: &[u8], is: impl Fn(u8) -> bool) -> usize {
    bytes.chunks(255).map(|chunk| usize::from(chunk.iter().fold(0u8, |sum, byte| sum + u8::from(is(*byte))))).sum()
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    syntax: Syntax,
    open: Vec<Open>,
    /// Are there operators enough to count them?
    chains: bool,
    class: &'static [u8; 256],
    found: Vec<Span>,
}

struct Open {
    from: usize,
    links: u32,
    angles: u32,
    /// `${` of a template: its `}` goes back into the text.
    template: bool,
}

impl Scan<'_> {
    fn run(&mut self) {
        loop {
            let (class, bytes, mut at) = (self.class, self.bytes, self.at);
            while at < bytes.len() && class[usize::from(bytes[at])] == SKIP {
                at += 1;
            }
            self.at = at;
            let Some(&byte) = bytes.get(at) else { break };
            match class[usize::from(byte)] {
                WORD => {
                    self.word();
                    continue;
                }
                LINE => self.line_end(),
                OPEN => self.open(false),
                CLOSE => self.close(),
                QUOTE => self.quote(byte),
                SLASH => {
                    if !self.comment() {
                        self.slash();
                    }
                }
                SEPARATE => self.reset(),
                _ => {
                    self.angle(byte);
                    self.link();
                }
            }
            self.at = (self.at + 1).min(self.bytes.len());
        }
        while self.open.len() > 1 {
            self.close();
        }
        self.reset();
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// The last byte before here that is no white space.
    fn last(&self) -> u8 {
        self.bytes[..self.at].trim_ascii_end().last().copied().unwrap_or(b';')
    }

    fn open(&mut self, template: bool) {
        self.open.push(Open { from: self.at, links: 0, angles: 0, template });
    }

    fn close(&mut self) {
        if self.open.len() == 1 {
            return;
        }
        let depth = self.open.len() - 1;
        let Some(open) = self.open.pop() else { return };
        // The outermost of the brackets that stand too deep: those inside it go with it.
        if depth == BRACKETS + 1 {
            self.blank(open.from, (self.at + 1).min(self.bytes.len()));
        }
        if open.template {
            self.template();
        } else if self.chains && self.peek(0) == b'}' {
            // A body ends a statement unless something goes on behind it.
            let rest = self.bytes[self.at + 1..].trim_ascii_start();
            let goes_on = rest.first().is_some_and(|next| matches!(CLASS[usize::from(*next)], OPERATOR | OPEN));
            if !goes_on && !rest.starts_with(b"else") {
                self.reset();
            }
        }
    }

    fn blank(&mut self, from: usize, to: usize) {
        while self.found.last().is_some_and(|last| last.start as usize >= from) {
            self.found.pop();
        }
        self.found.push(Span::new(from as u32, to as u32));
    }

    fn reset(&mut self) {
        let (at, is_top) = (self.at, self.open.len() == 1);
        let Some(open) = self.open.last_mut() else { return };
        open.angles = 0;
        let (links, from) = (std::mem::take(&mut open.links), open.from);
        if is_top {
            open.from = at + 1;
            if links > CHAIN {
                self.blank(from, at);
            }
        }
    }

    /// `<` and `>` that are no part of `<=`, `=>` and the like. Too deep counts as a chain that is too long.
    fn angle(&mut self, byte: u8) {
        let alone = self.peek(1) != b'=' && (self.at == 0 || !matches!(self.bytes[self.at - 1], b'=' | b'-'));
        let Some(open) = self.open.last_mut().filter(|_| alone) else { return };
        match byte {
            b'<' => open.angles += 1,
            b'>' => open.angles = open.angles.saturating_sub(1),
            _ => return,
        }
        if open.angles > ANGLES {
            open.angles = 0;
            open.links = open.links.max(CHAIN);
        }
    }

    /// One more operator. A chain that is too long inside brackets blanks what stands in them.
    fn link(&mut self) {
        let depth = self.open.len();
        let Some(open) = self.open.last_mut() else { return };
        open.links += 1;
        if open.links == CHAIN + 1 && depth > 1 {
            let from = open.from + 1;
            let to = self.skip_to_close();
            self.blank(from, to);
            self.at = to.saturating_sub(1).max(self.at);
        }
    }

    /// Where the bracket around this ends, by brackets alone.
    fn skip_to_close(&self) -> usize {
        let mut depth = 1usize;
        for (offset, byte) in self.bytes[self.at..].iter().enumerate() {
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => {
                    depth -= 1;
                    if depth == 0 {
                        return self.at + offset;
                    }
                }
                _ => {}
            }
        }
        self.bytes.len()
    }

    /// A line may end a statement of a script without `;`: when neither side of it is an operator.
    fn line_end(&mut self) {
        if self.syntax == Syntax::Rust || matches!(CLASS[usize::from(self.last())], OPERATOR | OPEN | SLASH) {
            return;
        }
        let rest = &self.bytes[self.at..];
        let Some(next) = rest.iter().position(|byte| !byte.is_ascii_whitespace()) else { return };
        let goes_on = matches!(CLASS[usize::from(rest[next])], OPERATOR | CLOSE) || rest[next..].starts_with(b"else");
        if !goes_on {
            self.reset();
        }
    }

    /// Passes over a word; some of them make the tree deeper.
    fn word(&mut self) {
        let start = self.at;
        let rest = &self.bytes[start..];
        let length = rest.iter().position(|byte| CLASS[usize::from(*byte)] != WORD).unwrap_or(rest.len());
        self.at = start + length;
        if length <= 7
            && matches!(
                &rest[..length],
                b"else" | b"if" | b"for" | b"while" | b"await" | b"new" | b"typeof" | b"extends" | b"void"
            )
        {
            self.link();
        }
    }

    fn quote(&mut self, quote: u8) {
        if quote == b'`' {
            if self.syntax == Syntax::Script {
                self.template();
            }
            return;
        }
        if self.syntax == Syntax::Rust {
            return self.rust_quote(quote);
        }
        // A script's string ends with its line, so an apostrophe in JSX text costs no more than that.
        self.at += 1;
        while let Some(next) = memchr::memchr3(quote, b'\\', b'\n', self.rest()) {
            self.at += next;
            match self.bytes[self.at] {
                b'\\' => self.at = (self.at + 2).min(self.bytes.len()),
                _ => return,
            }
        }
        self.at = self.bytes.len();
    }

    /// The text of a template up to its end or its next hole.
    fn template(&mut self) {
        self.at += 1;
        while let Some(next) = memchr::memchr3(b'`', b'\\', b'$', self.rest()) {
            self.at += next;
            match self.bytes[self.at] {
                b'`' => return,
                b'$' if self.peek(1) == b'{' => {
                    self.at += 1;
                    return self.open(true);
                }
                b'$' => self.at += 1,
                _ => self.at = (self.at + 2).min(self.bytes.len()),
            }
        }
        self.at = self.bytes.len();
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn rust_quote(&mut self, quote: u8) {
        if quote == b'\'' {
            // A lifetime, or a character: `'('`, `'\''`.
            if self.peek(1) == b'\\' {
                self.at += 2;
                while self.at + 1 < self.bytes.len() && self.peek(1) != b'\'' && self.peek(1) != b'\n' {
                    self.at += 1;
                }
                self.at += 1;
            } else if self.peek(2) == b'\'' {
                self.at += 2;
            }
            return;
        }
        let hashes = self.bytes[..self.at].iter().rev().take_while(|byte| **byte == b'#').count();
        let raw = self.at > hashes && self.bytes[self.at - hashes - 1] == b'r';
        while self.at + 1 < self.bytes.len() {
            self.at += 1;
            match self.bytes[self.at] {
                b'\\' if !raw => self.at += 1,
                b'"' => {
                    let closed = (1..=hashes).all(|ahead| self.peek(ahead) == b'#');
                    if !raw || closed {
                        return;
                    }
                }
                _ => {}
            }
        }
    }

    fn slash(&mut self) {
        if self.syntax == Syntax::Script && self.starts_regex() {
            self.regex();
        } else {
            self.link();
        }
    }

    /// Passes over a comment, if one starts here.
    fn comment(&mut self) -> bool {
        match self.peek(1) {
            b'/' => {
                let end = memchr::memchr(b'\n', self.rest()).unwrap_or(self.rest().len());
                self.at += end.saturating_sub(1);
            }
            b'*' if self.syntax == Syntax::Script => {
                let end = memchr::memmem::find(self.rest(), b"*/").map_or(self.rest().len(), |end| end + 1);
                self.at += end;
            }
            b'*' => self.block_comment(),
            _ => return false,
        }
        true
    }

    fn block_comment(&mut self) {
        let mut depth = 1;
        self.at += 1;
        while self.at + 1 < self.bytes.len() && depth > 0 {
            self.at += 1;
            if self.bytes[self.at] == b'*' && self.peek(1) == b'/' {
                self.at += 1;
                depth -= 1;
            } else if self.bytes[self.at] == b'/' && self.peek(1) == b'*' {
                self.at += 1;
                depth += 1;
            }
        }
    }

    fn starts_regex(&self) -> bool {
        matches!(
            self.last(),
            b'(' | b',' | b'=' | b':' | b'[' | b'!' | b'&' | b'|' | b'?' | b'{' | b'}' | b';' | b'+' | b'>'
        ) || self.bytes[..self.at].trim_ascii_end().ends_with(b"return")
    }

    fn regex(&mut self) {
        let start = self.at;
        let mut in_class = false;
        while self.at + 1 < self.bytes.len() {
            self.at += 1;
            match self.bytes[self.at] {
                b'\\' => self.at += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => return,
                b'\n' => break,
                _ => {}
            }
        }
        // It was a division after all.
        self.at = start;
    }
}

const SKIP: u8 = 0;
const OPEN: u8 = 1;
const CLOSE: u8 = 2;
const QUOTE: u8 = 3;
const SLASH: u8 = 4;
const SEPARATE: u8 = 5;
const OPERATOR: u8 = 6;
const LINE: u8 = 7;
const WORD: u8 = 8;

static CLASS: [u8; 256] = {
    let mut class = [WORD; 256];
    let sets: [(&[u8], u8); 8] = [
        (b"([{", OPEN),
        (b")]}", CLOSE),
        (b"'\"`", QUOTE),
        (b"/", SLASH),
        (b";,", SEPARATE),
        (b"+-*%<>=!&|^~?:.", OPERATOR),
        (b"\n", LINE),
        (b" \t\r#@\\", SKIP),
    ];
    let mut set = 0;
    while set < sets.len() {
        let mut at = 0;
        while at < sets[set].0.len() {
            class[sets[set].0[at] as usize] = sets[set].1;
            at += 1;
        }
        set += 1;
    }
    class
};

/// The same with everything skipped that neither opens, closes nor hides a bracket.
static BRACKETS_ONLY: [u8; 256] = {
    let mut class = CLASS;
    let mut at = 0;
    while at < class.len() {
        if !matches!(class[at], OPEN | CLOSE | QUOTE | SLASH) {
            class[at] = SKIP;
        }
        at += 1;
    }
    class
};
