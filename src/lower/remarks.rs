//! Remarks: the comments that speak to racelint, and the code that each is about.
//!
//! Read with tree-sitter, which knows comments from strings and gives statements also of broken text; only a file in
//! which the word occurs is read at all. What a remark asks for is not known here.

use tree_sitter::{Node, Parser, Tree};

use crate::facts::{Language, Span};

/// What a comment begins with to be a remark.
const MARK: &str = "racelint:";

/// A comment that begins with `racelint:`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remark {
    /// The comment with its delimiters, in JSX with its braces.
    pub span: Span,
    /// What stands behind `racelint:`.
    pub text: String,
    /// Code stands before it on its line.
    pub behind_code: bool,
    /// The statement, item or member that follows.
    pub next: Option<Span>,
    /// No statement stands before it.
    pub on_top: bool,
}

/// Where a remark about a place can be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Room {
    /// A line of its own before this offset, which begins a statement.
    Above(u32),
    /// At this offset, behind the code of the line.
    Behind(u32),
    /// As above and behind, between JSX tags, where a comment stands in braces.
    BehindInJsx(u32),
}

/// The remarks of a file, in order.
pub fn remarks(text: &str, language: Language, path: &str) -> Vec<Remark> {
    if memchr::memmem::find(text.as_bytes(), MARK.as_bytes()).is_none() {
        return Vec::new();
    }
    let Some(tree) = parse(text, language, path) else { return Vec::new() };
    let comment = |(at, _): (usize, &str)| tree.root_node().descendant_for_byte_range(at, at + MARK.len());
    let mut remarks: Vec<Remark> =
        text.match_indices(MARK).filter_map(comment).filter_map(|node| remark(text, node)).collect();
    remarks.dedup_by_key(|remark| remark.span);
    remarks
}

/// Where a remark about the code at `offset` goes.
pub fn room(text: &str, language: Language, path: &str, offset: u32) -> Option<Room> {
    let tree = parse(text, language, path)?;
    let statement = statement_at(&tree, offset as usize)?;
    let start = statement.start_byte();
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let alone = text[line_start..start].trim().is_empty();
    let one_line = !text[start..statement.end_byte()].contains('\n');
    if alone && one_line {
        return Some(Room::Above(start as u32));
    }
    let from = offset as usize;
    let end = text[from..].find('\n').map_or(text.len(), |at| from + at);
    let code = text[..end].trim_end().len();
    let line_end = (code + 1).min(text.len());
    match tree.root_node().descendant_for_byte_range(code, line_end).map(|node| node.kind()) {
        Some("jsx_text" | "jsx_element" | "jsx_fragment") => Some(Room::BehindInJsx(code as u32)),
        Some("string_fragment" | "template_string" | "string_content" | "string_literal" | "raw_string_literal") => {
            alone.then_some(Room::Above(start as u32))
        }
        Some(kind) if kind.contains("comment") => alone.then_some(Room::Above(start as u32)),
        _ => Some(Room::Behind(code as u32)),
    }
}

fn parse(text: &str, language: Language, path: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&super::grammar(language, path)).ok()?;
    parser.parse(text, None)
}

fn remark(text: &str, node: Node<'_>) -> Option<Remark> {
    let said = &text[node.byte_range()];
    let inside = said.strip_prefix("//").or_else(|| said.strip_prefix("/*").map(|said| said.trim_end_matches("*/")));
    let said = inside?.trim_start().strip_prefix(MARK).filter(|_| node.kind().contains("comment"))?;
    let outer = match node.parent() {
        Some(parent) if parent.kind() == "jsx_expression" && parent.named_child_count() == 1 => parent,
        _ => node,
    };
    let start = outer.start_byte();
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    Some(Remark {
        span: Span::new(start as u32, outer.end_byte() as u32),
        text: said.split_whitespace().collect::<Vec<_>>().join(" "),
        behind_code: !text[line_start..start].trim().is_empty(),
        next: next(text, outer),
        on_top: is_on_top(outer),
    })
}

/// The code that follows, with the attributes and decorators that belong to it.
fn next(text: &str, comment: Node<'_>) -> Option<Span> {
    let mut from = None;
    let mut sibling = comment.next_named_sibling();
    while let Some(node) = sibling {
        let kind = node.kind();
        let heads = matches!(kind, "attribute_item" | "decorator");
        let blank = kind == "jsx_text" && text[node.byte_range()].trim().is_empty();
        if !heads && !blank && !kind.contains("comment") {
            let start = from.unwrap_or(node.start_byte());
            return Some(Span::new(start as u32, end_of(text, node) as u32));
        }
        if heads {
            from.get_or_insert(node.start_byte());
        }
        sibling = node.next_named_sibling();
    }
    None
}

/// Between the brackets of a macro there are no statements: there it is what is left of the line.
fn end_of(text: &str, node: Node<'_>) -> usize {
    let end = node.end_byte();
    match node.parent() {
        Some(parent) if parent.kind() == "token_tree" => text[end..].find('\n').map_or(text.len(), |at| end + at),
        _ => end,
    }
}

