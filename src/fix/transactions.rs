//! Transactions: what is written inside of one is written on its handle.

use super::code::Code;
use crate::facts::Span;
use crate::finding::DraftFix;
use crate::lower::tree::NodeId;

/// `store.transaction(async (tx) => { … store.write(); … })`: the write goes to `tx`.
pub(super) fn pass_handle(code: &Code<'_>, act: Span, transaction: Span) -> Option<DraftFix> {
    let tree = &code.tree;
    let (act, transaction) = (tree.at(act)?, tree.at(transaction)?);
    let receiver = tree.child(tree.child(transaction, "function")?, "object")?;
    let work =
        tree.children(tree.child(transaction, "arguments")?).find(|node| tree.kind(*node) == "arrow_function")?;
    let handle = parameter(code, work)?;
    let written = root(code, act)?;
    let inside = tree.span(work).covers(tree.span(act)) && code.text(written) == code.text(receiver);
    let edit = (tree.span(written), code.text(handle).to_owned());
    inside.then(|| code.fix("Write on the handle of the transaction", false, vec![edit]))
}

/// The only or first parameter, if it is a name.
fn parameter(code: &Code<'_>, function: NodeId) -> Option<NodeId> {
    let tree = &code.tree;
    let first = match tree.child(function, "parameter") {
        Some(only) => only,
        None => {
            let first = tree.children(tree.child(function, "parameters")?).next()?;
            tree.child(first, "pattern").unwrap_or(first)
        }
    };
    Some(first).filter(|first| tree.kind(*first) == "identifier")
}

/// The variable that `store.orders.insert(…)` begins with.
fn root(code: &Code<'_>, call: NodeId) -> Option<NodeId> {
    let tree = &code.tree;
    let function = tree.child(call, "function")?;
    let mut at = function;
    while let Some(object) = tree.child(at, "object") {
        at = object;
    }
    (tree.kind(at) == "identifier" && at != function).then_some(at)
}
