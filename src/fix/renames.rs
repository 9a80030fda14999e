//! Renames: a file that others read is written beside its place and put there in one step.

use super::code::{Code, before};
use crate::facts::Span;
use crate::finding::DraftFix;
use crate::lower::tree::NodeId;

const TITLE: &str = "Write a file beside it, and rename that over it";

/// Only where the whole file is written by one call, and its path is a text that is read the same a line later.
pub(super) fn over(code: &Code<'_>, write: Span) -> Option<DraftFix> {
    let tree = &code.tree;
    let call = tree.upwards(tree.at(write)?).find(|node| tree.kind(*node) == "call_expression")?;
    let function = tree.child(call, "function")?;
    let arguments: Vec<NodeId> = tree.children(tree.child(call, "arguments")?).collect();
    let path = *arguments.first().filter(|path| is_plain(code, **path))?;
    let edits = if code.is_rust() {
        rust(code, call, function, path, &arguments)?
    } else {
        typescript(code, call, function, path)?
    };
    Some(code.fix(TITLE, true, edits))
}

/// A name, or a field of one.
fn is_plain(code: &Code<'_>, node: NodeId) -> bool {
    let tree = &code.tree;
    match tree.kind(node) {
        "identifier" | "this" | "self" => true,
        "member_expression" => tree.child(node, "object").is_some_and(|object| is_plain(code, object)),
        "field_expression" | "reference_expression" => {
            tree.child(node, "value").is_some_and(|inner| is_plain(code, inner))
        }
        _ => false,
    }
}

/// `await writeFile(path, data)` as a statement of its own: two more around it.
fn typescript(code: &Code<'_>, call: NodeId, function: NodeId, path: NodeId) -> Option<Vec<(Span, String)>> {
    let tree = &code.tree;
    let statement = code.statement(call)?;
    // What may stand where a path does, and is none.
    let whole_file = code.text(tree.upwards(call).last()?);
    if ["URL", "FileHandle"].iter().any(|other| whole_file.contains(other)) {
        return None;
    }
    let waited = tree.parent(call).filter(|parent| tree.kind(*parent) == "await_expression");
    let whole = waited.unwrap_or(call);
    if tree.kind(statement) != "expression_statement" || tree.parent(whole) != Some(statement) {
        return None;
    }
    let written = code.text(function);
    let name = written.rsplit('.').next()?;
    let rename = match (name, waited) {
        ("writeFile", Some(_)) => "rename",
        ("writeFileSync", None) => "renameSync",
        _ => return None,
    };
    let temporary = code.unused(&["temporary", "unfinished", "written"])?;
    let (indent, newline, target) = (code.indent(statement)?, code.line_end(), code.text(path));
    let end = if code.text(statement).ends_with(';') { ";" } else { "" };
    let first = format!("const {temporary} = `${{{target}}}.${{crypto.randomUUID()}}.tmp`{end}{newline}{indent}");
    let rename_call = format!("{}{rename}({temporary}, {target}){end}", written.strip_suffix(name)?);
    let wait = if waited.is_some() { "await " } else { "" };
    let last = format!("{newline}{indent}{wait}{rename_call}");
    let mut edits = vec![
        (before(tree.span(statement)), first),
        (tree.span(path), temporary.to_owned()),
        (Span::new(tree.span(statement).end, tree.span(statement).end), last),
    ];
    if written == name {
        edits.extend(imported(code, call, name, rename)?);
    }
    Some(edits)
}

/// What brings `rename` in beside the function that is there; nothing where it is there already.
fn imported(code: &Code<'_>, call: NodeId, beside: &str, rename: &str) -> Option<Option<(Span, String)>> {
    let tree = &code.tree;
    let root = tree.upwards(call).last()?;
    let specifier = |name: &str| {
        let mut all = tree.inside(root).filter(|node| tree.kind(*node) == "import_specifier");
        all.find(|node| code.text(*node) == name)
    };
    if specifier(rename).is_some() {
        return Some(None);
    }
    Some(Some((before(tree.span(specifier(beside)?)), format!("{rename}, "))))
}

/// `fs::write(path, data)`, whatever becomes of its result.
fn rust(
    code: &Code<'_>,
    call: NodeId,
    function: NodeId,
    path: NodeId,
    arguments: &[NodeId],
) -> Option<Vec<(Span, String)>> {
    let tree = &code.tree;
    let name = code.text(function);
    let waited = tree.parent(call).is_some_and(|parent| tree.kind(parent) == "await_expression");
    let [_, data] = arguments else { return None };
    let statement = code.statement(call)?;
    let indent = code.indent(statement)?;
    if !matches!(name, "fs::write" | "std::fs::write") || waited {
        return None;
    }
    let leaves = |node: NodeId| matches!(tree.kind(node), "await_expression" | "return_expression");
    if code.running(*data).any(leaves) {
        return None;
    }
    let temporary = code.unused(&["temporary", "unfinished", "written"])?;
    let (newline, target, module) = (code.line_end(), code.text(path), name.strip_suffix("::write")?);
    // Two threads of two processes have four names.
    let own = "format!(\"{}.{:?}.tmp\", std::process::id(), std::thread::current().id())";
    let first = format!(
        "let {temporary} = std::path::Path::new(&{target}).with_extension({newline}{indent}    {own},{newline}{indent});{newline}{indent}"
    );
    let behind = format!(".and_then(|()| {module}::rename(&{temporary}, {target}))");
    Some(vec![
        (before(tree.span(statement)), first),
        (tree.span(path), format!("&{temporary}")),
        (Span::new(tree.span(call).end, tree.span(call).end), behind),
    ])
}
