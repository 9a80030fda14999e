//! Reads a file that its exact parser refuses: the smallest broken statement, member or item is blanked with spaces
//! (line breaks stay, so every offset stays true) until the rest parses.
//!
//! tree-sitter only says *where*: which statement holds the parser's own error. At most [`ROUNDS`] rounds, and four times
//! the file's length through tree-sitter; then the file counts as not parsed.

use tree_sitter::{Language, Node, Parser, Tree};

use crate::facts::Span;

const ROUNDS: usize = 16;
/// How often tree-sitter may read the whole file; later rounds keep its last tree, whose offsets are still true.
const TREES: usize = 4;
/// tree-sitter is slow on garbage (about 100 KB/s): larger files get fewer trees, and beyond the second size only lines
/// are looked at.
const LARGE: usize = 64 << 10;
const LARGEST: usize = 256 << 10;

pub(super) struct Healed<T> {
    /// What the parser made of the text that was left; `None` if it never read it.
    pub(super) parsed: Option<T>,
    /// What was blanked, in order, none inside another.
    pub(super) holes: Vec<Span>,
}

/// Parses `text`, blanking what the parser refuses. `parse` gives the offset of its first error, if it knows.
pub(super) fn heal<T>(
    text: &str,
    language: &Language,
    mut parse: impl FnMut(&str) -> Result<T, Option<u32>>,
) -> Healed<T> {
    let mut work = Work { text: text.to_owned(), holes: Vec::new(), tree: None, trees: 0 };
    work.blank_conflicts();
    for _ in 0..ROUNDS {
        let offset = match parse(&work.text) {
            Ok(parsed) => return Healed { parsed: Some(parsed), holes: work.holes },
            Err(offset) => offset,
        };
        if !work.blank_at(offset, language) {
            break;
        }
    }
    Healed { parsed: None, holes: work.holes }
}

