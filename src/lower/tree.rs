//! Tree: a file's syntax as plain data, for those who write code: kinds, fields and spans. What it says is asked about
//! single places; whoever asks what code does, asks the facts.

use tree_sitter::{Parser, TreeCursor};

use crate::facts::{Language, Span};
use crate::names::Name;

/// The nodes of a file in the order in which they begin, each before what is in it.
#[derive(Debug)]
pub struct Tree {
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    kind: &'static str,
    field: Option<&'static str>,
    named: bool,
    span: Span,
    parent: Option<usize>,
    /// One behind the last node inside.
    end: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct NodeId(usize);

impl Tree {
    /// `None` for text with an error in it: nothing is written there.
    pub fn of(text: &str, language: Language, path: &str) -> Option<Tree> {
        let mut parser = Parser::new();
        parser.set_language(&super::grammar(language, path)).ok()?;
        let parsed = parser.parse(text, None)?;
        if parsed.root_node().has_error() {
            return None;
        }
        let mut tree = Tree { nodes: Vec::new() };
        tree.read(parsed.walk());
        Some(tree)
    }

    fn read(&mut self, mut cursor: TreeCursor<'_>) {
        let mut open: Vec<usize> = Vec::new();
        loop {
            let node = cursor.node();
            let span = Span::new(node.start_byte() as u32, node.end_byte() as u32);
            let (kind, field) =
                (Name::new(node.kind()).as_str(), cursor.field_name().map(|name| Name::new(name).as_str()));
            let at = self.nodes.len();
            let parent = open.last().copied();
            self.nodes.push(Node { kind, field, named: node.is_named(), span, parent, end: at + 1 });
            if cursor.goto_first_child() {
                open.push(at);
                continue;
            }
            while !cursor.goto_next_sibling() {
                let Some(closed) = open.pop() else { return };
                self.nodes[closed].end = self.nodes.len();
                cursor.goto_parent();
            }
        }
    }

    pub fn kind(&self, id: NodeId) -> &'static str {
        self.nodes[id.0].kind
    }

    pub fn span(&self, id: NodeId) -> Span {
        self.nodes[id.0].span
    }

    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.nodes[id.0].parent.map(NodeId)
    }

    /// It and all around it, from the inside.
    pub fn upwards(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(Some(id), |id| self.parent(*id))
    }

    /// Everything inside, in order.
    pub fn inside(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        (id.0 + 1..self.nodes[id.0].end).map(NodeId)
    }

    /// What is directly inside and no punctuation or comment.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let own = move |child: &NodeId| self.nodes[child.0].parent == Some(id.0) && self.nodes[child.0].named;
        self.inside(id).filter(own).filter(|child| !self.kind(*child).contains("comment"))
    }

    /// What is directly inside under that name.
    pub fn child(&self, id: NodeId, field: &str) -> Option<NodeId> {
        let own = |child: &NodeId| self.nodes[child.0].parent == Some(id.0);
        self.inside(id).filter(own).find(|child| self.nodes[child.0].field == Some(field))
    }

    /// Is a word or sign of that kind directly inside?
    pub fn has(&self, id: NodeId, kind: &str) -> bool {
        self.inside(id).any(|child| self.nodes[child.0].parent == Some(id.0) && self.nodes[child.0].kind == kind)
    }

    /// Is it there under that name?
    pub fn is_field(&self, id: NodeId, field: &str) -> bool {
        self.nodes[id.0].field == Some(field)
    }

    /// The outermost node of exactly that span that is no statement: where there is no `;` an expression is as long as its
    /// statement.
    pub fn at(&self, span: Span) -> Option<NodeId> {
        let first = self.nodes.partition_point(|node| node.span.start < span.start);
        let mut starting = self.nodes[first..].iter().take_while(|node| node.span.start == span.start);
        let found = starting.position(|node| node.span == span && node.named && node.kind != "expression_statement")?;
        Some(NodeId(first + found))
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;
    use crate::facts::{Edition, Language, Span};

    #[test]
    fn nodes_know_what_is_around_and_inside() {
        let text = "f(a, b); // end";
        let tree = Tree::of(text, Language::TypeScript, "a.ts").expect("it parses");
        let call = tree.at(Span::new(0, 7)).expect("the call");
        assert_eq!(tree.kind(call), "call_expression");
        let kinds: Vec<&str> = tree.upwards(call).map(|id| tree.kind(id)).collect();
        assert_eq!(kinds, ["call_expression", "expression_statement", "program"]);
        let arguments = tree.child(call, "arguments").expect("arguments");
        assert_eq!(tree.children(arguments).count(), 2);
        assert!(tree.inside(call).all(|id| tree.span(call).covers(tree.span(id))));
    }

    #[test]
    fn nothing_is_said_of_broken_text() {
        assert!(Tree::of("fn f( {", Language::Rust(Edition::E2021), "a.rs").is_none());
        assert!(Tree::of("let = ;", Language::TypeScript, "a.ts").is_none());
    }
}
