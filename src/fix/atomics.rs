//! Atomics: a load and a store that rests on it become one step.

use super::code::{Code, before};
use crate::facts::Span;
use crate::finding::DraftFix;
use crate::lower::tree::NodeId;

/// A call of a method: what it is called on, its name, its arguments.
struct Call<'a> {
    on: &'a str,
    name: &'a str,
    arguments: Vec<NodeId>,
}

/// `let n = x.load(…); x.store(n + 1, …)` and `x.store(x.load(…) + 1, …)` become `x.fetch_add(1, …)`.
pub(super) fn one_step(code: &Code<'_>, write: Span) -> Option<DraftFix> {
    let tree = &code.tree;
    let is_store = |node: &NodeId| call(code, *node).is_some_and(|call| call.name == "store");
    let store = tree.upwards(tree.at(write)?).find(is_store)?;
    let written = call(code, store)?;
    let [value, order] = written.arguments.as_slice() else { return None };
    let statement = code.statement(store).filter(|statement| tree.parent(store) == Some(*statement))?;
    let (old, step, more) = step(code, *value)?;
    let title = "Load, change and store in one step";
    let fetch = |load: &Call<'_>| {
        let order = both(code.text(*load.arguments.first()?), code.text(*order))?;
        Some(format!("{}.{step}({}, {order})", written.on, code.text(more)))
    };
    if let Some(load) = call(code, old).filter(|load| load.name == "load" && load.on == written.on) {
        return Some(code.fix(title, true, vec![(tree.span(store), fetch(&load)?)]));
    }
    let name = Some(old).filter(|old| tree.kind(*old) == "identifier").map(|old| code.text(old))?;
    let row = code.row(statement);
    let at = row.iter().position(|node| *node == statement)?;
    let read = row[..at].iter().rposition(|node| declares(code, *node, name).is_some())?;
    let load =
        call(code, declares(code, row[read], name)?).filter(|load| load.name == "load" && load.on == written.on)?;
    let between = &row[read + 1..at];
    let speaks = |node: &NodeId| code.mentions(*node, name) || code.text(*node).contains(written.on);
    if between.iter().any(speaks) {
        return None;
    }
    let declared = code.slice(Span::new(tree.span(row[read]).end, tree.span(*row.get(read + 1)?).start));
    let blank = declared.len() - declared.trim_start().len();
    let gone = Span::new(tree.span(row[read]).start, tree.span(row[read]).end + blank as u32);
    let mut edits = vec![(gone, String::new()), (tree.span(store), fetch(&load)?)];
    if row[at + 1..].iter().any(|node| *node == old || code.text(*node) == name || code.mentions(*node, name)) {
        edits.push((before(tree.span(store)), format!("let {name} = ")));
    }
    Some(code.fix(title, true, joined(edits)))
}

/// `if !x.load(…) { x.store(true, …); … }` and `if x.load(…) { return; } x.store(true, …);` test and set in one step.
pub(super) fn exchange(code: &Code<'_>, write: Span) -> Option<DraftFix> {
    let tree = &code.tree;
    let is_store = |node: &NodeId| call(code, *node).is_some_and(|call| call.name == "store");
    let store = tree.upwards(tree.at(write)?).find(is_store)?;
    let written = call(code, store)?;
    let [value, order] = written.arguments.as_slice() else { return None };
    let (old, new) = match code.text(*value) {
        "true" => ("false", "true"),
        "false" => ("true", "false"),
        _ => return None,
    };
    let statement = code.statement(store).filter(|statement| tree.parent(store) == Some(*statement))?;
    let row = code.row(statement);
    let at = row.iter().position(|node| *node == statement)?;
    let block = tree.parent(statement)?;
    let (branch, enters) = match at {
        0 => (tree.parent(block).filter(|_| tree.is_field(block, "consequence"))?, true),
        _ => (leaving(code, row[at - 1])?, false),
    };
    let condition = tree.child(branch, "condition")?;
    let negated = code.text(condition).starts_with('!');
    let asked = if negated { tree.children(condition).next()? } else { condition };
    let load = call(code, asked).filter(|load| load.name == "load" && load.on == written.on)?;
    // Whoever goes on has found the old value.
    if negated != (enters == (old == "false")) {
        return None;
    }
    let first = code.text(*load.arguments.first()?);
    let (orders, end) = (both(first, code.text(*order))?, if enters { "is_ok" } else { "is_err" });
    let exchanged = format!("{}.compare_exchange({old}, {new}, {orders}, {first}).{end}()", written.on);
    // The line goes with what is white around it.
    let gone = match (enters, row.get(at + 1)) {
        (true, next) => Span::new(tree.span(statement).start, tree.span(*next?).start),
        (false, _) => Span::new(tree.span(row[at - 1]).end, tree.span(statement).end),
    };
    let alone = code.slice(gone).trim() == code.text(statement);
    alone.then(|| {
        code.fix("Test and set in one step", true, vec![(tree.span(condition), exchanged), (gone, String::new())])
    })
}

