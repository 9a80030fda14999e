//! Files: what must not be there yet is created in a step that fails where it is.

use super::code::{Code, before, behind};
use crate::facts::Span;
use crate::finding::DraftFix;
use crate::lower::tree::NodeId;

/// Only where the write is made because nothing was there, and for no other reason: what writes over a file on purpose on
/// another way would fail from then on.
pub(super) fn create_new(code: &Code<'_>, write: Span, look: Span, safe: bool) -> Option<DraftFix> {
    let tree = &code.tree;
    let call = tree.at(write).filter(|node| tree.kind(*node) == "call_expression")?;
    let name = code.text(tree.child(call, "function")?);
    let list = tree.child(call, "arguments")?;
    let arguments: Vec<NodeId> = tree.children(list).collect();
    let look = tree.at(look)?;
    let same = looked_for(code, look)? == code.text(*arguments.first()?).trim_start_matches('&');
    if !same || !is_absent_at(code, look, call) {
        return None;
    }
    let edits = if code.is_rust() { rust(code, call, name, &arguments)? } else { typescript(code, name, &arguments)? };
    Some(code.fix("Create the file in one step that fails where it is", safe, edits))
}

/// The path that is asked about: `existsSync(path)`, `path.exists()`.
fn looked_for<'a>(code: &Code<'a>, look: NodeId) -> Option<&'a str> {
    let tree = &code.tree;
    let list = tree.child(look, "arguments")?;
    let path = match tree.children(list).next() {
        Some(path) => path,
        None => tree.child(tree.child(look, "function")?, "value")?,
    };
    Some(code.text(path).trim_start_matches('&'))
}

/// Does the write come after the look, and only if nothing was there? `if (look) return; write`, `if (!look) { write }`.
fn is_absent_at(code: &Code<'_>, look: NodeId, write: NodeId) -> bool {
    let tree = &code.tree;
    let mut condition = look;
    let mut negated = false;
    while let Some(around) = tree.parent(condition) {
        match tree.kind(around) {
            "unary_expression" if code.text(around).starts_with('!') => negated = !negated,
            "parenthesized_expression" => {}
            _ => break,
        }
        condition = around;
    }
    let Some(branch) =
        tree.parent(condition).filter(|parent| matches!(tree.kind(*parent), "if_statement" | "if_expression"))
    else {
        return false;
    };
    let (then, other) = (tree.child(branch, "consequence"), tree.child(branch, "alternative"));
    let holds = |part: Option<NodeId>| part.is_some_and(|part| tree.span(part).covers(tree.span(write)));
    let behind = tree.span(write).start >= tree.span(branch).end;
    let around = code.statement(branch).and_then(|statement| tree.parent(statement));
    let left = !negated && other.is_none() && behind && holds(around) && then.is_some_and(|then| leaves(code, then));
    let within = if negated { holds(then) } else { holds(other) };
    code.function(look) == code.function(write) && (left || within)
}

/// Is the last thing that is done there to leave the function?
fn leaves(code: &Code<'_>, part: NodeId) -> bool {
    let tree = &code.tree;
    match tree.kind(part) {
        "return_statement" | "throw_statement" | "return_expression" => true,
        "statement_block" | "block" | "expression_statement" => {
            tree.children(part).last().is_some_and(|last| leaves(code, last))
        }
        _ => false,
    }
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
        [_] if matches!(function, "File::create" | "fs::File::create" | "std::fs::File::create") && !waited => {
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
