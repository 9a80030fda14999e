//! Fields: where a variable of a module or a field of a class is declared, and how one like it is declared beside it.

use super::code::Code;
use crate::facts::Span;
use crate::lower::tree::NodeId;

/// What only its own file can reach: a variable that the module keeps for itself, a private field.
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    /// The declaration, with its `;`.
    pub(super) span: Span,
    /// What stands before the name where it is used: `this.`, `#` and all.
    pub(super) reach: String,
    /// The statement or field, and the part of it with name, type and value.
    declared: NodeId,
    part: NodeId,
    /// What stands before the name of a field: `private static `, `#`; `None` for a variable.
    modifiers: Option<(String, &'static str)>,
}

impl Field<'_> {
    /// The declaration of a promise of it, on a line of its own.
    pub(super) fn beside(&self, code: &Code<'_>, name: &str) -> Option<String> {
        let of = match code.is_typed() {
            true => format!(": Promise<{}> | undefined", self.kinds(code)?.0),
            false => String::new(),
        };
        self.line(code, "let ", &format!("{name}{of}"))
    }

    /// The declaration of a map of promises of what this map has.
    pub(super) fn map_beside(&self, code: &Code<'_>, name: &str) -> Option<String> {
        let tree = &code.tree;
        let is_map = |node: &NodeId| {
            let of = tree.child(*node, "name").or_else(|| tree.child(*node, "constructor"));
            of.is_some_and(|of| code.text(of) == "Map")
        };
        let named =
            || tree.inside(self.part).filter(|node| matches!(tree.kind(*node), "generic_type" | "new_expression"));
        let made = tree.child(self.part, "value").filter(is_map)?;
        if !code.is_typed() {
            return self.line(code, "const ", &format!("{name} = {}", code.text(made)));
        }
        let lists = named()
            .filter(is_map)
            .filter_map(|node| tree.children(node).find(|child| tree.kind(*child) == "type_arguments"));
        let list: Vec<NodeId> =
            lists.map(|list| tree.children(list).collect()).find(|list: &Vec<NodeId>| list.len() == 2)?;
        let (key, of) = (code.text(list[0]), code.text(list[1]));
        self.line(code, "const ", &format!("{name} = new Map<{key}, Promise<{of}>>()"))
    }

    /// How it is asked whether there is nothing in it.
    pub(super) fn empty(&self, code: &Code<'_>) -> &'static str {
        self.kinds(code).map_or("== null", |(_, empty)| empty)
    }

    fn line(&self, code: &Code<'_>, variable: &str, text: &str) -> Option<String> {
        let tree = &code.tree;
        let end = if code.slice(self.span).ends_with(';') { ";" } else { "" };
        let fixed = if variable == "const " && tree.has(self.declared, "readonly") { "readonly " } else { "" };
        let head = match &self.modifiers {
            Some((modifiers, hash)) => format!("{modifiers}{fixed}{hash}"),
            None => variable.to_owned(),
        };
        Some(format!("{}{}{head}{text}{end}", code.line_end(), code.indent(self.declared)?))
    }

    /// The declared type without what stands for nothing, and the question whether there is nothing.
    fn kinds(&self, code: &Code<'_>) -> Option<(String, &'static str)> {
        let tree = &code.tree;
        let (mut some, mut none) = (Vec::new(), Vec::new());
        let mut open = vec![tree.children(tree.child(self.part, "type")?).next()?];
        while let Some(node) = open.pop() {
            match code.text(node) {
                "null" | "undefined" => none.push(code.text(node)),
                _ if tree.kind(node) == "union_type" => {
                    let parts: Vec<NodeId> = tree.children(node).collect();
                    open.extend(parts.into_iter().rev());
                }
                text => some.push(text),
            }
        }
        none.extend(tree.has(self.part, "?").then_some("undefined"));
        let empty = match (none.contains(&"null"), none.contains(&"undefined")) {
            (true, false) => "=== null",
            (false, true) => "=== undefined",
            _ => "== null",
        };
        (!some.is_empty()).then(|| (some.join(" | "), empty))
    }
}

