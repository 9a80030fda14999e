//! Code: a file as those who write fixes see it: its syntax, its text, and how it is laid out.

use crate::facts::{Language, Span};
use crate::finding::{DraftFix, FileId, Spot};
use crate::lower::tree::{NodeId, Tree};
use crate::source::SourceFile;

pub(super) struct Code<'a> {
    file: &'a SourceFile,
    id: FileId,
    pub(super) tree: Tree,
}

/// What a function is called in either syntax.
const FUNCTIONS: [&str; 10] = [
    "arrow_function",
    "async_block",
    "closure_expression",
    "function_declaration",
    "function_expression",
    "function_item",
    "generator_function",
    "generator_function_declaration",
    "method_definition",
    "class_static_block",
];

impl<'a> Code<'a> {
    /// `None` where the file does not parse as it stands.
    pub(super) fn of(file: &'a SourceFile, id: FileId) -> Option<Code<'a>> {
        let tree = Tree::of(&file.text, file.kind.language(), &file.path)?;
        Some(Code { file, id, tree })
    }

    pub(super) fn is_rust(&self) -> bool {
        matches!(self.file.kind.language(), Language::Rust(_))
    }

    pub(super) fn slice(&self, span: Span) -> &'a str {
        self.file.slice(span)
    }

    pub(super) fn text(&self, node: NodeId) -> &'a str {
        self.file.slice(self.tree.span(node))
    }

    /// From the end of one node to the beginning of another.
    pub(super) fn between(&self, a: NodeId, b: NodeId) -> &'a str {
        self.slice(Span::new(self.tree.span(a).end, self.tree.span(b).start))
    }

    /// The function that a node runs in; `None` at the top level.
    pub(super) fn function(&self, node: NodeId) -> Option<NodeId> {
        self.tree.upwards(node).skip(1).find(|around| FUNCTIONS.contains(&self.tree.kind(*around)))
    }

    /// May it be suspended there?
    pub(super) fn is_async(&self, node: NodeId) -> bool {
        let tree = &self.tree;
        let Some(function) = self.function(node) else { return false };
        let modifiers = tree.children(function).find(|child| tree.kind(*child) == "function_modifiers");
        tree.kind(function) == "async_block"
            || tree.has(function, "async")
            || modifiers.is_some_and(|modifiers| tree.has(modifiers, "async"))
    }

    /// Everything in a node that runs with it, and not in a function of its own.
    pub(super) fn running(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let own = self.function_or_itself(node);
        let runs = move |inner: &NodeId| own == self.function(*inner);
        std::iter::once(node).chain(self.tree.inside(node).filter(runs))
    }

    fn function_or_itself(&self, node: NodeId) -> Option<NodeId> {
        if FUNCTIONS.contains(&self.tree.kind(node)) { Some(node) } else { self.function(node) }
    }

    /// The statement that a node belongs to, where it stands in a row of statements.
    pub(super) fn statement(&self, node: NodeId) -> Option<NodeId> {
        let row = |node: &NodeId| {
            let around = self.tree.parent(*node).map(|parent| self.tree.kind(parent));
            matches!(around, Some("statement_block" | "block" | "program" | "switch_case"))
        };
        self.tree.upwards(node).find(row)
    }

    /// The statements of the row that a statement stands in.
    pub(super) fn row(&self, statement: NodeId) -> Vec<NodeId> {
        self.tree.parent(statement).map(|block| self.tree.children(block).collect()).unwrap_or_default()
    }

    /// The white space that the line of a node begins with; `None` if something else stands before it there.
    pub(super) fn indent(&self, node: NodeId) -> Option<&'a str> {
        let start = self.tree.span(node).start;
        let before = self.slice(Span::new(0, start));
        let line = &before[before.rfind('\n').map_or(0, |end| end + 1)..];
        line.trim().is_empty().then_some(line)
    }

    pub(super) fn line_end(&self) -> &'static str {
        if self.file.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// The quote that strings of this file have.
    pub(super) fn quote(&self) -> char {
        let count = |quote: char| self.file.text.matches(quote).count();
        if count('\'') > count('"') { '\'' } else { '"' }
    }

    /// Does the word occur anywhere in this node?
    pub(super) fn mentions(&self, node: NodeId, word: &str) -> bool {
        self.tree.inside(node).any(|inner| self.is_word(inner, word))
    }

    fn is_word(&self, node: NodeId, word: &str) -> bool {
        self.tree.children(node).next().is_none() && self.text(node) == word
    }

    /// The first of these names that nothing in the file has.
    pub(super) fn unused<'n>(&self, names: &[&'n str]) -> Option<&'n str> {
        let is_word = |at: usize, name: &str| {
            let part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
            let (before, after) = (&self.file.text[..at], &self.file.text[at + name.len()..]);
            !before.ends_with(part) && !after.starts_with(part)
        };
        let known = |name: &str| self.file.text.match_indices(name).any(|(at, _)| is_word(at, name));
        names.iter().copied().find(|name| !known(name))
    }

    /// Is what stands there written in TypeScript?
    pub(super) fn is_typed(&self) -> bool {
        [".ts", ".tsx", ".mts", ".cts"].iter().any(|end| self.file.path.ends_with(end))
    }

    /// Does it wait, by itself?
    pub(super) fn waits(&self, node: NodeId) -> bool {
        self.running(node).any(|inner| self.tree.kind(inner) == "await_expression")
    }

    /// The `;` behind a node that does not have it inside.
    pub(super) fn end_of(&self, node: NodeId) -> &'static str {
        if self.file.text[self.tree.span(node).end as usize..].starts_with(';') { ";" } else { "" }
    }

    /// By how much a statement stands further in than the block around it.
    pub(super) fn unit(&self, statement: NodeId) -> Option<&'a str> {
        let block = self.tree.parent(statement)?;
        let line = self.tree.upwards(block).find_map(|node| self.indent(node))?;
        self.indent(statement)?.strip_prefix(line).filter(|unit| !unit.is_empty())
    }

    /// As many lines, each but the first with more white space in front.
    pub(super) fn deeper(text: &str, more: &str) -> String {
        let lines = text.split_inclusive('\n').enumerate();
        lines
            .map(|(number, line)| match number {
                0 => line.to_owned(),
                _ if line.trim().is_empty() => line.to_owned(),
                _ => format!("{more}{line}"),
            })
            .collect()
    }

    /// Is some text of it spread over lines, so that white space is part of it?
    pub(super) fn has_long_text(&self, node: NodeId) -> bool {
        let is_text =
            |kind: &str| matches!(kind, "template_string" | "string_literal" | "raw_string_literal" | "jsx_text");
        self.tree.inside(node).any(|inner| is_text(self.tree.kind(inner)) && self.text(inner).contains('\n'))
    }

    pub(super) fn fix(&self, title: &str, safe: bool, edits: Vec<(Span, String)>) -> DraftFix {
        let edit = |(span, text)| (Spot { file: self.id, span }, text);
        DraftFix { title: title.to_owned(), safe, edits: edits.into_iter().map(edit).collect() }
    }
}

/// A place to write to, between two characters.
pub(super) fn before(span: Span) -> Span {
    Span::new(span.start, span.start)
}

pub(super) fn behind(span: Span) -> Span {
    Span::new(span.end, span.end)
}
