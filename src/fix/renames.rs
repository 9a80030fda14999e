//! Renames: a file that others read is written beside its place and put there in one step.
//!
//! What is put there is another file: a link that stood there is replaced and not followed, and who may read it is said
//! anew. So this is for those who ask for it.

use super::code::{Code, before, behind};
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
    Some(code.fix(TITLE, false, edits))
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
    let remove = if waited.is_some() { "rm" } else { "rmSync" };
    let temporary = code.unused(&["temporary", "unfinished", "written"])?;
    let (indent, newline, target) = (code.indent(statement)?, code.line_end(), code.text(path));
    let (unit, module) = (code.unit(statement).unwrap_or("  "), written.strip_suffix(name)?);
    let end = if code.text(statement).ends_with(';') { ";" } else { "" };
    let wait = if waited.is_some() { "await " } else { "" };
    let (unique, drawn) = unique(code, call)?;
    let first = format!(
        "const {temporary} = `${{{target}}}.${{{unique}()}}.tmp`{end}{newline}{indent}try {{{newline}{indent}{unit}"
    );
    let (line, inner) = (format!("{newline}{indent}"), format!("{newline}{indent}{unit}"));
    let last = format!(
        "{inner}{wait}{module}{rename}({temporary}, {target}){end}{line}}} catch (error) {{{inner}\
         {wait}{module}{remove}({temporary}, {{ force: true }}){end}{inner}throw error{end}{line}}}"
    );
    let mut edits = vec![
        (before(tree.span(statement)), first),
        (tree.span(path), temporary.to_owned()),
        (behind(tree.span(statement)), last),
    ];
    edits.extend(drawn);
    if written == name {
        edits.extend(imported(code, call, name, &[rename, remove])?);
    }
    (!code.has_long_text(statement)).then_some(edits)
}

/// What brings these in beside the function that is there; nothing for those that are there already.
fn imported(code: &Code<'_>, call: NodeId, beside: &str, names: &[&str]) -> Option<Option<(Span, String)>> {
    let tree = &code.tree;
    let root = tree.upwards(call).last()?;
    let specifier = |name: &str| {
        let mut all = tree.inside(root).filter(|node| tree.kind(*node) == "import_specifier");
        all.find(|node| code.text(*node) == name)
    };
    let missing: String =
        names.iter().filter(|name| specifier(name).is_none()).map(|name| format!("{name}, ")).collect();
    let at = before(tree.span(specifier(beside)?));
    Some((!missing.is_empty()).then_some((at, missing)))
}

/// What draws a name that nobody else has, and what brings that in: the global `crypto` is not everywhere.
fn unique(code: &Code<'_>, call: NodeId) -> Option<(String, Option<(Span, String)>)> {
    let tree = &code.tree;
    let root = tree.upwards(call).last()?;
    let is_crypto = |node: NodeId| matches!(code.text(node).trim_matches(['"', '\'']), "crypto" | "node:crypto");
    let imports: Vec<NodeId> = tree.children(root).filter(|node| tree.kind(*node) == "import_statement").collect();
    let known = imports.iter().find(|node| tree.child(**node, "source").is_some_and(is_crypto));
    if let Some(known) = known {
        let clause = tree.children(*known).next()?;
        let part = tree.children(clause).next()?;
        return match tree.kind(part) {
            "identifier" => Some((format!("{}.randomUUID", code.text(part)), None)),
            "namespace_import" => Some((format!("{}.randomUUID", code.text(tree.children(part).next()?)), None)),
            "named_imports" if tree.children(part).any(|name| code.text(name) == "randomUUID") => {
                Some(("randomUUID".to_owned(), None))
            }
            "named_imports" => {
                let first = tree.children(part).next()?;
                Some(("randomUUID".to_owned(), Some((before(tree.span(first)), "randomUUID, ".to_owned()))))
            }
            _ => None,
        };
    }
    let Some(last) = imports.last() else {
        return code
            .mentions(root, "require")
            .then(|| (format!("require({0}crypto{0}).randomUUID", code.quote()), None));
    };
    // As its neighbours are written.
    let source = tree.child(*imports.iter().find(|node| is_of_files(code, **node))?, "source")?;
    let quote = &code.text(source)[..1];
    let scheme = if code.text(source)[1..].starts_with("node:") { "node:" } else { "" };
    let end = if code.text(*last).ends_with(';') { ";" } else { "" };
    let line = format!("{}import {{ randomUUID }} from {quote}{scheme}crypto{quote}{end}", code.line_end());
    code.unused(&["randomUUID"]).map(|name| (name.to_owned(), Some((behind(tree.span(*last)), line))))
}

fn is_of_files(code: &Code<'_>, import: NodeId) -> bool {
    let source = code.tree.child(import, "source").map(|source| code.text(source).trim_matches(['"', '\'']));
    source.is_some_and(|source| matches!(source.trim_start_matches("node:"), "fs" | "fs/promises"))
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
    let last = format!(
        "{newline}{indent}    .and_then(|()| {module}::rename(&{temporary}, {target})){newline}{indent}    \
         .map_err(|error| {{ let _ = {module}::remove_file(&{temporary}); error }})"
    );
    Some(vec![
        (before(tree.span(statement)), first),
        (tree.span(path), format!("&{temporary}")),
        (behind(tree.span(call)), last),
    ])
}