/// The declaration of what stands there.
pub(super) fn field<'a>(code: &Code<'a>, place: NodeId) -> Option<Field<'a>> {
    let tree = &code.tree;
    if tree.kind(place) == "identifier" {
        return variable(code, place);
    }
    let (object, name) = (tree.child(place, "object")?, tree.child(place, "property")?);
    let class = class_of(code, place)?;
    let is_own = |field: &NodeId| tree.child(*field, "name").is_some_and(|own| code.text(own) == code.text(name));
    let declared = tree.children(tree.child(class, "body")?).find(is_own)?;
    let of_class = tree.child(class, "name").is_some_and(|name| code.text(name) == code.text(object));
    let known = tree.kind(object) == "this" || of_class && tree.has(declared, "static");
    let known = known && tree.kind(declared) == "public_field_definition";
    known.then(|| of_class_field(code, declared, object, name)).flatten()
}

/// The class whose `this` it is.
fn class_of(code: &Code<'_>, node: NodeId) -> Option<NodeId> {
    let tree = &code.tree;
    let is_other = |node: &NodeId| {
        matches!(tree.kind(*node), "function_expression" | "function_declaration" | "generator_function" | "object")
    };
    let mut around = tree.upwards(node).take_while(|node| !is_other(node));
    around.find(|node| matches!(tree.kind(*node), "class_declaration" | "class" | "abstract_class_declaration"))
}

/// A class that has a private field has no other of its shape: one more changes nothing for who uses it.
fn of_class_field<'a>(code: &Code<'a>, declared: NodeId, object: NodeId, property: NodeId) -> Option<Field<'a>> {
    let tree = &code.tree;
    let hidden = tree.kind(property) == "private_property_identifier";
    let mut modifiers = tree.children(declared).filter(|child| tree.kind(*child) == "accessibility_modifier");
    let private = modifiers.any(|modifier| code.text(modifier) == "private");
    if !hidden && !private {
        return None;
    }
    let of_class = if tree.has(declared, "static") { "static " } else { "" };
    let (private, hash) = (if private { "private " } else { "" }, if hidden { "#" } else { "" });
    let span = tree.span(declared);
    Some(Field {
        name: code.text(property).trim_start_matches('#'),
        span: Span::new(span.start, span.end + code.end_of(declared).len() as u32),
        reach: format!("{}.{hash}", code.text(object)),
        declared,
        part: declared,
        modifiers: Some((format!("{private}{of_class}"), hash)),
    })
}

/// `let log: Log | null = null;` at the top of a module: a name that is declared once in the file.
fn variable<'a>(code: &Code<'a>, place: NodeId) -> Option<Field<'a>> {
    let tree = &code.tree;
    let name = code.text(place);
    let root = tree.upwards(place).last()?;
    let is_declared = |node: &NodeId| tree.is_field(*node, "name") && code.text(*node) == name;
    let mut all = tree.inside(root).filter(is_declared);
    let part = tree.parent(all.next()?).filter(|_| all.next().is_none())?;
    let declared = tree.parent(part).filter(|node| tree.kind(*node) == "lexical_declaration")?;
    let alone = tree.children(declared).count() == 1 && tree.parent(declared) == Some(root);
    if !alone || is_parameter(code, root, name) {
        return None;
    }
    Some(Field { name, span: tree.span(declared), reach: String::new(), declared, part, modifiers: None })
}

/// Has some function a parameter of that name?
fn is_parameter(code: &Code<'_>, root: NodeId, name: &str) -> bool {
    let tree = &code.tree;
    let is_list = |node: &NodeId| tree.is_field(*node, "parameters") || tree.is_field(*node, "parameter");
    let lists = tree.inside(root).filter(is_list);
    let mut names = lists.flat_map(|list| std::iter::once(list).chain(tree.inside(list)));
    names.any(|node| tree.kind(node).contains("identifier") && code.text(node) == name)
}
