//! Guards: a lock is held as long as it is needed, and no longer.

use super::code::{Code, before};
use crate::facts::Span;
use crate::finding::DraftFix;
use crate::lower::tree::NodeId;

/// Calls whose answer holds nothing of what they were called on.
const OWNED: [&str; 22] = [
    "all",
    "any",
    "clone",
    "cloned",
    "contains",
    "contains_key",
    "copied",
    "count",
    "is_empty",
    "is_none",
    "is_some",
    "len",
    "pop",
    "pop_back",
    "pop_first",
    "pop_front",
    "pop_last",
    "position",
    "remove",
    "swap_remove",
    "to_owned",
    "to_string",
];

/// Calls that only take the wrapping off.
const UNWRAPPING: [&str; 2] = ["unwrap", "expect"];

/// `let _ = lock()` and `lock();` keep the guard under a name.
pub(super) fn name(code: &Code<'_>, taken: Span) -> Option<DraftFix> {
    let tree = &code.tree;
    let taken = tree.at(taken)?;
    let value = unwrapped(code, taken);
    let statement = tree.parent(value)?;
    let variable = tree.kind(value) == "identifier";
    if !variable && (is_suspended_under(code, statement, value) || is_taken_later(code, statement, taken)) {
        return None;
    }
    let title = "Keep the guard under a name to the end of the block";
    match tree.kind(statement) {
        "let_declaration" => {
            let pattern = tree.child(statement, "pattern").filter(|pattern| code.text(*pattern) == "_")?;
            let name =
                if variable { format!("_{}", code.text(value)) } else { code.unused(&["_guard", "_held"])?.to_owned() };
            Some(code.fix(title, true, vec![(tree.span(pattern), name)]))
        }
        "expression_statement" => {
            let name = code.unused(&["_guard", "_held"])?;
            Some(code.fix(title, true, vec![(before(tree.span(statement)), format!("let {name} = "))]))
        }
        _ => None,
    }
}

/// A lock whose waiters block their thread must not be kept over what follows if that suspends.
fn is_suspended_under(code: &Code<'_>, statement: NodeId, value: NodeId) -> bool {
    let tree = &code.tree;
    let awaits = |node: NodeId| code.running(node).any(|inner| tree.kind(inner) == "await_expression");
    let mut later = code.row(statement).into_iter().filter(|node| tree.span(*node).start >= tree.span(statement).end);
    code.is_async(statement) && !awaits(value) && later.any(awaits)
}

/// It would wait for itself.
fn is_taken_later(code: &Code<'_>, statement: NodeId, taken: NodeId) -> bool {
    let end = code.tree.span(statement).end;
    let mut later = code.row(statement).into_iter().filter(|node| code.tree.span(*node).start >= end);
    later.any(|node| code.text(node).contains(code.text(taken)))
}

/// With `.unwrap()`, `.expect(…)`, `.await` and `?` behind it.
fn unwrapped(code: &Code<'_>, node: NodeId) -> NodeId {
    let tree = &code.tree;
    let Some(parent) = tree.parent(node) else { return node };
    match tree.kind(parent) {
        "await_expression" | "try_expression" => unwrapped(code, parent),
        "field_expression" => {
            let method = tree.child(parent, "field").map(|field| code.text(field));
            let call = tree.parent(parent).filter(|call| tree.kind(*call) == "call_expression");
            match call {
                Some(call) if method.is_some_and(|method| UNWRAPPING.contains(&method)) => unwrapped(code, call),
                _ => node,
            }
        }
        _ => node,
    }
}

/// A guard in the head of `match`, `if let` or `while let` lives through all of it; the value that it is asked for goes
/// into a name of its own.
pub(super) fn hoist(code: &Code<'_>, taken: Span) -> Option<DraftFix> {
    let tree = &code.tree;
    let taken = tree.at(taken)?;
    let is_head = |node: &NodeId| {
        let around = tree.parent(*node).map(|parent| tree.kind(parent));
        tree.is_field(*node, "value") && matches!(around, Some("let_condition" | "match_expression"))
    };
    let value = tree.upwards(taken).find(is_head).filter(|value| code.function(*value) == code.function(taken))?;
    let head = tree.parent(value)?;
    let whole = if tree.kind(head) == "match_expression" { head } else { tree.parent(head)? };
    if !is_owned(code, value) {
        return None;
    }
    let name = code.unused(&["found", "next", "answer"])?;
    let title = "End the guard before what follows: take the value out first";
    if tree.kind(whole) == "while_expression" {
        let text = format!("{{ let {name} = {}; {name} }}", code.text(value));
        return Some(code.fix(title, true, vec![(tree.span(value), text)]));
    }
    let statement = code.statement(whole).filter(|statement| !has_attribute(code, *statement))?;
    let begins = tree.span(statement).start == tree.span(whole).start;
    let kind = tree.kind(whole);
    if !begins || !matches!(kind, "if_expression" | "match_expression") {
        return None;
    }
    let first = format!("let {name} = {};{}{}", code.text(value), code.line_end(), code.indent(statement)?);
    Some(code.fix(title, true, vec![(before(tree.span(statement)), first), (tree.span(value), name.to_owned())]))
}

/// What is written before the statement would get its attribute.
fn has_attribute(code: &Code<'_>, statement: NodeId) -> bool {
    let row = code.row(statement);
    let at = row.iter().position(|node| *node == statement).unwrap_or(0);
    at > 0 && code.tree.kind(row[at - 1]) == "attribute_item"
}