/// An `if` without `else` that ends in a `return`, as a statement.
fn leaving(code: &Code<'_>, statement: NodeId) -> Option<NodeId> {
    let tree = &code.tree;
    let branch = tree.children(statement).next().filter(|inner| tree.kind(*inner) == "if_expression")?;
    let last = tree.children(tree.child(branch, "consequence")?).last()?;
    let last = if tree.kind(last) == "expression_statement" { tree.children(last).next()? } else { last };
    let leaves = matches!(tree.kind(last), "return_expression" | "continue_expression" | "break_expression");
    (leaves && tree.child(branch, "alternative").is_none()).then_some(branch)
}

/// What is put in front of a text that is replaced belongs to it.
fn joined(edits: Vec<(Span, String)>) -> Vec<(Span, String)> {
    let mut out: Vec<(Span, String)> = Vec::new();
    for (span, text) in edits {
        match out.iter_mut().find(|(known, _)| span.start == span.end && known.start == span.start) {
            Some((_, known)) => *known = format!("{text}{known}"),
            None => out.push((span, text)),
        }
    }
    out
}

fn call<'a>(code: &Code<'a>, node: NodeId) -> Option<Call<'a>> {
    let tree = &code.tree;
    let function = tree.child(node, "function").filter(|_| tree.kind(node) == "call_expression")?;
    let (on, name) = (tree.child(function, "value")?, tree.child(function, "field")?);
    let arguments = tree.children(tree.child(node, "arguments")?).collect();
    Some(Call { on: code.text(on), name: code.text(name), arguments })
}

/// What `let name = …` gives this name.
fn declares(code: &Code<'_>, statement: NodeId, name: &str) -> Option<NodeId> {
    let tree = &code.tree;
    let pattern = tree.child(statement, "pattern").filter(|_| tree.kind(statement) == "let_declaration")?;
    tree.child(statement, "value").filter(|_| code.text(pattern) == name)
}

/// What is changed, by which step, and by how much.
fn step(code: &Code<'_>, value: NodeId) -> Option<(NodeId, &'static str, NodeId)> {
    let tree = &code.tree;
    let (old, step, more) = match tree.kind(value) {
        "binary_expression" => {
            let (left, right) = (tree.child(value, "left")?, tree.child(value, "right")?);
            let step = match code.between(left, right).trim() {
                "+" => "fetch_add",
                "-" => "fetch_sub",
                "|" => "fetch_or",
                "&" => "fetch_and",
                "^" => "fetch_xor",
                _ => return None,
            };
            (left, step, right)
        }
        "call_expression" => {
            let called = call(code, value)?;
            let step = match called.name {
                "max" => "fetch_max",
                "min" => "fetch_min",
                "wrapping_add" => "fetch_add",
                "wrapping_sub" => "fetch_sub",
                _ => return None,
            };
            let [more] = called.arguments.as_slice() else { return None };
            (tree.child(tree.child(value, "function")?, "value")?, step, *more)
        }
        _ => return None,
    };
    let leaves = |node: NodeId| matches!(tree.kind(node), "try_expression" | "await_expression" | "return_expression");
    let again = code.text(more) == code.text(old) || code.mentions(more, code.text(old));
    (!again && !code.running(more).any(leaves)).then_some((old, step, more))
}

/// The order of one step that does what a load and a store did.
fn both(load: &str, store: &str) -> Option<String> {
    let (path, last) = store.rsplit_once("::")?;
    let order = match (load.rsplit("::").next()?, last) {
        ("SeqCst", _) | (_, "SeqCst") => "SeqCst",
        ("Acquire", "Release") => "AcqRel",
        ("Acquire", "Relaxed") => "Acquire",
        ("Relaxed", known @ ("Relaxed" | "Release")) => known,
        _ => return None,
    };
    Some(format!("{path}::{order}"))
}
