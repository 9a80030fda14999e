//! Claims: a mark that keeps others out is set before anything is waited for, and given back on every way out.

use super::code::Code;
use crate::facts::Span;
use crate::finding::DraftFix;
use crate::lower::tree::NodeId;

/// `if (busy) return; … await …; busy = true; try { … } finally { busy = false; }`: the claim goes to the top, and the `try`
/// with it.
pub(super) fn claim_first(code: &Code<'_>, set: Span) -> Option<DraftFix> {
    let tree = &code.tree;
    let claim = code.statement(tree.at(set)?)?;
    let mark = marked(code, claim)?;
    let row = code.row(claim);
    let at = row.iter().position(|node| *node == claim)?;
    let attempt = *row.get(at + 1)?;
    let tested = row[..at].iter().rposition(|node| is_refusal(code, *node, mark))?;
    let waiting = &row[tested + 1..at];
    let (first, last) = (*waiting.first()?, *waiting.last()?);
    let body = gives_back(code, attempt, mark)?;
    let waits = |node: &NodeId| code.running(*node).any(|inner| tree.kind(inner) == "await_expression");
    let speaks_of_it = |node: &NodeId| code.text(*node).contains(mark.of);
    if !waiting.iter().any(waits)
        || waiting.iter().any(speaks_of_it)
        || waiting.iter().any(|node| code.has_long_text(*node))
    {
        return None;
    }
    let later = std::iter::once(claim).chain(tree.child(attempt, "finalizer")).chain(row[at + 2..].iter().copied());
    if !stay_inside(code, waiting, &later.collect::<Vec<_>>()) || !code.between(claim, attempt).trim().is_empty() {
        return None;
    }
    let (indent, unit) = (code.indent(claim)?, unit(code, attempt, body)?);
    let end = code.line_end();
    let lead = code.between(last, claim).trim_start();
    let moved = code.slice(Span::new(tree.span(first).start, tree.span(last).end));
    let text = format!("{lead}{}{end}{indent}try {{{end}{indent}{unit}{}", code.text(claim), Code::deeper(moved, unit));
    let span = Span::new(tree.span(first).start, tree.span(body).start + 1);
    Some(code.fix("Set the mark before the first wait, and give it back in `finally`", true, vec![(span, text)]))
}

/// `busy = true; …; busy = false;` becomes `busy = true; try { … } finally { busy = false; }`.
pub(super) fn in_finally(code: &Code<'_>, set: Span, clear: Span) -> Option<DraftFix> {
    let tree = &code.tree;
    let (claim, release) = (code.statement(tree.at(set)?)?, code.statement(tree.at(clear)?)?);
    let mark = marked(code, claim)?;
    let row = code.row(claim);
    let at = row.iter().position(|node| *node == claim)?;
    let end = row.iter().position(|node| *node == release).filter(|end| *end > at + 1)?;
    let work = &row[at + 1..end];
    let last = *work.last()?;
    let leaves = |node: &NodeId| {
        code.running(*node).any(|inner| {
            matches!(
                tree.kind(inner),
                "return_statement" | "break_statement" | "continue_statement" | "yield_expression"
            )
        })
    };
    let speaks_of_it = |node: &NodeId| code.text(*node).contains(mark.of);
    if work.iter().any(leaves)
        || work.iter().any(speaks_of_it)
        || work.iter().any(|node| code.has_long_text(*node))
        || !marked(code, release).is_some_and(|of| of == mark)
        || !stay_inside(code, work, &row[end..])
    {
        return None;
    }
    let indent = code.indent(claim)?;
    let unit = if indent.starts_with('\t') { "\t" } else { code.unit(claim)? };
    let newline = code.line_end();
    let inner = code.slice(Span::new(tree.span(claim).end, tree.span(last).end));
    // Without blank lines at its beginning.
    let begin = inner.find(|c: char| !c.is_whitespace()).and_then(|at| inner[..at].rfind('\n'));
    let inner = format!("{newline}{}", &inner[begin? + 1..]);
    let between = code.between(last, release).trim();
    let about = if between.is_empty() { String::new() } else { format!("{between}{newline}{indent}{unit}") };
    let text = format!(
        "{newline}{indent}try {{{}{newline}{indent}}} finally {{{newline}{indent}{unit}{about}{}{newline}{indent}}}",
        Code::deeper(&inner, unit),
        code.text(release),
    );
    let span = Span::new(tree.span(claim).end, tree.span(release).end);
    Some(code.fix("Give the mark back in `finally`, also after an error", false, vec![(span, text)]))
}