fn is_on_top(comment: Node<'_>) -> bool {
    let head = |node: &Node<'_>| {
        node.kind().contains("comment") || matches!(node.kind(), "hash_bang_line" | "inner_attribute_item" | "shebang")
    };
    comment.parent().is_some_and(|parent| parent.parent().is_none())
        && std::iter::successors(comment.prev_named_sibling(), Node::prev_named_sibling).all(|node| head(&node))
}

/// The smallest statement, member or item around an offset.
fn statement_at(tree: &Tree, offset: usize) -> Option<Node<'_>> {
    let mut node = tree.root_node().descendant_for_byte_range(offset, offset)?;
    loop {
        let parent = node.parent()?;
        if holds_statements(parent.kind()) {
            return Some(node);
        }
        node = parent;
    }
}

fn holds_statements(kind: &str) -> bool {
    matches!(
        kind,
        "program"
            | "statement_block"
            | "class_body"
            | "switch_case"
            | "switch_default"
            | "source_file"
            | "block"
            | "declaration_list"
    )
}

#[cfg(test)]
mod tests {
    use super::{Room, remarks, room};
    use crate::facts::{Edition, Language};

    const RUST: Language = Language::Rust(Edition::E2021);

    /// What each remark says, with the code it is about.
    fn seen(text: &str, language: Language, path: &str) -> Vec<(String, bool, String, bool)> {
        let code = |span: Option<crate::facts::Span>| {
            span.map_or(String::new(), |span| text[span.start as usize..span.end as usize].to_owned())
        };
        let all = remarks(text, language, path).into_iter();
        all.map(|remark| (remark.text, remark.behind_code, code(remark.next), remark.on_top)).collect()
    }

    #[test]
    fn statements_members_and_items_follow_whole() {
        let text =
            "// racelint: a\nclass A {\n  // racelint: b\n  @tap\n  async m() {\n    x(); // racelint: c\n  }\n}\n";
        let seen = seen(text, Language::TypeScript, "a.ts");
        assert!(seen[0].2.starts_with("class A {") && seen[0].2.ends_with("}\n}") && seen[0].3, "{seen:?}");
        assert!(seen[1].2.starts_with("@tap") && seen[1].2.ends_with("  }") && !seen[1].3, "{seen:?}");
        assert_eq!((seen[2].0.as_str(), seen[2].1), ("c", true));
        let text = "use a;\n// racelint: a\n#[inline]\nfn f() {\n    /* racelint: b */\n    let x = 1;\n}\n";
        let seen = self::seen(text, RUST, "a.rs");
        assert!(seen[0].2.starts_with("#[inline]\nfn f()") && seen[0].2.ends_with('}') && !seen[0].3, "{seen:?}");
        assert_eq!((seen[1].0.as_str(), seen[1].2.as_str()), ("b", "let x = 1;"));
    }

    #[test]
    fn jsx_macros_and_broken_text() {
        let text = "const a = (\n  <B>\n    {/* racelint: a */}\n    <C onTap={() => d()} />\n  </B>\n);\n";
        let seen = seen(text, Language::TypeScript, "a.tsx");
        assert_eq!((seen[0].0.as_str(), seen[0].1, seen[0].2.as_str()), ("a", false, "<C onTap={() => d()} />"));
        let text = "fn f() {\n    select! {\n        // racelint: a\n        x = y.lock() => z,\n    }\n}\n";
        let seen = self::seen(text, RUST, "a.rs");
        assert_eq!((seen[0].0.as_str(), seen[0].2.as_str()), ("a", "x = y.lock() => z,"));
        assert_eq!(remarks("const ( = // racelint: x\n", Language::TypeScript, "a.ts").len(), 1);
    }

    #[test]
    fn only_comments_that_begin_with_the_word_count() {
        let text = "const a = '// racelint: a';\n/// racelint: b\n// see racelint: c\nlet d = `\n// racelint: d`;\n";
        assert_eq!(seen(text, Language::TypeScript, "a.ts"), []);
        assert_eq!(seen("//! racelint: a\nfn f() {}\n", RUST, "a.rs"), []);
    }

    #[test]
    fn remarks_go_where_they_can_stand() {
        let at = |text: &str, what: &str| {
            room(text, Language::TypeScript, "a.tsx", text.find(what).expect("it is there") as u32)
        };
        assert_eq!(at("f();\n  g();\n", "g"), Some(Room::Above(7)));
        assert_eq!(at("if (g()) {\n  f();\n}\n", "g"), Some(Room::Behind(10)));
        assert_eq!(at("const a = (\n  <B>\n    <C d={e} />\n  </B>\n);\n", "e}"), Some(Room::BehindInJsx(33)));
        assert_eq!(at("f(`${g()}\n`);\n", "g"), Some(Room::Above(0)));
    }
}
