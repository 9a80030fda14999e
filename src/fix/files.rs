//! Files: what must not be there yet is created in a step that fails where it is.

use super::code::{Code, before, behind};
use crate::facts::Span;
use crate::finding::DraftFix;
use crate::lower::tree::NodeId;

pub(super) fn create_new(code: &Code<'_>, write: Span, safe: bool) -> Option<DraftFix> {
    let tree = &code.tree;
    let call = tree.at(write).filter(|node| tree.kind(*node) == "call_expression")?;
    let function = code.text(tree.child(call, "function")?);
    let list = tree.child(call, "arguments")?;
    let arguments: Vec<NodeId> = tree.children(list).collect();
    let edits =
        if code.is_rust() { rust(code, call, function, &arguments)? } else { typescript(code, function, &arguments)? };
    Some(code.fix("Create the file in one step that fails where it is", safe, edits))
}

fn typescript(code: &Code<'_>, function: &str, arguments: &[NodeId]) -> Option<Vec<(Span, String)>> {
    let tree = &code.tree;
    let name = function.rsplit('.').next().unwrap_or(function);
    if !matches!(name, "writeFile" | "writeFileSync") {
        return None;
    }
    let quote = code.quote();
    let flag = format!("flag: {quote}wx{quote}");
    match arguments {
        [_, data] => Some(vec![(behind(tree.span(*data)), format!(", {{ {flag} }}"))]),
        [_, _, options] if tree.kind(*options) == "string" => {
            Some(vec![(tree.span(*options), format!("{{ encoding: {}, {flag} }}", code.text(*options)))])
        }
        [_, _, options] if tree.kind(*options) == "object" && !code.mentions(*options, "flag") => {
            let first = tree.children(*options).next().map(|first| (before(tree.span(first)), format!("{flag}, ")));
            first.map(|edit| vec![edit])
        }
        _ => None,
    }
}

fn rust(code: &Code<'_>, call: NodeId, function: &str, arguments: &[NodeId]) -> Option<Vec<(Span, String)>> {
    let tree = &code.tree;
    let waited = tree.parent(call).is_some_and(|parent| tree.kind(parent) == "await_expression");
    match arguments {
        [_] if matches!(function, "File::create" | "fs::File::create" | "std::fs::File::create") => {
            let function = tree.child(call, "function")?;
            Some(vec![(behind(tree.span(function)), "_new".to_owned())])
        }
        [path, data] if matches!(function, "fs::write" | "std::fs::write") && !waited => {
            let leaves =
                |node: NodeId| matches!(tree.kind(node), "try_expression" | "await_expression" | "return_expression");
            if code.running(*data).any(leaves) {
                return None;
            }
            let plain = matches!(
                tree.kind(*data),
                "identifier" | "call_expression" | "macro_invocation" | "field_expression" | "string_literal"
            );
            let text = code.text(*data);
            let data = if plain { text.to_owned() } else { format!("({text})") };
            let module = function.trim_end_matches("::write");
            let made = format!(
                "{module}::File::create_new({}).and_then(|mut file| std::io::Write::write_all(&mut file, {data}.as_ref()))",
                code.text(*path)
            );
            Some(vec![(tree.span(call), made)])
        }
        _ => None,
    }
}