fn is_owned(code: &Code<'_>, value: NodeId) -> bool {
    let tree = &code.tree;
    let function = Some(value).filter(|value| tree.kind(*value) == "call_expression");
    let function = function.and_then(|call| tree.child(call, "function"));
    let method = function.filter(|function| tree.kind(*function) == "field_expression");
    let method = method.and_then(|function| tree.child(function, "field")).map(|field| code.text(field));
    let no_arguments = || tree.child(value, "arguments").is_some_and(|list| tree.children(list).next().is_none());
    method.is_some_and(|method| OWNED.contains(&method) || method == "take" && no_arguments())
}

/// One statement takes the same lock twice to read two fields: one guard serves both.
pub(super) fn one(code: &Code<'_>, first: Span, second: Span) -> Option<DraftFix> {
    let tree = &code.tree;
    let [first, second] = [first, second].map(|span| tree.at(span).map(|taken| unwrapped(code, taken)));
    let (first, second) = (first?, second?);
    let statement = code.statement(first).filter(|statement| code.statement(second) == Some(*statement))?;
    if has_attribute(code, statement) {
        return None;
    }
    let is_read = |guard: NodeId| {
        let field = tree.parent(guard).filter(|parent| tree.kind(*parent) == "field_expression");
        let around = field.and_then(|field| tree.parent(field)).map(|around| tree.kind(around));
        field.is_some() && matches!(around, Some("arguments" | "binary_expression" | "tuple_expression"))
    };
    let at_once = |guard: NodeId| {
        let around = tree.upwards(guard).take_while(|node| *node != statement);
        around.skip(1).all(|node| {
            matches!(
                tree.kind(node),
                "field_expression"
                    | "arguments"
                    | "call_expression"
                    | "binary_expression"
                    | "tuple_expression"
                    | "let_declaration"
            )
        })
    };
    let both = [first, second];
    if code.text(first) != code.text(second) || !both.into_iter().all(is_read) || !both.into_iter().all(at_once) {
        return None;
    }
    let name = code.unused(&["guard", "held"])?;
    let lead = format!("let {name} = {};{}{}", code.text(first), code.line_end(), code.indent(statement)?);
    let named = both.into_iter().map(|node| (tree.span(node), name.to_owned()));
    let edits = std::iter::once((before(tree.span(statement)), lead)).chain(named).collect();
    Some(code.fix("Take the lock once", true, edits))
}

/// A guard that has been used and is needed no more is dropped before the statement in which `until` stands. One that
/// nobody reads is held for its own sake.
pub(super) fn drop_early(code: &Code<'_>, taken: Span, until: Span, safe: bool) -> Option<DraftFix> {
    let tree = &code.tree;
    let value = unwrapped(code, tree.at(taken)?);
    let declared = tree.parent(value).filter(|parent| tree.kind(*parent) == "let_declaration")?;
    let name = tree.child(declared, "pattern").filter(|pattern| tree.kind(*pattern) == "identifier")?;
    let row = code.row(declared);
    let at = row.iter().position(|node| *node == declared)?;
    let end = at + 1 + row[at + 1..].iter().position(|node| tree.span(*node).covers(until))?;
    let uses = |node: NodeId| {
        let inside = std::iter::once(node).chain(tree.inside(node));
        inside.filter(|inner| tree.kind(*inner) == "identifier" && code.text(*inner) == code.text(name))
    };
    let (work, next) = (&row[at + 1..end], row[end]);
    let renewed = tree.child(next, "pattern").is_some_and(|pattern| code.text(pattern) == code.text(name));
    let needed = match tree.child(next, "value").filter(|_| renewed) {
        Some(value) => uses(value).next().is_some(),
        None => row[end..].iter().any(|node| uses(*node).next().is_some()),
    };
    let used = work.iter().any(|node| uses(*node).next().is_some());
    let lent =
        work.iter().any(|node| uses(*node).any(|used| !is_looked_into(code, used) || is_lent(code, *node, used)));
    if needed || !used || lent || has_attribute(code, next) {
        return None;
    }
    let text = format!("drop({});{}{}", code.text(name), code.line_end(), code.indent(next)?);
    Some(code.fix("Give the lock back as soon as it has done its work", safe, vec![(before(tree.span(next)), text)]))
}

/// Is a guard only used for what it guards, and goes nowhere itself?
fn is_looked_into(code: &Code<'_>, used: NodeId) -> bool {
    let tree = &code.tree;
    let Some(around) = tree.parent(used) else { return false };
    match tree.kind(around) {
        "field_expression" => true,
        "unary_expression" => code.text(around).starts_with('*'),
        "index_expression" => tree.children(around).next() == Some(used),
        _ => false,
    }
}

/// Does what is borrowed from it go into a variable?
fn is_lent(code: &Code<'_>, statement: NodeId, used: NodeId) -> bool {
    let tree = &code.tree;
    let around = tree.upwards(used).take_while(|node| *node != statement).chain([statement]);
    let mut values = around.filter_map(|node| match tree.kind(node) {
        "let_declaration" => tree.child(node, "value"),
        "assignment_expression" => tree.child(node, "right"),
        _ => None,
    });
    values.any(|value| tree.span(value).covers(tree.span(used)) && !is_copied(code, value))
}

/// A field or what is behind a `*` cannot be moved out of a guard.
fn is_copied(code: &Code<'_>, value: NodeId) -> bool {
    let tree = &code.tree;
    match tree.kind(value) {
        "field_expression" => true,
        "unary_expression" => !code.text(value).starts_with('&'),
        "binary_expression" => tree.children(value).all(|part| is_copied(code, part)),
        "identifier" | "integer_literal" | "float_literal" => true,
        _ => is_owned(code, value),
    }
}