/// What a statement marks or gives back.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Mark<'a> {
    /// The target of `busy = true`, the set of `busy.add(key)`.
    of: &'a str,
    key: Option<&'a str>,
}

fn marked<'a>(code: &Code<'a>, statement: NodeId) -> Option<Mark<'a>> {
    let tree = &code.tree;
    let expression = Some(statement).filter(|node| tree.kind(*node) == "expression_statement");
    let expression = tree.children(expression?).next()?;
    match tree.kind(expression) {
        "assignment_expression" => tree.child(expression, "left").map(|left| Mark { of: code.text(left), key: None }),
        "call_expression" => {
            let function = tree.child(expression, "function")?;
            let method = tree.child(function, "property").map(|method| code.text(method));
            let key = tree.children(tree.child(expression, "arguments")?).next().map(|key| code.text(key));
            let known = method.is_some_and(|method| matches!(method, "add" | "set" | "delete")) && key.is_some();
            tree.child(function, "object").filter(|_| known).map(|object| Mark { of: code.text(object), key })
        }
        _ => None,
    }
}

/// `if (…mark…) return`, and nothing else.
fn is_refusal(code: &Code<'_>, statement: NodeId, mark: Mark<'_>) -> bool {
    let tree = &code.tree;
    if tree.kind(statement) != "if_statement" || tree.child(statement, "alternative").is_some() {
        return false;
    }
    let asks = tree.child(statement, "condition").is_some_and(|condition| code.text(condition).contains(mark.of));
    let leaves = tree.child(statement, "consequence").is_some_and(|then| match tree.kind(then) {
        "return_statement" => true,
        "statement_block" => tree.children(then).last().is_some_and(|last| tree.kind(last) == "return_statement"),
        _ => false,
    });
    asks && leaves
}

/// The body of a `try` without `catch` whose `finally` gives the mark back.
fn gives_back(code: &Code<'_>, attempt: NodeId, mark: Mark<'_>) -> Option<NodeId> {
    let tree = &code.tree;
    if tree.kind(attempt) != "try_statement" || tree.child(attempt, "handler").is_some() {
        return None;
    }
    let finalizer = tree.child(attempt, "finalizer")?;
    let block = tree.child(finalizer, "body")?;
    let back = tree.children(block).any(|statement| marked(code, statement) == Some(mark));
    tree.child(attempt, "body").filter(|_| back)
}

/// Are the names that these statements declare used in none of the others?
fn stay_inside(code: &Code<'_>, statements: &[NodeId], others: &[NodeId]) -> bool {
    let tree = &code.tree;
    statements.iter().all(|statement| match tree.kind(*statement) {
        "lexical_declaration" => tree.children(*statement).all(|one| {
            let Some(name) = tree.child(one, "name") else { return false };
            let names = std::iter::once(name).chain(tree.inside(name));
            let mut names = names.filter(|node| tree.kind(*node).contains("identifier"));
            names.all(|name| !others.iter().any(|other| code.mentions(*other, code.text(name))))
        }),
        kind => kind.ends_with("_statement"),
    })
}

/// By how much what is in a block stands further in.
fn unit<'a>(code: &Code<'a>, around: NodeId, block: NodeId) -> Option<&'a str> {
    let first = code.tree.children(block).next()?;
    code.indent(first)?.strip_prefix(code.indent(around)?).filter(|unit| !unit.is_empty())
}