/// The text with these ranges blanked.
pub(super) fn blanked(text: &str, holes: &[Span]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for hole in holes {
        let range = hole.start as usize..(hole.end as usize).min(bytes.len());
        for byte in &mut bytes[range] {
            if !matches!(*byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }
    // Holes cut at bytes of nodes, never inside a character; if one did, the text stays as it was.
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

mod layout;

struct Work {
    text: String,
    holes: Vec<Span>,
    tree: Option<Tree>,
    trees: usize,
}

impl Work {
    fn blank_at(&mut self, offset: Option<u32>, language: &Language) -> bool {
        let offset = self.settle(offset.map_or(0, |offset| offset as usize));
        self.read_tree(language);
        let mut choices = self.tree.as_ref().map_or(Vec::new(), |tree| candidates(tree, offset));
        let lines = self.lines_around(offset);
        // A broken node that swallowed its neighbours is worse than the lines from one margin to the next.
        let width = |span: &Span| span.end - span.start;
        let place = choices.iter().position(|choice| width(choice) > width(&lines)).unwrap_or(choices.len());
        choices.insert(place, lines);
        if let Some(unclosed) = layout::unclosed(&self.text).filter(|span| span.start as usize <= offset) {
            choices.insert(0, unclosed);
        }
        choices.push(Span::new(0, self.text.len() as u32));
        choices.into_iter().any(|choice| self.blank(choice))
    }

    /// The character that an error is about: at the end of the text or in white space, the one before.
    fn settle(&self, offset: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = offset.min(bytes.len().saturating_sub(1));
        if offset < bytes.len() && !bytes[at].is_ascii_whitespace() {
            return at;
        }
        while at > 0 && bytes[at].is_ascii_whitespace() {
            at -= 1;
        }
        at
    }

    fn read_tree(&mut self, language: &Language) {
        let length = self.text.len();
        if self.trees >= if length <= LARGE { TREES } else { usize::from(length <= LARGEST) } {
            return;
        }
        let mut parser = Parser::new();
        if parser.set_language(language).is_ok() {
            self.tree = parser.parse(&self.text, None);
            self.trees += 1;
        }
    }

    /// From the last line that starts at the margin to the next one, closing brackets included.
    fn lines_around(&self, offset: usize) -> Span {
        let bytes = self.text.as_bytes();
        let starts_item = |at: usize| {
            bytes.get(at).is_some_and(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b')' | b']' | b'}'))
        };
        let mut from = bytes[..offset].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        while from > 0 && !starts_item(from) {
            from = bytes[..from - 1].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        }
        let mut to = offset;
        loop {
            match bytes[to.min(bytes.len())..].iter().position(|byte| *byte == b'\n') {
                Some(end) if !starts_item(to + end + 1) => to += end + 1,
                Some(end) => return Span::new(from as u32, (to + end) as u32),
                None => return Span::new(from as u32, bytes.len() as u32),
            }
        }
    }

    /// Blanks the range; false if nothing was left there.
    fn blank(&mut self, span: Span) -> bool {
        let range = span.start as usize..(span.end as usize).min(self.text.len());
        let Some(part) = self.text.get(range) else { return false };
        if part.trim().is_empty() {
            return false;
        }
        // The hole is what was there, without the white space around it.
        let start = span.start + (part.len() - part.trim_start().len()) as u32;
        let hole = Span::new(start, start + part.trim().len() as u32);
        self.text = blanked(&self.text, &[hole]);
        self.holes.retain(|known| !hole.covers(*known));
        let place = self.holes.partition_point(|known| known.start < hole.start);
        self.holes.insert(place, hole);
        true
    }

    /// Of a merge conflict only our side is read.
    fn blank_conflicts(&mut self) {
        if !self.text.starts_with("<<<<<<< ") && !self.text.contains("\n<<<<<<< ") {
            return;
        }
        let (mut at, mut theirs, mut found) = (0, None, Vec::new());
        for line in self.text.split_inclusive('\n') {
            let (start, end) = (at, at + line.trim_end().len());
            at += line.len();
            if line.starts_with("<<<<<<< ") {
                found.push((start, end));
            } else if line.starts_with("|||||||") || line.trim_end() == "=======" {
                theirs.get_or_insert(start);
            } else if line.starts_with(">>>>>>> ") {
                found.push((theirs.take().unwrap_or(start), end));
            }
        }
        for (start, end) in found {
            self.blank(Span::new(start as u32, end as u32));
        }
    }
}

/// What may be blanked for an error at this offset, the best first: statements and members around it, smallest first,
/// those that tree-sitter finds broken before the others.
fn candidates(tree: &Tree, offset: usize) -> Vec<Span> {
    let mut around = Vec::new();
    let mut node = tree.root_node();
    loop {
        let holds = holds_items(&node);
        let Some(child) = child_at(&node, offset) else { break };
        if holds {
            around.push((span(&child), child.has_error() || child.is_error() || child.is_missing()));
        }
        node = child;
    }
    around.reverse();
    // Stable: smallest first within each half.
    around.sort_by_key(|(_, broken)| !broken);
    around.into_iter().map(|(span, _)| span).collect()
}

fn child_at<'t>(node: &Node<'t>, offset: usize) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    cursor.goto_first_child_for_byte(offset).and_then(|_| {
        let child = cursor.node();
        (child.start_byte() <= offset && offset < child.end_byte()).then_some(child)
    })
}

/// Do statements, members or items stand directly in this node?
fn holds_items(node: &Node<'_>) -> bool {
    node.is_error()
        || matches!(
            node.kind(),
            "program"
                | "statement_block"
                | "class_body"
                | "switch_body"
                | "interface_body"
                | "enum_body"
                | "source_file"
                | "block"
                | "declaration_list"
                | "field_declaration_list"
                | "enum_variant_list"
                | "match_block"
        )
}

fn span(node: &Node<'_>) -> Span {
    Span::new(node.start_byte() as u32, node.end_byte() as u32)
}
