//! Awaits: what is started is waited for, and what is read is read after the wait.

use super::code::{Code, before};
use crate::facts::Span;
use crate::finding::DraftFix;
use crate::lower::tree::NodeId;

/// `return work()` in a `try` whose `finally` ends what the work stands under: it is waited for first.
///
/// Only without a `catch`, which would see the errors of the work from then on.
pub(super) fn await_returns(code: &Code<'_>, clear: Span) -> Option<DraftFix> {
    let tree = &code.tree;
    let act = tree.at(clear)?;
    let finalizer = tree.upwards(act).find(|node| tree.kind(*node) == "finally_clause")?;
    let attempt = tree.parent(finalizer)?;
    let same = code.function(act) == code.function(attempt);
    if !same || !code.is_async(attempt) || tree.child(attempt, "handler").is_some() {
        return None;
    }
    let body = tree.child(attempt, "body")?;
    let returns = code.running(body).filter(|node| tree.kind(*node) == "return_statement");
    let started = returns.filter_map(|node| tree.children(node).next());
    // Nor inside of another `try` that has a `catch`.
    let is_caught = |node: NodeId| {
        tree.upwards(node).take_while(|around| *around != attempt).any(|around| tree.child(around, "handler").is_some())
    };
    let calls = started.filter(|value| tree.kind(*value) == "call_expression" && !is_caught(*value));
    let edits: Vec<_> = calls.map(|call| (before(tree.span(call)), "await ".to_owned())).collect();
    (!edits.is_empty()).then(|| code.fix("Wait for what is returned before `finally` runs", true, edits))
}

/// A call on a line of its own is waited for.
pub(super) fn await_call(code: &Code<'_>, call: Span) -> Option<DraftFix> {
    let tree = &code.tree;
    let node = tree.at(call).filter(|node| tree.kind(*node) == "call_expression")?;
    let alone = tree.kind(tree.parent(node)?) == "expression_statement";
    let edit = (before(tree.span(node)), "await ".to_owned());
    (alone && code.is_async(node)).then(|| code.fix("Wait for it", true, vec![edit]))
}

/// `x += await y` and `x = x + (await y)` wait first and read `x` then; so does what reads `x` into a name of its own.
pub(super) fn wait_first(code: &Code<'_>, write: Span) -> Option<DraftFix> {
    let tree = &code.tree;
    let assignment = tree.at(write)?;
    let statement = tree.parent(assignment).filter(|parent| tree.kind(*parent) == "expression_statement")?;
    if code.statement(assignment) != Some(statement) {
        return None;
    }
    let (left, right) = (tree.child(assignment, "left")?, tree.child(assignment, "right")?);
    if !is_plain(code, left) {
        return None;
    }
    let waits: Vec<NodeId> = code.running(right).filter(|node| tree.kind(*node) == "await_expression").collect();
    match (waits.as_slice(), tree.kind(assignment)) {
        ([wait], "augmented_assignment_expression") if unwrapped(code, right) == *wait => {
            hoist_wait(code, statement, *wait)
        }
        ([wait], "assignment_expression") if reads_only(code, right, *wait, left) => hoist_wait(code, statement, *wait),
        ([], "assignment_expression") => read_late(code, statement, left, right),
        _ => None,
    }
}

/// A variable, or a field of `this`: what is read the same a line later.
fn is_plain(code: &Code<'_>, node: NodeId) -> bool {
    let kind = |node| code.tree.kind(node);
    match kind(node) {
        "identifier" | "this" => true,
        "member_expression" => {
            let plain =
                code.tree.child(node, "object").is_some_and(|object| kind(object) == "this" || is_plain(code, object));
            plain && !code.text(node).contains('?')
        }
        _ => false,
    }
}

/// Without the brackets around it.
fn unwrapped(code: &Code<'_>, node: NodeId) -> NodeId {
    match code.tree.kind(node) {
        "parenthesized_expression" => code.tree.children(node).next().map_or(node, |inner| unwrapped(code, inner)),
        _ => node,
    }
}

/// Is there nothing beside the wait but `left` itself, numbers and operators?
fn reads_only(code: &Code<'_>, right: NodeId, wait: NodeId, left: NodeId) -> bool {
    let tree = &code.tree;
    let waited = tree.span(wait);
    let mut read = Vec::new();
    let mut open = vec![right];
    while let Some(node) = open.pop() {
        match tree.kind(node) {
            _ if node == wait => {}
            "binary_expression" | "parenthesized_expression" => open.extend(tree.children(node)),
            "number" | "string" => {}
            _ if code.text(node) == code.text(left) => read.push(node),
            _ => return false,
        }
    }
    // Read before the wait, or it would be right already.
    read.iter().any(|node| tree.span(*node).end <= waited.start)
}

fn hoist_wait(code: &Code<'_>, statement: NodeId, wait: NodeId) -> Option<DraftFix> {
    let tree = &code.tree;
    let (name, indent) = (code.unused(&["value", "awaited", "answered"])?, code.indent(statement)?);
    let in_brackets = |node: &NodeId| tree.kind(*node) == "parenthesized_expression";
    let whole = tree.parent(wait).filter(in_brackets).unwrap_or(wait);
    let end = if code.text(statement).ends_with(';') { ";" } else { "" };
    let first = format!("const {name} = {}{end}{}{indent}", code.text(wait), code.line_end());
    let edits = vec![(before(tree.span(statement)), first), (tree.span(whole), name.to_owned())];
    Some(code.fix("Wait first, then read and write in one stretch", true, edits))
}

/// `const before = x; …; x = before + …`: `x` is read where it is written.
fn read_late(code: &Code<'_>, statement: NodeId, left: NodeId, right: NodeId) -> Option<DraftFix> {
    let tree = &code.tree;
    let row = code.row(statement);
    let at = row.iter().position(|node| *node == statement)?;
    for read in &row[..at] {
        if tree.kind(*read) != "lexical_declaration" || !code.text(*read).starts_with("const") {
            continue;
        }
        let mut declared = tree.children(*read);
        let (Some(one), None) = (declared.next(), declared.next()) else { continue };
        let (Some(name), Some(value)) = (tree.child(one, "name"), tree.child(one, "value")) else { continue };
        if tree.kind(name) != "identifier" || code.text(value) != code.text(left) {
            continue;
        }
        let scope = tree.parent(statement)?;
        let uses: Vec<NodeId> = tree
            .inside(scope)
            .filter(|node| {
                tree.kind(*node).contains("identifier") && code.text(*node) == code.text(name) && *node != name
            })
            .collect();
        let [used] = uses.as_slice() else { continue };
        if tree.span(right).covers(tree.span(*used)) && tree.kind(*used) == "identifier" {
            let next = row.iter().find(|node| tree.span(**node).start > tree.span(*read).start)?;
            // What stands between, a comment, would lose what it is about.
            if !code.between(*read, *next).trim().is_empty() {
                return None;
            }
            let gone = Span::new(tree.span(*read).start, tree.span(*next).start);
            let edits = vec![(gone, String::new()), (tree.span(*used), code.text(left).to_owned())];
            return Some(code.fix("Read it where it is written, after the wait", true, edits));
        }
    }
    None
}
